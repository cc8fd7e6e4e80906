"""What an actor may, by grants alone."""

from __future__ import annotations

import pytest

from lms.core.actor import ADMINISTRATOR, GUEST, SYSTEM, Actor, Grant, Identity
from lms.core.ids import new_id

HERE, THERE = new_id(), new_id()


def test_a_grant_counts_on_its_scope_and_nowhere_else():
    author = Actor(new_id(), frozenset({Grant("author", "organisation", HERE)}))
    assert author.has("author", "organisation", HERE)
    assert not author.has("author", "organisation", THERE)
    assert not author.has("author", "course", HERE)
    assert not author.has("hr", "organisation", HERE)
    assert not author.has("author", "organisation", None)
    assert author.scopes("author", "organisation") == {HERE}
    assert author.scopes("hr", "organisation") == set()


def test_an_administrator_and_the_system_may_everything():
    administrator = Actor(new_id(), frozenset({Grant(ADMINISTRATOR, "system", None)}))
    for actor in (administrator, SYSTEM):
        assert actor.is_administrator
        assert actor.has("author", "organisation", HERE)


def test_an_administrator_of_something_smaller_is_none():
    assert not Actor(new_id(), frozenset({Grant(ADMINISTRATOR, "organisation", HERE)})).is_administrator


def test_a_guest_may_nothing_and_is_not_the_system():
    assert GUEST.is_guest
    assert not SYSTEM.is_guest
    assert not GUEST.is_administrator
    assert not GUEST.has("learner", "organisation", HERE)
    assert not Actor(new_id()).is_guest


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Mia Çelik", "MÇ"), ("Ana Maria dos Santos", "AS"), ("李小龍", "李"), ("ö", "Ö"), ("O’Connor-Smith", "O")],
)
def test_initials_are_of_the_first_and_last_name(name, initials):
    identity = Identity(new_id(), GUEST, name, "m@example.org", None, None, "session", new_id())
    assert identity.initials == initials
