"""Attempts over HTTP, as contract.md has them."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

import pytest
import rfc8785
import sqlalchemy as sa

from lms.quizzes.models import Attempt
from tests.quizzes import documents as make


class Api:
    """A learner at the API; keeps every byte that came back."""

    def __init__(self, client, learner) -> None:
        self.client, self.learner, self.bytes = client, learner, b""

    def __call__(self, method: str, path: str, body=None, *, status: int | None = 200):
        answer = self.client.open(f"/api/v1{path}", method=method, json=body, headers=self.learner.headers)
        self.bytes += answer.data + str(answer.headers).encode()
        assert status in (None, answer.status_code), answer.get_data(as_text=True)
        return answer.get_json()

    def start(self, *, status: int = 201):
        return self("POST", self.learner.attempts.removeprefix("/api/v1"), {}, status=status)

    def save(self, attempt, slot, answer, *, step=1, status=200):
        body = {"step": step, "answer": answer}
        return self("PUT", f"/attempts/{attempt['id']}/answers/{slot}", body, status=status)


@pytest.fixture
def api(client, learner) -> Api:
    return Api(client, learner)


def answers_of(slot):
    """Some answer to a slot as it is shown."""
    ids = [option["id"] for option in slot.get("options", [])]
    return {
        "single_choice": lambda: {"choice": ids[0]},
        "true_false": lambda: {"choice": "true"},
        "multiple_choice": lambda: {"choices": ids[:2]},
        "numeric": lambda: {"number": "12,50"},
        "short_text": lambda: {"text": "  naïve \u0000\u202e text "},
        "matching": lambda: {"pairs": {stem["id"]: ids[0] for stem in slot["stems"]}},
        "ordering": lambda: {"order": ids},
        "gaps": lambda: {"gaps": {slot["gaps"][0]["id"]: "x"}},
        "parts": lambda: {"parts": {part["id"]: answers_of(part) for part in slot["parts"][:1]}},
    }[slot["type"]]()


def test_a_whole_attempt(api):
    attempt = api.start()
    assert (attempt["number"], attempt["state"], attempt["deadline"]) == (1, "in_progress", None)
    given = {slot["slot"]: answers_of(slot) for slot in attempt["slots"]}
    for slot, answer in given.items():
        receipt = api.save(attempt, slot, answer)
        stated = {"attempt": attempt["id"], "slot": slot, "step": 1, "answer": answer}
        assert receipt["digest"] == hashlib.sha256(rfc8785.dumps(stated)).hexdigest()
        assert (receipt["slot"], receipt["step"]) == (slot, 1)
    held = api("GET", f"/attempts/{attempt['id']}")
    assert {slot["slot"]: (slot["step"], slot["answer"]) for slot in held["slots"]} == {
        slot: (1, answer) for slot, answer in given.items()
    }
    result = api("POST", f"/attempts/{attempt['id']}/submission", {})
    assert result["state"] == "finished"
    assert (result["max_points"], result["review"]) == (11, {"phase": "after", "shows": ["answers"]})
    assert api("GET", f"/attempts/{attempt['id']}") == result


def test_starting_again_gives_the_attempt_that_runs(api):
    first = api.start()
    api.save(first, 5, {"text": "x"})
    again = api.start(status=200)
    assert again["id"] == first["id"]
    assert again["slots"][4]["answer"] == {"text": "x"}


def test_a_fresh_attempt_is_the_same_when_it_is_read_back(api):
    attempt = api.start()
    assert api("GET", f"/attempts/{attempt['id']}") == attempt
    assert "step" not in attempt["slots"][0]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"step": 1, "answer": {"text": 5}}, 422, "quiz.answer_misfit"),
        ({"step": 1, "answer": {"choice": "true"}}, 422, "quiz.answer_misfit"),
        ({"step": 1, "answer": {"text": "\ud800"}}, 422, "quiz.answer_misfit"),
        ({"step": 1, "answer": {"\ud800": "x"}}, 422, "quiz.answer_misfit"),
        ({"step": 1, "answer": ["text"]}, 422, "core.fields"),
        ({"step": 1, "answer": None}, 422, "core.fields"),
        ({"step": 0, "answer": {"text": ""}}, 422, "core.fields"),
        ({"step": "1", "answer": {"text": ""}}, 422, "core.fields"),
        ({"step": True, "answer": {"text": ""}}, 422, "core.fields"),
        ({"step": 1.5, "answer": {"text": ""}}, 422, "core.fields"),
        ({"step": 2**31, "answer": {"text": ""}}, 422, "core.fields"),
        ({"answer": {"text": ""}}, 422, "core.fields"),
        ({"step": 1}, 422, "core.fields"),
        ({"step": 1, "answer": {"text": ""}, "score": 1}, 422, "core.fields"),
    ],
)
def test_wrong_shapes_are_refused_with_a_reason(api, body, status, reason):
    attempt = api.start()
    problem = api("PUT", f"/attempts/{attempt['id']}/answers/5", body, status=status)
    assert problem["reason"] == reason
    assert "step" not in api("GET", f"/attempts/{attempt['id']}")["slots"][4]


def test_a_conflict_tells_what_is_held(api):
    attempt = api.start()
    receipt = api.save(attempt, 5, {"text": "first"}, step=4)
    assert api.save(attempt, 5, {"text": "first"}, step=4) == receipt
    other = api.save(attempt, 5, {"text": "second"}, step=4, status=409)
    older = api.save(attempt, 5, {"text": "first"}, step=3, status=409)
    assert (other["reason"], older["reason"]) == ("quiz.step_taken", "quiz.step_old")
    for problem in (other, older):
        assert problem["values"]["held"]["answer"] == {"text": "first"}
        assert problem["values"]["held"]["step"] == 4
        assert problem["detail"]


def test_what_is_not_there_or_not_mine_is_404(api, client, enrol):
    attempt = api.start()
    assert api.save(attempt, 10, {"text": "x"}, status=404)["reason"] == "quiz.slot_unknown"
    assert api("GET", f"/attempts/{uuid.uuid4()}", status=404)["reason"] == "quiz.attempt_unknown"
    other = Api(client, enrol())
    for method, path, body in [
        ("GET", "", None),
        ("POST", "/submission", {}),
        ("PUT", "/answers/5", {"step": 1, "answer": {"text": "x"}}),
        ("PUT", "/flags/5", {"flagged": True}),
    ]:
        assert other(method, f"/attempts/{attempt['id']}{path}", body, status=404)["reason"] == "quiz.attempt_unknown"


def test_a_guest_is_told_to_sign_in(client, api):
    attempt = api.start()
    assert client.get(f"/api/v1/attempts/{attempt['id']}").status_code == 401


def test_after_the_end_a_save_is_409_and_the_same_save_again_is_its_receipt(api):
    attempt = api.start()
    receipt = api.save(attempt, 5, {"text": "orange"})
    api("POST", f"/attempts/{attempt['id']}/submission", {})
    assert api.save(attempt, 5, {"text": "orange"}) == receipt
    assert api.save(attempt, 5, {"text": "red"}, step=2, status=409)["reason"] == "quiz.attempt_over"


def test_flags_are_kept(api):
    attempt = api.start()
    api("PUT", f"/attempts/{attempt['id']}/flags/3", {"flagged": True})
    assert api("GET", f"/attempts/{attempt['id']}")["flags"] == [3]
    api("PUT", f"/attempts/{attempt['id']}/flags/3", {"flagged": "yes"}, status=422)


KEY = "zq-secret"


def secret_quiz() -> make.Document:
    """Each word of the key, and each key of the file, can be told from everything else."""
    right = [
        make.option(f"{KEY}-a", text="Red", right=True, feedback=f"{KEY} yes"),
        make.option(f"{KEY}-b", text="Blue"),
    ]
    weights = [
        make.option(f"{KEY}-c", text="Up", weight="0.777"),
        make.option(f"{KEY}-d", text="Down", weight="-0.777"),
    ]
    explained: dict[str, Any] = {"explanation": f"{KEY} because"}
    return make.quiz(
        {"question": make.single_choice(key=f"{KEY}-1", options=right, **explained)},
        {"question": make.multiple_choice("weights", key=f"{KEY}-2", options=weights)},
        {"question": make.numeric({"answer": "77712", "tolerance": "77.7"}, key=f"{KEY}-3")},
        {"question": make.short_text(f"{KEY} word", key=f"{KEY}-4")},
        {"question": make.gaps(key=f"{KEY}-5", text=f"Fill [[{KEY}]]", gaps={KEY: make.gap(f"{KEY} gap")})},
        {"question": make.parts(make.short_text(f"{KEY} part", key=f"{KEY}-p"), key=f"{KEY}-6", **explained)},
        {"draw": {"from": f"{KEY}-pool", "count": 1}},
        attempts=2,
        pools={f"{KEY}-pool": [make.true_false(key=f"{KEY}-7", text="Statement", **explained)]},
    )


def test_nothing_of_the_key_is_in_any_byte_sent_before_its_time(client, publish, enrol):
    publish(secret_quiz())
    learner = enrol()
    api = Api(client, learner)
    activity = learner.attempts.removeprefix("/api/v1").removesuffix("/attempts")
    for _ in range(2):
        api("GET", activity)
        attempt = api.start()
        for slot in attempt["slots"]:
            api.save(attempt, slot["slot"], answers_of(slot))
            api.save(attempt, slot["slot"], answers_of(slot))
            api.save(attempt, slot["slot"], {"wrong": 1}, step=2, status=422)
            api.save(attempt, slot["slot"], answers_of(slot) | {"x": 1}, status=422)
        api("GET", f"/attempts/{attempt['id']}")
        last = api.bytes
        result = api("POST", f"/attempts/{attempt['id']}/submission", {})
    for secret in (KEY, "77712", "77.7", "0.777", '"right"', "weight", "tolerance", "explanation"):
        assert secret.encode() not in last, secret
    assert result["review"]["phase"] == "closed"
    assert KEY.encode() in api.bytes


def test_after_the_last_attempt_everything_is_shown(client, publish, enrol):
    options = [make.option("a", right=True, feedback="Yes"), make.option("b", feedback="No")]
    question = make.single_choice(options=options, explanation="Because", points="2")
    publish(make.quiz({"question": question}, attempts=1))
    api = Api(client, enrol())
    attempt = api.start()
    wrong = next(o["id"] for o in attempt["slots"][0]["options"] if "b" in o["html"])
    right = next(o["id"] for o in attempt["slots"][0]["options"] if "a" in o["html"])
    api.save(attempt, 1, {"choice": wrong})
    (slot,) = api("POST", f"/attempts/{attempt['id']}/submission", {})["slots"]
    assert (slot["answer"], slot["correct"], slot["pieces"], slot["earned"]) == (
        {"choice": wrong},
        False,
        {wrong: False},
        0,
    )
    assert slot["right_answer"] == {"choice": right}
    assert [words["html"].strip() for words in slot["feedback"]] == ["<p>No</p>"]
    assert "Because" in slot["explanation"]


def test_parts_are_reviewed_each(client, publish, enrol):
    publish(make.quiz({"question": make.parts()}, attempts=1))
    api = Api(client, enrol())
    attempt = api.start()
    statement, number = attempt["slots"][0]["parts"]
    api.save(attempt, 1, {"parts": {statement["id"]: {"choice": "false"}}})
    (slot,) = api("POST", f"/attempts/{attempt['id']}/submission", {})["slots"]
    assert (slot["correct"], slot["earned"]) == (False, 2)
    first, second = slot["parts"]
    assert (first["correct"], first["earned"], second["correct"]) == (True, 2, False)
    assert second["right_answer"] == {"number": "400"}
    assert (first["id"], second["id"]) == (statement["id"], number["id"])


def test_options_open_during_an_attempt_show_marks_at_once(client, publish, enrol):
    review = {"during": ["correctness"], "after": [], "closed": []}
    publish(make.quiz({"question": make.true_false()}, review=review))
    api = Api(client, enrol())
    attempt = api.start()
    api.save(attempt, 1, {"choice": "false"})
    assert api("GET", f"/attempts/{attempt['id']}")["slots"][0]["correct"] is True
    (slot,) = api("POST", f"/attempts/{attempt['id']}/submission", {})["slots"]
    assert not {"answer", "correct"} & set(slot)


def test_no_attempt_is_left_when_attempts_are_used(client, publish, enrol):
    publish(make.quiz(attempts=1))
    api = Api(client, enrol())
    api("POST", f"/attempts/{api.start()['id']}/submission", {})
    problem = api.start(status=409)
    assert (problem["reason"], problem["values"]) == ("quiz.attempts_exhausted", {"used": 1, "allowed": 1})
    quiz = api("GET", api.learner.attempts.removeprefix("/api/v1").removesuffix("/attempts"))["quiz"]
    assert (quiz["may_start"], quiz["reason"]["code"], len(quiz["attempts"])) == (False, "quiz.attempts_exhausted", 1)


TWENTY = [{"question": question | {"key": f"k{n}"}} for n, question in enumerate((make.every_type() * 3)[:20])]


@pytest.fixture
def twenty(client, publish, enrol) -> Api:
    """A learner at a quiz of 20 questions with a time limit; another one has warmed up the process."""
    publish(make.quiz(*TWENTY, time_limit_minutes=30, attempts=2))
    Api(client, enrol()).start()
    return Api(client, enrol())


def test_a_start_a_save_a_look_and_a_submission_cost_few_statements(twenty, queries):
    counts = {}
    with queries() as run:
        attempt = twenty.start()
    counts["start"] = len(run)
    with queries() as run:
        twenty.save(attempt, 1, answers_of(attempt["slots"][0]))
    counts["save"] = len(run)
    with queries() as run:
        twenty("GET", f"/attempts/{attempt['id']}")
    counts["look"] = len(run)
    with queries() as run:
        twenty("POST", f"/attempts/{attempt['id']}/submission", {})
    counts["submission"] = len(run)
    assert counts == {"start": 5, "save": 3, "look": 3, "submission": 8}


def test_the_paper_is_what_the_database_holds(api, session):
    attempt = api.start()
    row = session.scalars(sa.select(Attempt)).one()
    assert str(row.id) == attempt["id"]
    assert json.dumps(row.paper).count('"slot"') == 9
