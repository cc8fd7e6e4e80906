"""Names of files in a zip that every system can unpack.

Windows is the strictest: no characters of NAME_BREAKERS, no control characters, no dot or space at the end, no names of
its devices, whatever case; 260 characters for a whole path. Macs store NFD and compare it as NFC. Marks that turn the
direction of text could make a name read as another one, so they go.
"""

from __future__ import annotations

import unicodedata
from datetime import date

MOST_PERSON, MOST_COURSE = 60, 60
MOST_BYTES = 120
"""Of UTF-8 for each of the two parts: with the number and what stands between, a name stays under 255 bytes."""
NAME_BREAKERS = frozenset('<>:"/\\|?*')
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
JOINERS = frozenset("\u200c\u200d")
"""Belong to the spelling of words in Persian and Indic scripts, though their category is that of marks."""
DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
NOBODY = "_"


def certificate_name(person: str, course: str, public_id: str) -> str:
    """Name of a certificate's PDF. The public id is unique and in one case: namesakes have a file each."""
    return f"{legal_part(person, MOST_PERSON)} - {legal_part(course, MOST_COURSE)} - {public_id}.pdf"


def pack_name(organisation: str, day: date) -> str:
    """Name of the zip itself: the organisation's slug and the day on which it was asked for."""
    return f"certificates-{legal_part(organisation, MOST_PERSON)}-{day.isoformat()}.zip"


def legal_part(text: str, most: int = MOST_PERSON) -> str:
    """`text` as a part of a file's name that is legal everywhere: at most `most` characters, never empty."""
    shown = unicodedata.normalize("NFC", "".join(_legal(character) for character in unicodedata.normalize("NFC", text)))
    words = _cut(" ".join(shown.split()), most).strip(" .~")
    if not words:
        return NOBODY
    is_device = words.split(".")[0].rstrip(" ").casefold() in DEVICES
    return f"{NOBODY}{words}" if is_device else words


def _legal(character: str) -> str:
    if character in NAME_BREAKERS:
        return "-"
    if character in JOINERS:
        return character
    return " " if unicodedata.category(character) in INVISIBLE else character


def _cut(text: str, most: int) -> str:
    """Not longer than `most` characters and MOST_BYTES bytes, never within a letter with its marks."""
    while len(text) > most or len(text.encode()) > MOST_BYTES:
        text = text[: most if len(text) > most else -1]
        while text and unicodedata.combining(text[-1]):
            text = text[:-1]
    return text
