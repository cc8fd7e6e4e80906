"""Export → import → export: the same bytes; import: the same digests. On every shape a course can have."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from lms.core.archives import opened
from lms.core.canonical import digest, digest_bytes
from lms.courses.rules import documents
from lms.interop.imported import ImportedCourse
from lms.interop.own.reading import read_course
from lms.interop.own.writing import write_folder, write_zip
from tests.courses.strategies import FILES, Document, courses

CHECKOUT = Path(__file__).parents[3]
SAMPLES = sorted(path.parent for path in (CHECKOUT / "lms/demo/courses").glob("*/course.yaml"))
EVERYTHING = CHECKOUT / "tests/courses/everything"
BY_DIGEST = {digest_bytes(data): data for data in FILES.values()}


def bytes_of(course: ImportedCourse, address: str) -> Iterable[bytes]:
    content = course.files[address]
    return [content if isinstance(content, bytes) else content.read_bytes()]


@pytest.mark.parametrize("folder", [*SAMPLES, EVERYTHING], ids=lambda folder: folder.name)
def test_a_course_of_ours_comes_back_as_it_went(folder: Path, tmp_path: Path) -> None:
    first, second, third = tmp_path / "first.zip", tmp_path / "second.zip", tmp_path / "third"
    with opened(folder) as tree:
        course = read_course(tree)
        write_zip(first, course.outline, course.bodies, read_file=lambda d: bytes_of(course, d))
        write_folder(third, course.outline, course.bodies, read_file=lambda d: bytes_of(course, d))
    with opened(first) as tree:
        again = read_course(tree)
        write_zip(second, again.outline, again.bodies, read_file=lambda d: bytes_of(again, d))
    with opened(third) as tree:
        assert read_course(tree).outline == course.outline
    assert (again.outline, dict(again.bodies), set(again.files)) == (
        course.outline,
        dict(course.bodies),
        set(course.files),
    )
    assert first.read_bytes() == second.read_bytes()


def test_there_are_six_samples() -> None:
    assert len(SAMPLES) == 6


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(courses())
def test_whatever_a_course_holds_it_comes_back_with_the_same_digests(
    course: tuple[Document, dict[str, Document]],
) -> None:
    outline, bodies = course
    with tempfile.TemporaryDirectory() as name:
        first, second = Path(name, "first.zip"), Path(name, "second.zip")
        write_zip(first, outline, bodies, read_file=lambda address: [BY_DIGEST[address]])
        with opened(first) as tree:
            read = read_course(tree)
        write_zip(second, read.outline, read.bodies, read_file=lambda address: [BY_DIGEST[address]])
        assert read.outline == outline
        assert dict(read.bodies) == {digest(body): body for body in bodies.values()}
        assert first.read_bytes() == second.read_bytes()


@given(courses())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_what_is_normalised_stays_as_it_is(course: tuple[Document, dict[str, Document]]) -> None:
    outline, bodies = course
    assert documents.outline(outline) == outline
    assert [documents.body(body) for body in bodies.values()] == list(bodies.values())
