"""No box, no chance font: a character is in one of our fonts, or the certificate is held with the reason."""

from __future__ import annotations

import pytest

from certificates import fonts
from certificates.html import build_html
from certificates.obstacles import CannotPrint, Obstacle
from certificates.pdf import Printer, printer
from tests.certificates import documents
from tests.certificates.documents import printed, sample

WITHOUT_THAI = tuple(family for family in fonts.FAMILIES if "Thai" not in family.name)


def test_a_script_whose_font_is_not_installed_holds_the_certificate_and_names_the_characters() -> None:
    facts = sample(holder="บุญพา")
    with pytest.raises(CannotPrint) as held:
        Printer("classic", WITHOUT_THAI).render(facts, build_html(facts))
    assert held.value.obstacle is Obstacle.GLYPH_MISSING
    assert held.value.values["characters"] == ["บ", "ุ", "ญ", "พ", "า"]
    assert held.value.values["scripts"] == ["Thai"]
    assert held.value.values["packages"] == []


def test_the_same_name_prints_where_the_font_is_installed() -> None:
    assert documents.spelt_name(printed(holder="บุญพา")) == "บุญพา"


def test_a_character_of_no_font_holds_the_certificate() -> None:
    facts = sample(holder="Ana 🎓 Žnidaršič")
    with pytest.raises(CannotPrint) as held:
        Printer("classic").render(facts, build_html(facts))
    assert held.value.values["characters"] == ["🎓"]


def test_a_title_with_a_character_of_no_font_holds_it_too() -> None:
    facts = sample(title="Voltage 🎓")
    with pytest.raises(CannotPrint) as held:
        Printer("classic").render(facts, build_html(facts))
    assert held.value.obstacle is Obstacle.GLYPH_MISSING
    assert held.value.values["characters"] == ["🎓"]


def test_spaces_and_marks_that_are_never_seen_need_no_font() -> None:
    assert fonts.missing("a\u00a0b\u200b\n\t\u2060") == ()


def test_a_font_that_was_installed_meanwhile_is_used_without_a_new_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(fonts, "FAMILIES", WITHOUT_THAI)
        poorer = printer("classic")
    assert printer("classic") is not poorer
    assert printer("classic") is printer("classic")


def test_a_missing_font_file_is_told_by_its_package() -> None:
    gone = fonts.Family("Noto Sans", fonts.FAMILIES[0].regular, fonts.FAMILIES[0].bold.with_stem("None"), "some-fonts")
    assert fonts.packages_not_installed((gone, *WITHOUT_THAI)) == ("some-fonts",)
    assert fonts.missing("A", (gone,)) == ("A",)


@pytest.mark.parametrize(
    ("name", "language", "font"),
    [
        ("Ana Žnidaršič", "sl", "Noto-Sans-Bold"),
        ("فاطمة", "ar", "Noto-Sans-Arabic-Bold"),
        ("陈红", "zh", "Noto-Sans-CJK-SC-Bold"),
        ("高麗雪", "zh-Hant", "Noto-Sans-CJK-TC-Bold"),
        ("高橋", "ja", "Noto-Sans-CJK-JP-Bold"),
        ("이민수", "ko", "Noto-Sans-CJK-KR-Bold"),
    ],
)
def test_a_name_is_drawn_in_the_font_of_its_script_and_region(name: str, language: str, font: str) -> None:
    used = documents.fonts(printed(holder=name, holder_language=language))
    assert font in used
    assert all(face.startswith("Noto-Sans") for face in used)


def test_the_renderer_knows_no_other_font_of_the_machine() -> None:
    configuration = fonts.configuration(fonts.FAMILIES[:1])
    assert "<rejectfont><glob>*</glob></rejectfont>" in configuration
    assert configuration.count("<glob>/usr/share/fonts/") == 2
