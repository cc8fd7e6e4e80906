"""Whatever a form holds, the editor answers: shown again, saved or refused, never broken."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.courses.rules.formedits import TYPES
from lms.courses.rules.formulas import words
from tests.courses.documents import activity, file, link, page, video
from tests.courses.test_content import _as_data, opened
from tests.learning.building import draft
from tests.quizzes.documents import quiz, single_choice

NAMES = words(
    "blocks slots pools questions question options parts gaps pairs extra order accept captions draw video shuffle"
    " review during type key text markdown style file alt name was from to kind answer tolerance unit units points"
    " policy right weight feedback url transcript language count case title decorative"
)
STEP = st.sampled_from(sorted(NAMES)) | st.integers(0, 3).map(str)
PATH = st.lists(STEP, min_size=1, max_size=6).map(".".join)
REAL = st.sampled_from(
    [
        "blocks.0",
        "blocks.0.question",
        "blocks.0.question.options.0",
        "slots.0.question",
        "slots.0.question.parts.0",
        "slots.0.question.gaps",
        "pools.0.questions.0",
        "captions.0",
    ]
)
VALUE = st.sampled_from(
    [*TYPES, "question", "text", "figure", "video", "draw", "range", "weights", "on", "", "1", "x"]
) | (st.text(max_size=20))
VERBS = (
    "add",
    "remove",
    "up",
    "down",
    "move",
    "copy",
    "try",
    "mark",
    "open",
    "send",
    "show",
    "save",
    "autosave",
    "mine",
)
BUTTON = st.tuples(st.sampled_from(VERBS), PATH | REAL, VALUE).map(" ".join) | st.sampled_from(VERBS)
KINDS = {
    "page": page(),
    "quiz": quiz({"question": single_choice()}),
    "video": video(),
    "file": file(),
    "link": link(),
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    kind=st.sampled_from(sorted(KINDS)),
    fields=st.lists(st.tuples(PATH | st.tuples(REAL, STEP).map(".".join), VALUE), max_size=12),
    button=BUTTON,
)
def test_a_form_of_any_shape_is_answered(author: Any, kind: str, fields: list[tuple[str, str]], button: str) -> None:
    draft(*(activity(name, body) for name, body in KINDS.items()))
    form = opened(author, kind)
    form.fields = fields + [pair for pair in form.fields if pair[0] not in dict(fields)]
    assert author.post(form.action, data=_as_data(form.sent(button))).status_code < 500
