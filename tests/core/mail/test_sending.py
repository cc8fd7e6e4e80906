"""What was written is sent, once, by a real SMTP server; what it refuses is told apart."""

from __future__ import annotations

import ipaddress
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lms.accounts.models import Person
from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.services import run_job
from lms.core.mail import tasks
from lms.core.mail.models import Mail
from lms.core.mail.services import forget, health, prune, send, send_many, wake_stranded
from tests.accounts.visiting import a_person
from tests.services.smtp import PASSWORD, USER, SmtpServer

VALUES = {"path": "/links/secret-of-mia", "until": "2026-11-25T08:30:00+00:00"}


def write(key: str = "password-1", **more: Any) -> None:
    send("password", values=VALUES, key=key, at=now(), **more)
    db.session.commit()


def run_jobs() -> int:
    """Every job of mail that waits, the ones for later too, once; how many there were."""
    waiting = db.session.scalars(sa.select(Job.id).where(Job.kind == "mail.send", Job.state == "queued")).all()
    for job_id in waiting:
        db.session.execute(sa.update(Job).where(Job.id == job_id).values(run_after=now() - timedelta(seconds=1)))
        db.session.commit()
        assert run_job(job_id)
    return len(waiting)


def row(key: str = "password-1") -> Mail:
    db.session.rollback()
    return db.session.scalars(sa.select(Mail).where(Mail.key == key).execution_options(populate_existing=True)).one()


def let_time_pass() -> None:
    db.session.execute(sa.update(Mail).values(due_at=now() - timedelta(seconds=1)))
    db.session.commit()


def test_a_message_arrives_with_both_its_forms_and_its_headers(mailing, mailbox):
    write(person_id=a_person().id)
    mail_id = row().id
    run_jobs()
    (message,) = mailbox.to("mia@example.org")
    assert message["From"] == "Akademie Süd <learn@academy.example>"
    assert message["To"] == "Mia Çelik <mia@example.org>"
    assert message["Subject"] == "Choose a new password for Akademie Süd"
    assert message["Message-ID"] == f"<{mail_id}@academy.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    first = "Choose a new password for Akademie Süd by 25 November 2026, 09:30 CET"
    assert text.startswith(first)
    assert f">{first}</h1>" in html
    for part in (text, html):
        assert "http://127.0.0.1:8000/links/secret-of-mia" in part
        assert "Mia Çelik" in part


def test_times_are_those_of_the_persons_zone(mailing, mailbox):
    person = a_person()
    person.timezone = "Asia/Tokyo"
    write(person_id=person.id)
    run_jobs()
    assert "17:30" in mailbox.messages[0].get_body(("plain",)).get_content().splitlines()[0]


def test_a_use_case_that_is_retried_sends_nothing_twice(mailing, mailbox):
    person = a_person()
    for _ in range(3):
        write(person_id=person.id)
    run_jobs()
    write(person_id=person.id)
    run_jobs()
    assert len(mailbox.messages) == 1


def test_what_was_undone_is_not_sent(mailing, mailbox):
    person = a_person()
    send("password", person_id=person.id, values=VALUES, key="password-1", at=now())
    db.session.rollback()
    assert run_jobs() == 0
    assert mailbox.messages == []


def test_secrets_and_addresses_are_wiped_once_a_message_is_gone(mailing, mailbox):
    write(person_id=None, address="ida@example.org")
    assert row().values == VALUES
    run_jobs()
    sent = row()
    assert (sent.state, sent.values, sent.address) == ("sent", {}, None)
    assert sent.ended_at is not None
    assert mailbox.to("ida@example.org")


def test_an_address_that_is_refused_for_good_fails_at_once_with_the_reason(mailing, mailbox):
    mailbox.answers["mia@example.org"] = "550 No such user here"
    write(person_id=a_person().id)
    run_jobs()
    failed = row()
    assert (failed.state, failed.reason, failed.values) == (
        "failed",
        {"code": "mail.refused", "values": {"code": 550}},
        {},
    )
    assert run_jobs() == 0


def test_a_passing_refusal_is_tried_again_with_growing_waits(mailing, mailbox):
    mailbox.answers["mia@example.org"] = "451 Come back later"
    write(person_id=a_person().id)
    waits = []
    for tries in (1, 2, 3):
        before = now()
        run_jobs()
        waiting = row()
        assert (waiting.state, waiting.tries, waiting.reason["code"]) == ("queued", tries, "mail.refused_for_now")
        waits.append(round((waiting.due_at - before).total_seconds() / 60))
        let_time_pass()
    assert waits == [1, 5, 15]
    mailbox.answers.clear()
    run_jobs()
    assert row().state == "sent"
    assert len(mailbox.messages) == 1


def test_after_two_days_of_tries_we_give_up_and_say_why(mailing, mailbox):
    mailbox.answers["mia@example.org"] = "451 Come back later"
    write(person_id=a_person().id)
    for _ in range(len(tasks.WAITS) + 1):
        run_jobs()
        let_time_pass()
    gave_up = row()
    assert (gave_up.state, gave_up.values) == ("failed", {})
    assert gave_up.reason == {"code": "mail.gave_up", "values": {"tries": 9, "last": "mail.refused_for_now"}}


def test_one_refused_address_holds_up_none_of_the_others(mailing, mailbox):
    people = [a_person(f"p{number}@example.org") for number in range(4)]
    mailbox.answers |= {"p1@example.org": "550 No", "p2@example.org": "451 Later"}
    send_many("password", [(person.id, VALUES, f"k{person.email}") for person in people], at=now())
    db.session.commit()
    run_jobs()
    assert sorted(mailbox.recipients) == ["p0@example.org", "p3@example.org"]
    assert mailbox.connections == 1


def test_a_server_that_is_away_is_asked_once_for_a_whole_batch(make_app, mailbox):
    app = make_app(LMS_MAIL_URL="smtp://127.0.0.1:1")
    with app.app_context():
        people = [a_person(f"p{number}@example.org") for number in range(3)]
        send_many("password", [(person.id, VALUES, f"k{person.email}") for person in people], at=now())
        db.session.commit()
        run_jobs()
        rows = db.session.scalars(sa.select(Mail)).all()
        assert {(one.state, one.tries, one.reason["code"]) for one in rows} == {("queued", 1, "mail.unreachable")}
        report = health(now())
        assert (report["kind"], report["queued"], report["reason"]["code"]) == ("smtp", 3, "mail.unreachable")
        assert db.session.scalars(sa.select(Job.run_after).where(Job.state == "queued")).one() > now()


@pytest.mark.parametrize("most", [1, 3])
def test_a_server_that_ends_connections_gets_new_ones(mailing, mailbox, most):
    mailbox.most_a_connection = most
    people = [a_person(f"p{number}@example.org") for number in range(7)]
    send_many("password", [(person.id, VALUES, f"k{person.email}") for person in people], at=now())
    db.session.commit()
    run_jobs()
    assert sorted(mailbox.recipients) == [person.email for person in people]


def test_thousands_are_written_in_a_handful_of_statements(mailing, queries):
    ids = [a_person(f"p{number}@example.org").id for number in range(3)]
    messages = [(ids[number % 3], VALUES, f"k{number}") for number in range(2000)]
    with queries() as run:
        send_many("password", messages, at=now())
        db.session.flush()
    assert len(run) <= 4
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 2000
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 1


def test_many_go_over_one_connection_in_portions(mailing, mailbox):
    person = a_person()
    count = 2 * tasks.PORTION + 3
    send_many("password", [(person.id, VALUES, f"k{number}") for number in range(count)], at=now())
    db.session.commit()
    run_jobs()
    assert (len(mailbox.messages), mailbox.connections) == (count, 1)
    assert len({message["Message-ID"] for message in mailbox.messages}) == count
    assert db.session.scalars(sa.select(Job.result).where(Job.state == "done")).one() == {"sent": count}


def test_two_jobs_with_one_batch_send_each_message_once(mailing, mailbox):
    person = a_person()
    write(person_id=person.id)
    mail = tasks._portion("mail password-1", now())[0]
    assert tasks._take(mail, now())
    assert not tasks._take(mail, now())
    run_jobs()
    assert mailbox.messages == []
    let_time_pass()
    run_jobs()
    assert len(mailbox.messages) == 1


def test_a_message_to_somebody_who_is_gone_is_not_sent(mailing, mailbox):
    person = a_person()
    write(person_id=person.id)
    db.session.execute(sa.update(Person).values(disabled_at=now()))
    db.session.commit()
    run_jobs()
    assert (row().state, row().reason["code"]) == ("failed", "mail.nobody")
    assert mailbox.messages == []


def test_a_message_that_can_not_be_written_holds_up_none_of_the_others(mailing, mailbox):
    person = a_person()
    send_many("password", [(person.id, VALUES, "good"), (person.id, {}, "bad")], at=now())
    db.session.commit()
    run_jobs()
    assert (row("bad").state, row("bad").reason["code"]) == ("failed", "mail.broken")
    assert row("good").state == "sent"


def test_an_erased_person_gets_nothing(mailing, mailbox):
    person = a_person()
    write(person_id=person.id)
    forget(person.id)
    db.session.commit()
    run_jobs()
    assert mailbox.messages == []
    assert db.session.scalars(sa.select(Mail)).all() == []


def test_old_rows_go_and_what_waits_stays(mailing):
    person = a_person()
    for key in ("sent", "waiting"):
        write(key, person_id=person.id)
    db.session.execute(sa.update(Mail).where(Mail.key == "sent").values(state="sent"))
    prune(now() + timedelta(days=31))
    assert db.session.scalars(sa.select(Mail.key)).all() == ["waiting"]


def test_what_no_job_will_send_gets_a_job(mailing, mailbox):
    write(person_id=a_person().id)
    db.session.execute(sa.update(Job).values(state="cancelled"))
    let_time_pass()
    wake_stranded(now() + timedelta(hours=1))
    wake_stranded(now() + timedelta(hours=1))
    db.session.commit()
    assert run_jobs() == 1
    assert len(mailbox.messages) == 1


def test_letters_of_any_script_arrive(mailing, mailbox):
    person = a_person("ana@köln.example", name="Ευγενία 王 \u0645\u0631\u064a\u0645")
    write(person_id=person.id)
    run_jobs()
    (message,) = mailbox.messages
    assert mailbox.recipients == ["ana@xn--kln-sna.example"]
    assert "Ευγενία 王 \u0645\u0631\u064a\u0645" in str(message["To"])


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate for 127.0.0.1 that this process trusts as it trusts those of the world."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    at = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), at, at + timedelta(days=1)
    )
    certificate = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
    file = tmp_path / "mail.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.mark.parametrize(("scheme", "wrapped"), [("smtp", False), ("smtps", True)])
def test_mail_travels_encrypted_and_signed_in_where_the_server_offers_it(make_app, trusted, scheme, wrapped):
    with SmtpServer(tls=trusted, wrapped=wrapped, needs_login=not wrapped) as mailbox:
        sign_in = f"{USER}:{PASSWORD.replace('@', '%40')}@" if not wrapped else ""
        app = make_app(LMS_MAIL_URL=f"{scheme}://{sign_in}127.0.0.1:{mailbox.port}")
        with app.app_context():
            write(person_id=a_person().id)
            run_jobs()
            assert row().state == "sent"
        assert mailbox.encrypted == [True]
        assert mailbox.signed_in == [not wrapped]


def test_the_password_is_not_sent_to_a_server_that_offers_no_encryption(make_app):
    with SmtpServer() as mailbox:
        app = make_app(LMS_MAIL_URL=f"smtp://{USER}:{PASSWORD.replace('@', '%40')}@127.0.0.1:{mailbox.port}")
        with app.app_context():
            write(person_id=a_person().id)
            run_jobs()
            assert row().reason == {"code": "mail.unreachable", "values": {"fault": "NotEncrypted"}}
        assert mailbox.messages == []


def test_a_server_whose_certificate_nobody_vouches_for_gets_no_mail(make_app, trusted, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with SmtpServer(tls=trusted) as mailbox:
        app = make_app(LMS_MAIL_URL=mailbox.url)
        with app.app_context():
            write(person_id=a_person().id)
            run_jobs()
            assert row().reason == {"code": "mail.unreachable", "values": {"fault": "SSLCertVerificationError"}}
        assert mailbox.messages == []
    assert "SSL_CERT_FILE" not in os.environ


def test_a_wrong_password_is_ours_to_mend_and_loses_no_message(make_app, trusted):
    with SmtpServer(tls=trusted, needs_login=True) as mailbox:
        app = make_app(LMS_MAIL_URL=f"smtp://{USER}:wrong@127.0.0.1:{mailbox.port}")
        with app.app_context():
            write(person_id=a_person().id)
            run_jobs()
            assert (row().state, row().reason["code"]) == ("queued", "mail.sender_refused")


def test_in_production_without_a_server_messages_wait_and_the_health_says_so(make_app):
    secret = "a-secret-of-many-characters-0123456789"
    app = make_app(LMS_ENV="production", LMS_SECRET_KEY=secret, LMS_BASE_URL="https://learn.example.org")
    with app.app_context():
        write(person_id=a_person().id)
        run_jobs()
        assert (row().state, row().reason["code"]) == ("queued", "mail.not_set_up")
        assert health(now())["kind"] == "none"
