"""lms users …, lms orgs …"""

from __future__ import annotations

import sys
import uuid

import click

from lms.cli.frame import application, as_json, report


@click.group()
def users() -> None:
    """People."""


@users.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As it shall stand on certificates.")
@click.option("--role", default="learner", show_default=True)
@click.option("--org", "slug", help="Slug of an organisation; default: the first one.")
@click.option("--course", "course_slug", help="Slug of a course, for the role teacher.")
@click.option("--password", help="Visible in the list of processes; better: --password-stdin.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@as_json
def add_user(
    email: str,
    name: str,
    role: str,
    slug: str | None,
    course_slug: str | None,
    password: str | None,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Add somebody, with a role, who may sign in (without a password: not yet)."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    with application():
        from lms.accounts.services import add_person
        from lms.core.actor import SYSTEM
        from lms.core.clock import now
        from lms.home.people import grant_in_words

        person = add_person(email, name=name, password=password, by=SYSTEM, at=now())
        grant_in_words(person.id, role, organisation=slug, course=course_slug, by=SYSTEM, at=now())
        facts = {"id": str(person.id), "email": person.email, "name": person.name, "role": role}
    report(facts, f"{email} is here as {role}.", as_json=as_json)


@click.group()
def organisations() -> None:
    """Organisations."""


@organisations.command("add")
@click.argument("slug")
@click.option("--name", required=True)
@as_json
def add_organisation(slug: str, name: str, as_json: bool) -> None:
    """Add an organisation."""
    with application():
        from lms.core.actor import SYSTEM
        from lms.core.clock import now
        from lms.organisations import services

        made = services.add_organisation(slug, name=name, by=SYSTEM, at=now())
        facts: dict[str, str | uuid.UUID] = {"id": made.id, "slug": made.slug, "name": made.name}
    report(facts, f"{slug} is here.", as_json=as_json)


@organisations.command("edit")
@click.argument("slug")
@click.option("--name", help="As it shall stand on certificates from now on.")
@click.option("--country", help="Two letters, such as DE; empty: none.")
@click.option("--timezone", help="Such as Europe/Berlin; empty: that of the installation.")
@click.option("--hue", type=click.IntRange(0, 359), help="Colour of its pages: 0 red, 120 green, 240 blue.")
@as_json
def edit_organisation(
    slug: str, name: str | None, country: str | None, timezone: str | None, hue: int | None, as_json: bool
) -> None:
    """Change an organisation; what is not named stays as it is."""
    with application():
        from lms.core.actor import SYSTEM
        from lms.core.clock import now
        from lms.organisations import services

        found = services.find_organisation(slug)
        changed = services.change_organisation(
            found.id,
            name=found.name if name is None else name,
            country=found.country if country is None else country or None,
            timezone=found.timezone if timezone is None else timezone or None,
            brand_hue=found.brand_hue if hue is None else hue,
            by=SYSTEM,
            at=now(),
        )
        names = ("slug", "name", "country", "timezone", "brand_hue")
        facts = {key: getattr(changed, key) for key in names}
    report(facts, f"{slug} is changed.", as_json=as_json)


@organisations.command("list")
@as_json
def list_organisations(as_json: bool) -> None:
    """List organisations."""
    with application():
        from lms.organisations import services

        items = [{"slug": o.slug, "name": o.name} for o in services.list_organisations()]
    report({"items": items}, [f"{o['slug']}  {o['name']}" for o in items], as_json=as_json)
