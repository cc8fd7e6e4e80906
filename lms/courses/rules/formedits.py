"""What the buttons of an editor do: rows added, moved, copied, taken out; keys for what is new.

The key of a question never changes; a new one is counted on from those that are there. So are the keys of options and
parts and the names of gaps, which learners never see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from string import ascii_lowercase
from typing import Any

from lms.courses.rules.formtrees import Tree, duplicate, find, move, place_of, remove, rows_at
from lms.courses.rules.questions import MARKER

BLOCKS = ("text", "figure", "video", "file", "callout", "question")
SLOTS = ("question", "text", "video", "draw")
TYPES = (
    "single_choice",
    "multiple_choice",
    "true_false",
    "numeric",
    "short_text",
    "matching",
    "ordering",
    "gaps",
    "parts",
)
CHOICE_ROWS, OTHER_ROWS = 4, 3
"""How many empty rows a new question begins with; those left empty are not kept."""


def press(tree: Tree, button: str) -> str:
    """Does what a button says ("up blocks.2", "add slots question matching"); the path that should have the focus.

    "" where the button is none of these, or leads nowhere.
    """
    verb, _, rest = button.partition(" ")
    path, *words = rest.split() or [""]
    if verb == "add" and _may_grow(path):
        return _add(tree, path, words)
    if place_of(tree, path) is None:
        return ""
    if verb in ("up", "down", "move"):
        return move(tree, path, _target(tree, path, verb, words))
    if verb == "copy":
        return _copy(tree, path)
    if verb == "remove":
        return _remove(tree, path)
    return ""


def _may_grow(path: str) -> bool:
    return path.rpartition(".")[2] in ("blocks", "slots", "pools", "questions", "parts", *_NEW_ROWS)


def _target(tree: Tree, path: str, verb: str, words: list[str]) -> int:
    """The position to move to; "move" counts from 0 and says it."""
    found = place_of(tree, path)
    position = found[1] if found else 0
    if verb == "move":
        return int(words[0]) if words and words[0].isdecimal() else position
    return position - 1 if verb == "up" else position + 1


def _add(tree: Tree, path: str, words: list[str]) -> str:
    rows = rows_at(tree, path)
    rows.append(_new_row(path.rpartition(".")[2], [word for word in words if not word.isdecimal()]))
    complete(tree)
    added = f"{path}.{len(rows) - 1}"
    _mark_in_text(tree, added)
    position = next((int(word) for word in words if word.isdecimal()), None)
    return added if position is None else move(tree, added, position)


def _new_row(name: str, words: list[str]) -> Tree:
    kind, question = (*words, "", "")[:2]
    if name == "blocks":
        return _new_block(kind, question)
    if name == "slots":
        return _new_slot(kind, question)
    if name in ("questions", "parts"):
        return new_question(kind)
    if name == "pools":
        return {"name": "", "was": "", "questions": []}
    return dict(_NEW_ROWS[name])


def _new_block(kind: str, question: str) -> Tree:
    match kind:
        case "question":
            return {"type": kind, "question": new_question(question)}
        case "figure":
            return {"type": kind, "file": "", "alt": "", "caption": ""}
        case "video":
            return {"type": kind, "title": "", "file": "", "captions": [], "transcript": ""}
        case "file":
            return {"type": kind, "title": "", "file": ""}
        case "callout":
            return {"type": kind, "style": "note", "markdown": ""}
    return {"type": "text", "markdown": ""}


def _new_slot(kind: str, question: str) -> Tree:
    match kind:
        case "text":
            return {"type": kind, "text": ""}
        case "video":
            return {"type": kind, "video": {"title": "", "file": "", "captions": [], "transcript": ""}}
        case "draw":
            return {"type": kind, "draw": {"from": "", "count": "1"}}
    return {"type": "question", "question": new_question(question)}


def new_question(kind: str) -> Tree:
    """An empty question of a type (single choice where there is no such type)."""
    known = kind if kind in TYPES else "single_choice"
    return {"key": "", "outcome": "", "type": known, "text": "", "explanation": "", "points": "1"}


def _copy(tree: Tree, path: str) -> str:
    copied = duplicate(tree, path)
    row = find(tree, copied)
    for named in (row, row.get("question"), *row.get("questions", ())):
        if isinstance(named, dict):
            named |= {name: "" for name in ("key", "was") if name in named}
    if path.split(".")[-2] in ("gaps", "pools"):
        row["name"] = ""
    complete(tree)
    _mark_in_text(tree, copied)
    return copied


def _remove(tree: Tree, path: str) -> str:
    """The row that comes after, else the one before, else the list is where to go on."""
    _unmark_in_text(tree, path)
    remove(tree, path)
    above, _, last = path.rpartition(".")
    left = len(rows_at(tree, above))
    return f"{above}.{min(int(last), left - 1)}" if left else above


def _marked(tree: Tree, path: str) -> tuple[Tree, str] | None:
    """(the question, the name) of a gap or a part that stands in the question's text."""
    steps = path.split(".")
    name = {"gaps": "name", "parts": "key"}.get(steps[-2]) if len(steps) > 1 else None
    row, owner = find(tree, path), find(tree, ".".join(steps[:-2])) if len(steps) > 2 else None
    if name is None or not isinstance(row, dict) or not isinstance(owner, dict):
        return None
    return owner, str(row.get(name) or "")


def _mark_in_text(tree: Tree, path: str) -> None:
    found = _marked(tree, path)
    if found and f"[[{found[1]}]]" not in found[0].get("text", ""):
        found[0]["text"] = f"{found[0].get('text', '').rstrip()} [[{found[1]}]]".strip()


def _unmark_in_text(tree: Tree, path: str) -> None:
    found = _marked(tree, path)
    if found:
        found[0]["text"] = re.sub(rf" ?{re.escape(f'[[{found[1]}]]')}", "", found[0].get("text", ""))


def complete(tree: Tree) -> None:
    """Gives a key to every question, option, part, gap and pool that has none, and each type the rows it needs."""
    _make_whole(tree)
    questions = list(questions_in(tree))
    _count_on(questions, "key", "q")
    _count_on(_rows(tree, "pools"), "name", "pool-")
    for pool in _rows(tree, "pools"):
        pool["was"] = pool.get("was") or pool["name"]
    for question in questions:
        _complete_question(question)


def _make_whole(tree: Tree) -> None:
    """What each kind of row can't be without, whoever wrote the form."""
    for name, kinds in (("blocks", BLOCKS), ("slots", SLOTS)):
        for row in _rows(tree, name):
            row["type"] = row.get("type") if row.get("type") in kinds else "text"
            whole = _new_row(name, [str(row["type"])])
            row |= {inner: value for inner, value in whole.items() if isinstance(value, dict) and inner not in row}
            row |= {inner: whole[inner] | row[inner] for inner in ("draw", "video") if inner in row and inner in whole}


def _complete_question(question: Tree, types: tuple[str, ...] = TYPES) -> None:
    if question.get("type") not in types:
        question["type"] = types[0]
    for name, start in _BEGINS_WITH[question["type"]].items():
        if not isinstance(question.get(name), list if isinstance(start, int) else str):
            question[name] = [dict(_NEW_ROWS[name]) for _ in range(start)] if isinstance(start, int) else start
    if question.get("type") == "gaps":
        _add_marked_gaps(question)
    _letter_on(_rows(question, "options"))
    _count_on(_rows(question, "gaps"), "name", "")
    _count_on(_rows(question, "parts"), "key", "p")
    for part in _rows(question, "parts"):
        _complete_question(part, TYPES[:-1])


def _add_marked_gaps(question: Tree) -> None:
    """A gap that was written into the text gets its row."""
    rows = question["gaps"]
    for name in dict.fromkeys(MARKER.findall(question.get("text", ""))):
        if name not in [row.get("name") for row in rows]:
            rows.append(dict(_NEW_ROWS["gaps"]) | {"name": name})


def questions_in(tree: Tree) -> Iterator[Tree]:
    """Every question of a form: of blocks, of slots, of pools; parts are inside."""
    for name in ("blocks", "slots"):
        yield from (row["question"] for row in _rows(tree, name) if isinstance(row.get("question"), dict))
    for pool in _rows(tree, "pools"):
        yield from _rows(pool, "questions")


def _rows(tree: Tree, name: str) -> list[Tree]:
    rows: Any = tree.get(name)
    return rows if isinstance(rows, list) else []


def _count_on(rows: Iterable[Tree], name: str, prefix: str) -> None:
    """Rows without a name get the numbers after the highest that is there: none is ever given twice."""
    rows = list(rows)
    counted = (re.fullmatch(rf"{prefix}([0-9]{{1,6}})", row.get(name, "")) for row in rows)
    last = max((int(found[1]) for found in counted if found), default=0)
    for row in rows:
        if not row.get(name, "").strip():
            last += 1
            row[name] = f"{prefix}{last}"


def _letter_on(options: list[Tree]) -> None:
    """a, b, … z, then o27 …: the first that no option of the question has."""
    taken = {option.get("key", "") for option in options}
    free = (key for key in (*ascii_lowercase, *(f"o{n}" for n in range(27, 27 + len(options)))) if key not in taken)
    for option in options:
        if not option.get("key", "").strip():
            option["key"] = next(free)


_NEW_ROWS: dict[str, Tree] = {
    "options": {"key": "", "text": "", "feedback": ""},
    "accept": {"kind": "exact", "answer": "", "tolerance": "", "unit": ""},
    "pairs": {"left": "", "right": ""},
    "extra": {"text": ""},
    "order": {"text": ""},
    "gaps": {"name": "", "accept": "", "options": "", "case": "ignore"},
    "captions": {"language": "", "file": ""},
}
_BEGINS_WITH: dict[str, dict[str, int | str]] = {
    "single_choice": {"options": CHOICE_ROWS},
    "multiple_choice": {"options": CHOICE_ROWS, "policy": "all_or_nothing"},
    "true_false": {"answer": ""},
    "numeric": {"accept": 1, "units": ""},
    "short_text": {"accept": "", "case": "ignore"},
    "matching": {"pairs": OTHER_ROWS, "extra": 0},
    "ordering": {"order": OTHER_ROWS},
    "gaps": {"gaps": 0},
    "parts": {"parts": 0},
}
"""By type, the fields that it is shown with: so many empty rows, or a word."""
