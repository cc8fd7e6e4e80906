"""The figures of bench.load as text for a terminal, and as a page of the docs with pictures made here."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

Figures = dict[str, Any]
AIMS = {
    "home": (6, 6.0),
    "course page": (4, 5.0),
    "activity page": (4, 4.0),
    "start of an attempt": (6, 6.0),
    "save of an answer": (4, 2.5),
    "submission": (8, 10.0),
}
"""Most queries, most CPU milliseconds a request."""
LEAST_OF_FLOOR, LEAST_OF_FEW = 0.5, 0.9
WIDTH, BAR, LABEL = 720, 22, 190


def as_text(figures: Figures) -> str:
    head = f"{'request':22} {'queries':>7} {'CPU ms':>7} {'bytes':>8} {'a second':>9} {'of floor':>9} {'of few':>7}"
    return "\n".join([head, *map(_row_as_text, figures["requests"]), *_others(figures)])


def _row_as_text(row: Figures) -> str:
    many = row["many"]
    plain = f"{row['name']:22} {row['queries']:7} {many['cpu_ms']:7.2f} {row['bytes']:8} {many['rate']:9.0f}"
    return f"{plain} {row['of_floor']:9.2f} {row['of_few']:7.2f}"


def _others(figures: Figures) -> list[str]:
    csv, enrolling, start = figures["csv"], figures["enrolling"], figures["start"]
    return [
        f"completion of {csv['people']:,} people as CSV: {csv['seconds']:.2f} s",
        f"enrolling {enrolling['people']:,} at once: {enrolling['queries']} statements, {enrolling['seconds']:.2f} s",
        f"web processes ready after {start['seconds']:.2f} s; resident MiB each: {start['memory']}",
    ]


def write(figures: Figures, folder: Path) -> None:
    """speed.md and its pictures."""
    pictures = folder / "pictures"
    pictures.mkdir(exist_ok=True)
    ratios = [(row["name"], row["of_floor"]) for row in figures["requests"]]
    (pictures / "speed-floor.svg").write_text(
        bars("Requests a second, as a share of the floor", ratios, LEAST_OF_FLOOR)
    )
    flat = [(row["name"], row["of_few"]) for row in figures["requests"]]
    title = f"{figures['sizes'][-1]} as a share of {figures['sizes'][0]}"
    (pictures / "speed-scale.svg").write_text(bars(title, flat, LEAST_OF_FEW))
    (folder / "speed.md").write_text(page(figures))


def page(figures: Figures) -> str:
    rows = [
        "| request | queries | CPU ms | bytes | requests a second | of the floor | of the few | aim |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *map(_row_as_markdown, figures["requests"]),
    ]
    few, many = figures["sizes"][0], figures["sizes"][-1]
    return "\n".join(
        [
            "# Speed",
            "",
            f"Made by `make bench` on {_today()}: two web processes on PostgreSQL, on one machine with the load",
            "tool and the database. Figures of a busy machine vary; ratios are taken side by side.",
            "",
            "The **floor** is a bare Flask route on the same server that makes as many single-row reads through",
            "SQLAlchemy and renders a template of as many bytes; for writes it inserts a row and commits.",
            f"Figures are with {many}; *of the few* compares them with {few}.",
            "",
            *rows,
            "",
            "![Requests a second as a share of the floor](pictures/speed-floor.svg)",
            "",
            f"![{many} as a share of {few}](pictures/speed-scale.svg)",
            "",
            *(f"- {other}" for other in _others(figures)),
            "",
        ]
    )


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _row_as_markdown(row: Figures) -> str:
    many = row["many"]
    queries, cpu = AIMS.get(row["name"], (None, None))
    aim = f"{queries} queries, {cpu} ms" if queries else ""
    figures = f"{row['queries']} | {many['cpu_ms']:.1f} | {row['bytes']:,} | {many['rate']:.0f}"
    return f"| {row['name']} | {figures} | {row['of_floor']:.2f} | {row['of_few']:.2f} | {aim} |"


def bars(title: str, values: list[tuple[str, float]], aim: float) -> str:
    """A picture of shares, one bar each, with the least that is aimed at as a line."""
    most = max(1.0, *(value for _name, value in values))
    scale = (WIDTH - LABEL - 60) / most
    height = 48 + len(values) * (BAR + 8)
    drawn = "".join(_bar(name, value, 40 + at * (BAR + 8), scale) for at, (name, value) in enumerate(values))
    x = LABEL + aim * scale
    line = f'<path d="M{x:.1f} 32V{height - 8}" stroke="#b45309" stroke-width="2" stroke-dasharray="4 4"/>'
    text = f'<text x="0" y="16" font-weight="600">{escape(title)} (aim: at least {aim})</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" font-family="system-ui" '
        f'font-size="14"><title>{escape(title)}</title><rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f"{text}{drawn}{line}</svg>\n"
    )


def _bar(name: str, value: float, y: int, scale: float) -> str:
    return (
        f'<text x="0" y="{y + 16}">{escape(name)}</text>'
        f'<rect x="{LABEL}" y="{y}" width="{max(1, value * scale):.1f}" height="{BAR}" rx="3" fill="#3b6fb6"/>'
        f'<text x="{LABEL + value * scale + 6:.1f}" y="{y + 16}">{value:.2f}</text>'
    )
