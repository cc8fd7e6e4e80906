"""Three companies with their people, a year of learning behind them: loaded by a job, each person in one transaction.

Killed in the middle, it goes on where it was. Nobody is written to: the messages that the use cases cause are taken
back before they are sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from lms.accounts.queries import actor_of
from lms.accounts.services import add_person, find_person, grant_role
from lms.compliance.queries.filters import Scope
from lms.compliance.rules.due import Due
from lms.compliance.services import Audience, assign
from lms.core.actor import SYSTEM, Actor
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.services import enqueue
from lms.core.mail.services import forget
from lms.core.reasons import Refused
from lms.home.demo.companies import COMPANIES, Asked, Company, Employee, Taking, TeamPath, Turn, employees_of
from lms.home.demo.first import PASSWORD
from lms.home.demo.taking import ALL_WRONG, take
from lms.learning.queries import enrolments_of
from lms.organisations.services import (
    add_member,
    add_organisation,
    change_organisation,
    find_or_add_path,
    list_organisations,
    put_into_team,
)

JOB = "home.demo"
PORTION = 10
"""People added in one transaction."""
Progress = Callable[[int, int], None]
"""Commits, and says how far it is."""


def request_companies(*, at: datetime) -> Job:
    """The work of loading them, once an installation."""
    return enqueue(JOB, JOB, {}, at=at)


def load_companies(progress: Progress, *, at: datetime, companies: Sequence[Company] = COMPANIES) -> None:
    """Companies, teams, people and assignments first, then what each person did; what is there stays.

    In short transactions: others work meanwhile, and on SQLite wait for each.
    """
    at = at.astimezone(UTC).replace(hour=4, minute=0, second=0, microsecond=0)
    everybody = [(company, list(employees_of(company))) for company in companies]
    total = sum(len(employees) for _company, employees in everybody)
    for company, employees in everybody:
        _found(company, employees, at, lambda: progress(0, total))
    done = 0
    for _company, employees in everybody:
        for employee in employees:
            done += 1
            if _learn(employee, at):
                progress(done, total)


def _found(company: Company, employees: Sequence[Employee], at: datetime, commit: Callable[[], None]) -> None:
    """A company as it stood on the day before its first course, and what it asked since."""
    begun = at - timedelta(days=max(employee.joined for employee in employees) + 1)
    organisation = _organisation(company, begun)
    teams = {path: find_or_add_path(organisation.id, list(path), by=SYSTEM, at=begun).id for path in _paths(company)}
    staff = _staff(company, organisation, teams, begun)
    commit()
    people = []
    for together in _portions(employees):
        people += [_employ(employee, organisation.id, at) for employee in together]
        commit()
    for path in company.teams:
        members = [key for key, employee in zip(people, employees, strict=True) if employee.team == path]
        put_into_team(organisation.id, teams[path], members, by=SYSTEM, at=begun)
    for asked in company.asked:
        _ask(organisation, asked, teams, staff[0], at)
        for person_id in (*staff, *people):
            forget(person_id)
        commit()


def _portions(employees: Sequence[Employee]) -> Iterator[Sequence[Employee]]:
    return (employees[at : at + PORTION] for at in range(0, len(employees), PORTION))


def _organisation(company: Company, at: datetime) -> Any:
    found = next((one for one in list_organisations() if one.slug == company.slug), None)
    organisation = found or add_organisation(company.slug, name=company.name, by=SYSTEM, at=at)
    db.session.flush()  # its facts and its people refer to it
    if not found:
        change_organisation(
            organisation.id,
            name=company.name,
            country=company.country,
            timezone=company.timezone,
            brand_hue=company.hue,
            by=SYSTEM,
            at=at,
        )
    return organisation


def _paths(company: Company) -> list[TeamPath]:
    """Every team, those above before those below."""
    return sorted({path[:depth] for path in company.teams for depth in range(1, len(path) + 1)})


def _staff(company: Company, organisation: Any, teams: dict[TeamPath, uuid.UUID], at: datetime) -> list[uuid.UUID]:
    """Two who can sign in: HR, and the manager of one team."""
    scopes = {"hr": ("organisation", organisation.id), "manager": ("team", teams[company.managed])}
    names = dict(zip(scopes, company.staff, strict=True))
    people = []
    for role, (kind, scope_id) in scopes.items():
        email = f"{role}.{company.slug}@example.org"
        person_id = _person(email, names[role], organisation.id, password=PASSWORD, at=at)
        grant_role(person_id, role, scope_kind=kind, scope_id=scope_id, by=SYSTEM, at=at)
        people.append(person_id)
    return people


def _employ(employee: Employee, organisation_id: uuid.UUID, at: datetime) -> uuid.UUID:
    joined = at - timedelta(days=employee.joined)
    return _person(employee.email, employee.name, organisation_id, password=None, at=joined)


def _person(email: str, name: str, organisation_id: uuid.UUID, *, password: str | None, at: datetime) -> uuid.UUID:
    """Somebody of the organisation, made where they are not there yet."""
    try:
        return find_person(email).id
    except Refused:
        person = add_person(email, name=name, password=password, by=SYSTEM, at=at)
    add_member(organisation_id, person.id, by=SYSTEM, at=at)
    forget(person.id)
    return person.id


def _ask(organisation: Any, asked: Asked, teams: dict[TeamPath, uuid.UUID], hr: uuid.UUID, at: datetime) -> None:
    """An assignment of HR, on the day when it was made."""
    audience = Audience() if asked.team is None else Audience("team", team_id=teams[asked.team])
    scope = Scope(organisation, actor_of(hr), at - timedelta(days=asked.days_ago))
    assign(scope, asked.course, audience=audience, due=Due(days=asked.days))


def _learn(employee: Employee, at: datetime) -> bool:
    """What one person did; False where it was done before, or there is nothing."""
    person = find_person(employee.email)
    if any(enrolment.events for enrolment in enrolments_of(person.id)):
        return False
    for taking in employee.takings:
        _take(Actor(person.id), taking, at)
    forget(person.id)
    return True


def _take(learner: Actor, taking: Taking, at: datetime) -> None:
    begun, over = at - timedelta(days=taking.begun), timedelta(days=taking.days)
    if taking.turn is Turn.DONE:
        take(learner, taking.course, at=begun, over=over)
    elif taking.turn is Turn.FAILED_FIRST:
        take(learner, taking.course, at=begun, over=over, wrong=ALL_WRONG, again=0)
    elif taking.turn is Turn.FAILED:
        take(learner, taking.course, at=begun, over=over, wrong=ALL_WRONG)
    elif taking.turn is Turn.STUCK:
        take(learner, taking.course, at=begun, over=over, share=taking.share)
