"""An account of one's own: there is none before its address is confirmed, and nobody learns whose address is known."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.accounts import services
from lms.accounts.models import Link, MailRequest, Person
from lms.accounts.reasons import LinkReason
from lms.core.actor import GUEST
from lms.core.clock import now
from lms.core.db import db
from lms.core.mail.models import Mail
from lms.core.reasons import Refused
from tests.accounts.posting import link_in, messages, newest_link, text_of
from tests.accounts.visiting import PASSWORD, Visitor, a_person

IDA = {"name": "Ida Ångström", "email": "ida@example.org"}


@pytest.fixture
def ida(app, session) -> Visitor:
    return Visitor(app)


def people() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Person.email).order_by(Person.email)))


def set_back(**columns) -> None:
    db.session.execute(sa.update(Link).values(**columns))
    db.session.commit()


def test_an_account_is_made_when_its_link_is_followed_and_not_before(ida):
    answer = ida.post("/sign-up", **IDA)
    assert (answer.status_code, answer.location) == (302, "/message-sent?what=account")
    assert people() == []
    link = newest_link("ida@example.org")
    assert ida.get(link).status_code == 200
    assert people() == []
    answer = ida.post(link, name=IDA["name"], password=PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/")
    assert ida.name_shown() == "Ida Ångström"
    assert people() == ["ida@example.org"]
    assert Visitor(ida.client.application).sign_in("ida@example.org", PASSWORD).status_code == 302


def test_the_message_says_what_to_do_by_when_and_repeats_nothing_that_a_stranger_typed(ida):
    ida.post("/sign-up", name="Buy my pills", email="ida@example.org")
    (message,) = messages("ida@example.org")
    assert text_of(message).startswith("Confirm your e-mail address for Sample Skills Alliance by ")
    assert "pills" not in message.as_string()


def test_the_message_speaks_the_language_of_the_page(ida):
    ida.post("/sign-up", **IDA)
    assert db.session.scalars(sa.select(Mail.locale)).one() == "en"


def test_programs_that_open_links_before_their_reader_do_not_use_them_up(ida):
    ida.post("/sign-up", **IDA)
    link = newest_link("ida@example.org")
    scanner = Visitor(ida.client.application)
    for _ in range(3):
        assert scanner.get(link).status_code == 200
        assert scanner.client.head(link).status_code == 200
    assert ida.post(link, name="Ida", password=PASSWORD).status_code == 302


def test_a_known_address_gets_the_same_answer_and_another_message(ida):
    a_person("ida@example.org", name="Ida", password=PASSWORD)
    unknown, known = Visitor(ida.client.application), Visitor(ida.client.application)
    one = unknown.post("/sign-up", name="Ina", email="ina@example.org")
    other = known.post("/sign-up", **IDA)
    assert (one.status_code, one.location, one.data) == (other.status_code, other.location, other.data)
    (message,) = messages("ida@example.org")
    assert text_of(message).startswith("You have an account at Sample Skills Alliance already")
    assert people() == ["ida@example.org"]


@pytest.mark.parametrize(
    "ask",
    [services.ask_for_password, lambda email, **more: services.ask_for_account(email, "Ida", locale=None, **more)],
)
def test_a_known_and_an_unknown_address_take_the_same_statements(session, queries, ask):
    a_person("ida@example.org")
    runs = []
    for email in ("ida@example.org", "nobody@example.org"):
        with queries() as run:
            ask(email, address="192.0.2.1", at=now())
            session.commit()
        runs.append([statement.split("(")[0] for statement in run])  # columns that stay empty are not named
    assert runs[0] == runs[1]


def test_the_link_works_once_and_then_says_so(ida):
    ida.post("/sign-up", **IDA)
    link = newest_link("ida@example.org")
    ida.post(link, name="Ida", password=PASSWORD)
    again = Visitor(ida.client.application).post(link, name="Eve", password="another horse battery")
    assert again.status_code == 409
    assert "link.used" in again.text
    assert "/sign-in" in again.text
    assert Visitor(ida.client.application).sign_in("ida@example.org", PASSWORD).status_code == 302


def test_of_two_links_for_one_address_the_first_that_is_followed_makes_the_account(ida):
    ida.post("/sign-up", **IDA)
    ida.post("/sign-up", **IDA)
    first, second = (link_in(message) for message in messages("ida@example.org"))
    assert ida.post(second, name="Ida", password=PASSWORD).status_code == 302
    assert "link.used" in Visitor(ida.client.application).get(first).text


def test_a_link_that_ran_out_says_when_and_a_button_sends_a_new_one(ida):
    ida.post("/sign-up", **IDA)
    link = newest_link("ida@example.org")
    set_back(expires_at=now() - timedelta(minutes=1))
    page = ida.get(link)
    assert page.status_code == 409
    assert "link.expired" in page.text
    assert f'action="{link}/renew"' in page.text
    assert ida.post(f"{link}/renew").location == "/message-sent?what=link"
    assert ida.post(newest_link("ida@example.org"), name="Ida", password=PASSWORD).status_code == 302


def test_a_link_of_nobody_is_not_there_and_offers_what_else_to_do(ida):
    page = ida.get("/links/nothing")
    assert page.status_code == 404
    assert "link.unknown" in page.text
    assert "/forgotten" in page.text
    assert ida.post("/links/nothing", password=PASSWORD).status_code == 404
    assert ida.post("/links/nothing/renew").status_code == 404


def test_a_link_of_somebody_else_asks_to_sign_out_first(ida):
    a_person("mia@example.org")
    mia = Visitor(ida.client.application)
    mia.sign_in()
    ida.post("/sign-up", **IDA)
    link = newest_link("ida@example.org")
    page = mia.get(link)
    assert "link.other_person" in page.text
    assert 'action="/sign-out"' in page.text
    assert mia.post(link, name="Ida", password=PASSWORD).status_code == 409
    assert people() == ["mia@example.org"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": "", "email": "ida@example.org"}, "account.name_invalid"),
        ({"name": "Ida", "email": "ida"}, "account.email_invalid"),
        ({"name": "Ida", "email": ""}, "account.email_invalid"),
    ],
)
def test_what_is_wrong_in_the_form_stands_in_it(ida, fields, code):
    answer = ida.post("/sign-up", **fields)
    assert answer.status_code == 422
    assert code in answer.text
    assert messages("ida@example.org") == []


@pytest.mark.parametrize(("password", "code"), [("short", "account.password_short"), ("", "link.password_needed")])
def test_a_password_that_is_too_short_keeps_the_link(ida, password, code):
    ida.post("/sign-up", **IDA)
    link = newest_link("ida@example.org")
    answer = ida.post(link, name="Ida", password=password)
    assert answer.status_code == 422
    assert code in answer.text
    assert ida.post(link, name="Ida", password=PASSWORD).status_code == 302


def test_five_messages_an_hour_go_to_one_address_whether_it_is_known_or_not(ida):
    a_person("mia@example.org")
    for email in ("mia@example.org", "nobody@example.org"):
        for _ in range(5):
            assert ida.post("/forgotten", email=email).status_code == 302
        answer = ida.post("/forgotten", email=email.upper())
        assert answer.status_code == 429
        assert "account.too_many_mails" in answer.text
        assert len(messages(email)) == 5


def test_the_limit_opens_again_after_an_hour(session):
    at = now()
    for _ in range(5):
        services.ask_for_password("mia@example.org", address="192.0.2.1", at=at)
    with pytest.raises(Refused) as refused:
        services.ask_for_password("mia@example.org", address="192.0.2.2", at=at + timedelta(minutes=59))
    assert (refused.value.reason, refused.value.values["minutes"]) == (LinkReason.TOO_MANY_MAILS, 1)
    services.ask_for_password("mia@example.org", address="192.0.2.2", at=at + timedelta(minutes=61))


def test_limits_keep_neither_address_nor_network(ida):
    ida.post("/forgotten", email="mia@example.org")
    row = db.session.scalars(sa.select(MailRequest)).one()
    assert "mia" not in row.account
    assert "127.0.0.1" not in row.address


def test_where_accounts_are_made_by_invitation_the_page_says_so(make_app):
    app = make_app(LMS_SIGNUP="invite")
    visitor = Visitor(app)
    page = visitor.get("/sign-up")
    assert page.status_code == 200
    assert "by invitation" in page.text
    assert 'action="/sign-up"' not in page.text
    answer = visitor.post("/sign-up", **IDA)
    assert answer.status_code == 403
    assert "account.by_invitation" in answer.text


def test_a_link_from_before_sign_up_was_closed_is_not_sent_anew(make_app):
    open_one = make_app()
    with open_one.app_context():
        Visitor(open_one).post("/sign-up", **IDA)
        link = newest_link("ida@example.org")
        set_back(expires_at=now() - timedelta(minutes=1))
    closed = Visitor(make_app(LMS_SIGNUP="invite"))
    assert "/renew" not in closed.get(link).text
    assert closed.post(f"{link}/renew").status_code == 409


def test_production_that_can_not_send_mail_says_so_and_pretends_nothing(make_app):
    secret = "a-secret-of-many-characters-0123456789"
    app = make_app(LMS_ENV="production", LMS_SECRET_KEY=secret, LMS_BASE_URL="https://learn.example.org")
    client = app.test_client()
    answer = client.post("/api/v1/auth/sign-ups", json=IDA, base_url="https://learn.example.org")
    assert (answer.status_code, answer.json["reason"]) == (503, "mail.not_set_up")
    with app.app_context():
        assert db.session.scalars(sa.select(Link)).all() == []


def test_who_is_signed_in_needs_no_account(ida):
    a_person("mia@example.org")
    ida.sign_in("mia@example.org")
    assert ida.get("/sign-up").location == "/"


def test_who_wanted_to_take_a_course_is_there_after_signing_up(ida):
    page = ida.get("/sign-in?next=/courses/safety").text
    assert 'href="/sign-up?next=/courses/safety"' in page.replace("%2F", "/")
    assert 'value="/courses/safety"' in ida.get("/sign-up?next=/courses/safety").text
    ida.post("/sign-up", **IDA, next="/courses/safety")
    link = newest_link("ida@example.org")
    page = ida.get(f"{link}?next=%2Fcourses%2Fsafety").text
    assert 'name="next" value="/courses/safety"' in page
    assert "next=%2Fcourses%2Fsafety" in text_of(messages("ida@example.org")[-1])
    assert ida.post(link, name="Ida", password=PASSWORD, next="/courses/safety").location == "/courses/safety"


@pytest.mark.parametrize("target", ["//evil.test", "https://evil.test", "/\\evil.test"])
def test_nobody_is_led_elsewhere_by_signing_up(ida, target):
    ida.post("/sign-up", **IDA, next=target)
    assert "evil" not in text_of(messages("ida@example.org")[-1])
    assert ida.post(newest_link("ida@example.org"), name="Ida", password=PASSWORD, next=target).location == "/"


def test_of_many_who_follow_one_link_at_the_same_moment_one_makes_the_account(app, session):
    services.ask_for_account("ida@example.org", "Ida", locale=None, address="192.0.2.1", at=now())
    secret = newest_link("ida@example.org").rpartition("/")[2]
    session.rollback()

    def follow(_number: int) -> str:
        with app.app_context():
            try:
                services.follow_link(secret, password=PASSWORD, name="Ida", by=GUEST, device=None, at=now())
                db.session.commit()
            except Refused as refused:
                return refused.reason.code
            finally:
                db.session.remove()
        return "made"

    with ThreadPoolExecutor(4) as pool:
        done = sorted(pool.map(follow, range(4)))
    assert done == ["link.used", "link.used", "link.used", "made"]
    assert people() == ["ida@example.org"]
