"""Practice questions in pages: marked at once by the rules of quizzes, kept as an event, counted towards nothing."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from lms.core.actor import Actor
from lms.core.reasons import Refused
from lms.courses.queries import load_body
from lms.learning import services
from lms.learning.ports import Feedback, practice_marker
from lms.learning.presenting import find_question, url_for_files
from lms.learning.reasons import LearningReason


def practice_question(
    enrolment_id: uuid.UUID, key: str, question_key: str, *, by: Actor, at: datetime
) -> tuple[dict[str, Any], Any]:
    """(the question as stored, how its files are addressed).

    Refused: learning.question_unknown; as `open_activity`.
    """
    opened = services.open_activity(enrolment_id, key, by=by, at=at)
    question = find_question(opened.activity.body, question_key)
    if question is None:
        raise Refused(LearningReason.QUESTION_UNKNOWN, question=question_key)
    return question, url_for_files(load_body(opened.activity.body)["files"])


def mark_practice(
    enrolment_id: uuid.UUID, key: str, question_key: str, answer: dict[str, Any], *, by: Actor, at: datetime
) -> Feedback:
    """Marks and keeps an answer. Refused: as `practice_question`, and where the answer does not fit the question."""
    question, url_for_file = practice_question(enrolment_id, key, question_key, by=by, at=at)
    feedback = practice_marker.call.mark(question, answer, url_for_file=url_for_file)
    services.record_practice(enrolment_id, key, question_key, feedback.fraction, by=by, at=at)
    return feedback
