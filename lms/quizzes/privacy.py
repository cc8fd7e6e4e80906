"""What quizzes hold of a person: to be copied for them; their own words go when they are erased."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts.events import PersonErased
from lms.accounts.ports import MOMENT, Column, Section
from lms.core.db import db
from lms.core.texts import N_
from lms.quizzes.models import AnswerStep, Attempt
from lms.quizzes.queries import view_attempt
from lms.quizzes.rules.answers import without_words
from lms.quizzes.schemas import dump_attempt

COLUMNS = (
    Column("activity", N_("Quiz")),
    Column("number", N_("try")),
    Column("started_at", N_("begun"), MOMENT),
    Column("submitted_at", N_("handed in"), MOMENT),
)


def collect(person_id: uuid.UUID, at: datetime) -> Iterator[Section]:
    """Attempts as their learner may see them, with every answer that was acknowledged."""
    mine = sa.select(Attempt).where(Attempt.person_id == person_id).order_by(Attempt.started_at)
    rows = [_row(attempt, at) for attempt in db.session.scalars(mine)]
    yield Section("attempts.json", N_("Your quizzes"), rows, COLUMNS)


def _row(attempt: Attempt, at: datetime) -> dict[str, Any]:
    steps = sa.select(AnswerStep).where(AnswerStep.attempt_id == attempt.id)
    held = [
        {"slot": step.slot, "step": step.step, "answer": step.document, "saved_at": step.saved_at}
        for step in db.session.scalars(steps.order_by(AnswerStep.slot, AnswerStep.step))
    ]
    names = ("enrolment_id", "started_at", "submitted_at", "finished_at", "abandoned_at")
    facts = {"activity": attempt.activity_key} | {name: getattr(attempt, name) for name in names}
    return facts | dump_attempt(view_attempt(attempt, at)) | {"answers": held}


def forget(event: PersonErased) -> None:
    """Open attempts are abandoned, and texts that the person wrote are emptied, with the digests that could tell them.

    Choices and marks stay: they say nothing about who made them, and statistics rest on them.
    """
    mine = (Attempt.person_id == event.person_id,)
    over = (Attempt.submitted_at.is_(None), Attempt.finished_at.is_(None), Attempt.abandoned_at.is_(None))
    db.session.execute(sa.update(Attempt).where(*mine, *over).values(abandoned_at=event.at))
    steps = sa.select(AnswerStep).join(Attempt, Attempt.id == AnswerStep.attempt_id).where(*mine)
    for step in db.session.scalars(steps):
        answer = step.document
        emptied = without_words(answer)
        if emptied != answer:
            step.answer, step.digest = json.dumps(emptied), ""
