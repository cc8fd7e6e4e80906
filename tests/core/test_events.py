"""News goes up, questions go up: who listens and who answers is wired, and a listener that fails makes all fail."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from lms.core import events
from lms.core.events import publish, subscribe
from lms.core.ports import Port


@dataclass(frozen=True)
class Happened:
    what: str


@dataclass(frozen=True)
class HappenedElsewhere(Happened):
    pass


@pytest.fixture(autouse=True)
def _nobody_listens_afterwards():
    yield
    for kind in (Happened, HappenedElsewhere):
        events._handlers.pop(kind, None)


def test_listeners_hear_in_the_order_in_which_they_began_to_listen():
    heard = []
    subscribe(Happened, lambda event: heard.append(("first", event.what)))
    subscribe(Happened, lambda event: heard.append(("second", event.what)))
    publish(Happened("a"))
    assert heard == [("first", "a"), ("second", "a")]


def test_wiring_twice_does_not_make_anybody_hear_twice():
    heard = []
    subscribe(Happened, heard.append)
    subscribe(Happened, heard.append)
    publish(Happened("a"))
    assert heard == [Happened("a")]


def test_a_listener_that_fails_makes_the_use_case_fail():
    heard = []

    def fails(event: Happened) -> None:
        raise ValueError(event.what)

    subscribe(Happened, fails)
    subscribe(Happened, heard.append)
    with pytest.raises(ValueError, match="a"):
        publish(Happened("a"))
    assert heard == []


def test_who_listens_to_one_kind_does_not_hear_another():
    heard = []
    subscribe(Happened, heard.append)
    publish(HappenedElsewhere("a"))
    assert heard == []


def test_a_port_answers_through_whoever_is_connected_and_says_so_when_nobody_is():
    port: Port[list[int]] = Port("numbers")
    with pytest.raises(RuntimeError, match="numbers"):
        port.call  # noqa: B018 - asking is what fails
    port.connect([1])
    assert port.call == [1]


def test_every_port_of_the_product_is_answered(cached_app, databases_of):
    import gc

    cached_app(databases_of("sqlite").url)
    ports = [each for each in gc.get_objects() if isinstance(each, Port) and each.name != "numbers"]
    assert len(ports) >= 4
    assert [port.name for port in ports if port.call is None] == []
