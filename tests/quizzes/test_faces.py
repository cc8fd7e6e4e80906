"""What quizzes answer to the features below: sound bodies, the face of a quiz, practice."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from werkzeug.datastructures import MultiDict

from lms.core.reasons import Refused, find_reason
from lms.quizzes import services
from lms.quizzes.faces import Practice, QuizStart, SoundBodies
from lms.quizzes.reasons import FlawReason
from tests.quizzes import documents as make


def no_files(path: str) -> str | None:
    return None


def test_a_sound_body_has_no_mistakes():
    assert SoundBodies().mistakes(make.quiz()) == []
    assert SoundBodies().has_markable(make.quiz())
    assert not SoundBodies().has_markable(make.quiz({"text": "Only words"}))


def test_a_mistake_has_a_reason_whose_sentence_its_values_fill():
    body = make.quiz({"question": make.parts(make.gaps(key="p1", text="[[1]]", gaps={"1": make.gap(" ")}))})
    (mistake,) = SoundBodies().mistakes(body)
    reason = find_reason(mistake.code)
    assert reason is FlawReason.GAP_ACCEPTS_NOTHING
    assert reason.text % mistake.values == "Gap 1 of question q1/p1 has no right answer that can be given."


def test_every_flaw_that_rules_know_has_a_reason():
    import re
    from pathlib import Path

    import lms.quizzes.rules as rules

    sources = "".join(path.read_text() for path in Path(next(iter(rules.__path__))).rglob("*.py"))
    codes = set(re.findall(r'Flaw\("(\w+)"', sources))
    assert len(codes) > 20
    assert codes == {reason.code.removeprefix("quiz.") for reason in FlawReason}


def test_the_face_tells_settings_tries_and_what_may_be_done(publish, enrol, clock, start):
    body = make.quiz({"question": make.true_false()}, {"text": "Words"}, attempts=2, time_limit_minutes=30)
    publish(body)
    learner = enrol()

    def face(minutes: float = 0):
        return QuizStart().describe(learner.enrolment_id, "final", body, clock + timedelta(minutes=minutes))

    fresh = face()
    assert (fresh["questions"], fresh["attempts"], fresh["may_start"], fresh["passed"]) == (1, [], True, None)
    attempt = start(learner)
    assert (face()["running"], face()["attempts"][0]["state"]) == (str(attempt.id), "in_progress")
    services.save_answer(attempt.id, 1, step=1, answer={"choice": "false"}, by=learner.by, at=clock)
    services.submit_attempt(attempt.id, by=learner.by, at=clock)
    done = face()
    assert (done["percent"], done["passed"], done["running"], done["may_start"]) == (100, True, None, True)


def test_a_try_whose_time_is_over_is_ended_when_the_face_is_looked_at(session, publish, enrol, clock, start):
    body = make.quiz({"question": make.true_false()}, attempts=1, time_limit_minutes=30)
    publish(body)
    learner = enrol()
    start(learner)
    session.commit()
    face = QuizStart().describe(learner.enrolment_id, "final", body, clock + timedelta(hours=1))
    assert (face["attempts"][0]["state"], face["percent"]) == ("finished", 0)
    assert (face["may_start"], face["reason"]["code"]) == (False, "quiz.attempts_exhausted")


@pytest.fixture
def request_context(app):
    with app.test_request_context():
        yield


@pytest.mark.usefixtures("request_context")
class TestPractice:
    def test_a_question_is_shown_the_same_each_time_without_its_key(self):
        question = make.ordering(explanation="Because")
        first = Practice().present(question, url_for_file=no_files)
        assert first == Practice().present(question, url_for_file=no_files)
        assert (first["type"], set(first)) == ("ordering", {"type", "html", "points", "options"})

    @pytest.mark.parametrize("question", make.every_type(), ids=lambda question: question["type"])
    def test_each_type_is_marked_and_its_right_answer_told_in_words(self, question):
        slot = Practice().present(question, url_for_file=no_files)
        blank = Practice().answer_from_form(question, MultiDict())
        answer = blank or {"choice": "true" if slot["type"] == "true_false" else slot["options"][0]["id"]}
        feedback = Practice().mark(question, answer, url_for_file=no_files)
        assert 0 <= feedback.fraction <= 1
        right = Practice().mark(question, feedback.details["right"], url_for_file=no_files)
        assert right.fraction == 1
        assert right.right_answer.strip()

    def test_what_was_chosen_is_marked_and_commented(self):
        options = [make.option("a", text="Red", right=True), make.option("b", text="Blue", feedback="Not *this*")]
        question = make.single_choice(options=options, explanation="Orange is high voltage.")
        slot = Practice().present(question, url_for_file=no_files)
        blue = next(option["id"] for option in slot["options"] if option["html"] == "Blue")
        feedback = Practice().mark(question, {"choice": blue}, url_for_file=no_files)
        assert (feedback.fraction, feedback.details["marks"]) == (Fraction(0), {blue: "wrong"})
        assert "<em>this</em>" in feedback.feedback
        assert "Orange" in feedback.explanation
        assert "Red" in feedback.right_answer

    def test_parts_are_marked_under_their_ids(self):
        question = make.parts()
        statement, _number = (part["id"] for part in Practice().present(question, url_for_file=no_files)["parts"])
        answer = Practice().answer_from_form(question, MultiDict({f"part.{statement}.choice": "true"}))
        feedback = Practice().mark(question, answer, url_for_file=no_files)
        assert feedback.details["marks"][statement] == {"true": "wrong"}

    def test_an_answer_that_does_not_fit_is_refused(self):
        with pytest.raises(Refused) as caught:
            Practice().mark(make.single_choice(), {}, url_for_file=no_files)
        assert (caught.value.reason.code, caught.value.status) == ("quiz.answer_misfit", 422)
