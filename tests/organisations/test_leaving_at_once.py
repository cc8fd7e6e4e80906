"""Two at the same moment: of those who look after people one stays, and nobody keeps a role who has left."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
import sqlalchemy as sa

from lms.accounts.models import RoleGrant
from lms.accounts.services import disable_person
from lms.core.actor import SYSTEM, Actor
from lms.core.db import db
from lms.core.reasons import Refused
from lms.courses.services import add_teacher
from lms.organisations.queries import holders_of
from lms.organisations.services import give_role, leave_organisation
from tests.learning.building import AT, a_person, draft
from tests.organisations.building import a_member, hr_of

Act = Callable[[], object]


@pytest.fixture
def both(app, session) -> Callable[[Act, Act], list[str]]:
    """`both(f, g)`: what was refused, each done before the other is committed, unless the other has to wait for it."""

    def run(*acts: Act) -> list[str]:
        session.commit()
        done = Barrier(len(acts))

        def one(act: Act) -> str:
            with app.app_context():
                try:
                    act()
                except Refused as refused:
                    return refused.reason.code
                with suppress(BrokenBarrierError):
                    done.wait(1)
                db.session.commit()
                return ""

        with ThreadPoolExecutor(len(acts)) as pool:
            return sorted(pool.map(one, acts))

    return run


def test_of_two_who_look_after_people_and_leave_at_once_one_stays(both):
    north, hera = hr_of()
    ida = a_member(north, role="hr").id
    organisation_id = north.id
    refused = both(
        lambda: leave_organisation(organisation_id, by=hera, at=AT),
        lambda: leave_organisation(organisation_id, by=Actor(ida), at=AT),
    )
    assert refused == ["", "organisation.last_hr"]
    assert len(holders_of("hr", organisation_id)) == 1


def test_who_is_given_a_role_while_leaving_does_not_keep_it(both):
    north, hera = hr_of()
    organisation_id, ida = north.id, a_member(north).id
    both(
        lambda: give_role(organisation_id, ida, "hr", by=hera, at=AT),
        lambda: leave_organisation(organisation_id, by=Actor(ida), at=AT),
    )
    assert db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == ida)).all() == []


def test_who_is_named_as_a_teacher_while_leaving_does_not_teach(both):
    north, _hera = hr_of()
    organisation_id, ida = north.id, a_member(north)
    slug, ida_id, email = draft(organisation="north"), ida.id, ida.email
    refused = both(
        lambda: add_teacher(slug, email, by=SYSTEM, at=AT),
        lambda: leave_organisation(organisation_id, by=Actor(ida_id), at=AT),
    )
    assert refused in (["", ""], ["", "course.no_colleague"])
    assert db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == ida_id)).all() == []


def test_of_two_administrators_who_are_disabled_at_once_one_stays(both):
    ann, ben = a_person("administrator").id, a_person("administrator").id
    refused = both(
        lambda: disable_person(ann, "left", by=SYSTEM, at=AT),
        lambda: disable_person(ben, "left", by=SYSTEM, at=AT),
    )
    assert refused == ["", "account.last_administrator"]
