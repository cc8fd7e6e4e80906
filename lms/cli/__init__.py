"""The `lms` command: thin, each command calls one service. It acts as the system in the audit."""

from lms.cli.commands import main

__all__ = ["main"]
