"""Contrast of every pair of colours that pages use, for 72 hues of the brand, in the light and in the dark.

Text needs 4.5:1, the edge of a control and the needle 3:1 (WCAG 2.2, 1.4.3 and 1.4.11). Colours are read from
tokens.css; OKLCH becomes sRGB as CSS Color 4 says (matrices of Björn Ottosson's Oklab).
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "lms" / "static" / "css" / "tokens.css"
HUES = range(0, 360, 5)
SCHEMES = ("light", "dark")
STATES = ("good", "warn", "bad", "info")
GROUNDS = ("page", "surface", "sunken", "tint")

TEXT = [
    *((text, ground) for text in ("ink", "muted", "brand") for ground in GROUNDS),
    *((state, ground) for state in STATES for ground in (*GROUNDS, f"{state}-tint")),
    *(("ink", f"{state}-tint") for state in STATES),
    *(("muted", f"{state}-tint") for state in STATES),
    ("on-brand", "brand"),
    ("on-brand", "brand-hover"),
    ("on-stage", "stage"),
    ("on-stage-muted", "stage"),
    ("stage-button", "on-stage"),
    ("stage-button", "on-stage-muted"),
]
EDGES = [
    *(("edge", ground) for ground in ("page", "surface")),
    *(("needle", ground) for ground in ("page", "surface", "tint")),
    *(("brand", ground) for ground in ("page", "surface")),
    ("bad", "surface"),
    ("stage-needle", "stage"),
]
# Set in components.css for the dark panel, which is dark in both schemes.
ON_THE_STAGE = {"stage-button": "oklch(.285 .045 var(--h))", "stage-needle": "oklch(.74 .17 52)"}

Colour = tuple[float, float, float]


def _declared() -> dict[str, str]:
    css = TOKENS.read_text()
    root = css[css.index(":root {") : css.index("[data-theme=light]")]
    return dict(re.findall(r"--([a-z-]+): ((?:light-dark|oklch)\(.*\));", root)) | ON_THE_STAGE


DECLARED = _declared()


def _in_scheme(value: str, scheme: str) -> str:
    both = re.fullmatch(r"light-dark\((white|oklch\([^,]*\)\)?|oklch\([^,]*\)), (.*)\)", value)
    return both[1 if scheme == "light" else 2] if both else value


def _oklch(value: str, hue: int) -> Colour:
    if value == "white":
        return (1.0, 0.0, 0.0)
    numbers = re.fullmatch(r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)", value.replace("var(--h)", str(hue)))
    assert numbers, f"not an OKLCH colour: {value}"
    return (float(numbers[1]), float(numbers[2]), float(numbers[3]))


def _linear(colour: Colour) -> Colour:
    """OKLCH to linear sRGB, clipped to what a screen shows."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return (min(max(red, 0), 1), min(max(green, 0), 1), min(max(blue, 0), 1))


def luminance(name: str, scheme: str, hue: int) -> float:
    red, green, blue = _linear(_oklch(_in_scheme(DECLARED[name], scheme), hue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str, scheme: str, hue: int) -> float:
    dark, light = sorted((luminance(first, scheme, hue), luminance(second, scheme, hue)))
    return (light + 0.05) / (dark + 0.05)


def _worst(first: str, second: str, scheme: str) -> tuple[float, int]:
    return min((contrast(first, second, scheme, hue), hue) for hue in HUES)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read_for_every_hue(text: str, ground: str, scheme: str) -> None:
    ratio, hue = _worst(text, ground, scheme)
    assert ratio >= 4.5, f"{text} on {ground} is {ratio:.2f}:1 at hue {hue}"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_and_the_needle_are_seen_for_every_hue(edge: str, ground: str, scheme: str) -> None:
    ratio, hue = _worst(edge, ground, scheme)
    assert ratio >= 3, f"{edge} on {ground} is {ratio:.2f}:1 at hue {hue}"


def test_the_arithmetic_is_that_of_wcag() -> None:
    """White on black is 21:1, and sRGB red, known in OKLCH, has the luminance of its definition."""
    assert _linear((1.0, 0.0, 0.0)) == pytest.approx((1, 1, 1), abs=1e-3)
    red = _linear((0.62796, 0.25768, 29.234))
    assert red == pytest.approx((1, 0, 0), abs=2e-3)


def test_the_colours_of_the_stage_are_those_of_the_sheet() -> None:
    sheet = (TOKENS.parent / "components.css").read_text()
    assert all(value in sheet for value in ON_THE_STAGE.values())
