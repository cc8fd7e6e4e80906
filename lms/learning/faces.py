"""What learning answers to courses: who is on which revision, and what moving them on would do."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.courses.ports import Effects, OnRevision
from lms.courses.queries import load_revision
from lms.courses.rules.outline import Outline
from lms.learning.models import Enrolment
from lms.learning.queries.standings import standings
from lms.learning.rules.leads import Lead, Tally


class CourseLearners:
    """Answers courses' questions about the learners of a course."""

    def count_by_revision(self, course_id: uuid.UUID) -> list[OnRevision]:
        counts = sa.select(Enrolment.revision_id, Enrolment.status, sa.func.count())
        counts = counts.where(Enrolment.course_id == course_id).group_by(Enrolment.revision_id, Enrolment.status)
        found: dict[uuid.UUID, Counter[str]] = {}
        for revision_id, status, count in db.session.execute(counts):
            found.setdefault(revision_id, Counter())[status] += count
        there = [OnRevision(key, one["active"], one["completed"]) for key, one in found.items()]
        return [one for one in there if one.active or one.completed]

    def effects(self, course_id: uuid.UUID, outline: dict[str, Any]) -> Effects:
        """Reads only learners on revisions that require other things than the outline: a mended text reads nobody."""
        after = Outline.of(outline)
        there = [one for one in self.count_by_revision(course_id) if one.active]
        tally = Tally()
        for one in there:
            lead = Lead.between(load_revision(one.revision_id).outline, after)
            if lead.matters:
                active = (Enrolment.course_id == course_id, Enrolment.status == "active")
                tally += lead.count(standings(*active, Enrolment.revision_id == one.revision_id))
        return Effects(sum(one.active for one in there), tally.gain, tally.complete, tally.keep, dict(tally.more))
