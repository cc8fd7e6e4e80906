"""The QR code and the strip."""

from __future__ import annotations

import re

import pytest

from certificates.qr import qr_svg
from certificates.strip import strip_svg


def test_the_strip_has_a_bar_for_each_digit_and_its_height_is_the_digit() -> None:
    bars = re.findall(r"M(\d+) 32v-([\d.]+)", strip_svg("0f" * 32, title="Bars"))
    assert len(bars) == 64
    assert bars[:3] == [("1", "4.0"), ("5", "32.0"), ("9", "4.0")]


@pytest.mark.parametrize("digest", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64])
def test_only_a_digest_has_a_strip(digest: str) -> None:
    with pytest.raises(ValueError, match="64 lower-case"):
        strip_svg(digest, title="Bars")


def test_marks_carry_an_escaped_title_for_who_cannot_see_them() -> None:
    assert "<title>a&amp;b</title>" in strip_svg("0" * 64, title="a&b")
    assert "<title>a&amp;b</title>" in qr_svg("https://example.org/verify/x", title="a&b")


def test_another_address_is_another_code() -> None:
    assert qr_svg("https://example.org/a", title="") != qr_svg("https://example.org/b", title="")
