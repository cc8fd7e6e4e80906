"""A question version: a question and the files that its texts use, under one address.

The files are part of it: the same words with another picture are another question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from lms.core.canonical import digest
from lms.quizzes.rules.questions import quiz_questions
from lms.quizzes.rules.types.base import Question

Version = Mapping[str, Any]  # {"question": Question, "files": {course path: {"digest", "media_type", "size"}}}


def question_version(question: Question, files: Mapping[str, Any]) -> tuple[str, Version]:
    """(address, version)."""
    version = {"question": question, "files": used_files(question, files)}
    return digest(version), version


def quiz_versions(body: Mapping[str, Any]) -> dict[str, Version]:
    """Address → version of every question of a quiz body."""
    return dict(question_version(question, body["files"]) for question in quiz_questions(body))


def used_files(document: Any, files: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of `files` whose path occurs in a text of the document, percent-encoded or not.

    A path that is only mentioned is taken in too: one file too many does no harm, one too few does.
    """
    texts = [text for whole in _texts(document) for text in {whole, unquote(whole)}]
    return {path: entry for path, entry in files.items() if any(path in text for text in texts)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
