"""A second step in a real browser: passkeys by a virtual authenticator, codes without script; pictures and axe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from lms.home.demo import PASSWORD as DEMO
from tests.accounts.factors import Phone
from tests.fixtures.browser import DESKTOP, PHONE
from tests.services.server import Server

PASSWORD = "correct horse battery 9!"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def named_server(make_server: Callable[..., Server]) -> Server:
    """An installation at an address with a name, since browsers keep passkeys for no other."""
    server = make_server("sqlite", LMS_DEMO="small")
    server.url = server.env["LMS_BASE_URL"] = f"http://localhost:{server.port}"
    server.start()
    return server


def somebody(server: Server, name: str) -> str:
    email = f"{name}@example.org"
    server.lms("users", "add", email, "--name", f"Mia {name.title()}", "--role", "learner", "--password", PASSWORD)
    return email


class Device:
    """The authenticator of the browser: a phone that knows its owner by finger, or does not."""

    def __init__(self, page: Page) -> None:
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        self.id = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]

    def knows_its_owner(self, *, yes: bool) -> None:
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": yes})

    def keys(self) -> list[Any]:
        return self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/you")
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.wait_for_url("**/")


def test_a_passkey_is_added_and_signs_in_alone_and_as_a_second_step(
    named_server: Server, new_page: Any, axe: Callable[[Page], None], picture: Callable[[Page, str], Any]
) -> None:
    email = somebody(named_server, "passkey")
    page = new_page(named_server.url, width=PHONE)
    device = Device(page)
    sign_in(page, email)
    page.wait_for_url("**/")
    page.goto("/you/security")
    axe(page)
    picture(page, "security-off")
    page.get_by_role("link", name="Add a passkey").click()
    axe(page)
    picture(page, "security-add-passkey")
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    axe(page)
    picture(page, "security-recovery-codes")
    assert page.locator(".codes li").count() == 10
    assert len(device.keys()) == 1
    page.goto("/you/security")
    assert page.get_by_text("My phone").is_visible()
    picture(page, "security-on")

    sign_out(page)
    page.goto("/sign-in?next=/certificates")
    axe(page)
    picture(page, "sign-in-with-passkey")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{named_server.url}/certificates")

    sign_out(page)
    device.knows_its_owner(yes=False)
    sign_in(page, email)
    page.wait_for_url("**/sign-in/second-step?**")
    axe(page)
    picture(page, "second-step-passkey")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{named_server.url}/")
    assert page.request.get("/api/v1/me").json()["email"] == email


def test_a_device_that_does_not_know_its_owner_does_not_replace_the_password(
    named_server: Server, new_page: Any
) -> None:
    email = somebody(named_server, "unverified")
    page = new_page(named_server.url)
    device = Device(page)
    sign_in(page, email)
    page.wait_for_url("**/")
    page.goto("/you/security/passkey")
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    sign_out(page)
    device.knows_its_owner(yes=False)
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("Your device gave no answer").wait_for()
    assert page.request.get("/api/v1/me").status == 401


def test_a_passkey_that_was_removed_signs_nobody_in(named_server: Server, new_page: Any) -> None:
    email = somebody(named_server, "removed")
    page = new_page(named_server.url)
    Device(page)
    sign_in(page, email)
    page.wait_for_url("**/")
    page.goto("/you/security/passkey")
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.goto("/you/security")
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("Your password alone signs you in").wait_for()
    sign_out(page)
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("This passkey could not be checked").wait_for()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_an_app_and_a_recovery_code_work_without_script(
    named_server: Server,
    new_page: Any,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Any],
    width: int,
) -> None:
    email = somebody(named_server, f"noscript{width}")
    page = new_page(named_server.url, width=width, java_script_enabled=False)
    sign_in(page, email)
    page.goto("/you/security/app")
    uri = page.get_by_role("link", name="open it in the app").get_attribute("href")
    assert uri is not None
    picture(page, "security-add-app")
    page.get_by_label("Code", exact=True).fill(Phone(uri).code(datetime.now(UTC)))
    page.get_by_role("button", name="Add the app").click()
    code = page.locator(".codes li").first.text_content()
    sign_out(page)
    sign_in(page, email)
    picture(page, "second-step-app")
    page.get_by_role("link", name="use a recovery code").click()
    picture(page, "second-step-recovery")
    page.get_by_label("Recovery code").fill(str(code))
    page.get_by_role("button", name="Sign in").click()
    page.goto("/you/security")
    assert page.get_by_text("9 of 10 are unused.").is_visible()


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_the_pages_can_be_used_by_everybody(
    named_server: Server,
    new_page: Any,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Any],
    width: int,
    scheme: str,
) -> None:
    email = somebody(named_server, f"look{width}")
    page = new_page(named_server.url, width=width, color_scheme=scheme)
    sign_in(page, email)
    page.wait_for_url("**/")
    for path in ("/you/security", "/you/security/app", "/you/prove", "/you/data", "/you/data/erase"):
        page.goto(path)
        axe(page)
        picture(page, f"own-{path.strip('/').replace('/', '-')}-{scheme}")
        assert page.locator("h1").count() == 1
        assert page.locator("main .btn.primary:visible").count() <= 1
    page.goto("/you/data/erase")
    page.get_by_label("Your e-mail address, to be sure").fill(email)
    page.get_by_role("button", name="Erase my account for good").click()
    page.get_by_role("heading", name="Your account was erased").wait_for()
    axe(page)
    picture(page, f"own-erased-{scheme}")
    sign_in(page, email)
    page.get_by_role("alert").wait_for()


def test_whoever_has_the_document_proves_it_after_its_holder_was_erased(
    named_server: Server,
    new_page: Any,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Any],
    tmp_path: Path,
) -> None:
    page = new_page(named_server.url)
    token = page.request.post("/api/v1/auth/tokens", data={"email": "greta@example.org", "password": DEMO}).json()
    headers = {"Authorization": f"Bearer {token['token']}"}
    name = page.request.get("/api/v1/me", headers=headers).json()["name"]
    number = issued(page, headers)
    file = tmp_path / "certificate.pdf"
    file.write_bytes(page.request.get(f"/api/v1/credentials/{number}/pdf", headers=headers).body())
    done = page.request.post("/api/v1/me/erasure", data={"email": "greta@example.org"}, headers=headers)
    assert done.status == 204
    page.goto(f"/verify/{number}")
    page.get_by_role("heading", name="Valid").wait_for()
    assert name not in page.content()
    axe(page)
    picture(page, "verification-erased")
    page.get_by_label("Compare a PDF").set_input_files(file)
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_text("Your file is the one that was issued").wait_for()
    assert page.get_by_text(name).is_visible()
    axe(page)
    picture(page, "verification-erased-compared")


def issued(page: Page, headers: dict[str, str]) -> str:
    """The number of a certificate whose document is there."""
    for _try in range(120):
        found = page.request.get("/api/v1/me/credentials", headers=headers).json()["items"]
        if number := next((one["id"] for one in found if one["status"] == "issued"), None):
            return str(number)
        page.wait_for_timeout(500)
    raise AssertionError("no document came")
