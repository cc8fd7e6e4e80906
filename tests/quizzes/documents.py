"""Questions and quizzes for tests, whole documents with a default for everything."""

from __future__ import annotations

from random import Random
from typing import Any

from lms.quizzes.rules.papers import draw_question

Document = dict[str, Any]


def _question(kind: str, **facts: Any) -> Document:
    base = {"key": "q1", "outcome": None, "type": kind, "points": "1", "text": "Which?", "explanation": None}
    return base | facts


def option(key: str, *, right: bool = False, **facts: Any) -> Document:
    return {"key": key, "text": f"Option {key}", "right": right, "feedback": None, **facts}


def options(right: str, wrong: str) -> list[Document]:
    """options("ab", "cd"): four options, a and b right."""
    return [*(option(key, right=True) for key in right), *(option(key) for key in wrong)]


def single_choice(**facts: Any) -> Document:
    return _question("single_choice", **{"options": options("a", "bc"), **facts})


def multiple_choice(policy: str = "all_or_nothing", **facts: Any) -> Document:
    return _question("multiple_choice", **{"options": options("ab", "cd"), "policy": policy, **facts})


def weighted(weights: dict[str, str], **facts: Any) -> Document:
    listed = [option(key, weight=weight) for key, weight in weights.items()]
    return multiple_choice("weights", options=listed, **facts)


def true_false(*, answer: bool = False, **facts: Any) -> Document:
    return _question("true_false", **{"answer": answer, "feedback": None, **facts})


def numeric(*accept: Document, **facts: Any) -> Document:
    entries = list(accept) or [{"answer": "400", "tolerance": "5"}]
    return _question("numeric", **{"accept": entries, "unit": None, "units": [], **facts})


def short_text(*accept: str, case: str = "ignore", **facts: Any) -> Document:
    return _question("short_text", **{"accept": list(accept) or ["orange"], "case": case, **facts})


def matching(**facts: Any) -> Document:
    pairs = [["Padlock", "Secure"], ["Tester", "Verify"], ["Mat", "Cover"]]
    return _question("matching", **{"pairs": pairs, "extra": ["Earth"], **facts})


def ordering(*order: str, **facts: Any) -> Document:
    return _question("ordering", **{"order": list(order) or ["first", "second", "third", "fourth"], **facts})


def gap(*accept: str, case: str = "ignore", options: list[str] | None = None) -> Document:
    return {"accept": list(accept), "case": case, "options": options}


def gaps(**facts: Any) -> Document:
    filled = {"1": gap("chassis", "body"), "2": gap("Wait", options=["Go", "Wait"])}
    return _question("gaps", **{"text": "Between [[1]] and then [[2]].", "gaps": filled, **facts})


def parts(*inner: Document, **facts: Any) -> Document:
    listed = list(inner) or [true_false(key="p1", points="2"), numeric(key="p2")]
    text = "First " + " then ".join(f"[[{part['key']}]]" for part in listed)
    question = _question("parts", **{"text": text, "parts": listed, **facts})
    del question["points"]
    return question


def every_type() -> list[Document]:
    """One question of each type, and one of parts, under their own keys."""
    made = [single_choice(), multiple_choice(), true_false(), numeric(), short_text(), matching(), ordering()]
    made += [gaps(), parts()]
    return [question | {"key": f"q{number}"} for number, question in enumerate(made, start=1)]


def quiz(*slots: Document, **facts: Any) -> Document:
    body: Document = {
        "kind": "quiz",
        "time_limit_minutes": None,
        "attempts": None,
        "pass_percent": "50",
        "grading": "highest",
        "shuffle": {"options": False, "questions": False},
        "review": {
            "during": [],
            "after": ["answers"],
            "closed": ["answers", "correctness", "marks", "feedback", "right_answers"],
        },
        "slots": list(slots) or [{"question": question} for question in every_type()],
        "pools": {},
        "files": {},
    }
    return body | facts


def drawn(question: Document, *, seed: int = 1, shuffle: bool = True) -> Document:
    return draw_question(question, Random(seed), shuffle=shuffle)


def shown(draw: Document, name: str = "options") -> dict[Any, str]:
    """What stands for what, turned round: key or position → the id that the learner sees."""
    return {meaning: drawn_id for drawn_id, meaning, *_ in draw[name]}


class PlainRenderer:
    """Content as it is: tests of rules look at structure, not at Markdown."""

    def markdown(self, text: str, files: Any, *, inline: bool = False) -> str:  # noqa: ARG002
        return text if inline else f"<p>{text}</p>"

    def video(self, block: Any, files: Any) -> Document:
        return {"title": block["title"], "files": sorted(files)}
