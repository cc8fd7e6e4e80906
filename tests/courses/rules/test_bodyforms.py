"""Bodies as forms and back: whoever opens one and saves it untouched saves the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.courses.rules import documents
from lms.courses.rules.bodyforms import body_tree, figure_markdown, figure_tree, read_body
from lms.courses.rules.formflaws import flaws_of
from lms.courses.rules.formtrees import fields_of_tree, tree_of_fields
from tests.courses.strategies import BODIES, with_files

KINDS = sorted(BODIES)


def saved_untouched(body):
    """The body as it is after a browser sent its form back: line ends as HTTP has them."""
    sent = [(name, value.replace("\n", "\r\n")) for name, value in fields_of_tree(body_tree(body))]
    filled = read_body(body["kind"], tree_of_fields(sent))
    return documents.body(filled.raw | ({"files": body["files"]} if "files" in body else {}))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_form_that_nobody_touched_is_the_same_document(kind, data):
    body = documents.body(with_files(data.draw(BODIES[kind])))
    assert saved_untouched(body) == body


@given(BODIES["quiz"])
def test_a_form_without_flaws_has_none(raw):
    filled = read_body("quiz", body_tree(documents.body(with_files(raw))))
    assert flaws_of(filled) == []


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(str.strip)


@given(alt=TEXTS, caption=st.just("") | TEXTS)
def test_a_figure_says_what_was_written_whatever_it_was(alt, caption):
    tree = figure_tree(figure_markdown("figures/a b (1).svg", alt, caption))
    assert tree is not None
    assert (tree["file"], tree["alt"], tree["caption"]) == (
        "figures/a b (1).svg",
        " ".join(alt.split()),
        " ".join(caption.split()),
    )
