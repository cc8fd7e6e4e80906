"""Questions that go up: a feature says what it must know, a feature above answers, lms/app.py connects them."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Port(Generic[T]):
    """A socket for one implementation of the Protocol `T`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._implementation: T | None = None

    def connect(self, implementation: T) -> None:
        self._implementation = implementation

    @property
    def call(self) -> T:
        """The connected implementation; RuntimeError where lms/app.py forgot it."""
        if self._implementation is None:
            raise RuntimeError(f"nothing answers the port {self.name}")
        return self._implementation
