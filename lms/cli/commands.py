"""The list of commands. Each is imported when it is called, so that `lms run` starts at once."""

from __future__ import annotations

import importlib
from typing import Any

import click

from lms.cli.frame import stop_for_fault

COMMANDS = {
    "run": ("lms.cli.serving:run", "Web and worker together, kept alive."),
    "serve": ("lms.cli.serving:serve", "The web server only."),
    "worker": ("lms.cli.serving:worker", "The worker only."),
    "db": ("lms.cli.maintenance:database", "The database's tables."),
    "demo": ("lms.cli.maintenance:demo", "Load the sample content and people."),
    "doctor": ("lms.cli.doctor:doctor", "Say what is wrong and how to mend it."),
    "backup": ("lms.cli.backups:backup", "Keep database and files in a folder."),
    "restore": ("lms.cli.backups:restore", "Put a backup back."),
    "openapi": ("lms.cli.maintenance:openapi", "The API's description."),
    "users": ("lms.cli.people:users", "People."),
    "orgs": ("lms.cli.people:organisations", "Organisations."),
    "courses": ("lms.cli.courses:courses", "Courses: import, export, list."),
    "scale": ("lms.cli.scale:scale", "Many people, for measuring."),
    "progress": ("lms.cli.learning:progress", "Learners' progress."),
    "credentials": ("lms.cli.credentials:credentials", "Certificates."),
}


class LazyGroup(click.Group):
    """Loads a command's module when it is asked for."""

    def main(self, *arguments: Any, **more: Any) -> Any:
        """The edge of every command: never a traceback."""
        try:
            return super().main(*arguments, **more)
        except Exception as error:  # noqa: BLE001 - said in a line, and kept in a file
            stop_for_fault(error)

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_path, about) in COMMANDS.items()])


@click.command(cls=LazyGroup)
def main() -> None:
    """The learning platform's command. Exit code 0: done; 1: refused, the reason on standard error; 2: wrong usage."""
