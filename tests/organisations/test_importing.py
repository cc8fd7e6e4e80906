"""A table of people, from the file to the people: every row checked, nothing twice, whatever breaks in the middle."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.accounts.queries import actor_of
from lms.accounts.services import erase_person
from lms.core.actor import SYSTEM, Actor
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.services import claimable_jobs, run_job
from lms.core.mail.models import Mail
from lms.core.reasons import Refused
from lms.core.spreadsheets import read_table
from lms.core.storage import storage
from lms.organisations import queries
from lms.organisations.models import Membership, PeopleImport, TeamMember
from lms.organisations.services import (
    importing,
    match_columns,
    put_into_team,
    read_faults,
    send_table,
    start_adding,
    take_role,
)
from tests.learning.building import AT, a_person, signed_in
from tests.organisations.building import a_member, a_team, emails_of, hr_of, invited, table

COLUMNS = {"name": 0, "email": 1, "team": 2, "number": 3}
ROWS = [
    "Ana;ana@example.org;Plant / Paint;1",
    "Bo;bo@example.org;Plant;2",
    "Cy;cy at example.org;Plant;3",
    "Mia;mia@example.org;;4",
]


def sent(organisation, by, *rows: str) -> PeopleImport:
    db.session.commit()  # a table is read and stored outside of a transaction
    return send_table(organisation.id, table(*(rows or ROWS)), name="people.csv", by=by, at=AT)


def looked_at(organisation, by, *rows: str, make_teams: bool = True) -> PeopleImport:
    made = sent(organisation, by, *rows)
    return match_columns(organisation.id, made.id, COLUMNS, make_teams=make_teams, by=by, at=AT)


def work() -> None:
    """Everything that waits, done by this test in place of a worker."""
    db.session.commit()
    for job_id in claimable_jobs(AT.replace(year=2100)):
        job = db.session.get_one(Job, job_id)
        kind, late = job.kind, job.run_after > job.created_at
        db.session.rollback()
        if kind in (importing.ADD, importing.CHECK) and not late:
            run_job(job_id)


def test_a_table_is_guessed_looked_at_and_added_and_the_effect_was_told_before(session):
    north, hr = hr_of()
    a_team(north, hr, "Plant")
    invited(north, hr, "mia@example.org")
    made = sent(north, hr)
    assert made.choices["columns"] == {"name": 0, "email": 1, "team": 2, "number": 3}
    found = match_columns(north.id, made.id, COLUMNS, make_teams=True, by=hr, at=AT)
    assert found.found
    told = {name: found.found[name] for name in ("rows", "new", "members", "wrong", "teams", "hidden")}
    assert told == {"rows": 4, "new": 2, "members": 1, "wrong": 1, "teams": [["Plant", "Paint"]], "hidden": 0}
    assert emails_of(north) == {"mia@example.org", *_own(hr)}
    start_adding(north.id, found.id, by=hr, at=AT)
    work()
    assert emails_of(north) == {"ana@example.org", "bo@example.org", "mia@example.org", *_own(hr)}
    paths = queries.team_paths(north.id)
    ana = session.scalar(sa.select(Person.id).where(Person.email == "ana@example.org"))
    assert [team.id for team in queries.teams_by_person(north.id, [ana])[ana]] == [paths[("Plant", "Paint")]]
    job = session.get_one(Job, session.get_one(PeopleImport, found.id).job_id)
    assert (job.state, job.result) == ("done", {"added": 2, "changed": 0, "members": 1, "wrong": 1})
    assert session.get_one(PeopleImport, found.id).state == "done"


def _own(hr) -> set[str]:
    return {db.session.get_one(Person, hr.person_id).email}


def test_the_same_file_again_adds_nobody_and_writes_to_nobody(session):
    north, hr = hr_of()
    start_adding(north.id, looked_at(north, hr).id, by=hr, at=AT)
    work()
    counts = _counts(session)
    again = looked_at(north, hr)
    assert again.found
    assert (again.found["new"], again.found["members"], again.found["wrong"]) == (0, 3, 1)
    with pytest.raises(Refused) as why:
        start_adding(north.id, again.id, by=hr, at=AT)
    assert why.value.reason.code == "organisation.nothing_to_add"
    work()
    assert _counts(session) == counts


def _counts(session) -> list[int]:
    return [
        session.scalar(sa.select(sa.func.count()).select_from(one)) for one in (Person, Membership, TeamMember, Mail)
    ]


def test_a_job_that_dies_between_two_transactions_goes_on_and_nothing_is_double(session, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    north, hr = hr_of()
    found = looked_at(north, hr, *[f"P{n};p{n}@example.org;Plant;{n}" for n in range(7)])
    start_adding(north.id, found.id, by=hr, at=AT)
    session.commit()
    by = actor_of(hr.person_id)

    def dies(done: int, _total: int) -> None:
        db.session.commit()
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.add_from_import(found.id, by=by, at=AT, report=dies)
    session.rollback()
    assert len(emails_of(north)) == 5
    session.rollback()
    work()
    assert _counts(session) == [8, 8, 7, 7]
    done = session.get_one(PeopleImport, found.id)
    assert (done.state, done.found["added"]) == ("done", 7)
    assert session.get_one(Job, done.job_id).result == {"added": 7, "changed": 0, "members": 0, "wrong": 0}


def test_confirmed_twice_it_is_one_job(session):
    north, hr = hr_of()
    found = looked_at(north, hr)
    jobs = {start_adding(north.id, found.id, by=hr, at=AT).job_id for _ in range(2)}
    assert len(jobs) == 1
    with pytest.raises(Refused) as why:
        match_columns(north.id, found.id, COLUMNS, make_teams=True, by=hr, at=AT)
    assert why.value.reason.code == "organisation.import_over"


def test_who_lost_the_role_meanwhile_adds_nobody(session):
    north, hr = hr_of()
    other = a_member(north, role="hr")
    found = looked_at(north, hr)
    start_adding(north.id, found.id, by=hr, at=AT)
    take_role(north.id, hr.person_id, "hr", by=actor_of(other.id), at=AT)
    work()
    job = session.get_one(Job, session.get_one(PeopleImport, found.id).job_id)
    assert (job.state, job.reason["code"]) == ("failed", "core.forbidden")
    assert not {"ana@example.org"} & emails_of(north)


@pytest.mark.parametrize("end", ["cancelled", "failed"])
def test_what_was_stopped_or_failed_is_gone_on_with_by_whoever_looks_after_people(session, app, end):
    north, hr = hr_of()
    other = a_member(north, role="hr")
    found = looked_at(north, hr)
    first = start_adding(north.id, found.id, by=hr, at=AT).job_id
    ended = {"state": end, "finished_at": AT, "reason": {"code": "job.cancelled", "values": {}}}
    session.execute(sa.update(Job).where(Job.id == first).values(**ended))
    session.commit()
    address = f"/organisations/north/people/import/{found.id}"
    page = signed_in(app, other).get(address).text
    assert "Adding the people broke off" in page
    assert "Add 3 people" in page
    signed_in(app, other).post(f"{address}/confirm")
    again = start_adding(north.id, found.id, by=hr, at=AT).job_id
    assert again != first
    assert session.get_one(Job, again).person_id == other.id
    work()
    assert session.get_one(PeopleImport, found.id, populate_existing=True).state == "done"
    assert {"ana@example.org", "bo@example.org", "mia@example.org"} <= emails_of(north)


def test_a_table_that_was_dropped_adds_nobody(session):
    north, hr = hr_of()
    found = looked_at(north, hr)
    importing.drop_import(found.id, at=AT)
    with pytest.raises(Refused) as why:
        start_adding(north.id, found.id, by=hr, at=AT)
    assert why.value.reason.code == "organisation.import_over"


def test_a_large_table_is_looked_at_by_a_job(session, monkeypatch):
    monkeypatch.setattr(importing, "SMALL", 10)
    north, hr = hr_of()
    found = looked_at(north, hr)
    assert (found.state, found.found) == ("checking", None)
    assert found.job_id
    work()
    session.expire_all()
    assert (found.state, found.found["new"]) == ("checked", 3)


def test_what_is_wrong_comes_back_as_a_file_with_a_column_that_says_what(session, app):
    north, hr = hr_of()
    person = session.get_one(Person, hr.person_id)
    found = looked_at(north, hr)
    headers, faults = read_faults(found.faults)
    assert headers == ["Name", "E-mail", "Team", "Number"]
    assert [(one.line, one.why[0][0]) for one in faults] == [(4, "people.email_invalid")]
    url = f"/organisations/north/people/import/{found.id}"
    client = signed_in(app, person)
    for kind in ("csv", "xlsx"):
        answer = client.get(f"{url}/faults.{kind}")
        assert answer.status_code == 200
        back = read_table(io.BytesIO(answer.data), f"x.{kind}")
        assert back.headers == ["Name", "E-mail", "Team", "Number", "What is wrong", "Row in your file"]
        *as_it_was, why, _line = back.rows[0].cells
        assert as_it_was == ["Cy", "cy at example.org", "Plant", "3"]
        assert why == "“cy at example.org” is not an e-mail address."


def test_columns_are_remembered_by_their_headers(session):
    north, hr = hr_of()
    other = {"name": 0, "email": 1, "team": 3}
    made = sent(north, hr)
    match_columns(north.id, made.id, other, make_teams=True, by=hr, at=AT)
    assert sent(north, hr).choices["columns"] == other
    south, other_hr = hr_of("south")
    assert sent(south, other_hr).choices["columns"] == COLUMNS


@pytest.mark.parametrize(
    "columns", [{}, {"email": 1}, {"email": 1, "name": 1}, {"email": 9, "name": 0}, {"email": -1, "name": 0}]
)
def test_columns_that_are_not_enough_are_refused(session, columns):
    north, hr = hr_of()
    made = sent(north, hr)
    with pytest.raises(Refused) as why:
        match_columns(north.id, made.id, columns, make_teams=True, by=hr, at=AT)
    assert why.value.reason.code == "organisation.columns_missing"


def test_a_first_row_that_is_a_person_in_place_of_the_columns_names_does_not_stay(session):
    north, hr = hr_of()
    db.session.commit()
    file = io.BytesIO(b"Ana;ana@example.org\nBo;bo@example.org\n")
    made = send_table(north.id, file, name="people.csv", by=hr, at=AT)
    assert "ana@example.org" in made.headers["headers"]
    assert importing.drop_import(made.id, at=AT)
    assert "Ana" not in str(session.get_one(PeopleImport, made.id).headers)


def test_after_a_week_the_files_are_gone_and_how_many_came_in_stays(session):
    north, hr = hr_of()
    found = looked_at(north, hr)
    other = looked_at(north, hr)
    files = {found.upload, found.faults}
    assert not files & {other.upload, other.faults}
    assert importing.drop_import(found.id, at=AT)
    assert not any(storage().has(address) for address in files)
    assert storage().has(other.upload)
    assert (found.upload, found.faults, found.headers["sample"], found.found["new"]) == (None, None, [], 3)
    assert found.name == ""  # "Sick leave Ana Novak.xlsx"
    assert not importing.drop_import(found.id, at=AT)
    with pytest.raises(Refused) as why:
        importing.add_from_import(found.id, by=SYSTEM, at=AT, report=lambda *_: None)
    assert why.value.reason.code == "core.not_found"


def test_when_a_member_is_erased_the_tables_of_their_organisations_go_and_no_others(session):
    """Any of them may name the person, who must not be invited anew from one either."""
    north, hr = hr_of()
    south, other_hr = hr_of("south")
    mine, theirs = looked_at(north, hr), looked_at(south, other_hr)
    files = {mine.upload, mine.faults}
    (mia,) = invited(north, hr, "mia@example.org")
    db.session.commit()
    erase_person(mia, by=Actor(mia), at=AT)
    db.session.commit()
    assert (mine.headers["sample"], theirs.headers["sample"] != []) == ([], True)
    drop = sa.select(Job).where(Job.kind == importing.DROP, Job.run_after == AT)
    (job,) = db.session.scalars(drop).all()
    job_id = job.id
    db.session.rollback()
    assert run_job(job_id)
    assert not any(storage().has(address) for address in files)
    assert (session.get_one(PeopleImport, mine.id).upload, session.get_one(PeopleImport, mine.id).name) == (None, "")
    assert storage().has(session.get_one(PeopleImport, theirs.id).upload)


def test_from_a_table_that_goes_meanwhile_nobody_more_is_invited(session, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 1)
    north, hr = hr_of()
    found = looked_at(north, hr)
    session.commit()

    def report(done: int, _total: int) -> None:
        if done == 1:
            importing.drop_import(found.id, at=AT)
        session.commit()

    with pytest.raises(Refused) as why:
        importing.add_from_import(found.id, by=hr, at=AT, report=report)
    assert why.value.reason.code == "core.not_found"
    assert emails_of(north) == {"ana@example.org", *_own(hr)}


def test_another_organisations_table_is_not_there(session):
    north, hr = hr_of()
    _south, other_hr = hr_of("south")
    found = looked_at(north, hr)
    for act in (
        lambda: start_adding(_south.id, found.id, by=other_hr, at=AT),
        lambda: match_columns(_south.id, found.id, COLUMNS, make_teams=True, by=other_hr, at=AT),
        lambda: queries.find_people_import(_south.id, found.id),
    ):
        with pytest.raises(Refused) as why:
            act()
        assert why.value.reason.code == "core.not_found"


def changed_by_table(session, app, *rows: str) -> str:
    """The page that says what will happen to members; then it has happened."""
    north, hr = hr_of()
    paint = a_team(north, hr, "Paint")
    (ana,) = invited(north, hr, "ana@example.org", name="Ann")
    mia = a_member(north, name="Mia")
    put_into_team(north.id, paint.id, [ana, mia.id], by=hr, at=AT)
    found = sent(north, hr, *(row.replace("MIA", mia.email) for row in rows))
    match_columns(north.id, found.id, COLUMNS, make_teams=True, change_members=True, by=hr, at=AT)
    session.commit()
    client = signed_in(app, session.get_one(Person, hr.person_id))
    page = client.get(f"/organisations/north/people/import/{found.id}").text
    client.post(f"/organisations/north/people/import/{found.id}/confirm")
    work()
    return " ".join(page.split())


def test_members_change_as_the_table_says_and_the_effect_was_told_before(session, app):
    rows = ["Ana Novak;ana@example.org;Press;1", "Not Mia;MIA;Weld;2", "New;new@example.org;Press;3"]
    page = changed_by_table(session, app, *rows)
    assert "2 people who are with you already change." in page
    assert "2 in another team. 2 with another employee number. 1 with another name." in page
    north = queries.find_organisation_for("north", SYSTEM)
    members = {one.number: one for one in queries.members(north.id, SYSTEM) if one.number}
    assert {number: one.name for number, one in members.items()} == {"1": "Ana Novak", "2": "Mia", "3": "New"}
    teams = queries.teams_by_person(north.id, [one.person_id for one in members.values()])
    where = {number: [team.name for team in teams[one.person_id]] for number, one in members.items()}
    assert where == {"1": ["Press"], "2": ["Weld"], "3": ["Press"]}
    job = session.scalars(sa.select(Job).where(Job.kind == importing.ADD)).one()
    assert job.result == {"added": 1, "changed": 2, "members": 2, "wrong": 0}


def test_unasked_nothing_changes_for_members_and_the_page_says_what_could(session, app):
    north, hr = hr_of()
    invited(north, hr, "mia@example.org")
    found = looked_at(north, hr)
    session.commit()
    page = signed_in(app, session.get_one(Person, hr.person_id)).get(f"/organisations/north/people/import/{found.id}")
    assert "For 1 of them the file says another team, employee number or name." in " ".join(page.text.split())
    start_adding(north.id, found.id, by=hr, at=AT)
    work()
    (mia,) = [one for one in queries.members(north.id, SYSTEM) if one.email == "mia@example.org"]
    assert (mia.name, mia.number) == ("As Typed", None)


def test_two_thousand_people_come_in_by_few_statements(session, queries):
    north, hr = hr_of()
    rows = [f"Person {n};p{n}@example.org;Plant / Line {n % 20};{n}" for n in range(2000)]
    found = looked_at(north, hr, *rows)
    start_adding(north.id, found.id, by=hr, at=AT)
    session.commit()
    with queries() as run:
        work()
    assert len(emails_of(north)) == 2001
    assert len(run) < 400, len(run)


def test_by_pages_alone(session, app):
    """Send, match, look, confirm: forms and links, without script."""
    _north, hr = hr_of()
    client = signed_in(app, session.get_one(Person, hr.person_id))
    at = "/organisations/north/people/import"
    assert client.get(at).status_code == 200
    assert client.post(at, data={}).status_code == 422
    bad = client.post(at, data={"file": (io.BytesIO(b"%PDF-1.7"), "people.pdf")})
    assert (bad.status_code, "neither a CSV file" in bad.text) == (422, True)
    upload = client.post(at, data={"file": (table(*ROWS), "people.csv")})
    assert upload.status_code == 302
    page = client.get(upload.location).text
    assert "cy at example.org" in page
    wrong = client.post(f"{upload.location}/columns", data={"column-0": "name", "column-1": "name"})
    assert (wrong.status_code, "We need a column with e-mail" in wrong.text) == (422, True)
    chosen = {f"column-{place}": name for name, place in COLUMNS.items()} | {"make_teams": "yes"}
    assert client.post(f"{upload.location}/columns", data=chosen).location == upload.location
    page = client.get(upload.location).text
    assert "3 people will be added" in page
    assert "1 row is wrong" in page
    assert "2 teams will be made" in page
    assert "“cy at example.org” is not an e-mail address." in page
    assert client.post(f"{upload.location}/confirm").location == upload.location
    job_url = client.get(upload.location).location
    work()
    assert "Invitations on their way: 3." in client.get(job_url).text
    assert "3 people were invited" in client.get(upload.location).text


def test_a_stranger_with_an_account_is_invited_as_anybody(session):
    north, hr = hr_of()
    known = a_person()
    session.flush()
    found = looked_at(north, hr, f"As typed;{known.email};;", "New;new@example.org;;")
    assert (found.found["new"], found.found["members"]) == (2, 0)
