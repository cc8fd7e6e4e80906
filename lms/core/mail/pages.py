"""/dev/mail: what was sent while developing, as HTML and as text. Not there in production."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template

from lms.core.reasons import CoreReason, Refused
from lms.core.web.files import SANDBOX

bp = Blueprint("dev_mail", __name__, url_prefix="/dev/mail")
NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f-]{36}")
NEWEST = 200


@dataclass(frozen=True)
class Kept:
    """A message in the folder; `name` is its file's."""

    name: str
    to: str
    subject: str
    at: datetime
    text: str
    html: str


@bp.get("")
def mails() -> str:
    """The newest first."""
    names = sorted((path.stem for path in _folder().glob("*.eml")), reverse=True)
    return render_template("mail/list.html", mails=[_kept(name) for name in names[:NEWEST]])


@bp.get("/<name>")
def mail(name: str) -> str:
    return render_template("mail/one.html", mail=_kept(name))


@bp.get("/<name>/html")
def html(name: str) -> Response:
    """As a mail program would show it: nothing is loaded and nothing runs, but its links can be followed."""
    response = Response(_kept(name).html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = f"{SANDBOX} allow-top-navigation; frame-ancestors 'self'"
    return response


def _folder() -> Path:
    folder: Path = current_app.extensions["settings"].data_dir / "mail"
    return folder


def _kept(name: str) -> Kept:
    path = _folder() / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.is_file():
        raise Refused(CoreReason.NOT_FOUND)
    message: EmailMessage = message_from_bytes(path.read_bytes(), policy=default)
    text, page = (_part(message, kind) for kind in ("plain", "html"))
    return Kept(name, str(message["To"]), str(message["Subject"]), message["Date"].datetime, text, page)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
