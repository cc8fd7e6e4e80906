"""The catalogue, a course's outline and publishing through the JSON API."""

from __future__ import annotations

import pytest

from tests.courses.documents import Document, activity, module
from tests.learning.building import a_person, an_organisation, draft, published, signed_in

SKILL: Document = {"uri": "http://data.europa.eu/esco/skill/1", "label": "Elektrik", "level": None, "outcomes": []}
COURSES = {
    "oil": {"title": "Öl wechseln", "language": "de", "summary": "Schritt für Schritt."},
    "cells": {"title": "Battery cells", "summary": "From electrode to cell."},
    "safety": {"title": "Safety at work", "skills": [SKILL], "enrolment": "invited"},
}


@pytest.fixture
def catalogue(client, session):
    """Three published courses and one draft; `catalogue("?q=…")` gives the slugs found."""
    for slug, facts in COURSES.items():
        published(slug=slug, **facts)
    draft(slug="drafted", title="Not yet")

    def ask(query=""):
        return [one["slug"] for one in client.get(f"/api/v1/courses{query}").json["items"]]

    return ask


def test_the_catalogue_lists_what_is_published_by_title(catalogue):
    assert catalogue() == ["cells", "safety", "oil"]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("?q=ol", ["oil"]),
        ("?q=ÖL WECHSELN", ["oil"]),
        ("?q=wechseln öl", ["oil"]),
        ("?q=öl batterie", []),
        ("?q=electrode", ["cells"]),
        ("?q=elektrik", ["safety"]),
        ("?q=%25", []),
        ("?q=_", []),
        ("?language=de", ["oil"]),
        ("?language=de&q=cells", []),
        ("?skill=http://data.europa.eu/esco/skill/1", ["safety"]),
        ("?skill=Elektrik", ["safety"]),
    ],
)
def test_search_finds_words_whatever_their_case_accents_and_order(catalogue, query, slugs):
    assert catalogue(query) == slugs


def test_a_row_says_what_a_reader_must_know(catalogue, client):
    row = client.get("/api/v1/courses?q=safety").json["items"][0]
    assert row == {
        "slug": "safety",
        "title": "Safety at work",
        "language": "en",
        "summary": "What can hurt you, and how it does not.",
        "revision": 1,
        "organisation": "Academy",
        "enrolment": "invited",
    }


def test_pages_of_the_catalogue_join_without_gap_or_repetition(client, session):
    for number in range(5):
        published(slug=f"c{number}", title="Same" if number < 3 else f"Title {number}")
    found, cursor = [], ""
    while cursor is not None:
        answer = client.get(f"/api/v1/courses?limit=2&cursor={cursor}").json
        found += [one["slug"] for one in answer["items"]]
        cursor = answer["next"]
    assert found == ["c0", "c1", "c2", "c3", "c4"]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=x", f"q={'a' * 201}"])
def test_a_search_that_we_do_not_take_is_422(client, query):
    assert client.get(f"/api/v1/courses?{query}").status_code == 422


def test_a_course_comes_with_its_outline(client, session):
    published(module("first", activity("a"), modules=(module("inner", activity("b", requires="none")),)))
    found = client.get("/api/v1/courses/safety").json
    assert (found["slug"], found["revision"], found["enrolment"]) == ("safety", 1, "open")
    (first,) = found["modules"]
    assert [one["key"] for one in first["activities"]] == ["a"]
    assert first["modules"][0]["activities"][0]["requirement"] == {"kind": "none"}
    assert "body" not in first["activities"][0]


@pytest.mark.parametrize("slug", ["drafted", "nothing"])
def test_what_is_not_published_is_404(client, session, slug):
    draft(slug="drafted")
    answer = client.get(f"/api/v1/courses/{slug}")
    assert (answer.status_code, answer.json["reason"]) == (404, "course.unknown")


@pytest.mark.parametrize("address", ["/api/v1/courses", "/api/v1/courses/safety"])
def test_an_unchanged_answer_is_not_sent_twice(client, session, address):
    published()
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_an_author_publishes_through_the_api(app, session):
    publisher = an_organisation()
    session.flush()
    author = signed_in(app, a_person("author", scope=publisher.id))
    draft()
    answer = author.post("/api/v1/courses/safety/revisions")
    assert (answer.status_code, answer.json["revision"]) == (201, 1)
