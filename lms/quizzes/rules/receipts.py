"""Receipts: what an acknowledged answer is known by, and which steps are taken, repeated or too late."""

from __future__ import annotations

from enum import Enum
from typing import Any

from lms.core.canonical import digest


class Verdict(Enum):
    NEW = "new"
    AGAIN = "again"  # the same step with the same answer: the same receipt
    OTHER_ANSWER = "other_answer"  # the step is taken by another answer
    OLD_STEP = "old_step"  # a later step is held


def answer_digest(attempt: str, slot: int, step: int, answer: Any) -> str:
    """SHA-256, lower-case hex, over the RFC 8785 JSON of {attempt, slot, step, answer}."""
    return digest({"attempt": attempt, "slot": slot, "step": step, "answer": answer})


def weigh(held_step: int, held_digest: str, step: int, sent_digest: str) -> Verdict:
    """How a save stands to the step held (0 and "" where none is): any greater step is new."""
    if step > held_step:
        return Verdict.NEW
    if step < held_step:
        return Verdict.OLD_STEP
    return Verdict.AGAIN if sent_digest == held_digest else Verdict.OTHER_ANSWER
