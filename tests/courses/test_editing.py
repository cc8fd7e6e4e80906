"""Drafts changed by operations: what is kept, what is told, what is undone, by one author and by several."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.core.actor import SYSTEM, Grant
from lms.core.canonical import digest
from lms.core.reasons import Refused
from lms.courses import services
from lms.courses.models import CourseBody, CourseFile, CourseRevision
from lms.courses.queries import find_course, load_draft, load_own_bodies
from lms.courses.reasons import CourseReason
from lms.courses.rules.edits import Draft, find_item
from lms.courses.services import change_draft, create_course, publish_course, redo, save_body, undo
from lms.interop.services import export_course, import_course
from tests.courses.documents import activity, module, page, stored, text, video
from tests.learning.building import AT, a_person, actor, an_organisation, draft, published, scope_on

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def course():
    """Two modules: m1 with the pages one and two, m2 with three."""
    return draft(module("m1", activity("one"), activity("two")), module("m2", activity("three")))


@pytest.fixture
def ana(course):
    return actor(a_person(), scope_on(course, "author"))


@pytest.fixture
def ben(course):
    return actor(a_person(), scope_on(course, "teacher"))


def change(slug, by, at=AT, **operation):
    return change_draft(slug, operation, by=by, at=at)


def rename(slug, by, key, title, was, at=AT):
    return change(slug, by, at, op="set", on="activity", key=key, field="title", value=title, was=was)


def standing(slug):
    row = load_draft(find_course(slug).id)
    return Draft(row.outline, row.archived)


def title_of(slug, key):
    return find_item(standing(slug), "activity", key)["title"]


def keys(slug):
    return [[one["key"] for one in found["activities"]] for found in standing(slug).outline["modules"]]


def body_of(slug, key):
    return find_item(standing(slug), "activity", key)["body"]


def reason(call, *args, **values):
    with pytest.raises(Refused) as told:
        call(*args, **values)
    return told.value


def test_an_activity_of_each_kind_begins_with_a_body_that_can_be_opened(course, ana, session):
    for kind in ("page", "video", "file", "link", "quiz"):
        state = change(course, ana, op="add_activity", kind=kind, title=f"A new {kind}", module="m2")
        assert state.key == f"a-new-{kind}"
        assert session.get(CourseBody, body_of(course, state.key)).document["kind"] == kind


def test_what_has_nothing_to_show_yet_blocks_publishing(course, ana):
    change(course, ana, op="add_activity", kind="video", title="Film", module="m2")
    refused = reason(publish_course, course, by=ana, at=AT)
    assert [one["code"] for one in refused.values["mistakes"]] == [CourseReason.UNFINISHED.code]


def test_a_key_is_given_once_whatever_was_taken_out_undone_or_published(course, ana):
    published(activity("intro"), slug="safety")
    draft(module("m1", activity("one")))
    first = change(course, ana, op="add_activity", kind="page", title="Intro", module="m1").key
    undo(course, by=ana, at=AT)
    second = change(course, ana, op="add_activity", kind="page", title="Intro", module="m1").key
    change(course, ana, op="archive", on="activity", key=second)
    third = change(course, ana, op="add_activity", kind="page", title="Intro", module="m1").key
    assert (first, second, third) == ("intro-2", "intro-3", "intro-4")


def test_a_field_that_somebody_else_changed_is_told_with_both_values(course, ana, ben):
    rename(course, ana, "one", "Begin here", "About one")
    refused = reason(rename, course, ben, "one", "Start", "About one")
    assert refused.reason is CourseReason.EDITED_MEANWHILE
    assert refused.values == {"on": "activity", "key": "one", "field": "title", "now": "Begin here", "yours": "Start"}
    assert title_of(course, "one") == "Begin here"


def test_two_authors_on_different_fields_disturb_each_other_in_nothing(course, ana, ben):
    rename(course, ana, "one", "Begin here", "About one")
    change(course, ben, op="set", on="activity", key="one", field="minutes", value="7", was=None)
    found = find_item(standing(course), "activity", "one")
    assert (found["title"], found["minutes"]) == ("Begin here", 7)


def test_what_changes_nothing_leaves_no_trace(course, ana):
    before = load_draft(find_course(course).id).version
    assert rename(course, ana, "one", "About one", "About one").version == before


@pytest.mark.parametrize(
    ("operation", "field"),
    [
        ({"op": "set", "on": "activity", "key": "one", "field": "title", "value": " ", "was": "About one"}, "title"),
        ({"op": "set", "on": "activity", "key": "one", "field": "minutes", "value": "-1", "was": None}, "minutes"),
        ({"op": "set", "on": "activity", "key": "one", "field": "body", "value": "0" * 64, "was": ""}, "field"),
        ({"op": "set", "on": "course", "field": "workload_hours", "value": "a lot", "was": "2"}, "workload_hours"),
        ({"op": "remove", "on": "activity", "key": "one", "was": {}}, "op"),
        ({"op": "add_activity", "kind": "film", "title": "x", "module": "m1"}, "kind"),
        ({"op": "archive", "on": "activity", "key": "one", "left": {}}, "left"),
    ],
)
def test_what_can_t_be_saved_is_named(course, ana, operation, field):
    refused = reason(change_draft, course, operation, by=ana, at=AT)
    assert (refused.reason, refused.values["field"]) == (CourseReason.EDIT_WRONG, field)


def test_what_is_taken_out_can_be_written_and_put_back(course, ana, ben):
    change(course, ana, op="archive", on="module", key="m1")
    rename(course, ben, "one", "Begin here", "About one")
    change(course, ana, op="put_back", on="module", key="m1")
    assert keys(course) == [["one", "two"], ["three"]]
    assert title_of(course, "one") == "Begin here"


def test_a_body_is_saved_on_what_it_was_based_on(course, ana):
    before = body_of(course, "one")
    saved = save_body(course, "one", page(text("New.")), based_on=before, by=ana, at=AT)
    assert body_of(course, "one") == saved == digest(page(text("New.")))


def test_two_authors_in_different_blocks_of_a_page_both_stay(course, ana, ben):
    base = page(text("First."), text("Middle."), text("Last."))
    begun = save_body(course, "one", base, based_on=body_of(course, "one"), by=ana, at=AT)
    save_body(course, "one", page(text("First!"), text("Middle."), text("Last.")), based_on=begun, by=ana, at=AT)
    theirs = page(text("First."), text("Middle."), text("Last!"))
    saved = save_body(course, "one", theirs, based_on=begun, by=ben, at=AT)
    assert saved == digest(page(text("First!"), text("Middle."), text("Last!")))


def test_two_authors_in_the_same_block_are_told_and_the_other_text_is_kept(course, ana, ben, session):
    begun = body_of(course, "one")
    session.commit()  # a refused request leaves nothing behind but the text
    saved = save_body(course, "one", page(text("Mine.")), based_on=begun, by=ana, at=AT)
    session.commit()
    refused = reason(save_body, course, "one", page(text("Yours.")), based_on=begun, by=ben, at=AT)
    session.rollback()
    assert refused.reason is CourseReason.EDITED_MEANWHILE
    assert (refused.values["now"], refused.values["yours"]) == (saved, digest(page(text("Yours."))))
    assert session.get(CourseBody, refused.values["yours"]).document == page(text("Yours."))
    assert body_of(course, "one") == saved


def foreign_body() -> str:
    """The digest of a page of another course, as somebody may have seen it in a log or an archive."""
    body = page(text("Secret."), text("Middle."), text("Last."))
    draft(activity("secret", body), slug="other")
    return digest(body)


def test_a_body_of_another_course_is_no_base_to_save_on(course, ana, session):
    foreign = foreign_body()
    begun = page(text("Begin."), text("Middle."), text("Last."))
    save_body(course, "one", begun, based_on=body_of(course, "one"), by=ana, at=AT)
    session.commit()
    theirs = page(text("Secret."), text("Middle."), text("Mine."))
    refused = reason(save_body, course, "one", theirs, based_on=foreign, by=ana, at=AT)
    assert refused.reason is CourseReason.EDITED_MEANWHILE


def test_a_course_owns_the_bodies_that_it_has_had_and_published(course, ana):
    course_id, first = find_course(course).id, body_of(course, "one")
    second = save_body(course, "one", page(text("Second.")), based_on=first, by=ana, at=AT)
    third = save_body(course, "one", page(text("Third.")), based_on=second, by=ana, at=AT)
    document = digest(page(text("Published.")))
    published(activity("a", page(text("Published."))), slug="told")
    assert set(load_own_bodies(course_id, [first, second, third, foreign_body(), document])) == {first, second, third}
    assert set(load_own_bodies(find_course("told").id, [document, first])) == {document}


@pytest.mark.parametrize("title", ["%s", '"body": "%s"', '{"op": "set", "field": "body", "value": "%s"}'])
def test_what_looks_like_a_digest_in_a_title_makes_no_body_ones_own(course, ana, title):
    foreign = foreign_body()
    rename(course, ana, "one", title % foreign, title_of(course, "one"))
    assert load_own_bodies(find_course(course).id, [foreign, foreign[:10], "%", ""]) == {}


def test_only_files_that_were_uploaded_to_a_course_can_be_named(course, ana, session):
    """Storage holds documents of certificates too: naming one by its digest must not make it public."""
    stranger = page(text("![a](a.png)"), files={"a.png": stored(b"a certificate")})
    before = body_of(course, "one")
    assert (
        reason(save_body, course, "one", stranger, based_on=before, by=ana, at=AT).reason is CourseReason.FILE_UNKNOWN
    )
    session.add(CourseFile(**stored(b"a certificate")))
    assert save_body(course, "one", stranger, based_on=before, by=ana, at=AT) == digest(stranger)


def test_an_activity_keeps_its_kind(course, ana):
    refused = reason(save_body, course, "one", video(), based_on=body_of(course, "one"), by=ana, at=AT)
    assert refused.reason is CourseReason.KIND_FIXED


def test_each_author_undoes_the_own_changes(course, ana, ben):
    rename(course, ana, "one", "By Ana", "About one")
    rename(course, ben, "two", "By Ben", "About two")
    undo(course, by=ana, at=AT)
    assert (title_of(course, "one"), title_of(course, "two")) == ("About one", "By Ben")
    assert reason(undo, course, by=ana, at=AT).reason is CourseReason.NOTHING_TO_UNDO
    redo(course, by=ana, at=AT)
    assert title_of(course, "one") == "By Ana"
    assert reason(redo, course, by=ana, at=AT).reason is CourseReason.NOTHING_TO_REDO


def test_what_somebody_else_changed_since_is_not_undone(course, ana, ben):
    rename(course, ana, "one", "By Ana", "About one")
    rename(course, ben, "one", "By Ben", "By Ana")
    assert reason(undo, course, by=ana, at=AT).reason is CourseReason.CHANGED_SINCE
    assert title_of(course, "one") == "By Ben"


def test_a_move_is_not_undone_over_somebody_else_s(course, ana, ben):
    change(course, ana, op="move", on="activity", key="one", module="m1", after="two")
    change(course, ben, op="move", on="activity", key="one", module="m1", after="")
    assert reason(undo, course, by=ana, at=AT).reason is CourseReason.CHANGED_SINCE


def test_saving_while_typing_is_one_step_of_undo(course, ana):
    begun = body_of(course, "one")
    based_on = begun
    for second, words in enumerate(("N", "Ne", "New")):
        at = AT + timedelta(seconds=20 * second)
        based_on = save_body(course, "one", page(text(words)), based_on=based_on, by=ana, at=at)
    later = AT + timedelta(minutes=30)
    save_body(course, "one", page(text("Newer")), based_on=based_on, by=ana, at=later)
    undo(course, by=ana, at=later)
    assert body_of(course, "one") == based_on
    undo(course, by=ana, at=later)
    assert body_of(course, "one") == begun
    redo(course, by=ana, at=later)
    assert body_of(course, "one") == based_on


def test_one_change_further_back_can_be_undone_by_its_number(course, ana):
    first = rename(course, ana, "one", "New", "About one").version
    rename(course, ana, "two", "Newer", "About two")
    undo(course, by=ana, at=AT, number=first)
    assert (title_of(course, "one"), title_of(course, "two")) == ("About one", "Newer")


def test_who_may_not_write_the_course_is_told_that_there_is_none(course):
    stranger = actor(a_person())
    calls = [
        (change_draft, course, {"op": "archive", "on": "module", "key": "m1"}),
        (save_body, course, "one", page()),
        (undo, course),
        (redo, course),
    ]
    for call, *args in calls:
        more = {"based_on": ""} if call is save_body else {}
        assert reason(call, *args, by=stranger, at=AT, **more).reason is CourseReason.UNKNOWN


def test_a_course_begins_from_nothing(session):
    publisher = an_organisation()
    session.flush()
    author = actor(a_person(), Grant("author", "organisation", publisher.id))
    made = create_course(publisher.id, "Öl wechseln", "de", by=author, at=AT)
    again = create_course(publisher.id, "Öl wechseln", "de", by=author, at=AT)
    assert (made.slug, again.slug) == ("ol-wechseln", "ol-wechseln-2")
    first = change(made.slug, author, op="add_module", title="Anfang").key
    change(made.slug, author, op="add_activity", kind="page", title="Werkzeug", module=first)
    publish_course(made.slug, by=author, at=AT)
    assert session.get(CourseRevision, find_course(made.slug).revision_id).title == "Öl wechseln"


def test_a_copy_of_a_course_is_a_course_of_its_own(course, ana):
    copied = services.copy_course(course, "The same again", by=ana, at=AT)
    assert keys(copied.slug) == keys(course)
    assert standing(copied.slug).outline["facts"]["key"] == "the-same-again"
    rename(copied.slug, ana, "one", "Other", "About one")
    assert title_of(course, "one") == "About one"


def test_an_import_stands_in_the_history_and_is_not_undone(course, ana):
    rename(course, ana, "one", "By Ana", "About one")
    draft(module("m1", activity("other")))
    assert reason(undo, course, by=ana, at=AT).reason is CourseReason.CHANGED_SINCE
    assert keys(course) == [["other"]]


def test_a_draft_that_is_not_finished_goes_out_as_a_zip_and_comes_in_again(course, ana, session, tmp_path):
    for kind in ("video", "file", "link", "quiz"):
        change(course, ana, op="add_activity", kind=kind, title=f"New {kind}", module="m2")
    session.commit()
    before = standing(course).outline
    target = tmp_path / "course.zip"
    export_course(course, target, by=ana)
    import_course(target, publish=False, slug=course, organisation=None, by=SYSTEM, at=AT)
    assert standing(course).outline == before
