"""What features below ask of certificates."""

from __future__ import annotations

from certificates.preview import unprintable


class PrintedNames:
    """Answers accounts' question which characters of a name can't be printed."""

    def unprintable(self, name: str) -> tuple[str, ...]:
        return unprintable(name)
