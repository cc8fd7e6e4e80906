"""What an administrator sees and may set going again; roles given in words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.accounts.models import RoleGrant
from lms.accounts.services import disable_person
from lms.core.actor import SYSTEM, Actor
from lms.core.audit import AuditEntry, record
from lms.core.clock import now
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.jobs.models import Job
from lms.core.jobs.services import enqueue, job_kinds
from lms.core.mail.models import Mail
from lms.core.reasons import Refused
from lms.courses.models import CourseFile
from lms.courses.queries import find_course
from lms.home.administration import cancel_job, retry_job
from lms.home.people import grant_in_words
from lms.home.queries import figures, find_people
from lms.organisations.models import Membership
from lms.organisations.services import find_organisation
from tests.learning.building import AT, a_person, actor, an_organisation, draft, enrolled, published, signed_in

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def admin(app):
    return signed_in(app, a_person("administrator"))


def a_job(state):
    job = enqueue("interop.import", f"job-{state}", {"name": "course.zip"}, at=AT)
    job.state = state
    if state == "failed":
        job.reason, job.finished_at = {"code": "job.gave_up", "values": {"attempts": 5}}, now()
    db.session.flush()
    return job


def test_the_figures_count_what_is_there():
    a_job("failed")
    a_job("done")
    enrolled(a_person(), published())
    draft(slug="drafted")
    numbers = {count["icon"]: count["number"] for count in figures()}
    assert numbers == {"stop": 1, "people": 1, "course": 1, "half": 1}


def test_the_overview_says_how_it_is_and_what_failed(admin):
    a_job("failed")
    found = admin.get("/admin").text
    assert "One piece of work has failed." in found
    assert "broke off 5 times" in found


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_work_that_is_over_is_started_again_by_the_button_and_leads_back_to_the_list(admin, session, state):
    job_id = a_job(state).id
    session.commit()
    answer = admin.post(f"/admin/jobs/{job_id}/retry", data={"next": "/admin/jobs?state=failed"})
    assert answer.location == "/admin/jobs?state=failed"
    session.expire_all()
    assert db.session.get_one(Job, job_id).state == "queued"


def test_work_that_waits_is_cancelled_by_the_button(admin, session):
    job_id = a_job("queued").id
    session.commit()
    assert admin.post(f"/admin/jobs/{job_id}/cancel").location == "/admin/jobs"
    session.expire_all()
    assert db.session.get_one(Job, job_id).state == "cancelled"


@pytest.mark.parametrize("role", [None, "hr"])
@pytest.mark.parametrize("use_case", [retry_job, cancel_job])
def test_nobody_else_does_anything_with_work(role, use_case):
    job = a_job("failed")
    with pytest.raises(Refused, match=r"core\.forbidden"):
        use_case(job.id, by=actor(a_person()), at=AT)


def test_work_is_found_by_state_and_kind_page_by_page(admin, monkeypatch):
    monkeypatch.setattr("lms.home.pages.admin_work.PAGE", 2)
    for number in range(3):
        enqueue("tests.nothing", f"nothing {number}", {}, at=AT)
    a_job("failed")
    first = admin.get("/admin/jobs?state=queued&kind=tests.nothing").text
    assert first.count("/cancel") == 2
    following = re.search(r'href="(/admin/jobs[^"]*cursor[^"]*)"', first)
    second = admin.get(following[1].replace("&amp;", "&")).text
    assert second.count("/cancel") == 1
    assert "Import a course" not in first.split("<table")[1] + second.split("<table")[1]
    assert "No work matches" in admin.get("/admin/jobs?state=done").text


def test_every_kind_of_work_has_a_name(app):
    job_word = app.jinja_env.get_template("jobs/words.html").module.job_word
    assert [kind for kind in job_kinds() if job_word(kind) == kind and not kind.startswith("tests.")] == []


def test_an_import_says_what_came_in(admin):
    job = a_job("done")
    counts = {"texts": {"source": 9, "imported": 5, "approximated": 3, "left_out": 1}}
    job.result = {"course": "safety", "revision": None, "counts": counts, "items": []}
    found = admin.get("/admin/imports").text
    assert "course.zip" in found
    assert "5 as they were, 3 nearly, 1 left out" in found


# --- people


def rows_of(text):
    return re.findall(r"<bdi>([^<]+)</bdi></a></th>", text)


def test_people_are_found_by_name_address_id_role_and_state(admin, session):
    zofia, ivan = a_person("hr", scope=an_organisation().id, name="Žofia Kowalska"), a_person(name="Иван Петров")
    ivan.disabled_at = AT
    for words in ("žofia", "zofia kowal", "KOWAL", zofia.email[:8].upper(), str(zofia.id)):
        assert rows_of(admin.get("/admin/people", query_string={"q": words}).text) == ["Žofia Kowalska"], words
    assert rows_of(admin.get("/admin/people?role=hr").text) == ["Žofia Kowalska"]
    assert rows_of(admin.get("/admin/people?state=disabled").text) == ["Иван Петров"]
    assert "Nobody matches" in admin.get("/admin/people?q=%25").text


def test_who_is_disabled_is_out_at_once_and_may_come_back(admin, app, session):
    person = a_person(name="Ivan Petrov")
    theirs = signed_in(app, person)
    assert theirs.get("/api/v1/me").status_code == 200
    answer = admin.post(f"/admin/people/{person.id}/disable", data={"why": "misuse"})
    assert answer.location == f"/admin/people/{person.id}"
    assert theirs.get("/api/v1/me").status_code == 401
    assert "Somebody else may be using the account" in admin.get(answer.location).text
    admin.post(f"/admin/people/{person.id}/enable")
    assert signed_in(app, person).get("/api/v1/me").status_code == 200
    actions = session.scalars(sa.select(AuditEntry.action).where(AuditEntry.subject_id == str(person.id))).all()
    assert {"person.disabled", "person.signed_out_everywhere", "person.enabled"} <= set(actions)


def test_nobody_disables_themselves_or_the_last_administrator(app, session):
    me = a_person("administrator")
    own = signed_in(app, me)
    answer = own.post(f"/admin/people/{me.id}/disable", data={"why": "left"})
    assert (answer.status_code, "This is your own account" in answer.text) == (409, True)
    with pytest.raises(Refused, match="last_administrator"):
        disable_person(me.id, "left", by=SYSTEM, at=AT)


def test_a_reason_is_chosen_from_those_that_there_are(admin):
    answer = admin.post(f"/admin/people/{a_person().id}/disable", data={"why": "his mother said so"})
    assert answer.status_code == 422


def test_roles_are_given_and_taken(admin, session):
    person, organisation = a_person(), an_organisation("second")
    admin.post(f"/admin/people/{person.id}/roles", data={"role": "hr", "organisation": "second", "course": ""})
    (grant,) = session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == person.id)).all()
    assert (grant.role, grant.scope_id) == ("hr", organisation.id)
    admin.post(f"/admin/people/{person.id}/roles/{grant.id}/take")
    session.expire_all()
    assert grants(person) == []


def test_the_last_administrator_stays_one(app, session):
    me = a_person("administrator")
    (grant,) = session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == me.id)).all()
    answer = signed_in(app, me).post(f"/admin/people/{me.id}/roles/{grant.id}/take")
    assert (answer.status_code, "Nobody else here is an administrator" in answer.text) == (409, True)


def test_who_has_not_answered_gets_the_invitation_again(admin, session):
    organisation, person = an_organisation("second"), a_person()
    person.password_hash = None
    session.add(Membership(organisation_id=organisation.id, person_id=person.id, joined_at=AT, invited_at=AT))
    session.flush()
    assert "Send the invitation again" in admin.get(f"/admin/people/{person.id}").text
    admin.post(f"/admin/people/{person.id}/invitation", data={"organisation": "second"})
    assert session.scalars(sa.select(Mail.template).where(Mail.person_id == person.id)).all() == ["invitation"]


# --- organisations


def test_an_organisation_is_added_and_changed(admin, session):
    added = admin.post("/admin/organisations", data={"slug": "north", "name": "North Cells"})
    assert added.location == "/admin/organisations/north"
    facts = {"name": "North Cells AB", "country": "SE", "timezone": "Europe/Stockholm", "brand_hue": "0"}
    admin.post(added.location, data=facts)
    found = find_organisation("north")
    assert (found.name, found.country, found.timezone, found.brand_hue) == (
        "North Cells AB",
        "SE",
        "Europe/Stockholm",
        0,
    )
    assert "North Cells AB" in admin.get("/admin/organisations").text


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"name": ""}, 422), ({"country": "XX"}, 422), ({"timezone": "Mars"}, 422), ({"brand_hue": "red"}, 422)],
)
def test_what_an_organisation_can_not_be_is_said_and_what_was_typed_stays(admin, facts, code):
    an_organisation("north")
    typed = {"name": "North", "country": "", "timezone": "", "brand_hue": "", **facts}
    answer = admin.post("/admin/organisations/north", data=typed)
    assert answer.status_code == code
    assert 'aria-invalid="true"' in answer.text
    assert find_organisation("north").name == "North"


# --- mail, storage, the record


def test_mail_is_listed_with_why_it_waits_and_tried_at_once(admin, session):
    mail = Mail(id=new_id(), key="k", batch="b", template="invitation", person_id=a_person(name="Ida").id, values={})
    mail.state, mail.tries, mail.created_at, mail.due_at = "queued", 2, AT, now() + timedelta(hours=1)
    mail.reason = {"code": "mail.refused_for_now", "values": {"code": 451}}
    session.add(mail)
    session.commit()
    found = admin.get("/admin/mail?state=queued").text
    assert "Ida" in found
    assert "come back later (451)" in found
    admin.post(f"/admin/mail/{mail.id}/send")
    session.expire_all()
    assert mail.due_at <= now()
    assert session.scalars(sa.select(Job.payload).where(Job.kind == "mail.send")).all() == [{"batch": "b"}]


def test_mail_that_failed_for_good_is_not_sent_again(admin, session):
    mail = Mail(id=new_id(), key="k", batch="b", template="invitation", values={}, state="failed")
    mail.created_at = mail.due_at = mail.ended_at = AT
    session.add(mail)
    session.commit()
    assert admin.post(f"/admin/mail/{mail.id}/send").status_code == 409


def test_storage_counts_files_and_bytes(admin, session):
    session.add(CourseFile(digest="0" * 64, size=5_000_000, media_type="video/mp4"))
    session.commit()
    assert admin.get("/api/v1/admin/storage").json["files"][0] == {
        "kind": "course_file",
        "count": 1,
        "bytes": 5_000_000,
    }
    assert "5 MB" in admin.get("/admin/storage").text


def test_the_record_is_found_by_who_acted_and_by_what_it_was_about(admin, session):
    person, other = a_person(name="Ida"), a_person()
    record("tests.done", by=Actor(person.id), subject=("thing", other.id), at=AT)
    record("tests.done", by=SYSTEM, subject=("thing", "another"), at=AT)
    session.commit()
    assert found_entries(admin, person=person.id) == ["tests.done"]
    assert found_entries(admin, subject=other.id, action="tests.") == ["tests.done"]
    assert found_entries(admin, person="system", subject="another") == ["tests.done"]
    assert found_entries(admin, person="nobody’s id") == []


def found_entries(client, **filters):
    text = client.get("/admin/audit", query_string=filters).text
    return re.findall(r'<a class="mono" href="/admin/audit\?action=[^"]+">([^<]+)</a>', text)


# --- the API does the same


def test_the_api_lists_and_changes_what_the_pages_do(admin, session):
    person, organisation = a_person(name="Ida"), an_organisation("north")
    job_id = a_job("failed").id
    session.commit()
    listed = admin.get("/api/v1/admin/people?q=Ida").json["items"]
    assert [(one["name"], one["state"]) for one in listed] == [("Ida", "active")]
    assert (
        admin.post(f"/api/v1/admin/people/{person.id}/disabling", json={"why": "left"}).json["why_disabled"] == "left"
    )
    assert admin.post(f"/api/v1/admin/people/{person.id}/enabling").json["state"] == "active"
    role = {"role": "hr", "organisation": "north"}
    (held,) = admin.post(f"/api/v1/admin/people/{person.id}/roles", json=role).json["roles"]
    assert held["on"] == organisation.name
    assert admin.delete(f"/api/v1/admin/people/{person.id}/roles/{held['id']}").status_code == 204
    made = admin.post("/api/v1/admin/organisations", json={"slug": "south", "name": "South"})
    assert made.status_code == 201
    changed = admin.put("/api/v1/admin/organisations/south", json={"name": "South AG", "country": "AT"}).json
    assert (changed["name"], changed["country"]) == ("South AG", "AT")
    assert admin.get("/api/v1/admin/jobs?state=failed").json["items"][0]["id"] == str(job_id)
    assert admin.post(f"/api/v1/admin/jobs/{job_id}/retry").json["state"] == "queued"
    assert admin.get("/api/v1/admin/storage").json["database_bytes"] > 0
    assert "database.answers" in {one["code"] for one in admin.get("/api/v1/admin/health").json["findings"]}
    assert admin.get(f"/api/v1/admin/audit?subject={person.id}").json["items"][0]["action"] == "role.revoked"


def test_everybody_is_listed_once_whatever_the_pages_the_newest_first():
    made = [a_person(name=f"Person {number}") for number in range(5)]
    for number, person in enumerate(made):
        person.created_at = AT + timedelta(minutes=number // 2)
    db.session.flush()
    names, cursor = [], None
    while True:
        rows, cursor = find_people(words="Person ", role=None, state=None, cursor=cursor, limit=2)
        names += [row.name for row in rows]
        if cursor is None:
            break
    assert names[0] == "Person 4"
    assert [set(names[1:3]), set(names[3:])] == [{"Person 2", "Person 3"}, {"Person 0", "Person 1"}]


# --- roles in words


def grants(person):
    rows = db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == person.id))
    return [(grant.role, grant.scope_kind, grant.scope_id) for grant in rows]


def give(person, role, *, organisation=None, course=None):
    grant_in_words(person.id, role, organisation=organisation, course=course, by=SYSTEM, at=AT)


def test_without_an_organisation_it_is_the_first_one():
    first, person = an_organisation("first"), a_person()
    an_organisation("second")
    give(person, "author")
    assert grants(person) == [("author", "organisation", first.id)]


def test_a_named_organisation_is_employer_and_scope():
    an_organisation("first")
    second, person = an_organisation("second"), a_person()
    give(person, "hr", organisation="second")
    assert grants(person) == [("hr", "organisation", second.id)]
    assert db.session.scalars(sa.select(Membership.organisation_id)).all() == [second.id]


def test_a_teacher_is_one_of_a_course():
    person, slug = a_person(), draft()
    give(person, "teacher", course=slug)
    assert grants(person) == [("teacher", "course", find_course(slug).id)]


def test_a_teacher_belongs_to_the_organisation_whose_course_it_is():
    an_organisation("first")
    person, slug = a_person(), draft(organisation="second")
    give(person, "teacher", course=slug)
    assert db.session.scalars(sa.select(Membership.organisation_id)).all() == [find_course(slug).organisation_id]


@pytest.mark.parametrize("role", ["administrator", "editor"])
def test_a_role_on_everything_needs_no_scope(role):
    an_organisation("first")
    person = a_person()
    give(person, role)
    assert [scope for _role, _kind, scope in grants(person)] == [None]


@pytest.mark.parametrize(
    ("role", "named", "code"),
    [
        ("teacher", {}, "account.scope_missing"),
        ("teacher", {"course": "nothing"}, "course.unknown"),
        ("author", {"organisation": "nothing"}, "organisation.unknown"),
        ("king", {}, "account.role_unknown"),
    ],
)
def test_what_can_not_be_given_is_refused(role, named, code):
    an_organisation("first")
    person = a_person()
    with pytest.raises(Refused) as refused:
        give(person, role, **named)
    assert refused.value.reason.code == code
    assert grants(person) == []
