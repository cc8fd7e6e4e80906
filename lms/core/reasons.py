"""Every "no" says why: a code for programs, a sentence for people, the values that explain it, a next step."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any

from flask_babel import format_date, format_datetime

from lms.core.texts import N_, translate


class Reason(Enum):
    """Base of the one enum a feature in its `reasons.py`.

    A member is `NAME = ("feature.code", status, N_("sentence with %(value)s"), N_("what to do next"))`;
    status is the HTTP status that contract.md gives to this kind of refusal. The last part may be left out.
    """

    def __init__(self, code: str, status: int, sentence: str, next_step: str = "") -> None:
        self.code = code
        self.status = status
        self.text = sentence
        self.next_text = next_step


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A use case says no. `values` are plain JSON values that fill the sentence."""

    def __init__(self, reason: Reason, **values: Any) -> None:
        super().__init__(reason.code)
        self.reason = reason
        self.values = values

    @property
    def status(self) -> int:
        return self.reason.status

    def sentence(self) -> str:
        """Why, in the reader's language."""
        return translate(self.reason.text, **_spoken(self.values))

    def next_step(self) -> str:
        """What the person can do, in the reader's language; empty where there is nothing."""
        return translate(self.reason.next_text, **_spoken(self.values)) if self.reason.next_text else ""

    def as_dict(self) -> dict[str, Any]:
        """{code, values} for a row or a log: no language, no names of people."""
        return {"code": self.reason.code, "values": self.values}


def explain(code: str, values: dict[str, Any] | None = None) -> str:
    """The sentence of a stored reason code, in the reader's language; the code itself where it is unknown."""
    reason = find_reason(code)
    return translate(reason.text, **_spoken(values or {})) if reason else code


def advise(code: str, values: dict[str, Any] | None = None) -> str:
    """What can be done about a stored reason, in the reader's language; empty where there is nothing."""
    reason = find_reason(code)
    return Refused(reason, **(values or {})).next_step() if reason else ""


def _spoken(values: dict[str, Any]) -> dict[str, Any]:
    """The values as a sentence says them.

    `date` is an ISO 8601 instant, whatever ends in `_on` an ISO 8601 day, `mistakes` are reasons {code, values} too.
    """
    spoken = {
        name: format_date(date.fromisoformat(value), "medium") if name.endswith("_on") and value else value
        for name, value in values.items()
    }
    if "date" in values:
        spoken["date"] = format_datetime(datetime.fromisoformat(values["date"]), "medium")
    if "mistakes" in values:
        spoken["mistakes"] = " ".join(explain(one["code"], one["values"]) for one in values["mistakes"])
    return spoken


def find_reason(code: str) -> Reason | None:
    for family in Reason.__subclasses__():
        for member in family:
            if member.code == code:
                return member
    return None


class CoreReason(Reason):
    """What any request may meet."""

    MALFORMED = (
        "core.malformed",
        400,
        N_("We could not read what was sent."),
        N_("Check the format and send it again."),
    )
    CSRF = (
        "core.csrf",
        400,
        N_("This form was open for too long, or it did not come from our page."),
        N_("Load the page again and send the form once more."),
    )
    NOT_SIGNED_IN = ("core.not_signed_in", 401, N_("You are not signed in."), N_("Sign in and try again."))
    FORBIDDEN = (
        "core.forbidden",
        403,
        N_("Your role does not allow this."),
        N_("Ask an administrator of your organisation."),
    )
    NOT_FOUND = (
        "core.not_found",
        404,
        N_("There is nothing here, or it is not yours to see."),
        N_("Check the address."),
    )
    METHOD = ("core.method_not_allowed", 405, N_("This address does not do that."))
    CONFLICT = (
        "core.conflict",
        409,
        N_("Somebody else changed this at the same moment."),
        N_("Load it again and repeat your change."),
    )
    PRECONDITION = ("core.precondition_failed", 412, N_("It was changed since you loaded it."), N_("Load it again."))
    TOO_LARGE = ("core.too_large", 413, N_("What was sent is larger than we take."), N_("Send a smaller file."))
    MEDIA_TYPE = ("core.media_type", 415, N_("We do not read this type of content here."))
    RANGE = ("core.range", 416, N_("This file is shorter than the part that was asked for."), N_("Ask for less of it."))
    FIELDS = ("core.fields", 422, N_("Some fields are not right."), N_("Mend the fields named and send again."))
    UNWRITABLE = (
        "core.unwritable_text",
        422,
        N_("The text holds characters that can't be stored."),
        N_("Take them out and send again."),
    )
    IDEMPOTENCY = (
        "core.idempotency_key_reused",
        422,
        N_("This Idempotency-Key was used before with other content."),
        N_("Use a new key for new content."),
    )
    CURSOR = (
        "core.cursor",
        422,
        N_("This place in the list is not valid."),
        N_("Start from the beginning of the list."),
    )
    PRECONDITION_REQUIRED = ("core.precondition_required", 428, N_("Say which version you are changing (If-Match)."))
    TOO_MANY = ("core.too_many_requests", 429, N_("Too many requests."), N_("Wait %(seconds)s seconds and try again."))
    INTERNAL = (
        "core.internal",
        500,
        N_("Something broke on our side."),
        N_("Nothing of yours was lost. Try again in a minute."),
    )
    BUSY = ("core.busy", 503, N_("The system is busy."), N_("Try again in a few seconds. Nothing was changed."))
    NO_ROOM = (
        "core.no_room",
        503,
        N_("Nothing can be saved at the moment: there is no room left on the disk."),
        N_("Nothing was changed. Tell an administrator: this ends only when somebody makes room."),
    )
