"""Every row of a table of people looked at."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.spreadsheets import Row
from lms.organisations.rules.changes import Known, MemberChange, count_changes
from lms.organisations.rules.people import Checked, NewMember, Standing, check_rows

COLUMNS = {"name": 0, "email": 1, "team": 2, "number": 3, "language": 4}
TEAMS = {("Plant",): uuid.uuid4(), ("Plant", "Paint"): uuid.uuid4(), ("Plant 2",): uuid.uuid4()}
TEAMS |= {("Plant 2", "Paint"): uuid.uuid4()}
MIA, BO = uuid.uuid4(), uuid.uuid4()
MEMBERS = {
    "mia@example.org": Known(MIA, "7", None, frozenset({("Plant", "Paint")})),
    "bo@example.com": Known(BO, None, "Bo", frozenset({("Plant",), ("Plant 2",)})),
}
HERE = Standing(MEMBERS, {"7": MIA}, TEAMS, frozenset({"en", "de"}))


def check(*rows: tuple[str, ...], make_teams: bool = False) -> Checked:
    filled = [Row(line, [*row, *[""] * (5 - len(row))]) for line, row in enumerate(rows, start=2)]
    return check_rows(filled, COLUMNS, HERE, make_teams=make_teams)


def fault(*rows: tuple[str, ...], make_teams: bool = False) -> tuple[int, str]:
    (found,) = check(*rows, make_teams=make_teams).faults
    (why,) = found.why
    return found.line, why.reason.code


def test_everything_that_is_wrong_with_a_row_is_told_at_once():
    (found,) = check(("", "ana at example.org", "Nowhere", "7", "Klingon")).faults
    told = {why.reason.code for why in found.why}
    missing = {"people.name_missing", "people.email_invalid", "people.team_unknown", "people.number_taken"}
    assert told == missing | {"people.language_unknown"}


def test_a_good_row_is_read_as_it_is_kept():
    found = check((" Zoë  Müller ", "ZOE@Example.org", "plant / paint", "0042", "Deutsch"))
    assert found.new == [NewMember("zoe@example.org", "Zoë Müller", "de", "0042", ("Plant", "Paint"), 2)]
    assert not found.faults


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("Ana", ""), "people.email_missing"),
        (("Ana", "ana at example.org"), "people.email_invalid"),
        (("Ana", "x" * 250 + "@example.org"), "people.email_invalid"),
        (("", "ana@example.org"), "people.name_missing"),
        (("\u3164", "ana@example.org"), "people.name_invalid"),
        (("A\u202ena", "ana@example.org"), "people.name_invalid"),
        (("A" * 201, "ana@example.org"), "people.name_invalid"),
        (("Ana", "ana@example.org", "Nowhere"), "people.team_unknown"),
        (("Ana", "ana@example.org", "Paint"), "people.team_ambiguous"),
        (("Ana", "ana@example.org", "", "7"), "people.number_taken"),
        (("Ana", "ana@example.org", "", "9" * 41), "people.number_invalid"),
        (("Ana", "ana@example.org", "", "", "Klingon"), "people.language_unknown"),
    ],
)
def test_what_is_wrong_is_named_with_its_row(row, code):
    assert fault(row) == (2, code)
    (why,) = check(row).faults[0].why
    assert why.reason.text % why.values


def test_twice_in_the_file_counts_once_and_names_the_first_row():
    found = check(("Ana", "ana@example.org"), ("Anna", "ANA@example.org"), ("Bo", "bo@example.org", "", "1"))
    assert [person.line for person in found.new] == [2, 4]
    assert [(one.line, one.why[0].values) for one in found.faults] == [(3, {"line": 2})]
    assert fault(("Bo", "bo@example.org", "", "1"), ("Cy", "cy@example.org", "", "1")) == (3, "people.number_twice")


def test_who_is_a_member_already_is_no_fault():
    found = check(("Mia", "Mia@example.org", "", "7"), ("Mia", "mia@example.org"))
    assert (found.members, [one.why[0].reason.code for one in found.faults]) == ([2], ["people.email_twice"])


@pytest.mark.parametrize(
    ("row", "change"),
    [
        (("Mia", "mia@example.org", "", ""), None),
        (("Another name", "mia@example.org", "plant/paint", "7"), None),
        (("Mia", "mia@example.org", "Plant", ""), None),
        (
            ("Mia", "mia@example.org", "Plant 2", "8"),
            {"number": "8", "team": ("Plant 2",), "out_of": ("Plant", "Paint")},
        ),
        (("Bo", "bo@example.com", "Plant 2", "8"), {"number": "8"}),
        (("Bo B", "bo@example.com", "Plant 2/Paint", ""), {"name": "Bo B", "team": ("Plant 2", "Paint")}),
    ],
)
def test_what_a_row_says_otherwise_of_a_member_is_found_and_nothing_that_is_the_persons_own(row, change):
    """Mia accepted, so her name is hers; she is in one team and moves. Bo did not, and is in two teams."""
    found = check(row)
    person = MEMBERS[row[1]].person_id
    assert list(found.changes.values()) == ([] if change is None else [MemberChange(person, **change)])
    assert found.members == [2]


def test_changes_are_counted_by_what_they_change_and_a_person_once():
    rows = [("Mia", "mia@example.org", "Plant 2", "9"), ("Bo B", "bo@example.com", "New")]
    found = check_rows([Row(n, [*row, "", ""]) for n, row in enumerate(rows)], COLUMNS, HERE, make_teams=True)
    counts = {"people": 2, "moved": 1, "teams": 1, "numbers": 1, "names": 1}
    assert (count_changes(found.changes.values()), found.new_teams) == (counts, [])


def test_the_number_of_another_is_no_members():
    assert fault(("Bo", "bo@example.com", "", "7")) == (2, "people.number_taken")


@pytest.mark.parametrize(
    ("text", "locale"),
    [("de", "de"), ("de-AT", "de"), ("German", "de"), ("allemand", "de"), ("English", "en"), ("sl", None), ("", None)],
)
def test_a_language_is_known_by_code_and_by_name_and_kept_where_we_speak_it(text, locale):
    assert check(("Ana", "ana@example.org", "", "", text)).new[0].locale == locale


def test_teams_that_are_not_there_are_made_where_that_is_wanted_once_and_below_what_is_there():
    rows = [
        ("A", "a@example.org", "PLANT/Press"),
        ("B", "b@example.org", "Plant / press"),
        ("C", "c@example.org", "New"),
    ]
    found = check(*rows, make_teams=True)
    assert found.new_teams == [("New",), ("Plant", "Press")]
    assert [person.team for person in found.new] == [("Plant", "Press"), ("Plant", "Press"), ("New",)]
    assert fault(("A", "a@example.org", "/".join("abcdefghi")), make_teams=True) == (2, "people.team_invalid")
    assert fault(("A", "a@example.org", "x" * 81), make_teams=True) == (2, "people.team_invalid")


def test_a_team_whose_only_people_are_wrong_is_not_made():
    assert check(("A", "no address", "New"), make_teams=True).new_teams == []


WORDS = st.one_of(
    st.text(max_size=12), st.sampled_from(["ana@example.org", "b@example.org", "mia@example.org", "Plant", "7"])
)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS, WORDS), max_size=12), st.booleans())
def test_every_row_is_new_or_a_member_or_wrong_and_no_address_or_number_comes_in_twice(rows, make_teams):
    found = check(*rows, make_teams=make_teams)
    lines = [one.line for one in (*found.new, *found.faults)] + found.members
    assert sorted(lines) == list(range(2, 2 + len(rows)))
    emails = [person.email for person in found.new]
    numbers = [person.number for person in found.new if person.number]
    assert len(set(emails)) == len(emails)
    assert not HERE.members.keys() & set(emails)
    assert len(set(numbers)) == len(numbers)
    assert not HERE.numbers.keys() & set(numbers)
    assert set(found.new_teams) == {person.team for person in found.new if person.team} - HERE.teams.keys()
