"""Bodies that nothing names go after a month; what a draft, the log of its edits or a revision names never does."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.core.actor import SYSTEM
from lms.core.canonical import digest
from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.regular import enqueue_regular
from lms.core.jobs.services import run_job
from lms.core.reasons import Refused
from lms.courses.models import CourseBody
from lms.courses.services import body_of, change_draft, keep_bodies, publish_course, redo, save_body, undo
from lms.courses.services.pruning import KEPT, prune_bodies, unnamed_bodies
from lms.courses.tasks import PRUNE
from tests.courses.documents import activity, page, text
from tests.learning.building import AT, a_person, actor, draft, scope_on

pytestmark = pytest.mark.usefixtures("session")
OLD = AT + KEPT + timedelta(seconds=1)
STRAY = page(text("Nobody shows this."))


def prune(at=OLD):
    found = unnamed_bodies(at)
    prune_bodies(found, at)
    return found


def kept():
    return set(db.session.scalars(sa.select(CourseBody.digest)))


def write(words, *, by=SYSTEM, based_on=None, at=AT):
    standing = based_on or body_of("safety", "one", by=SYSTEM)[0]
    return save_body("safety", "one", page(text(words)), based_on=standing, by=by, at=at)


def test_what_nothing_names_goes_after_a_month_and_no_day_sooner():
    draft()
    keep_bodies({digest(STRAY): STRAY}, at=AT)
    assert prune(AT + KEPT) == []
    assert prune() == [digest(STRAY)]
    assert digest(STRAY) not in kept()


def test_what_is_kept_anew_is_young_again():
    draft()
    keep_bodies({digest(STRAY): STRAY}, at=AT)
    keep_bodies({digest(STRAY): STRAY}, at=AT + timedelta(days=2))
    assert prune() == []


def test_what_comes_to_be_named_between_looking_and_deleting_stays():
    draft()
    keep_bodies({digest(STRAY): STRAY}, at=AT)
    found = unnamed_bodies(OLD)
    save_body("safety", "one", STRAY, based_on=body_of("safety", "one", by=SYSTEM)[0], by=SYSTEM, at=OLD)
    prune_bodies(found, OLD)
    assert digest(STRAY) in kept()


def test_all_that_history_and_undo_need_stays_and_works():
    draft(activity("one"), activity("two", page(text("Second."))))
    ana = actor(a_person(), scope_on("safety", "author"))
    publish_course("safety", by=SYSTEM, at=AT)
    first, later = body_of("safety", "one", by=SYSTEM)[0], [write(words, by=ana) for words in ("A.", "B.")]
    change_draft("safety", {"op": "archive", "on": "activity", "key": "two"}, by=ana, at=AT)
    before = kept()
    assert prune() == []
    assert kept() == before >= {first, *later}
    change_draft("safety", {"op": "put_back", "on": "activity", "key": "two"}, by=ana, at=OLD)
    assert body_of("safety", "two", by=SYSTEM)[1]["blocks"] == [text("Second.")]
    for _step in range(3):  # put back, taken out, both savings at once
        undo("safety", by=ana, at=OLD)
    assert body_of("safety", "one", by=SYSTEM)[0] == first
    assert prune(OLD + KEPT) == []
    redo("safety", by=ana, at=OLD)
    assert body_of("safety", "one", by=SYSTEM)[1]["blocks"] == [text("B.")]


def test_what_was_refused_waits_a_month_to_be_compared_and_goes_then():
    draft()
    base = body_of("safety", "one", by=SYSTEM)[0]
    write("Theirs.")
    with pytest.raises(Refused):
        write("Mine.", based_on=base)
    mine = digest(page(text("Mine.")))
    assert mine in kept()
    assert prune() == [mine]


def test_it_is_a_job_of_every_day(monkeypatch):
    monkeypatch.setattr("lms.courses.tasks.AT_ONCE", 1)
    draft()
    strays = [page(text(f"Stray {number}.")) for number in range(3)]
    keep_bodies({digest(one): one for one in strays}, at=now() - KEPT - timedelta(hours=1))
    enqueue_regular(now())
    db.session.commit()
    (job_id,) = db.session.scalars(sa.select(Job.id).where(Job.kind == PRUNE)).all()
    db.session.rollback()
    assert run_job(job_id)
    assert db.session.get_one(Job, job_id).result == {"deleted": 3}
    assert not kept() & {digest(one) for one in strays}
