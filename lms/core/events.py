"""News that goes up: a feature publishes a fact, features above it listen.

Handlers run at once and in the same transaction: one that fails makes the use case fail. What may fail
alone (a PDF, a mail) is a row of work that the handler writes, not something it does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")

_handlers: dict[type, list[Callable[[Any], object]]] = defaultdict(list)


def subscribe(event_type: type[E], handler: Callable[[E], object]) -> None:
    """`handler` hears each `event_type`; wired in lms/app.py only. A second call with the same pair is ignored."""
    if handler not in _handlers[event_type]:
        _handlers[event_type].append(handler)


def publish(event: object) -> None:
    """Calls every handler of the event's type, in the order of subscription."""
    for handler in _handlers[type(event)]:
        handler(event)
