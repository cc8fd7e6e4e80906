"""Saving a draft and publishing it: who may, what is immutable, what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.core.actor import GUEST, SYSTEM
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.events import subscribe
from lms.core.reasons import Refused
from lms.courses.events import CoursePublished
from lms.courses.models import CourseBody, CourseDraft, CourseRevision
from lms.courses.publication import preview_publication
from lms.courses.queries import find_course, find_published, list_courses, load_draft, load_outline
from lms.courses.services import publish_course, save_draft
from tests.courses.documents import activity, course, link, page, text
from tests.learning.building import AT, a_person, actor, an_organisation, draft, enrolled, publish, published, scope_on
from tests.quizzes.documents import quiz, single_choice

pytestmark = pytest.mark.usefixtures("session")


def refusal(use_case, *arguments, **named):
    with pytest.raises(Refused) as refused:
        use_case(*arguments, **named)
    return refused.value.reason.code


def save(slug="safety", *, organisation="academy", by=SYSTEM, parts=()):
    outline, bodies = course(*parts)
    publisher = an_organisation(organisation)
    db.session.flush()
    return save_draft(slug, organisation_id=publisher.id, outline=outline, bodies=bodies, by=by, at=AT)


def revisions():
    return db.session.scalars(sa.select(CourseRevision).order_by(CourseRevision.number)).all()


# --- drafts


def test_a_draft_is_not_in_the_catalogue():
    draft()
    assert refusal(find_published, "safety") == "course.unknown"
    assert list_courses(drafts=False) == []
    assert list_courses(drafts=True) == [("safety", "Safety at work", "en", None)]


def test_saving_again_replaces_the_draft_and_counts_the_change():
    first = save()
    again = save(parts=(activity("three"),))
    assert (again.id, load_draft(first.id).version) == (first.id, 2)
    assert load_draft(first.id).outline["modules"][0]["activities"][0]["key"] == "three"


def test_equal_bodies_are_one_row():
    same = page(text("The same in both."))
    save("one", parts=(activity("a", same),))
    save("two", parts=(activity("b", same),))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CourseBody)) == 1


@pytest.mark.parametrize("slug", ["", "Safety", "a b", "-a", "a--b", "a/b", "ä", "a" * 81])
def test_a_slug_that_is_no_address_is_refused(slug):
    assert refusal(save, slug) == "course.slug_invalid"


def test_the_slug_of_another_organisation_is_refused():
    save()
    assert refusal(save, organisation="elsewhere") == "course.slug_of_another_organisation"


WHO = [
    ("author", "academy", True),
    ("author", "elsewhere", False),
    ("hr", "academy", False),
    ("learner", "academy", False),
    ("manager", "academy", False),
]


def member(role, organisation):
    """Somebody with a role on an organisation, as a course of it names the scope."""
    return actor(a_person(), scope_on(draft(slug=f"of-{organisation}", organisation=organisation), role))


@pytest.mark.parametrize(("role", "organisation", "may"), WHO)
def test_authors_of_the_organisation_may_make_and_publish_its_courses(role, organisation, may):
    by = member(role, organisation)
    if not may:
        assert refusal(save, by=by) == "core.forbidden"
        draft()
        assert refusal(publish_course, "safety", by=by, at=AT) == "course.unknown"
        return
    save(by=by)
    assert publish_course("safety", by=by, at=AT).number == 1


def test_a_teacher_writes_in_the_own_course_but_neither_makes_nor_publishes_one():
    by = actor(a_person(), scope_on(draft(), "teacher"))
    assert save(by=by).slug == "safety"
    assert refusal(save, "new", by=by) == "core.forbidden"
    assert refusal(publish_course, "safety", by=by, at=AT) == "core.forbidden"


def test_a_guest_is_asked_to_sign_in():
    assert refusal(save, by=GUEST) == "core.not_signed_in"


# --- publishing


def test_publishing_makes_revision_one_with_the_outline_of_the_draft():
    draft(activity("a"))
    revision = publish("safety")
    assert (revision.number, revision.published_at) == (1, AT)
    assert [one.key for one in load_outline(revision.id).activities] == ["a"]
    assert find_published("safety").revision_id == revision.id


def test_an_unchanged_draft_gives_the_revision_that_stands():
    draft()
    first = publish("safety")
    draft()
    assert publish_course("safety", by=SYSTEM, at=AT + timedelta(days=1)).id == first.id
    assert len(revisions()) == 1


def test_a_changed_draft_gives_the_next_one_and_leaves_the_first_as_it_was():
    draft(activity("a", page(text("Old words."))))
    before = dict(publish("safety").outline)
    draft(activity("a", page(text("New words."))))
    publish("safety")
    first, second = revisions()
    assert (first.number, first.outline) == (1, before)
    assert second.digest != first.digest


def test_going_back_to_an_older_text_is_a_revision_of_its_own():
    for words in ("Old", "New", "Old"):
        draft(activity("a", page(text(words))))
        publish("safety")
    assert [revision.number for revision in revisions()] == [1, 2, 3]


def test_publishing_is_news_and_leaves_an_audit_entry():
    heard = []
    subscribe(CoursePublished, heard.append)
    revision = publish(draft())
    assert [event.revision_id for event in heard][-1] == revision.id
    (entry,) = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "course.published"))
    assert entry.data == {"number": 1}


@pytest.mark.parametrize(
    ("parts", "codes"),
    [
        ([activity("a", requires="none")], ["course.nothing_required"]),
        ([activity("a", release={"completed": "a"})], ["course.release_circle"]),
        ([activity("q", quiz({"text": "Words only."}))], ["quiz.nothing_to_mark", "course.required_quiz_unmarkable"]),
        (
            [activity("q", quiz({"question": single_choice(options=[])}))],
            ["quiz.no_right_option", "quiz.nothing_to_mark", "course.required_quiz_unmarkable"],
        ),
    ],
    ids=["nothing required", "circle", "quiz without questions", "question without a right answer"],
)
def test_mistakes_block_publishing_each_with_its_sentence(parts, codes):
    draft(*parts)
    with pytest.raises(Refused) as refused:
        publish("safety")
    assert refused.value.reason.code == "course.mistakes_block_publishing"
    found = refused.value.values["mistakes"]
    assert {one["code"] for one in found} <= set(codes)
    assert found
    assert "%(" not in refused.value.sentence()
    assert revisions() == []


def test_what_is_published_can_not_be_published_by_who_does_not_know_it():
    assert refusal(publish_course, "nothing", by=SYSTEM, at=AT) == "course.unknown"


def test_a_draft_that_is_blocked_stays_and_the_published_one_with_it():
    slug = published(activity("a"))
    draft(activity("a", requires="none"))
    assert refusal(publish, slug) == "course.mistakes_block_publishing"
    assert find_published(slug).number == 1
    kept = db.session.get_one(CourseDraft, find_course(slug).id)
    assert kept.outline["modules"][0]["activities"][0]["requirement"] == {"kind": "none"}


def test_a_course_may_hold_a_link_alone():
    assert publish(draft(activity("l", link()))).number == 1


def test_an_author_sees_how_many_active_learners_are_on_which_revision():
    by = actor(a_person(), scope_on(published(activity("a")), "author"))
    enrolled(a_person(), "safety")
    published(activity("a"), activity("b"))
    for _ in range(2):
        enrolled(a_person(), "safety")
    found = preview_publication("safety", by=by, at=AT).people
    assert [(on.number, on.active) for on in found] == [(2, 2), (1, 1)]
