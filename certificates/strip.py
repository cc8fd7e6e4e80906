"""The strip: 64 bars, one for each hexadecimal digit of an award's digest, the same on paper and on screens."""

from markupsafe import Markup, escape

_WIDTH, _STEP, _HEIGHT, _LOWEST = 2, 4, 32, 4


def strip_svg(digest: str, *, title: str) -> Markup:
    """SVG of 64 bars in the text's colour, titled for who can't see it.

    The digit 0 is a bar of 4 units, f one of 32. Raises ValueError unless `digest` is 64 lower-case hex digits.
    """
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ValueError("a digest is 64 lower-case hexadecimal digits")
    bars = "".join(_bar(place, int(digit, 16)) for place, digit in enumerate(digest))
    return Markup(
        '<svg class="strip" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'preserveAspectRatio="none"><title>{title}</title><path stroke="#000" stroke-width="{bar}" d="{bars}"/></svg>'
    ).format(width=64 * _STEP - _WIDTH, height=_HEIGHT, title=escape(title), bar=_WIDTH, bars=bars)


def _bar(place: int, value: int) -> str:
    height = _LOWEST + value * (_HEIGHT - _LOWEST) / 15
    return f"M{place * _STEP + _WIDTH // 2} {_HEIGHT}v-{height:.1f}"
