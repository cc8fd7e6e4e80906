"""Operations on drafts: what each does, that its inverse gives back the same, that different things commute."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.reasons import Refused
from lms.courses.reasons import CourseReason
from lms.courses.rules import documents
from lms.courses.rules.documents import ALLOWED_REQUIREMENTS
from lms.courses.rules.edits import LINES, Draft, apply, items_of, keys_of, still_archived
from lms.courses.rules.moves import WAYS
from lms.courses.rules.operations import fresh_key, settle
from lms.courses.rules.outline import Outline
from lms.courses.rules.steps import touched
from tests.courses.documents import activity, course, module
from tests.courses.strategies import KEYS, RELEASES, courses

Document = dict[str, Any]


def nobody(_key: str) -> bool:
    return False


def a_draft() -> Draft:
    inner = module("m3", activity("four"))
    document, _bodies = course(
        module("m1", activity("one"), activity("two")), module("m2", activity("three"), modules=(inner,))
    )
    return Draft(documents.outline(document))


def do(draft: Draft, **wish: Any) -> Draft:
    taken = keys_of(draft)
    return apply(draft, settle(draft, wish, taken.__contains__))[0]


def shape(draft: Draft) -> list[Any]:
    def of(modules: list[Document]) -> list[Any]:
        return [(one["key"], [a["key"] for a in one["activities"]], of(one["modules"])) for one in modules]

    return of(draft.outline["modules"])


def refusal(draft: Draft, **wish: Any) -> Refused:
    with pytest.raises(Refused) as told:
        do(draft, **wish)
    return told.value


PLACES = [
    ({"module": "m1", "after": ""}, [("m1", ["new", "one", "two"]), ("m2", ["three"])]),
    ({"module": "m1", "after": "one"}, [("m1", ["one", "new", "two"]), ("m2", ["three"])]),
    ({"module": "m1"}, [("m1", ["one", "two", "new"]), ("m2", ["three"])]),
    ({"module": "m1", "after": "three"}, [("m1", ["one", "two", "new"]), ("m2", ["three"])]),
]


@pytest.mark.parametrize(("place", "expected"), PLACES)
def test_an_activity_is_added_at_a_place_or_at_the_end(place: Document, expected: list[Any]):
    found = do(a_draft(), op="add_activity", kind="page", title="New", **place)
    assert [(key, activities) for key, activities, _inner in shape(found)] == expected


MOVES = [
    ("module", "m3", "out", [("m1", ["one", "two"], []), ("m2", ["three"], []), ("m3", ["four"], [])]),
    ("module", "m2", "in", [("m1", ["one", "two"], [("m2", ["three"], [("m3", ["four"], [])])])]),
    ("module", "m2", "up", [("m2", ["three"], [("m3", ["four"], [])]), ("m1", ["one", "two"], [])]),
    ("activity", "three", "down", [("m1", ["one", "two"], []), ("m2", [], [("m3", ["three", "four"], [])])]),
    ("activity", "three", "up", [("m1", ["one", "two", "three"], []), ("m2", [], [("m3", ["four"], [])])]),
    ("activity", "one", "down", [("m1", ["two", "one"], []), ("m2", ["three"], [("m3", ["four"], [])])]),
]


@pytest.mark.parametrize(("on", "key", "way", "expected"), MOVES)
def test_one_step(on: str, key: str, way: str, expected: list[Any]):
    assert shape(do(a_draft(), op="move", on=on, key=key, way=way)) == expected


@pytest.mark.parametrize(
    ("on", "key", "way"),
    [("activity", "one", "up"), ("activity", "four", "down"), ("activity", "one", "in"), ("module", "m1", "in")],
)
def test_there_is_an_end_in_every_direction(on: str, key: str, way: str):
    assert refusal(a_draft(), op="move", on=on, key=key, way=way).reason is CourseReason.NO_FURTHER


def test_a_module_goes_neither_into_itself_nor_too_deep():
    draft = a_draft()
    refused = refusal(draft, op="move", on="module", key="m2", module="m3", after="")
    assert refused.reason is CourseReason.INTO_ITSELF
    deep = do(draft, op="move", on="module", key="m1", module="m3", after="")
    assert refusal(deep, op="add_module", title="x", module="m1").reason is CourseReason.TOO_DEEP


def test_a_place_that_is_gone_is_named():
    gone = do(a_draft(), op="archive", on="module", key="m1")
    for wish in (
        {"op": "add_activity", "kind": "page", "title": "x", "module": "m1"},
        {"op": "move", "on": "activity", "key": "three", "module": "m1", "after": ""},
    ):
        assert refusal(gone, **wish).reason is CourseReason.PLACE_GONE


def test_two_who_move_the_same_to_different_modules_are_told():
    was = {"module": "m1", "after": ""}
    moved = do(a_draft(), op="move", on="activity", key="one", module="m2", after="", was=was)
    refused = refusal(moved, op="move", on="activity", key="one", module="m3", after="", was=was)
    assert (refused.values["now"], refused.values["yours"]) == ("m2", "m3")


def test_both_may_take_out_the_same():
    once = do(a_draft(), op="archive", on="activity", key="one")
    assert do(once, op="archive", on="activity", key="one") == once
    back = do(once, op="put_back", on="activity", key="one")
    assert back == a_draft()
    assert do(back, op="put_back", on="activity", key="one") == back


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Öl wechseln!", "ol-wechseln"),
        ("  Café № 1 ", "cafe-no-1"),
        ("Αθήνα", "page"),
        ("…", "page"),
        ("x" * 99, "x" * 60),
    ],
)
def test_keys_are_made_of_titles(title: str, key: str):
    assert fresh_key(title, "page", nobody) == key


def test_a_key_that_was_used_gets_a_number():
    assert fresh_key("Intro", "page", {"intro", "intro-2"}.__contains__) == "intro-3"


def test_a_skill_lets_go_of_an_outcome_before_the_outcome_goes():
    draft = a_draft()
    outcomes = [{"key": "o1", "text": "Can brake."}]
    skills = [{"uri": "urn:x", "label": "Braking", "level": None, "outcomes": ["o1"]}]
    draft = do(draft, op="set", on="course", field="outcomes", value=outcomes, was=[])
    draft = do(draft, op="set", on="course", field="skills", value=skills, was=[])
    taken = {"op": "set", "on": "course", "field": "outcomes", "value": [], "was": outcomes}
    assert refusal(draft, **taken).reason is CourseReason.EDIT_WRONG
    freed = {"op": "set", "on": "course", "field": "skills", "value": [], "was": skills}
    assert do(draft, op="several", operations=[freed, taken]).outline["facts"]["outcomes"] == []


def test_what_an_import_brings_back_is_no_longer_archived():
    draft = do(do(a_draft(), op="archive", on="activity", key="one"), op="archive", on="module", key="m2")
    left = still_archived(a_draft().outline, draft.archived)
    assert left == {}


OUTCOMES = [{"key": key, "text": f"Can {key}."} for key in ("brake", "steer", "park")]


def with_outcomes(*keys: str, **texts: str) -> list[Document]:
    return [{"key": key, "text": texts.get(key, f"Can {key}.")} for key in keys]


def outcomes(draft: Draft) -> list[str]:
    return [line["key"] for line in draft.outline["facts"]["outcomes"]]


def a_draft_with_outcomes() -> Draft:
    return Draft(documents.outline(course(activity("one"), outcomes=OUTCOMES)[0]))


def test_an_outcome_is_moved_step_by_step_or_behind_another():
    draft = a_draft_with_outcomes()
    move = {"op": "move", "on": "outcome", "key": "steer"}
    assert outcomes(do(draft, **move, way="up")) == ["steer", "brake", "park"]
    assert outcomes(do(draft, **move, way="down")) == ["brake", "park", "steer"]
    assert outcomes(do(draft, **move, after="")) == ["steer", "brake", "park"]
    assert outcomes(do(draft, **move, after="park")) == ["brake", "park", "steer"]
    assert refusal(draft, **move | {"key": "park"}, way="down").reason is CourseReason.NO_FURTHER
    assert refusal(draft, **move | {"key": "fly"}, way="down").reason is CourseReason.ITEM_UNKNOWN


def test_an_outcome_moved_while_another_author_writes_it_keeps_both():
    draft = a_draft_with_outcomes()
    write = {"op": "set", "on": "course", "field": "outcomes", "was": OUTCOMES}
    value = with_outcomes("brake", "steer", "park", "fly", steer="Can steer well.")
    moved = do(draft, op="move", on="outcome", key="steer", way="up")
    both = do(moved, **write, value=value)
    assert both.outline["facts"]["outcomes"] == with_outcomes("steer", "brake", "park", "fly", steer="Can steer well.")
    also = do(both, **write, value=with_outcomes("park", "steer"))
    assert outcomes(also) == ["park", "fly", "steer"]
    told = refusal(both, **write, value=with_outcomes("brake", "steer", "park", steer="Can turn."))
    assert told.reason is CourseReason.EDITED_MEANWHILE


# --- anything that anybody may do


@st.composite
def wishes(draw: st.DrawFn, draft: Draft) -> Document:
    """Something that an author may ask for on this draft; it may be refused."""
    activities = [item["key"] for item in items_of(draft, "activity")]
    modules = [item["key"] for item in items_of(draft, "module")]
    on = draw(st.sampled_from(["activity", "module"]))
    key = draw(st.sampled_from((activities if on == "activity" else modules) or ["gone"]))
    place = {
        "module": draw(st.sampled_from([*modules, ""])),
        "after": draw(st.sampled_from([*activities, *modules, "", None])),
    }
    item = next((one for one in items_of(draft, on) if one["key"] == key), None)
    kinds = [
        {
            "op": "add_activity",
            "kind": draw(st.sampled_from(sorted(ALLOWED_REQUIREMENTS))),
            "title": "New one",
            **place,
        },
        {"op": "add_module", "title": "New", **place},
        {"op": "move", "on": on, "key": key, **place},
        {"op": "move", "on": on, "key": key, "way": draw(st.sampled_from(WAYS))},
        {"op": "archive", "on": on, "key": key},
        {"op": "put_back", "on": on, "key": key},
        {"op": "copy", "key": key, "title": "Copy"},
        _move_outcome(draw, draft),
    ]
    if item:
        kinds.append(_set(draw, on, item))
    kinds.append(_set_fact(draw, draft))
    return draw(st.sampled_from(kinds))


def _set(draw: st.DrawFn, on: str, item: Document) -> Document:
    fields = ["title", "minutes", "requirement", "release"] if on == "activity" else ["title"]
    field = draw(st.sampled_from(fields))
    values = {
        "title": st.sampled_from(["A", "B", " "]),
        "minutes": st.sampled_from([None, "3", 7, "x"]),
        "requirement": st.sampled_from(["view", "done", "pass", "none", {"kind": "score", "percent": "60"}]),
        "release": st.none() | RELEASES,
    }
    return {"op": "set", "on": on, "key": item["key"], "field": field, "value": draw(values[field]), "was": item[field]}


def _move_outcome(draw: st.DrawFn, draft: Draft) -> Document:
    keys = [line["key"] for line in draft.outline["facts"]["outcomes"]] or ["gone"]
    place = draw(st.sampled_from([{"way": "up"}, {"way": "down"}, {"after": ""}, {"after": keys[-1]}]))
    return {"op": "move", "on": "outcome", "key": draw(st.sampled_from(keys)), **place}


def _set_fact(draw: st.DrawFn, draft: Draft) -> Document:
    standing = draft.outline["facts"]["outcomes"]
    more = [
        *standing,
        {"key": draw(KEYS.filter(lambda key: key not in [one["key"] for one in standing])), "text": "Or."},
    ]
    values = {
        "title": "Another",
        "audience": None,
        "outcomes": draw(st.sampled_from([more, [{"key": draw(KEYS), "text": "Can brake."}]])),
        "groups": [{"key": draw(KEYS), "title": "Night shift"}],
        "skills": [],
        "enrolment": "invited",
        "level": {"eqf": 4, "reach": None},
    }
    field = draw(st.sampled_from(sorted(values)))
    was = draft.outline["facts"].get(field, [])
    return {"op": "set", "on": "course", "field": field, "value": values[field], "was": was}


def tried(draft: Draft, wish: Document) -> tuple[Draft, Document, Document] | None:
    """(draft after it, operation, inverse), None where it is refused."""
    try:
        operation = settle(draft, wish, keys_of(draft).__contains__)
        changed, inverse = apply(draft, operation)
    except Refused:
        return None
    return changed, operation, inverse


@given(st.data(), courses())
@settings(max_examples=150)
def test_the_inverse_gives_back_the_same_draft_and_no_edit_makes_an_unsound_one(data: st.DataObject, made: Any):
    outline, _bodies = made
    first = draft = Draft(outline)
    inverses = []
    for _step in range(data.draw(st.integers(1, 8))):
        result = tried(draft, data.draw(wishes(draft)))
        if result is None:
            continue
        before, (draft, operation, inverse) = draft, result
        assert documents.outline(draft.outline) == draft.outline, "a stored outline is sound and normalised"
        assert Outline.of(draft.outline).facts == draft.outline["facts"]
        assert apply(draft, inverse)[0] == before
        assert apply(before, operation)[0] == draft, "an operation means the same each time"
        again, _ = apply(apply(draft, inverse)[0], apply(draft, inverse)[1])
        assert again == draft, "what was undone can be done again"
        inverses.append(inverse)
    for inverse in reversed(inverses):
        draft, _ = apply(draft, inverse)
    assert draft == first


@given(st.data(), courses())
@settings(max_examples=150)
def test_operations_on_different_things_commute(data: st.DataObject, made: Any):
    """Two authors at once: in either order the same fields, the same items in the same modules, nothing lost.

    Where both put something at the same place, the order of the two is the order in which they came.
    """
    outline, _bodies = made
    draft = Draft(outline)
    mine, theirs = (tried(draft, data.draw(wishes(draft))) for _author in "ab")
    if mine is None or theirs is None or touched(mine[1]) & touched(theirs[1]):
        return
    first, second = both(draft, mine[1], theirs[1]), both(draft, theirs[1], mine[1])
    if first is None or second is None:
        return  # one took away the place that the other needed: told, not lost
    assert held(first) == held(second)


def both(draft: Draft, one: Document, other: Document) -> Draft | None:
    try:
        return apply(apply(draft, one)[0], other)[0]
    except Refused:
        return None


def held(draft: Draft) -> Document:
    """Everything but the order of siblings."""

    def of(item: Document) -> Document:
        lists: Document = {
            name: {one["key"]: of(one) for one in item[name]} for name in ("activities", "modules") if name in item
        }
        return {**item, **lists}

    archived = {name: (of(entry["item"]), entry["module"]) for name, entry in draft.archived.items()}
    facts = dict(draft.outline["facts"])
    for name in LINES:
        facts[name] = sorted(facts.get(name, []), key=lambda line: str(line["key"]))
    return {"facts": facts, "modules": of({"modules": draft.outline["modules"]}), "archived": archived}


@given(st.data(), courses())
@settings(max_examples=80)
def test_on_the_same_field_nothing_is_overwritten_unseen(data: st.DataObject, made: Any):
    outline, _bodies = made
    draft = Draft(outline)
    items = list(items_of(draft, "activity"))
    if not items:
        return
    item = data.draw(st.sampled_from(items))
    mine, theirs = data.draw(st.lists(st.sampled_from(["A", "B", "C"]), min_size=2, max_size=2, unique=True))
    wish = {"op": "set", "on": "activity", "key": item["key"], "field": "title", "was": item["title"]}
    changed = do(draft, **wish, value=mine)
    if item["title"] == theirs:
        return
    refused = refusal(changed, **wish, value=theirs)
    assert (refused.values["now"], refused.values["yours"]) == (mine, theirs)
