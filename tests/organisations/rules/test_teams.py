"""The tree of teams as pure functions, against the plainest description of a tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.organisations.rules.teams import (
    MOST_NAME,
    is_name,
    levels_below,
    line_of,
    may_stand_in,
    read_path,
    with_subteams,
    write_path,
)

Tree = dict[int, int | None]


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Each team stands at the top or below one that was there before it."""
    size = draw(st.integers(1, 12))
    return {team: draw(st.sampled_from([None, *range(team)])) if team else None for team in range(size)}


def is_below(tree: Tree, team: int, other: int) -> bool:
    above = tree[team]
    return above is not None and (above == other or is_below(tree, above, other))


@given(trees(), st.data())
def test_a_team_with_its_sub_teams_is_all_that_stand_below_it(tree, data):
    chosen = data.draw(st.sets(st.sampled_from(sorted(tree))))
    expected = {team for team in tree if team in chosen or any(is_below(tree, team, one) for one in chosen)}
    assert with_subteams(tree, chosen) == expected
    assert with_subteams(tree, [*chosen, 99]) == expected


@given(trees(), st.data())
def test_moving_a_team_where_it_may_go_leaves_a_tree_in_which_every_line_ends_at_the_top(tree, data):
    team = data.draw(st.sampled_from(sorted(tree)))
    parent = data.draw(st.sampled_from([None, *sorted(tree)]))
    may = parent is None or (parent != team and not is_below(tree, parent, team))
    assert may_stand_in(tree, team, parent) == may
    if not may:
        return
    levels = levels_below(tree, team)
    moved = {**tree, team: parent}
    assert all(line_of(moved, each)[0] in {key for key, above in moved.items() if above is None} for each in moved)
    assert levels_below(moved, team) == levels
    deepest = max(len(line_of(moved, each)) for each in with_subteams(moved, [team]))
    assert deepest == len(line_of(moved, parent)) + levels


@pytest.mark.parametrize("name", ["Paint shop", "Ünal & Söhne", "2", "x" * MOST_NAME, "塗装"])
def test_a_name_is_what_people_call_a_team(name):
    assert is_name(name)
    assert read_path(write_path(["Plant", name])) == ["Plant", name]


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "a/b", "x" * (MOST_NAME + 1), "a\nb", "a\0"])
def test_what_can_stand_in_no_path_or_on_no_page_is_no_name(name):
    assert not is_name(name)


@pytest.mark.parametrize(
    ("text", "names"),
    [("", []), ("Paint", ["Paint"]), (" Plant 2/ Paint  shop ", ["Plant 2", "Paint shop"]), ("/a//b/", ["a", "b"])],
)
def test_a_path_is_read_as_it_was_meant(text, names):
    assert read_path(text) == names
