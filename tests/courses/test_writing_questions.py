"""Every type of question from an empty form to one that a learner answered and that was rightly marked; no script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from lxml import html

from tests.courses.documents import activity
from tests.courses.html_forms import Form, form_of
from tests.learning.building import a_person, draft, signed_in
from tests.quizzes.documents import quiz

pytestmark = pytest.mark.usefixtures("session")
Fields = dict[str, str]
Answer = Callable[["Sheet"], Fields]


class Sheet:
    """A question as a learner's page shows it: fields by the words beside them."""

    def __init__(self, text: str, where: str = "//form[@id='q1']") -> None:
        found: Any = html.fromstring(text).xpath(where)
        self.form: Any = found[0]

    def choice(self, words: str) -> tuple[str, str]:
        (box,) = [
            label.xpath(".//input")[0]
            for label in self.form.xpath(".//label[.//input]")
            if words in " ".join(label.text_content().split()).split(" Right ")[0]
        ]
        return box.get("name"), box.get("value")

    def select(self, label: str, words: str) -> Fields:
        """The list beside which `label` stands, with the option of these words chosen."""
        (row,) = [row for row in self.form.xpath(".//li[.//select]") if label in row.text_content()]
        return self._chosen(row.xpath(".//select")[0], words)

    def nth(self, position: int, words: str) -> Fields:
        """The field at a position among those that are filled by writing or from a list."""
        fields = self.form.xpath(".//select|.//input[@type='text']")
        element = fields[position]
        return self._chosen(element, words) if element.tag == "select" else {element.get("name"): words}

    @staticmethod
    def _chosen(select: Any, words: str) -> Fields:
        (value,) = [o.get("value", o.text) for o in select.xpath("./option") if (o.text or "").strip() == words]
        return {select.get("name"): value}


@dataclass
class Case:
    """What an author fills in, what a learner answers rightly and wrongly."""

    kind: str
    fields: Mapping[str, str]
    right: Answer
    wrong: Answer
    presses: tuple[str, ...] = ()
    verdict: str = "Not right"


def chosen(*words: str) -> Answer:
    def answer(sheet: Sheet) -> Fields:
        found: dict[str, Any] = {}
        for one in words:
            name, value = sheet.choice(one)
            found.setdefault(name, []).append(value)
        return found

    return answer


def written(*words: str) -> Answer:
    return lambda sheet: {name: value for n, one in enumerate(words) for name, value in sheet.nth(n, one).items()}


def matched(**pairs: str) -> Answer:
    return lambda sheet: {
        name: value for left, right in pairs.items() for name, value in sheet.select(left, right).items()
    }


def ordered(*words: str) -> Answer:
    return lambda sheet: {
        name: value for place, one in enumerate(words, 1) for name, value in sheet.select(one, str(place)).items()
    }


TRIAL = "//div[@data-trial='slots.0.question']"
OPTIONS = {
    "options.0.text": "Orange",
    "options.0.right": "on",
    "options.0.feedback": "Yes.",
    "options.1.text": "Grey",
    "options.2.text": "Blue",
}
CASES = {
    "single_choice": Case("single_choice", OPTIONS, chosen("Orange"), chosen("Grey")),
    "multiple_choice": Case(
        "multiple_choice", OPTIONS | {"options.2.right": "on"}, chosen("Orange", "Blue"), chosen("Orange", "Grey")
    ),
    "right_minus_wrong": Case(
        "multiple_choice",
        OPTIONS | {"policy": "right_minus_wrong", "options.2.right": "on"},
        chosen("Orange", "Blue"),
        chosen("Grey"),
    ),
    "weights": Case(
        "multiple_choice",
        OPTIONS | {"policy": "weights", "options.0.weight": "1", "options.1.weight": "-0,5", "options.2.weight": "0"},
        chosen("Orange"),
        chosen("Orange", "Grey"),
        verdict="Partly right",
    ),
    "true_false": Case("true_false", {"answer": "false"}, chosen("Not true"), chosen("True")),
    "a number": Case(
        "numeric",
        {"accept.0.answer": "400", "accept.0.tolerance": "2 %", "unit": "V"},
        written("408"),
        written("408.1"),
    ),
    "a range": Case(
        "numeric",
        {"accept.0.kind": "range", "accept.0.from": "0", "accept.0.to": "60", "accept.0.open_to": "on"},
        written("0"),
        written("60"),
    ),
    "units": Case(
        "numeric",
        {"units": "V\nmV", "accept.0.answer": "12", "accept.0.tolerance": "0,5", "accept.0.unit": "V"},
        written("12,5", "V"),
        written("12,5", "mV"),
    ),
    "short_text": Case("short_text", {"accept": "voltage\ntension"}, written("Tension"), written("current")),
    "exact case": Case("short_text", {"accept": "pH", "case": "exact"}, written("pH"), written("ph")),
    "matching": Case(
        "matching",
        {
            "pairs.0.left": "Padlock",
            "pairs.0.right": "Secure",
            "pairs.1.left": "Tester",
            "pairs.1.right": "Verify",
            "extra.0.text": "Earth",
        },
        matched(Padlock="Secure", Tester="Verify"),
        matched(Padlock="Earth", Tester="Earth"),
        ("add slots.0.question.extra",),
    ),
    "ordering": Case(
        "ordering",
        {"order.0.text": "Switch off", "order.1.text": "Lock", "order.2.text": "Measure"},
        ordered("Switch off", "Lock", "Measure"),
        ordered("Lock", "Switch off", "Measure"),
    ),
    "gaps": Case(
        "gaps",
        {
            "text": "First [[1]], then [[2]].",
            "gaps.0.accept": "lock",
            "gaps.1.accept": "measure",
            "gaps.1.options": "measure\nhope",
        },
        written("Lock", "measure"),
        written("hope", "hope"),
        ("add slots.0.question.gaps", "add slots.0.question.gaps"),
    ),
    "parts": Case(
        "parts",
        {
            "text": "It is [[p1]] and [[p2]].",
            "parts.0.answer": "true",
            "parts.1.accept": "orange",
            "parts.0.text": "Live.",
        },
        lambda sheet: chosen("True")(sheet) | written("orange")(sheet),
        lambda sheet: chosen("Not true")(sheet) | written("green")(sheet),
        ("add slots.0.question.parts true_false", "add slots.0.question.parts short_text"),
    ),
}


def press(author: Any, form: Form, button: str) -> Form:
    answer = author.post(form.action, data=_data(form.sent(button)))
    assert answer.status_code == 200, answer.text[:500]
    return form_of(answer.text, "editor-form")


def _data(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    data: dict[str, list[str]] = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return data


def write_question(author: Any, case: Case) -> Form:
    """The form with the question filled in, not saved yet."""
    form = form_of(author.get("/teach/safety/activities/quiz").text, "editor-form")
    form = press(author, form, f"add slots question {case.kind}")
    for button in case.presses:
        form = press(author, form, button)
    fields = {"text": "Which is it?", **case.fields}
    shown = {name: value for name, value in fields.items() if name in ("policy", "units") or name.endswith(".kind")}
    form = press(author, form.put({f"slots.0.question.{name}": value for name, value in shown.items()}), "show")
    return form.put({f"slots.0.question.{name}": value for name, value in fields.items()})


def take(app: Any, answer: Answer) -> str:
    """The page of the result of a learner who enrols, answers the one question and hands in."""
    learner = signed_in(app, a_person())
    enrolled = (learner.post("/api/v1/courses/safety/enrolments").json or {})["id"]
    attempt = learner.post(f"/learn/{enrolled}/quiz/attempts").location
    fields = answer(Sheet(learner.get(attempt).text))
    saved = learner.post(f"{attempt}/answers/1", data={**fields, "step": "1", "go": "end"})
    assert saved.status_code == 302, saved.text
    learner.post(f"{attempt}/submission")
    return str(learner.get(attempt).text)


@pytest.mark.parametrize("name", CASES)
def test_a_question_is_written_published_answered_and_rightly_marked(app, author, name):
    case = CASES[name]
    draft(activity("quiz", quiz(slots=[], pools={}, pass_percent="100")))
    form = write_question(author, case)
    saved = author.post(form.action, data=_data(form.sent("save")))
    assert saved.status_code == 303, form_of(saved.text, "editor-form").errors
    published = author.post("/api/v1/courses/safety/revisions")
    assert published.status_code == 201, published.json
    assert "Passed: " in take(app, case.right)
    assert "Not passed yet" in take(app, case.wrong)


@pytest.mark.parametrize("name", CASES)
def test_an_author_tries_a_question_before_it_is_saved(author, name):
    case = CASES[name]
    draft(activity("quiz", quiz(slots=[], pools={})))
    form = write_question(author, case)
    shown = author.post(form.action, data=_data(form.sent("try slots.0.question"))).text
    for answer, verdict in ((case.right, "Right"), (case.wrong, case.verdict)):
        fields = answer(Sheet(shown, TRIAL))
        sent = _data(form_of(shown, "editor-form").sent("mark slots.0.question")) | fields
        marked: Any = html.fromstring(author.post(form.action, data=sent).text)
        assert marked.xpath(f"{TRIAL}//div[contains(@class, 'reason')]//b")[0].text == verdict
