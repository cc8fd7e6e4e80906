"""Structured logs on standard error: JSON in production, readable lines in development. Ids, never names or answers."""

from __future__ import annotations

import logging
import sys
import traceback

import structlog
from sqlalchemy.exc import DBAPIError

from lms.core.config import Settings


def init_logs(settings: Settings) -> None:
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    last = structlog.processors.JSONRenderer() if settings.production else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )


def describe_fault(error: BaseException) -> str:
    """The traceback with its causes. Of the database's errors the kind alone: their text repeats what people wrote."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) and cause not in chain:
        chain.append(cause)
    return "\n".join("".join(traceback.format_tb(each.__traceback__)) + _in_words(each) for each in reversed(chain))


def kind_of(error: BaseException) -> str:
    """Type, SQLSTATE and constraint: what a log may hold of an error whose text may repeat what people wrote."""
    orig = getattr(error, "orig", None) or error
    state = getattr(orig, "sqlstate", None) or getattr(orig, "sqlite_errorname", None)
    constraint = getattr(getattr(orig, "diag", None), "constraint_name", None)
    return " ".join(filter(None, (type(orig).__name__, state, constraint)))


def _in_words(error: BaseException) -> str:
    if isinstance(error, DBAPIError):
        return f"{kind_of(error)}: {error.statement}"
    is_drivers = type(error).__module__.startswith(("psycopg", "sqlite3"))
    return kind_of(error) if is_drivers else f"{type(error).__name__}: {error}"
