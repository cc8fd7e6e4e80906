"""How often a request asks the database. What is published never changes and is in the process after the first look."""

from __future__ import annotations

import pytest

from lms.core.db import db
from tests.courses.documents import activity, file, link, page, practice, video
from tests.learning.building import a_person, enrolled, published, signed_in
from tests.quizzes.documents import quiz, single_choice

BODIES = {
    "page": page(practice(single_choice(key="p1"))),
    "video": video(),
    "file": file(),
    "link": link(),
    "quiz": quiz(),
}
CERTIFICATE = {"kind": "achievement", "valid_months": None}


@pytest.fixture
def asked(queries):
    """`asked(client, address)`: the statements of one request; what the test wrote is committed before."""

    def count(client, address):
        db.session.commit()
        with queries() as run:
            assert client.get(address).status_code == 200
        return run

    return count


def test_a_course_page_asks_four_times_even_where_nothing_is_kept_yet(reader_of, asked):
    reader = reader_of(activity("a"), activity("b", release={"completed": "a"}), certificate=CERTIFICATE)
    first = asked(reader.client, "/courses/safety")
    assert len(asked(reader.client, "/courses/safety")) <= len(first) <= 4, first


@pytest.mark.parametrize("kind", BODIES)
def test_an_activity_asks_four_times_with_the_first_view_too(app, reader_of, asked, kind):
    reader = reader_of(activity("a", BODIES[kind], requires="pass" if kind == "quiz" else "done"))
    asked(reader.client, f"/learn/{reader.enrolment}/a")
    another = a_person()
    address, client = f"/learn/{enrolled(another, 'safety').id}/a", signed_in(app, another)
    first, again = asked(client, address), asked(client, address)
    its_attempts = kind == "quiz"  # are one more, so that the first look ever at a quiz asks five times
    assert len(first) <= 4 + its_attempts, first
    assert len(again) <= 2 + its_attempts, again


def test_dates_and_credentials_are_asked_for_once_however_many_conditions_there_are(reader_of, asked):
    release = {"all": [{"from": "2020-01-01"}, {"not": {"credential": "other"}}]}
    reader = reader_of(*(activity(f"d{number}", release=release) for number in range(5)))
    address = f"/api/v1/enrolments/{reader.enrolment}"
    asked(reader.client, address)
    run = asked(reader.client, address)
    assert len(run) <= 4, run


def test_the_start_page_asks_six_times(reader, asked):
    for number in range(4):
        enrolled(reader.person, published(slug=f"c{number}"))
    asked(reader.client, "/")
    run = asked(reader.client, "/")
    assert len(run) <= 6, run
