"""The floor that ours is measured against: a bare Flask route that reads and writes as much, and says as much.

`python -m bench.floor PORT` serves it as `lms serve` serves the platform: the same server, the same database driver,
the same number of processes; FLOOR_DATABASE_URL names the database. No sessions, no rights, no rules.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask, current_app, request
from flask_sqlalchemy import SQLAlchemy
from jinja2 import Template
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from lms.cli.serving import server

ROWS, LINE = 1000, 80
PAGE = (
    '<!doctype html><title>floor</title>{% for n in range(lines) %}<p class="line">{{ text }} {{ n }}</p>\n{% endfor %}'
)


class Base(DeclarativeBase):
    pass


class FloorRow(Base):
    __tablename__ = "floor_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class FloorNote(Base):
    __tablename__ = "floor_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    text: Mapped[str]


db = SQLAlchemy(model_class=Base)


def create_app() -> Flask:
    app = Flask("floor")
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("FLOOR_DATABASE_URL", "sqlite://")
    db.init_app(app)
    app.extensions["page"] = app.jinja_env.from_string(PAGE)
    app.add_url_rule("/<int:reads>/<int:size>", view_func=floor, methods=["GET", "POST", "PUT"])
    return app


def floor(reads: int, size: int) -> str:
    """Reads so many rows, one statement each; writes one and commits unless it is a GET; renders about `size` bytes."""
    wanted = (1 + (reads * 7919 + size + at * 31) % ROWS for at in range(reads))
    found = [db.session.scalars(sa.select(FloorRow).where(FloorRow.id == row)).one() for row in wanted]
    if request.method != "GET":
        db.session.add(FloorNote(at=datetime.now(UTC).replace(tzinfo=None), text=request.get_data(as_text=True)[:200]))
        db.session.commit()
    text = found[0].text if found else "nothing was read"
    page: Template = current_app.extensions["page"]
    return page.render(lines=size // LINE, text=text)


app = create_app()


def fill() -> None:
    db.create_all()
    db.session.add_all(FloorRow(id=number, text=f"{number:->40}") for number in range(1, ROWS + 1))
    db.session.commit()


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        with app.app_context():
            fill()
    else:
        server("bench.floor:app", "127.0.0.1", int(sys.argv[1]), 2).serve()
