"""One thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["good", "warn", "bad"]


@dataclass(frozen=True)
class Finding:
    """`what` says how it is, `mend` what to do, both as sentences for operators. `warn`: it works, but not for long or
    not for all."""

    code: str
    state: State
    what: str
    mend: str = ""

    @property
    def bad(self) -> bool:
        return self.state == "bad"

    def as_document(self) -> dict[str, Any]:
        facts = {"code": self.code, "state": self.state, "ok": not self.bad}
        return facts | {"what": self.what, "mend": self.mend}


def good(code: str, what: str) -> Finding:
    return Finding(code, "good", what)


def warn(code: str, what: str, mend: str) -> Finding:
    return Finding(code, "warn", what, mend)


def bad(code: str, what: str, mend: str) -> Finding:
    return Finding(code, "bad", what, mend)
