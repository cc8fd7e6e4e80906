"""Tables from and to files: CSV in whatever encoding an office writes it, and XLSX; hostile ones are refused.

Everything is text inside: a number keeps the zeros that its format shows ("007"), a date is ISO 8601. Formulas count
with the value that the program stored last; nothing is ever calculated.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from typing import IO, Any, NamedTuple

from lms.core.reasons import Reason, Refused
from lms.core.texts import N_

MEBIBYTE = 1024 * 1024
MOST_BYTES = 20 * MEBIBYTE
MOST_UNPACKED = 400 * MEBIBYTE
MOST_ENTRIES = 2000
MOST_TAGS = 12_000_000
"""In the XML of a workbook, twice what the most rows with ten columns of text need: each costs time and memory, and a
hundred thousand of them pack into a kilobyte."""
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CELL = 10_000
"""Characters in a cell: more is a quotation mark that never ends."""
MOST_WRITTEN = 32_767
"""Characters that a cell of a workbook holds."""
SEPARATORS = ";,\t|"
OLD_EXCEL, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^<>]*\bhidden="(?:1|true)"')
FORMULA = tuple("=+-@\t\r＝＋－＠")
"""What a spreadsheet program takes for the beginning of a formula."""
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
Cell = str | int | float | date | None


class SpreadsheetReason(Reason):
    NONE_SENT = ("spreadsheet.none_sent", 422, N_("No file was chosen."), N_("Choose a CSV file or an Excel workbook."))
    EMPTY = (
        "spreadsheet.empty",
        422,
        N_("There are no rows in this file."),
        N_("The first row names the columns; each row below it is one entry."),
    )
    UNREADABLE = (
        "spreadsheet.unreadable",
        422,
        N_("This file is neither a CSV file nor an Excel workbook (.xlsx) that we can read."),
        N_("Open it in your spreadsheet program and save it again as .xlsx or as CSV."),
    )
    OLD_EXCEL = (
        "spreadsheet.old_excel",
        422,
        N_("This is an Excel file of the old kind (.xls), or one with a password."),
        N_("Save it as .xlsx without a password and send that."),
    )
    TOO_LARGE = (
        "spreadsheet.too_large",
        413,
        N_("This file holds more than we take: at most %(rows)s rows and %(megabytes)s MB."),
        N_("Split it and send the parts one after the other."),
    )
    QUOTES = (
        "spreadsheet.quotes",
        422,
        N_("A quotation mark that is opened near row %(line)s is never closed."),
        N_("Close it, or save the file again in your spreadsheet program."),
    )


def _too_large() -> Refused:
    return Refused(SpreadsheetReason.TOO_LARGE, rows=MOST_ROWS, megabytes=MOST_BYTES // 2**20)


class Row(NamedTuple):
    """`line` is where the row begins in the file, as spreadsheet programs number rows; as many cells as headers."""

    line: int
    cells: list[str]


class Table(NamedTuple):
    """`hidden` counts rows of a workbook that its program does not show; they are among `rows`."""

    headers: list[str]
    rows: list[Row]
    hidden: int = 0


def read_table(stream: IO[bytes], name: str = "", *, most: int | None = None) -> Table:
    """The table in a CSV file or in the first visible sheet of a workbook; empty rows are left out.

    What it is, is told by the content; `name` only decides for text that could be anything. `most`: only so many rows.
    Refused: spreadsheet.empty, .unreadable, .old_excel, .too_large, .quotes.
    """
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _too_large()
    if content.startswith(OLD_EXCEL):
        raise Refused(SpreadsheetReason.OLD_EXCEL)
    is_workbook = content.startswith(ZIP)
    if not is_workbook and name.lower().endswith((".xlsx", ".xlsm", ".ods", ".pdf")):
        raise Refused(SpreadsheetReason.UNREADABLE)
    return _read_workbook(content, most) if is_workbook else _table(_csv_rows(_decoded(content)), most)


def _table(rows: Iterable[Row], most: int | None, hidden: int = 0) -> Table:
    filled = (row for row in rows if any(row.cells))
    head = next(filled, None)
    found = list(islice(filled, MOST_ROWS + 1 if most is None else most)) if head else []
    if head is None or not found:
        raise Refused(SpreadsheetReason.EMPTY)
    if len(found) > MOST_ROWS:
        raise _too_large()
    width = max(index for index, cell in enumerate(head.cells) if cell) + 1
    return Table(head.cells[:width], [Row(row.line, _as_wide(row.cells, width)) for row in found], hidden)


def _as_wide(cells: list[str], width: int) -> list[str]:
    return cells[:width] + [""] * (width - len(cells))


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 (with or without its mark), else Windows-1252, in which every Excel of the West writes CSV."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _text(content, "utf-16")
    if content.startswith(BOM_UTF8):
        return _text(content, "utf-8-sig")
    nul_even, nul_odd = content[:2000:2].count(0), content[1:2000:2].count(0)
    if nul_even or nul_odd:
        return _text(content, "utf-16-le" if nul_odd > nul_even else "utf-16-be")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _text(content, "cp1252")


def _text(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise Refused(SpreadsheetReason.UNREADABLE) from None
    if "\0" in text:
        raise Refused(SpreadsheetReason.UNREADABLE)
    return text


def _csv_rows(text: str) -> Iterator[Row]:
    first, _, rest = text.partition("\n")
    named = re.fullmatch(r'"?sep=(.)"?\s*', first)
    if named:
        text = rest
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=named[1] if named else _separator(text))
    line = 1 + bool(named)
    try:
        for cells in reader:
            if any(len(cell) > MOST_CELL for cell in cells):
                raise Refused(SpreadsheetReason.QUOTES, line=line)
            yield Row(line, [read_cell(cell) for cell in cells[:MOST_COLUMNS]])
            line = reader.line_num + 1 + bool(named)
    except csv.Error:
        raise Refused(SpreadsheetReason.QUOTES, line=line) from None


def _separator(text: str) -> str:
    """The one that cuts the first rows into the most columns, as many in each row as in the first."""
    beginning = text[: 64 * 1024]

    def columns(separator: str) -> tuple[int, int]:
        try:
            rows = list(islice(csv.reader(io.StringIO(beginning, newline=""), delimiter=separator), 20))
        except csv.Error:
            return 0, 0
        widths = [len(row) for row in rows if row]
        width = widths[0] if widths else 0
        return (width if width > 1 else 0) * sum(each == width for each in widths), width

    return max(SEPARATORS, key=columns)


def _read_workbook(content: bytes, most: int | None) -> Table:
    from openpyxl import load_workbook  # noqa: PLC0415 - 0.2 s that a web process need not spend to start

    try:
        _check_unpacked(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        with closing(book):
            visible: list[Any] = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            if not visible:
                raise Refused(SpreadsheetReason.EMPTY)
            hidden = _hidden_rows(content, visible[0]._worksheet_path)  # noqa: SLF001 - read-only sheets tell it nowhere else
            return _table(_sheet_rows(visible[0]), most, hidden)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, ValueError, TypeError, IndexError) as error:
        raise Refused(SpreadsheetReason.UNREADABLE) from error
    except (AttributeError, SyntaxError, NotImplementedError, RuntimeError, OverflowError) as error:
        raise Refused(SpreadsheetReason.UNREADABLE) from error


def _check_unpacked(content: bytes) -> None:
    """Before anything is unpacked; a size that the archive lies about ends its reading there (zipfile checks it)."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise _too_large()
        if sum(chunk.count(b"<") for entry in entries for chunk in _chunks(archive, entry)) > MOST_TAGS:
            raise _too_large()


def _chunks(archive: zipfile.ZipFile, part: str | zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as file:
        while chunk := file.read(MEBIBYTE):
            yield chunk


def _hidden_rows(content: bytes, path: str) -> int:
    count, kept = 0, b""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for chunk in _chunks(archive, path.lstrip("/")):
            data = kept + chunk
            whole = data.rfind(b"<")  # a tag that the chunk cuts is looked at with the next
            count += len(HIDDEN_ROW.findall(data[:whole]))
            kept = data[whole:] if len(data) - whole < MEBIBYTE else b""  # so long is no tag of a row
    return count


def _sheet_rows(sheet: Any) -> Iterator[Row]:
    """The rows that stand in the file.

    Not `iter_rows`, which makes up every row that does not: one cell that somebody touched by chance may stand in row
    1,048,576, and a hostile one further down.
    """
    from openpyxl.cell.read_only import ReadOnlyCell  # noqa: PLC0415 - as `load_workbook`
    from openpyxl.worksheet._reader import WorkSheetParser  # noqa: PLC0415

    book = sheet.parent
    formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}  # noqa: SLF001
    with sheet._get_source() as source:  # noqa: SLF001
        parser = WorkSheetParser(source, sheet._shared_strings, data_only=True, epoch=book.epoch, **formats)  # noqa: SLF001
        for line, cells in parser.parse():
            inside = [cell for cell in cells if cell["column"] <= MOST_COLUMNS]
            texts = [""] * max((cell["column"] for cell in inside), default=0)
            for cell in inside:
                texts[cell["column"] - 1] = read_cell(_cell_text(ReadOnlyCell(sheet, **cell)))
            yield Row(line, texts)


def _cell_text(cell: Any) -> str:
    value = cell.value
    match value:
        case None:
            return ""
        case str():
            return ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)[:MOST_CELL]
        case bool():
            return str(value).upper()
        case int() | float():
            return _number_text(value, cell.number_format or "")
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat()
        case date() | time():
            return value.isoformat()
    return str(value)


def _number_text(value: float, number_format: str) -> str:
    if value == int(value) and abs(value) < 1e15:
        zeros = len(number_format) if set(number_format) == {"0"} else 0
        return str(int(value)).zfill(zeros)
    return f"{value:.15g}"


def read_cell(text: str) -> str:
    """Trimmed, and without the apostrophe with which `harmless` defuses."""
    text = text.strip().strip("\ufeff\u200b")
    return text[1:] if text.startswith("'") and text.lstrip("'").lstrip().startswith(FORMULA) else text


def harmless(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: an apostrophe before what could be one.

    Source: OWASP, CSV injection. `read_cell` takes it off again; plain numbers stay as they are.
    """
    if text[:1].isalnum():  # as most cells: a table has hundreds of thousands
        return text
    risky = text.lstrip("'").lstrip(" ").startswith(FORMULA) and not NUMBER.fullmatch(text)
    return f"'{text}" if risky else text


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """UTF-8 with its mark, commas, CRLF, in pieces of some hundred rows: as RFC 4180 says and as Excel opens it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow([harmless(header) for header in headers])
    yield BOM_UTF8
    waiting = iter(rows)
    while some := list(islice(waiting, 500)):
        writer.writerows([_written(cell) for cell in row] for row in some)
        yield _taken(buffer)
    if rest := _taken(buffer):
        yield rest


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")


def _written(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    return harmless("" if cell is None else str(cell))


def write_xlsx(target: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "") -> None:
    """A workbook of one sheet, written row by row in little memory. Text is never a formula; numbers and days are such.

    An instant loses its zone: give it in the reader's.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - 0.1 s that a web process need not spend to start

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    with Workbook(target, options | {"default_date_format": "yyyy-mm-dd"}) as book:
        bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or None)
        sheet.freeze_panes(1, 0)
        sheet.add_write_handler(datetime, partial(_write_moment, moment=moment))
        for column, header in enumerate(headers):
            sheet.set_column(column, column, min(max(len(header) + 4, 14), 40))
            sheet.write_string(0, column, header, bold)
        for number, row in enumerate(rows, start=1):
            if sheet.write_row(number, 0, row):  # it stops where a text is longer than a cell
                sheet.write_row(number, 0, [cell[:MOST_WRITTEN] if isinstance(cell, str) else cell for cell in row])


def _write_moment(sheet: Any, row: int, column: int, at: datetime, *_: Any, moment: Any) -> int:
    return int(sheet.write_datetime(row, column, at.replace(tzinfo=None), moment))
