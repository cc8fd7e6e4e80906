"""What an author has to mend in a field, in words: by the name of the field where that says more."""

from __future__ import annotations

from lms.core.i18n import N_, translate
from lms.courses.rules.fields import Flaw, Wrong

NEEDED = {
    "text": N_("Write the question here."),
    "markdown": N_("Write something here, or remove the block."),
    "options": N_("Add at least one option."),
    "answer": N_("Give the right answer."),
    "accept": N_("Write at least one answer that counts as right."),
    "pairs": N_("Add at least one pair."),
    "order": N_("Add at least two lines."),
    "parts": N_("Add at least one part."),
    "gaps": N_("Add at least one gap."),
    "gap": N_("Write what counts as right in this gap."),
    "weight": N_("Give this option a weight, such as 0.5 or -0.25."),
    "alt": N_("Describe the picture for people who can't see it, or say that it is decoration only."),
    "file": N_("Choose a file, or send one."),
    "url": N_("Write the address that the link leads to."),
    "title": N_("Write a title."),
    "from": N_("Choose a pool."),
    "count": N_("Say how many questions are drawn."),
    "pools": N_("A pool without questions can't be drawn from: add a question, or remove the pool."),
    "captions": N_("Choose the file and the language of these captions."),
}
IN_RANGES = {
    "from": N_("Write the smallest number that counts as right."),
    "to": N_("Write the greatest number that counts as right."),
}
GENERAL = {
    Flaw.NOT_TEXT: N_("This holds characters that can't be stored. Take them out."),
    Flaw.NOT_A_NUMBER: N_("Write a number, such as 12 or 2.5."),
    Flaw.NOT_A_FLAG: N_("Choose one."),
    Flaw.NOT_A_KEY: N_("“%(value)s” can't be a name: use letters without accents, digits and hyphens."),
    Flaw.NOT_A_LANGUAGE: N_("“%(value)s” is not a language: write en, de or pt-BR."),
    Flaw.NOT_AN_ADDRESS: N_("“%(value)s” is no web address: it must begin with https:// or http://."),
    Flaw.NOT_A_PATH: N_("“%(value)s” is no file of this course. Choose one, or send it."),
    Flaw.NOT_ALLOWED: N_("Choose one from the list."),
    Flaw.TWICE: N_("“%(value)s” stands here twice."),
    Flaw.MARKERS: N_("The text must hold each of %(names)s exactly once, and no other mark of this kind."),
    Flaw.NOTHING_RIGHT: N_("Tick the right answer."),
}
UNKNOWN = {
    "from": N_("There is no pool “%(value)s” any more. Choose another one."),
    "accept": N_("“%(value)s” is not among the choices of this gap."),
    "unit": N_("“%(value)s” is not among the units."),
}
TEXTS = ("title", "name", "outcome", "unit", "units", "accept", "options")


def correction(wrong: Wrong) -> str:
    """What to do about a flaw, in the reader's language."""
    words = [step for step in wrong.where if isinstance(step, str)]
    name = words[-1] if words else ""
    if wrong.flaw in (Flaw.MISSING, Flaw.EMPTY):
        return translate(_needed(words, name))
    if wrong.flaw is Flaw.OUT_OF_RANGE:
        return _out_of_range(name, wrong)
    if wrong.flaw is Flaw.UNKNOWN_NAME:
        return translate(UNKNOWN.get(name, N_("There is no “%(value)s” here.")), **wrong.values)
    if wrong.flaw is Flaw.MARKERS and not wrong.values["names"]:
        return translate(N_("The text must hold no [[ ]] here."))
    return translate(GENERAL.get(wrong.flaw, N_("This can't be read.")), **wrong.values)


def _needed(words: list[str], name: str) -> str:
    if "pools" in words[:1] and len(words) < 3:
        return NEEDED["pools"]
    if name in IN_RANGES and "draw" not in words:
        return IN_RANGES[name]
    if name == "accept" and "gaps" in words:
        return NEEDED["gap"]
    if "captions" in words and name not in NEEDED:
        return NEEDED["captions"]
    return NEEDED.get(name, N_("Fill this in."))


def _out_of_range(name: str, wrong: Wrong) -> str:
    low, high = wrong.values["low"], wrong.values["high"]
    if name in TEXTS:
        return translate(N_("Use at most %(high)s characters."), high=high)
    if name == "pairs":
        return translate(N_("Fill in both sides of the pair."))
    if high == "…":
        return translate(N_("Write a number of at least %(low)s."), low=low)
    return translate(N_("Write a number from %(low)s to %(high)s."), low=low, high=high)
