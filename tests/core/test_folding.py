"""Names made comparable, as people of many languages look for them."""

from __future__ import annotations

import pytest

from lms.core.folding import fold_name


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Łukasz Wójcik", "lukasz wojcik"),
        ("Jürgen  Groß", "jurgen gross"),
        ("Søren Ærø", "soren aero"),
        ("Åsa Þórsdóttir", "asa thorsdottir"),
        ("IŞIK ışık İbrahim", "isik isik ibrahim"),
        ("Đorđe O’Brien", "dorde obrien"),
        ("ΙΩΆΝΝΗΣ", "ιωαννησ"),
        ("Ｆｕｌｌ", "full"),
        ("'", ""),
    ],
)
def test_a_name_is_found_as_it_is_typed_on_another_keyboard(name, typed):
    assert fold_name(name) == typed == fold_name(typed)
