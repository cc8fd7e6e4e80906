"""What the owner of an account reads after a change of how they sign in."""

from __future__ import annotations

import uuid

import pytest

from lms.core.mail.ports import Recipient
from lms.core.mail.rendering import Outgoing, compose
from tests.accounts.visiting import AT

SAYS = {
    "totp_added": "The app “My <phone>” was added",
    "totp_removed": "The app “My <phone>” was removed",
    "passkey_added": "The passkey “My <phone>” was added",
    "passkey_removed": "The passkey “My <phone>” was removed",
    "recovery_made": "New recovery codes were made",
    "factors_taken_off": "An administrator took off every second step",
}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("change", SAYS)
def test_it_says_what_was_changed_and_when(app, session, change):
    values = {"change": change, "factor": "My <phone>", "at": AT.isoformat()}
    message = compose(
        Outgoing(uuid.uuid4(), "security-changed", values, AT, 0, None), Recipient("m@example.org", "Mia")
    )
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert SAYS[change] in " ".join(plain.get_content().split())
    assert "2 March 2026" in plain.get_content()
    assert ("remove there what you did not add" in plain.get_content()) == change.endswith("_added")
    assert SAYS[change].replace("<phone>", "&lt;phone&gt;") in " ".join(html.get_content().split())
