"""The fonts a certificate may use: which there are, what they cover, and how the renderer sees these and no others.

All are static fonts of the Debian packages fonts-noto-core and fonts-noto-cjk, under fixed file names. The renderer
gets a font configuration of its own with these files alone, so that no other font of the machine can slip in, and a
text that they do not cover is found before anything is drawn.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unicodedata import category
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont
from fontTools.unicodedata import script, script_name

_SANS = Path("/usr/share/fonts/truetype/noto")
_CJK = Path("/usr/share/fonts/opentype/noto")
_CACHE = Path("/var/cache/fontconfig")

_UNSEEN = frozenset({"Cc", "Cf"})

CORE_PACKAGE = "fonts-noto-core"
CJK_PACKAGE = "fonts-noto-cjk"


@dataclass(frozen=True, slots=True)
class Family:
    """One family: its name in style sheets, its two files, its place in them where they are collections."""

    name: str
    regular: Path
    bold: Path
    package: str
    number: int = 0

    @property
    def installed(self) -> bool:
        """Whether both weights are there: a name is bold on the front and regular in the supplement."""
        return self.regular.is_file() and self.bold.is_file()


def _sans(writing: str = "") -> Family:
    path = _SANS / f"NotoSans{writing}-Regular.ttf"
    return Family(f"Noto Sans {writing}".strip(), path, path.with_stem(f"NotoSans{writing}-Bold"), CORE_PACKAGE)


def _cjk(region: str, number: int) -> Family:
    regular, bold = _CJK / "NotoSansCJK-Regular.ttc", _CJK / "NotoSansCJK-Bold.ttc"
    return Family(f"Noto Sans CJK {region}", regular, bold, CJK_PACKAGE, number)


# The order is the order of search: the first family that has a character draws it.
FAMILIES: tuple[Family, ...] = (
    _sans(),
    *(_sans(writing) for writing in ("Arabic", "Hebrew", "Armenian", "Georgian", "Ethiopic", "Thai", "Lao", "Khmer")),
    *(_sans(writing) for writing in ("Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu")),
    *(_sans(writing) for writing in ("Kannada", "Malayalam", "Sinhala", "Myanmar")),
    *(_cjk(region, number) for number, region in ((2, "SC"), (3, "TC"), (0, "JP"), (1, "KR"), (4, "HK"))),
)

# A Chinese character has another shape in Tokyo than in Beijing: the name's language decides.
_REGIONS = {"ja": "JP", "ko": "KR", "zh-Hant": "TC", "zh-TW": "TC", "zh-HK": "HK", "zh-MO": "HK"}


def missing(text: str, families: tuple[Family, ...] = FAMILIES) -> tuple[str, ...]:
    """The characters of `text` that no installed font has in both weights, each once, in the order of the text.

    Spaces and marks that are never seen need no font. A font is read when a text first needs it: 30 ms for Latin, up
    to 0.6 s in all, once a process.
    """
    left = dict.fromkeys(sign for sign in text if not sign.isspace() and category(sign) not in _UNSEEN)
    for family in families:
        if not left:
            break
        if family.installed:
            left = dict.fromkeys(sign for sign in left if ord(sign) not in _cmap(family))
    return tuple(left)


def scripts_of(signs: Iterable[str]) -> tuple[str, ...]:
    """The Unicode scripts of `signs` in words ("Thai"), each once."""
    return tuple(dict.fromkeys(script_name(script(sign)).replace("_", " ") for sign in signs))


def packages_not_installed(families: tuple[Family, ...] = FAMILIES) -> tuple[str, ...]:
    """The Debian packages of which a font is not there, each once."""
    return tuple(dict.fromkeys(family.package for family in families if not family.installed))


def style_sheet(families: tuple[Family, ...] = FAMILIES) -> str:
    """CSS that gives the page its font stack, and a page of a region's class that region's shapes.

    A class and not :lang(), whose matching walks the tree for each element.
    """
    regional = (f"html.{region} {{ font-family: {_stack(families, region)} }}" for region in set(_REGIONS.values()))
    return "\n".join((f"html {{ font-family: {_stack(families)} }}", *sorted(regional), ""))


def region_of(language: str) -> str:
    """The region whose shapes of Chinese characters a text in `language` (BCP 47) wants: "JP"; "" is the mainland's."""
    return next((region for tag, region in _REGIONS.items() if language.startswith(tag)), "")


def configuration(families: tuple[Family, ...] = FAMILIES) -> str:
    """A fontconfig file that knows the installed ones of `families` and nothing else on this machine."""
    files = sorted({str(path) for family in families if family.installed for path in (family.regular, family.bold)})
    folders = sorted({str(Path(path).parent) for path in files})
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        + "".join(f"<dir>{escape(folder)}</dir>" for folder in folders)
        + f"<cachedir>{_CACHE}</cachedir>"
        + "<selectfont><rejectfont><glob>*</glob></rejectfont><acceptfont>"
        + "".join(f"<glob>{escape(path)}</glob>" for path in files)
        + "</acceptfont></selectfont></fontconfig>"
    )


def _stack(families: tuple[Family, ...], region: str = "SC") -> str:
    first = f"Noto Sans CJK {region}"
    ordered = sorted(families, key=lambda family: family.package == CJK_PACKAGE and family.name != first)
    return ", ".join(f'"{family.name}"' for family in ordered if family.installed)


@cache
def _cmap(family: Family) -> frozenset[int]:
    return _file_cmap(family.regular, family.number) & _file_cmap(family.bold, family.number)


@cache
def _file_cmap(path: Path, number: int) -> frozenset[int]:
    with TTFont(path, fontNumber=number, lazy=True) as font:
        return frozenset(font.getBestCmap())
