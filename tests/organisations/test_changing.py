"""An organisation's name, country, zone and colour."""

from __future__ import annotations

from typing import Any

import pytest

from lms.core.actor import SYSTEM, Actor
from lms.core.ids import new_id
from lms.core.reasons import CoreReason, Refused
from lms.organisations.queries import page_of_organisations
from lms.organisations.reasons import OrganisationReason
from lms.organisations.services import change_organisation, find_organisation
from tests.learning.building import AT, an_organisation

SOUND: dict[str, Any] = {"name": "Nordzellen GmbH", "country": "DE", "timezone": "Europe/Berlin", "brand_hue": 250}


def change(by: Actor = SYSTEM, **changes: Any):
    return change_organisation(an_organisation().id, **{**SOUND, **changes}, by=by, at=AT)


def test_an_organisation_is_given_its_name_country_zone_and_colour(session):
    change()
    session.flush()
    found = find_organisation("academy")
    assert (found.name, found.country, found.timezone, found.brand_hue) == tuple(SOUND.values())


def test_what_is_left_out_is_the_installations(session):
    found = change(country=None, timezone=None, brand_hue=None)
    assert (found.country, found.timezone, found.brand_hue) == (None, None, None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": " "}, OrganisationReason.NAME_INVALID),
        ({"name": "a\nb"}, OrganisationReason.NAME_INVALID),
        ({"country": "de"}, OrganisationReason.COUNTRY_INVALID),
        ({"country": "Germany"}, OrganisationReason.COUNTRY_INVALID),
        ({"timezone": "Berlin"}, OrganisationReason.TIMEZONE_INVALID),
        ({"timezone": "../etc/passwd"}, OrganisationReason.TIMEZONE_INVALID),
        ({"brand_hue": 360}, OrganisationReason.HUE_INVALID),
    ],
)
def test_what_can_not_be_is_refused_and_nothing_changes(session, changes, reason):
    with pytest.raises(Refused) as refused:
        change(**changes)
    assert refused.value.reason is reason
    assert find_organisation("academy").country is None


def test_only_an_administrator_changes_it(session):
    with pytest.raises(Refused) as refused:
        change(by=Actor(new_id()))
    assert refused.value.reason is CoreReason.FORBIDDEN


def test_organisations_come_by_name_page_by_page(session):
    for slug in ("volta", "academy", "nordzellen"):
        an_organisation(slug)
    session.flush()
    names, cursor = [], None
    while True:
        found, cursor = page_of_organisations(cursor=cursor, limit=2)
        names += [one.name for one in found]
        if cursor is None:
            break
    assert names == ["Academy", "Nordzellen", "Volta"]
