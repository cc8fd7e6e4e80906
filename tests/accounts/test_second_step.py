"""Signing in in two steps: codes of an app, recovery codes, limits; without script."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.accounts import services
from lms.accounts.models import RecoveryCode, SignIn, SignInStep, TotpFactor
from lms.accounts.reasons import AccountReason, SecurityReason
from lms.accounts.rules import MOST_FAILURES_ACCOUNT, STEP_LIFE
from lms.accounts.services import Proof
from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.core.mail.models import Mail
from lms.core.reasons import Refused
from tests.accounts.factors import STEP, Phone, a_session, codes_on, recovery_codes, with_app
from tests.accounts.visiting import AT, PASSWORD, Visitor, a_person

HERE = {"address": "192.0.2.1", "device": "phone"}


@pytest.fixture
def mia(session):
    return a_person()


def entry(at=AT):
    return services.sign_in("mia@example.org", PASSWORD, at=at, **HERE)


def finish(secret, code, at):
    return services.finish_sign_in(secret, Proof(code=code), at=at, **HERE)


def refused(call, *args, **more):
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    return caught.value.reason


def test_without_a_second_factor_the_password_is_enough(mia):
    assert entry().is_complete


def test_with_an_app_the_password_alone_opens_no_session(mia):
    with_app(mia, AT)
    before = db.session.scalar(sa.select(sa.func.count()).select_from(SignIn))
    assert not entry(AT + STEP).is_complete
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == before


def test_the_code_that_the_app_shows_signs_in(mia):
    phone = with_app(mia, AT)
    later = AT + 2 * STEP
    assert finish(entry(later).secret, phone.code(later), later)


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_phones_clock_may_be_half_a_minute_off(mia, offset):
    phone, later = with_app(mia, AT), AT + 10 * STEP
    assert finish(entry(later).secret, phone.code(later + offset * STEP), later)


@pytest.mark.parametrize("offset", [-2, 2])
def test_but_not_more(mia, offset):
    phone, later = with_app(mia, AT), AT + 10 * STEP
    reason = refused(finish, entry(later).secret, phone.code(later + offset * STEP), later)
    assert reason is SecurityReason.WRONG_CODE


def test_a_code_is_taken_once_and_none_before_it(mia):
    phone, later = with_app(mia, AT), AT + 10 * STEP
    assert finish(entry(later).secret, phone.code(later), later)
    for old in (later, later - STEP):
        assert refused(finish, entry(later).secret, phone.code(old), later) is SecurityReason.WRONG_CODE
    assert finish(entry(later).secret, phone.code(later + STEP), later)


def test_the_code_that_added_the_app_does_not_sign_in_too(mia):
    phone = with_app(mia, AT)
    assert refused(finish, entry(AT).secret, phone.code(AT), AT) is SecurityReason.WRONG_CODE


@pytest.mark.parametrize(
    "write", [str, lambda c: f" {c[:3]} {c[3:]} ", lambda c: c.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))]
)
def test_a_code_is_read_however_it_is_typed(mia, write):
    phone, later = with_app(mia, AT), AT + 2 * STEP
    assert finish(entry(later).secret, write(phone.code(later)), later)


def test_a_recovery_code_works_once_in_any_spelling(mia):
    with_app(mia, AT)
    first, second, *_rest = recovery_codes(mia, AT, a_proof(mia))
    assert finish(entry().secret, f" {first.upper().replace('-', '')} ", AT)
    assert refused(finish, entry().secret, first, AT) is SecurityReason.WRONG_CODE
    assert finish(entry().secret, second, AT)


def test_new_recovery_codes_replace_the_old_ones_and_only_hashes_are_kept(mia):
    with_app(mia, AT)
    proof = a_proof(mia)
    old, new = recovery_codes(mia, AT, proof), recovery_codes(mia, AT, proof)
    assert len(set(old) | set(new)) == 20
    assert refused(finish, entry().secret, old[0], AT) is SecurityReason.WRONG_CODE
    assert finish(entry().secret, new[0], AT)
    rows = db.session.scalars(sa.select(RecoveryCode)).all()
    assert len(rows) == 10
    assert not {row.secret_hash for row in rows} & {code.replace("-", "") for code in new}


def a_proof(mia):
    return db.session.scalars(sa.select(SignIn).where(SignIn.person_id == mia.id)).first()


def test_a_recovery_code_of_somebody_else_is_wrong(mia):
    eve = a_person("eve@example.org", name="Eve")
    with_app(mia, AT)
    hers = recovery_codes(eve, AT, a_session(eve, AT))
    assert refused(finish, entry().secret, hers[0], AT) is SecurityReason.WRONG_CODE


def test_wrong_codes_count_like_wrong_passwords_and_close_both_doors(mia):
    phone, later = with_app(mia, AT), AT + 2 * STEP
    secret = entry(later).secret
    db.session.commit()
    for _try in range(MOST_FAILURES_ACCOUNT):
        assert refused(finish, secret, "000000", later) is SecurityReason.WRONG_CODE
    assert refused(finish, secret, phone.code(later), later) is AccountReason.TOO_MANY_FAILURES
    assert refused(entry, later) is AccountReason.TOO_MANY_FAILURES


def test_the_second_step_has_ten_minutes_and_happens_once(mia):
    phone = with_app(mia, AT)
    secret, later = entry().secret, AT + STEP_LIFE
    assert refused(finish, secret, phone.code(later), later) is SecurityReason.STEP_OVER
    in_time = AT + 4 * STEP
    assert finish(secret, phone.code(in_time), in_time)
    assert refused(finish, secret, phone.code(in_time + STEP), in_time) is SecurityReason.STEP_OVER


def test_the_secret_of_an_app_is_unreadable_in_the_database(mia):
    phone = with_app(mia, AT)
    (row,) = db.session.scalars(sa.select(TotpFactor)).all()
    assert phone.totp.secret not in row.secret


def test_a_changed_secret_key_leaves_recovery_codes(app, mia, make_app):
    with_app(mia, AT)
    codes = recovery_codes(mia, AT, a_proof(mia))
    db.session.execute(sa.update(TotpFactor).values(secret="sealed elsewhere"))
    assert refused(finish, entry().secret, "123456", AT) is SecurityReason.WRONG_CODE
    assert finish(entry().secret, codes[0], AT)


def test_a_token_asks_for_a_code_too(mia):
    phone, later = with_app(mia, AT), AT + 2 * STEP
    ask = {"address": "192.0.2.1", "at": later}
    email = "mia@example.org"
    assert refused(services.create_token, email, PASSWORD, **ask) is SecurityReason.SECOND_FACTOR_NEEDED
    assert refused(services.create_token, email, PASSWORD, code="000000", **ask) is SecurityReason.WRONG_CODE
    assert services.create_token(email, PASSWORD, code=phone.code(later), **ask)[0]


def test_a_change_needs_a_proof_of_the_last_ten_minutes(mia):
    session = a_session(mia, AT)
    late = AT + timedelta(minutes=10, seconds=1)
    by = {"proof_id": session.id, "by": Actor(mia.id)}
    sealed, _uri = services.begin_totp(mia.id)
    for change in (
        lambda: services.add_totp(sealed, "123456", name="x", at=late, **by),
        lambda: services.begin_passkey(at=late, **by),
        lambda: services.add_passkey("{}", name="x", at=late, **by),
        lambda: services.new_recovery_codes(at=late, **by),
    ):
        assert refused(change) is SecurityReason.PROOF_NEEDED
    services.prove_again(Proof(password=PASSWORD), sign_in_id=session.id, by=Actor(mia.id), address="x", at=late)
    assert len(services.new_recovery_codes(at=late, **by)) == 10


def test_with_a_factor_the_password_alone_proves_nothing_again(mia):
    """Who found out the password must not take the second step off in a browser that was left open."""
    phone, later = with_app(mia, AT), AT + timedelta(hours=1)
    proof, (factor,) = a_proof(mia), db.session.scalars(sa.select(TotpFactor)).all()
    again = {"sign_in_id": proof.id, "by": Actor(mia.id), "address": "x", "at": later}
    assert refused(services.prove_again, Proof(password=PASSWORD), **again) is SecurityReason.WRONG_CODE
    acting = {"proof_id": proof.id, "by": Actor(mia.id), "at": later}
    for change in (
        lambda: services.remove_factor(factor.id, **acting),
        lambda: services.new_recovery_codes(**acting),
        lambda: services.erase_account(mia.id, mia.email, **acting),
    ):
        assert refused(change) is SecurityReason.PROOF_NEEDED
    services.prove_again(Proof(code=phone.code(later)), **again)
    services.remove_factor(factor.id, **acting)
    assert db.session.scalars(sa.select(TotpFactor)).all() == []


def test_a_recovery_code_proves_again_too(mia):
    with_app(mia, AT)
    proof, later = a_proof(mia), AT + timedelta(hours=1)
    code = recovery_codes(mia, AT, proof)[0]
    services.prove_again(Proof(code=code), sign_in_id=proof.id, by=Actor(mia.id), address="x", at=later)
    assert services.is_fresh(proof.id, mia.id, later)


def test_a_browser_that_signed_in_before_there_was_a_factor_shows_it_first(mia):
    other = a_session(mia, AT)
    phone = with_app(mia, AT)
    later = AT + 2 * STEP
    assert not services.is_fresh(other.id, mia.id, later)
    by = {"sign_in_id": other.id, "by": Actor(mia.id), "address": "x", "at": later}
    services.prove_again(Proof(code=phone.code(later)), **by)
    assert services.is_fresh(other.id, mia.id, later)


def test_the_page_that_asks_again_wants_what_the_person_has(mia, visitor):
    visitor.sign_in()
    assert 'name="password"' in visitor.get("/you/prove").text
    db.session.rollback()
    sealed, uri = services.begin_totp(mia.id)
    mine = db.session.scalars(sa.select(SignIn).where(SignIn.person_id == mia.id)).one().id
    acting = {"proof_id": mine, "by": Actor(mia.id), "at": now()}
    services.add_totp(sealed, Phone(uri).code(now()), name="phone", **acting)
    db.session.commit()
    page = visitor.get("/you/prove").text
    assert 'name="password"' not in page
    assert 'name="code"' in page


def test_a_wrong_proof_counts_and_proves_nothing(mia):
    session = a_session(mia, AT)
    late = AT + timedelta(hours=1)
    again = {"sign_in_id": session.id, "by": Actor(mia.id), "address": "x", "at": late}
    assert refused(services.prove_again, Proof(password="wrong"), **again) is AccountReason.WRONG_PASSWORD
    for _try in range(MOST_FAILURES_ACCOUNT - 1):
        refused(services.prove_again, Proof(password="wrong too"), **again)
    assert refused(services.prove_again, Proof(password=PASSWORD), **again) is AccountReason.TOO_MANY_FAILURES
    assert not services.is_fresh(session.id, mia.id, late)


def test_removing_the_last_factor_takes_the_recovery_codes_along(mia):
    with_app(mia, AT)
    proof = a_proof(mia)
    recovery_codes(mia, AT, proof)
    (factor,) = db.session.scalars(sa.select(TotpFactor)).all()
    services.remove_factor(factor.id, proof_id=proof.id, by=Actor(mia.id), at=AT)
    assert entry().is_complete
    assert db.session.scalars(sa.select(RecoveryCode)).all() == []


def test_nobody_removes_a_factor_of_somebody_else(mia):
    with_app(mia, AT)
    eve = a_person("eve@example.org", name="Eve")
    (factor,) = db.session.scalars(sa.select(TotpFactor)).all()
    with pytest.raises(Refused, match=r"core\.not_found"):
        services.remove_factor(factor.id, proof_id=a_session(eve, AT).id, by=Actor(eve.id), at=AT)


def test_each_change_is_told_by_mail_and_kept_in_the_audit_without_the_name(mia):
    with_app(mia, AT)
    (factor,) = db.session.scalars(sa.select(TotpFactor)).all()
    services.remove_factor(factor.id, proof_id=a_proof(mia).id, by=Actor(mia.id), at=AT)
    db.session.flush()
    mails = db.session.scalars(sa.select(Mail).order_by(Mail.key)).all()
    assert [(mail.template, mail.person_id) for mail in mails] == [("security-changed", mia.id)] * 2
    assert {mail.values["change"] for mail in mails} == {"totp_added", "totp_removed"}


@pytest.fixture
def visitor(app, mia):
    return Visitor(app)


def test_by_pages_alone_an_app_is_added_and_signs_in(app, mia, visitor):
    """Forms and links only: what the browser is shown, and what it sends."""
    visitor.sign_in()
    page = visitor.get("/you/security/app").text
    uri = page.split('<a href="otpauth')[1].split('"')[0].replace("&amp;", "&")
    sealed = page.split('name="setup" value="')[1].split('"')[0]
    phone = Phone("otpauth" + uri)
    wrong = visitor.post("/you/security/app", setup=sealed, code="000000", name="Mia’s phone")
    assert wrong.status_code == 422
    assert "not the code that your app shows now" in wrong.text
    assert sealed in wrong.text
    shown = visitor.post("/you/security/app", setup=sealed, code=phone.code(now()), name="Mia’s phone")
    codes = codes_on(shown.text)
    assert len(codes) == 10
    assert "Mia’s phone" in visitor.get("/you/security").text
    visitor.post("/sign-out")
    answer = visitor.sign_in(next="/courses")
    assert answer.headers["Location"] == "/sign-in/second-step?next=/courses"
    assert visitor.name_shown() is None
    assert visitor.post("/sign-in/second-step", code="000000", next="/courses").status_code == 401
    done = visitor.post("/sign-in/second-step", code=codes[0], next="/courses")
    assert done.headers["Location"] == "/courses"
    assert visitor.name_shown() == "Mia Çelik"


def test_the_recovery_codes_come_as_text_and_nothing_else_does(mia, visitor):
    visitor.sign_in()
    shown = codes_on(visitor.post("/you/security/recovery-codes").text)
    token = visitor.csrf_token()
    answer = visitor.client.post("/you/security/recovery-codes/text", data={"csrf_token": token, "codes": shown})
    assert answer.mimetype == "text/plain"
    assert all(code in answer.text for code in shown)
    assert "attachment" in answer.headers["Content-Disposition"]
    echoed = {"csrf_token": token, "codes": ["<script>"] * 10}
    assert visitor.client.post("/you/security/recovery-codes/text", data=echoed).status_code == 422


def test_an_old_session_proves_itself_before_a_change_and_comes_back(mia, visitor):
    visitor.sign_in()
    db.session.rollback()
    db.session.execute(sa.update(SignIn).values(proved_at=now() - timedelta(hours=1)))
    answer = visitor.get("/you/security/app")
    assert answer.headers["Location"] == "/you/prove?next=/you/security/app"
    assert visitor.post("/you/security/recovery-codes").headers["Location"] == "/you/prove?next=/you/security"
    assert visitor.post("/you/prove", password="wrong", next="/you/security/app").status_code == 401
    proved = visitor.post("/you/prove", password=PASSWORD, next="/you/security/app")
    assert proved.headers["Location"] == "/you/security/app"
    assert visitor.get("/you/security/app").status_code == 200


def test_a_session_from_before_this_release_is_not_a_fresh_proof(mia, visitor):
    visitor.sign_in()
    db.session.rollback()
    db.session.execute(sa.update(SignIn).values(proved_at=None))
    assert visitor.get("/you/security/app").status_code == 302


def test_a_second_step_that_nobody_began_leads_to_signing_in(visitor):
    assert visitor.get("/sign-in/second-step?next=/courses").headers["Location"] == "/sign-in?next=/courses"
    assert visitor.post("/sign-in/second-step", code="123456").status_code == 401


def test_the_cookie_of_the_first_step_is_no_session(mia, visitor):
    with_app(mia, now())
    db.session.commit()
    visitor.sign_in()
    assert visitor.secret is not None
    assert visitor.name_shown() is None
    assert visitor.get("/you").status_code == 302
    assert db.session.scalars(sa.select(SignInStep)).one().person_id == mia.id


def test_somebody_disabled_between_the_steps_stays_out(mia):
    phone, later = with_app(mia, AT), AT + 2 * STEP
    secret = entry(later).secret
    mia.disabled_at = later
    assert refused(finish, secret, phone.code(later), later) is SecurityReason.STEP_OVER


def test_passkeys_say_why_they_do_not_work_at_a_number(mia, visitor):
    visitor.sign_in()
    assert "this installation stands at a number" in visitor.get("/you/security").text
    assert visitor.get("/you/security/passkey").status_code == 409


def test_an_administrator_takes_everything_off_and_the_person_is_told(mia):
    with_app(mia, AT)
    recovery_codes(mia, AT, a_proof(mia))
    boss = a_person("boss@example.org", name="Boss")
    from lms.core.actor import ADMINISTRATOR, Grant

    by = Actor(boss.id, frozenset({Grant(ADMINISTRATOR, "system", None)}))
    proof = a_session(boss, AT).id
    with pytest.raises(Refused, match=r"core\.not_found"):
        services.remove_all_factors(mia.id, proof_id=proof, by=Actor(boss.id), at=AT)
    services.remove_all_factors(mia.id, proof_id=proof, by=by, at=AT)
    db.session.flush()
    assert entry().is_complete
    assert "factors_taken_off" in [mail.values["change"] for mail in db.session.scalars(sa.select(Mail)).all()]
