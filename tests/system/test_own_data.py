"""One's own data over all features: the copy that one may have, and that nothing is left after an erasure."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import services
from lms.accounts.models import DataExport, Person, SignIn
from lms.accounts.services import links
from lms.compliance.services import request_pack
from lms.core.actor import SYSTEM, Actor, Grant
from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.services import claimable_jobs, enqueue, run_job
from lms.core.mail.services import send
from lms.core.reasons import Refused
from lms.core.storage import storage
from lms.courses.services import change_draft
from lms.learning.models import Enrolment
from lms.learning.services import record_event
from lms.organisations.models import Membership, Team, TeamMember
from lms.organisations.services import match_columns, send_table
from lms.quizzes.models import AnswerStep, Attempt
from lms.quizzes.schemas import dump_slots
from lms.quizzes.services import look_at_attempt, save_answer, start_attempt
from tests.accounts.factors import with_app
from tests.accounts.visiting import PASSWORD, Visitor
from tests.compliance.building import hr_of, seen_by
from tests.courses.documents import activity, page, text
from tests.learning.building import an_organisation, enrolled, published
from tests.quizzes.documents import quiz, short_text, single_choice

NAME, EMAIL = "Wilhelmína Žižková-Österström", "wilhelmina.žižková@exämple.org"
WORDS = ("wilhelm", "ižkov", "sterstr", "exämple", "xn--exmple")


@pytest.fixture
def mina(session) -> Person:
    """Somebody of whom every feature holds something."""
    at = datetime.now(UTC)
    person = services.add_person(EMAIL, name=NAME, password=PASSWORD, by=SYSTEM, at=at)
    db.session.flush()
    _belongs(person, at)
    _learns(person, at)
    with_app(person, at - timedelta(minutes=2))
    links.send_link("password", links.PASSWORD, at=at, person_id=person.id)
    links.send_link("sign-up", links.SIGN_UP, at=at, address=EMAIL, email=EMAIL, name=NAME)
    send(
        "security-changed",
        person_id=person.id,
        values={"change": "x", "factor": NAME, "at": at.isoformat()},
        key="waiting",
        at=at,
    )
    rows = [{"email": EMAIL, "name": NAME}, {"email": "b@example.org", "name": "B"}]
    finished = enqueue("tests.nothing", "theirs", {"rows": rows}, at=at)
    finished.state, finished.result = "done", {"wrong": [f"row 1: {EMAIL}"]}
    db.session.commit()
    _stands_in_a_table(at)
    return person


def _stands_in_a_table(at: datetime) -> None:
    """That somebody of their organisation sent a minute ago, and named after them."""
    plant = db.session.scalars(sa.select(Membership.organisation_id)).one()
    content = io.BytesIO(f"name;email\n{NAME};{EMAIL}\nWrong;{EMAIL} at home\n".encode())
    made = send_table(plant, content, name=f"{NAME}.csv", by=SYSTEM, at=at)
    match_columns(plant, made.id, {"name": 0, "email": 1}, make_teams=False, by=SYSTEM, at=at)
    db.session.commit()


def _belongs(person: Person, at: datetime) -> None:
    organisation = an_organisation("plant")
    db.session.flush()
    ids = {"organisation_id": organisation.id, "person_id": person.id, "joined_at": at, "accepted_at": at}
    db.session.add(Membership(**ids, name_given=NAME, email_given=EMAIL, number="4711"))
    team = Team(organisation_id=organisation.id, name="Night shift", created_at=at)
    db.session.add(team)
    db.session.flush()
    db.session.add(TeamMember(team_id=team.id, person_id=person.id, joined_at=at))


def _learns(person: Person, at: datetime) -> None:
    by, certificate = Actor(person.id), {"kind": "achievement", "valid_months": None}
    asked = activity(
        "quiz", quiz({"question": short_text(key="words")}, {"question": single_choice(key="choice")}), requires="none"
    )
    published(activity("page", page(text())), asked, slug="safety", certificate=certificate)
    published(activity("page", page(text())), activity("two", page(text())), slug="other")
    renamed = {"op": "set", "on": "activity", "key": "two", "field": "title", "value": "Second", "was": "About two"}
    writer = Actor(person.id, frozenset({Grant("administrator", "system", None)}))
    change_draft("other", renamed, by=writer, at=at)
    completed, _running = enrolled(person, "safety"), enrolled(person, "other")
    record_event(completed.id, "page", "viewed", by=by, at=at)
    attempt, _is_new = start_attempt(completed.id, "quiz", by=by, at=at)
    db.session.flush()
    options = dump_slots(look_at_attempt(attempt.id, by=by, at=at))[1]["options"]
    save_answer(attempt.id, 1, step=1, answer={"text": f"I am {NAME}"}, by=by, at=at)
    save_answer(attempt.id, 2, step=1, answer={"choice": options[0]["id"]}, by=by, at=at)


def work() -> None:
    """Everything that waits is done, also what waits for later."""
    for _round in range(5):
        db.session.execute(sa.update(Job).where(Job.state == "queued").values(run_after=now()))
        db.session.commit()
        for job_id in claimable_jobs(now()):
            run_job(job_id)


def ask_for_copy(person: Person) -> DataExport:
    entry = services.sign_in(EMAIL, PASSWORD, address="x", device="desk", at=now())
    assert not entry.is_complete
    proof = db.session.scalars(sa.select(SignIn).where(SignIn.person_id == person.id)).first()
    assert proof is not None
    proof.proved_at = now()
    export = services.ask_for_data(proof_id=proof.id, by=Actor(person.id), at=now())
    db.session.commit()
    return export


def fetch(export: DataExport) -> zipfile.ZipFile:
    db.session.refresh(export)
    assert export.digest is not None
    return zipfile.ZipFile(io.BytesIO(storage().get(export.digest)))


def test_the_copy_holds_what_every_feature_has_and_no_secret(mina: Person) -> None:
    export = ask_for_copy(mina)
    work_once()
    copy = fetch(export)
    assert copy.testzip() is None
    documents = {name: json.loads(copy.read(name)) for name in copy.namelist() if name.endswith(".json")}
    assert documents["account.json"]["name"] == NAME
    assert documents["organisations.json"][0]["number"] == "4711"
    assert [edit["what"] for edit in documents["edits.json"]] == ["Renamed “About two” to “Second”."]
    assert len(documents["enrolments.json"]) == 2
    assert documents["attempts.json"][0]["answers"][0]["answer"] == {"text": f"I am {NAME}"}
    (certificate,) = documents["certificates.json"]
    pdf = copy.read(f"certificates/certificate-{certificate['id']}.pdf")
    assert pdf.startswith(b"%PDF")
    everything = "".join(json.dumps(document) for document in documents.values())
    assert "secret" not in everything
    assert "argon2" not in everything


def test_its_page_is_read_in_the_persons_language_without_us(mina: Person) -> None:
    export = ask_for_copy(mina)
    work_once()
    html = fetch(export).read("index.html").decode()
    assert NAME in html
    assert "Night shift" in html
    assert "http" not in html.replace("http-equiv", "")
    assert "<script" not in html


def test_asking_twice_gives_one_and_a_new_one_replaces_the_old(mina: Person) -> None:
    first = ask_for_copy(mina)
    assert ask_for_copy(mina).id == first.id
    work_once()
    old = first.digest
    second = ask_for_copy(mina)
    assert second.id != first.id
    work_once()
    assert not storage().has(str(old))
    assert storage().has(str(second.digest))


def work_once() -> None:
    """What is due now."""
    db.session.commit()
    for job_id in claimable_jobs(now()):
        run_job(job_id)
    db.session.expire_all()


def test_only_the_person_fetches_it_and_only_for_a_week(app: Flask, mina: Person) -> None:
    export = ask_for_copy(mina)
    work_once()
    digest, size = services.find_made(export.id, by=Actor(mina.id), at=now())
    assert len(storage().get(digest)) == size
    stranger = services.add_person("eve@example.org", name="Eve", password=None, by=SYSTEM, at=now())
    for who, at in ((Actor(stranger.id), now()), (SYSTEM, now()), (Actor(mina.id), now() + timedelta(days=8))):
        with pytest.raises(Refused, match=r"core\.not_found"):
            services.find_made(export.id, by=who, at=at)
    work()
    assert not storage().has(digest)
    assert db.session.scalars(sa.select(DataExport)).all() == []


def test_the_download_goes_on_where_it_broke_off(app: Flask, session) -> None:
    services.add_person("mia@example.org", name="Mia", password=PASSWORD, by=SYSTEM, at=now())
    db.session.commit()
    visitor = Visitor(app)
    visitor.sign_in()
    assert visitor.post("/you/data/exports").status_code == 302
    assert "being made" in visitor.get("/you/data").text
    work_once()
    path = "/you/data/exports/" + str(db.session.scalars(sa.select(DataExport.id)).one())
    assert path in visitor.get("/you/data").text
    whole = visitor.get(path)
    assert (whole.status_code, whole.mimetype, whole.headers["Cache-Control"]) == (
        200,
        "application/zip",
        "private, no-store",
    )
    rest = visitor.get(path, headers={"Range": "bytes=100-"})
    assert (rest.status_code, whole.data[:100] + rest.data) == (206, whole.data)


def test_a_copy_killed_after_storing_is_made_again_and_leaves_one_file(mina: Person) -> None:
    export = ask_for_copy(mina)
    export.digest, export.size = storage().put(b"of an attempt that was killed"), 29
    killed = export.digest
    work_once()
    assert export.digest != killed
    assert not storage().has(killed)


def erase(person: Person) -> None:
    services.erase_person(person.id, by=Actor(person.id), at=now())
    db.session.commit()


def everything_stored(folder: Path) -> dict[str, str]:
    """Every row of every table, and every file in storage, as text in which escapes are undone."""
    tables = {table.name: db.session.execute(sa.select(table)).all() for table in db.metadata.sorted_tables}
    found = {name: "\n".join(_plain(row) for row in rows) for name, rows in tables.items()}
    for path in folder.rglob("*"):
        if path.is_file():
            found[str(path)] = _plain_file(path.read_bytes())
    return found


def _plain(row: Any) -> str:
    return " ".join(json.dumps(cell, ensure_ascii=False, default=str) + str(cell) for cell in row) + _unescaped(row)


def _unescaped(row: Any) -> str:
    """Answers stand as JSON text with escapes."""
    texts = [cell for cell in row if isinstance(cell, str) and "\\u" in cell]
    return " ".join(cell.encode().decode("unicode_escape") for cell in texts)


def _plain_file(data: bytes) -> str:
    """Members of a zip and the text of a PDF are compressed: they are looked into."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    if data.startswith(b"%PDF"):
        import pypdfium2

        return str(pypdfium2.PdfDocument(data).get_metadata_value("Title"))
    return data.decode("utf-8", "replace")


def places_with(folder: Path) -> set[str]:
    return {place for place, text in everything_stored(folder).items() if any(word in text.lower() for word in WORDS)}


def test_after_an_erasure_nothing_anywhere_says_who_it_was(app: Flask, mina: Person) -> None:
    folder = Path(app.extensions["settings"].data_dir) / "files"
    ask_for_copy(mina)
    work_once()
    plant = an_organisation("plant")
    request_pack(seen_by(hr_of(plant), firm=plant, at=now()), [mina.id])
    work_once()
    before = places_with(folder)
    tables = {"person", "award_holder", "membership", "answer_step", "job", "link", "people_import"}
    assert tables <= before
    files = [place for place in before if place.startswith(str(folder))]
    assert len(files) == 5  # the copy, the certificate, the pack, a table of people and what is wrong in it
    erase(mina)
    work()
    assert places_with(folder) == set()


def test_what_runs_is_withdrawn_and_what_happened_stays_without_words(mina: Person) -> None:
    erase(mina)
    statuses = db.session.scalars(sa.select(Enrolment.status).order_by(Enrolment.enrolled_at)).all()
    assert sorted(statuses) == ["completed", "withdrawn"]
    attempt = db.session.scalars(sa.select(Attempt)).one()
    assert attempt.abandoned_at is not None
    steps = db.session.scalars(sa.select(AnswerStep).order_by(AnswerStep.slot)).all()
    assert [step.document.get("text") for step in steps] == ["", None]
    assert steps[0].digest == ""
    assert set(steps[1].document) == {"choice"}
    assert db.session.scalars(sa.select(Membership)).all() == []
    assert db.session.scalars(sa.select(TeamMember)).all() == []


def test_projections_still_follow_from_the_events(mina: Person) -> None:
    from lms.learning.services import differences_of_projections

    erase(mina)
    assert list(differences_of_projections()) == []


def test_an_erasure_while_the_copy_is_made_leaves_no_copy(app: Flask, mina: Person, monkeypatch) -> None:
    """The job has collected everything and stored it; then the person is erased; then it wants to note it."""
    from lms.accounts.services import exporting

    export_id = ask_for_copy(mina).id
    folder = Path(app.extensions["settings"].data_dir) / "files"
    real = storage()
    put = real.put_stream

    def put_then_erase(source):
        stored = put(source)
        erase(mina)
        return stored

    monkeypatch.setattr(real, "put_stream", put_then_erase)
    job = db.session.scalars(sa.select(Job).where(Job.kind == exporting.EXPORT_JOB)).one()
    run_job(job.id)
    monkeypatch.undo()
    work()
    assert db.session.get(DataExport, export_id) is None
    assert places_with(folder) == set()


def test_mail_that_waits_is_not_sent_and_the_last_one_goes_and_is_forgotten(app: Flask, mina: Person) -> None:
    erase(mina)
    work()
    folder = Path(app.extensions["settings"].data_dir) / "mail"
    sent = [path.read_bytes() for path in folder.glob("*")]
    assert len(sent) == 1
    assert b"erased" in sent[0]
