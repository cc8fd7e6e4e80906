"""Papers: what is drawn, in what order, and what of it a learner sees."""

from __future__ import annotations

import json
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules.papers import find_slot, make_paper, max_points, present_slots, question_slots
from lms.quizzes.rules.versions import question_version, quiz_versions, used_files
from tests.quizzes import documents as make

seeds = st.integers(0, 2**32)
PICTURE = {"digest": "d" * 64, "media_type": "image/svg+xml", "size": 1}


def numbered(*numbers: int) -> list[make.Document]:
    return [{"question": make.true_false(key=f"q{n}", text=f"Statement {n}")} for n in numbers]


def present(body, *, seed: int = 1):
    return present_slots(make_paper(body, Random(seed)), quiz_versions(body), make.PlainRenderer())


def asked(body, *, seed: int) -> list[str]:
    return [slot["html"] for slot in present(body, seed=seed)]


@given(seed=seeds)
def test_the_same_source_gives_the_same_paper(seed: int):
    body = make.quiz(shuffle={"options": True, "questions": True})
    assert make_paper(body, Random(seed)) == make_paper(body, Random(seed))


@given(seed=seeds)
def test_questions_are_mixed_only_between_two_texts(seed: int):
    slots = [*numbered(1, 2, 3), {"text": "Now the rest."}, *numbered(4, 5)]
    body = make.quiz(*slots, shuffle={"options": False, "questions": True})
    html = asked(body, seed=seed)
    assert {*html[:3]} == {f"<p>Statement {n}</p>" for n in (1, 2, 3)}
    assert html[3] == "<p>Now the rest.</p>"
    assert [slot.get("slot") for slot in present(body, seed=seed)] == [1, 2, 3, None, 4, 5]


def test_without_shuffle_the_author_s_order_stands():
    body = make.quiz(*numbered(1, 2, 3), {"question": make.single_choice(key="q4")})
    slots = present(body)
    assert [slot["html"] for slot in slots[:3]] == [f"<p>Statement {n}</p>" for n in (1, 2, 3)]
    assert [option["html"] for option in slots[3]["options"]] == ["Option a", "Option b", "Option c"]


@given(seed=seeds)
def test_two_draws_from_one_pool_never_give_a_question_twice(seed: int):
    pool = [slot["question"] for slot in numbered(1, 2, 3, 4)]
    draw = {"draw": {"from": "p", "count": 2}}
    body = make.quiz(draw, {"text": "Again."}, draw, pools={"p": pool})
    paper = make_paper(body, Random(seed))
    addresses = [slot["question"] for slot in question_slots(paper)]
    assert len(set(addresses)) == 4
    assert set(addresses) <= set(quiz_versions(body))


def test_every_question_of_a_pool_comes_out_sooner_or_later():
    pool = [slot["question"] for slot in numbered(1, 2, 3)]
    body = make.quiz({"draw": {"from": "p", "count": 1}}, pools={"p": pool})
    assert len({asked(body, seed=seed)[0] for seed in range(40)}) == 3


def orders(question, seeds=range(60)):
    """The orders in which a question's options come, over many papers that do not shuffle."""
    body = make.quiz({"question": question})
    return {tuple(option["html"] for option in present(body, seed=seed)[0]["options"]) for seed in seeds}


def test_what_would_give_the_key_away_by_its_order_is_always_mixed():
    assert len(orders(make.ordering("a", "b", "c"))) == 6
    assert len(orders(make.matching(pairs=[["1", "x"], ["2", "y"]], extra=["z"]))) == 6
    assert len(orders(make.single_choice())) == 1


@given(seed=seeds)
def test_ids_are_other_ones_on_each_paper_and_none_is_a_key(seed: int):
    body = make.quiz()
    first, second = json.dumps(present(body, seed=seed)), json.dumps(present(body, seed=seed + 1))
    ids = {option["id"] for option in json.loads(first)[0]["options"]}
    assert not any(one in second for one in ids)
    assert not ids & {"a", "b", "c"}


def strings_in(value):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from strings_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_in(inner)
    else:
        yield str(value)


SECRETS = ("right", "accept", "answer", "feedback", "explanation", "weight", "tolerance", "policy", "outcome", "key")


def test_nothing_of_the_key_is_presented():
    options = [make.option("secretkey1", text="A", right=True, feedback="secret words")]
    body = make.quiz(
        {"question": make.single_choice(key="q1", options=options, explanation="secret reason")},
        {
            "question": make.multiple_choice(
                "weights", key="q2", options=[make.option("secretkey3", text="B", weight="0.777")]
            )
        },
        {"question": make.numeric({"answer": "777", "tolerance": "7.77"}, key="q3")},
        {"question": make.short_text("secret text", key="q4")},
        {"question": make.gaps(key="q5", text="[[secretkey4]]", gaps={"secretkey4": make.gap("secret gap")})},
        {"question": make.parts(make.short_text("secret part", key="secretkey5"), key="secretkey6")},
    )
    seen = list(strings_in(present(body)))
    assert not [text for text in seen if "secret" in text or "777" in text or "7.77" in text]
    assert not set(seen) & set(SECRETS)


def test_a_slot_of_each_type_has_what_the_contract_says():
    slots = {slot["type"]: slot for slot in present(make.quiz())}
    common = {"slot", "type", "html", "points"}
    assert {kind: set(slot) - common for kind, slot in slots.items()} == {
        "single_choice": {"options"},
        "multiple_choice": {"options"},
        "true_false": set(),
        "numeric": set(),
        "short_text": set(),
        "matching": {"stems", "options"},
        "ordering": {"options"},
        "gaps": {"gaps"},
        "parts": {"parts"},
    }
    assert all(common <= set(slot) for slot in slots.values())


def test_gaps_and_parts_stand_in_the_html_where_the_text_has_them():
    slots = {slot["type"]: slot for slot in present(make.quiz())}
    one, two = slots["gaps"]["gaps"]
    assert slots["gaps"]["html"] == (
        f'<p>Between <span data-gap="{one["id"]}"></span> and then <span data-gap="{two["id"]}"></span>.</p>'
    )
    assert "options" not in one
    assert [option["html"] for option in two["options"]] == ["Go", "Wait"]
    parts = slots["parts"]["parts"]
    assert [part["type"] for part in parts] == ["true_false", "numeric"]
    assert all(f'<span data-part="{part["id"]}"></span>' in slots["parts"]["html"] for part in parts)
    assert slots["parts"]["points"] == 3


def test_a_gap_in_an_attribute_is_left_alone_and_can_still_be_answered():
    question = make.gaps(text='<img alt="[[1]] > here"> then', gaps={"1": make.gap("x")})
    (slot,) = present(make.quiz({"question": question}))
    assert slot["html"].startswith('<p><img alt="[[1]] > here">')
    assert slot["html"].endswith(f'<span data-gap="{slot["gaps"][0]["id"]}"></span>')


def test_units_are_shown_or_asked():
    shown = make.quiz({"question": make.numeric(unit="V")})
    asked_for = make.quiz({"question": make.numeric(unit="V", units=["V", "mV"])})
    assert present(shown)[0]["unit"] == "V"
    assert (present(asked_for)[0]["units"], "unit" in present(asked_for)[0]) == (["V", "mV"], False)


def test_texts_and_media_stand_without_a_number_and_keep_their_files():
    block = {"type": "video", "title": "Watch", "file": "media/x.mp4", "captions": {}, "transcript": None}
    body = make.quiz({"video": block}, *numbered(1), files={"media/x.mp4": PICTURE, "other.svg": PICTURE})
    paper = make_paper(body, Random(1))
    assert paper["slots"][0]["files"] == {"media/x.mp4": PICTURE}
    video = present(body)[0]
    assert (video["type"], video["title"], "slot" in video) == ("video", "Watch", False)


def test_a_paper_is_json_and_stays_the_same_through_storage():
    body = make.quiz()
    paper = json.loads(json.dumps(make_paper(body, Random(3))))
    renderer = make.PlainRenderer()
    assert present_slots(paper, quiz_versions(body), renderer) == present(body, seed=3)


def test_the_points_of_a_paper_are_exact():
    body = make.quiz(*({"question": make.true_false(key=f"q{n}", points="0.1")} for n in range(3)))
    assert max_points(make_paper(body, Random(1)), quiz_versions(body)) == Fraction(3, 10)


def test_a_slot_is_found_by_its_number_only():
    paper = make_paper(make.quiz({"text": "Hello"}, *numbered(1)), Random(1))
    assert find_slot(paper, 1) is paper["slots"][1]
    assert find_slot(paper, 2) is None


def test_the_address_of_a_question_changes_with_its_words_and_with_its_picture():
    question = make.true_false(text="![Pack](figures/my%20pack.svg)")
    plain, _ = question_version(question, {})
    pictured, version = question_version(question, {"figures/my pack.svg": PICTURE, "unused.svg": PICTURE})
    assert len({plain, pictured, question_version(make.true_false(), {})[0]}) == 3
    assert version["files"] == {"figures/my pack.svg": PICTURE}


def test_files_are_found_wherever_a_text_names_them():
    document = {"options": [{"text": "![x](b.svg)"}], "text": "![x](a.svg)"}
    assert set(used_files(document, {"a.svg": 1, "b.svg": 2, "c.svg": 3})) == {"a.svg", "b.svg"}
