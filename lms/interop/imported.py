"""What every reader of a format hands over: one course, whole, checked, in our own shapes, nothing stored yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lms.interop.ledger import Ledger

Document = dict[str, Any]
"""A JSON document of ours: strings, integers, booleans, null, lists, objects; never a float."""


@dataclass(frozen=True)
class ImportedCourse:
    """A course read from anywhere.

    `outline` is the outline document (its activities name bodies by digest), `bodies` maps each such digest to its
    body document, `files` maps the digest of each file that a body names to its bytes or to a readable path. Paths
    live only as long as the reader's context: store the files before leaving it.
    """

    outline: Document
    bodies: Mapping[str, Document]
    files: Mapping[str, bytes | Path]
    ledger: Ledger
