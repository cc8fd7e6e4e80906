"""Tables as offices send them, and as attackers do; what we write is read back, and is never a formula."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from datetime import UTC, date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from lms.core.reasons import Refused
from lms.core.spreadsheets import (
    MEBIBYTE,
    MOST_BYTES,
    MOST_ROWS,
    MOST_TAGS,
    Table,
    harmless,
    read_cell,
    read_table,
    write_csv,
    write_xlsx,
)

PEOPLE = [["Zoë Müller", "zoe@example.org"], ["Łukasz Žižka", "lukasz@example.org"]]
WESTERN = [["Zoë Müller", "zoe@example.org"], ["José Peña", "jose@example.org"]]


def of(text: str | bytes, encoding: str = "utf-8", name: str = "people.csv") -> Table:
    content = text.encode(encoding) if isinstance(text, str) else text
    return read_table(io.BytesIO(content), name)


def cells(table: Table) -> list[list[str]]:
    return [row.cells for row in table.rows]


def as_csv(rows: list[list[str]], separator: str = ",", end: str = "\r\n") -> str:
    return end.join(separator.join(row) for row in [["Name", "E-mail"], *rows]) + end


def a_workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def refusal(content: bytes, name: str = "people.xlsx") -> str:
    with pytest.raises(Refused) as refused:
        read_table(io.BytesIO(content), name)
    assert refused.value.sentence()
    return refused.value.reason.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_separator_and_line_end_is_recognised(encoding, separator, end):
    table = of(as_csv(PEOPLE, separator, end), encoding)
    assert (table.headers, cells(table)) == (["Name", "E-mail"], PEOPLE)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_windows_1252_is_what_is_no_utf_8(separator):
    assert cells(of(as_csv(WESTERN, separator), "cp1252")) == WESTERN


def test_a_line_that_names_the_separator_is_believed_and_is_no_row():
    table = of("sep=|\r\nName|Note\r\nAna|a;b,c\r\n")
    assert (table.headers, table.rows[0]) == (["Name", "Note"], (3, ["Ana", "a;b,c"]))


def test_quotes_hold_separators_quotes_and_line_breaks_together_and_lines_are_counted_as_programs_do():
    table = of('Name;Note\n"Ana";"first\nsecond; ""third"""\nBo;x\n')
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ["Ana", 'first\nsecond; "third"']),
        (4, ["Bo", "x"]),
    ]


def test_empty_rows_are_left_out_and_short_ones_filled_up():
    table = of("\n\nName,E-mail\n,\nAna\n\nBo,b@example.org,more\n")
    assert [(row.line, row.cells) for row in table.rows] == [(5, ["Ana", ""]), (7, ["Bo", "b@example.org"])]


def test_one_column_alone_is_a_table_too():
    assert cells(of("E-mail\na@example.org\n")) == [["a@example.org"]]


def test_a_comma_inside_names_does_not_win_over_the_semicolon_between_cells():
    text = "Name;E-mail\nMüller, Zoë;zoe@example.org\nPeña, José;jose@example.org\n"
    assert cells(of(text))[0] == ["Müller, Zoë", "zoe@example.org"]


def test_a_workbook_gives_what_its_cells_show():
    rows = [["Name", "Number", "Since", "Active", "Sum"], ["Ana", 7, date(2026, 3, 2), True, 1.5]]
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.active["B2"].number_format = "00000"
    book.active["A3"], book.active["B3"], book.active["C3"] = "Bo", 4711.0, datetime.fromisoformat("2026-03-02T08:30")
    assert cells(of(saved(book), name="x.xlsx")) == [
        ["Ana", "00007", "2026-03-02", "TRUE", "1.5"],
        ["Bo", "4711", "2026-03-02T08:30:00", "", ""],
    ]


def test_a_formula_counts_with_its_stored_value_and_never_as_text():
    table = of(a_workbook(["Name", "E-mail"], ["Ana", '=HYPERLINK("http://example.org")']), name="x.xlsx")
    assert cells(table) == [["Ana", ""]]


def test_hidden_rows_are_read_and_counted_hidden_sheets_are_not_read_merged_cells_count_once():
    book = Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.append(["Secret"])
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    sheet = book.create_sheet("People")
    for row in [["Name", "Team"], ["Ana", "Paint"], ["Bo", "Paint"]]:
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    sheet.row_dimensions[3].hidden = True
    assert of(saved(book), name="x.xlsx") == (["Name", "Team"], [(2, ["Ana", "Paint"]), (3, ["Bo", ""])], 1)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "spreadsheet.empty"),
        (b"Name,E-mail\r\n", "a.csv", "spreadsheet.empty"),
        (b"PK\x03\x04 no zip at all", "a.xlsx", "spreadsheet.unreadable"),
        (b"just words", "a.xlsx", "spreadsheet.unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "a.xls", "spreadsheet.old_excel"),
        (b"a,b\n" + b'"' + b"x," * 6000, "a.csv", "spreadsheet.quotes"),
        (b"a,b\n" + b'"' + b"x" * 200_000, "a.csv", "spreadsheet.quotes"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x81", "a.csv", "spreadsheet.unreadable"),
        (bytes(MOST_BYTES + 1), "a.csv", "spreadsheet.too_large"),
        (b"a\n" + b"1\n" * (MOST_ROWS + 1), "a.csv", "spreadsheet.too_large"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(content, name, code):
    assert refusal(content, name) == code


def rezipped(content: bytes, **changed: bytes) -> bytes:
    """The workbook with files in it replaced; `__` stands for a slash."""
    names = {name.replace("__", "/") + ".xml": data for name, data in changed.items()}
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, names.pop(name, b"") or old.read(name))
        for name, data in names.items():
            new.writestr(name, data)
    return target.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    began = time.monotonic()
    bomb = rezipped(a_workbook(["a"], ["b"]), xl__worksheets__sheet1=bytes(450 * 1024 * 1024))
    assert len(bomb) < MOST_BYTES
    packed = time.monotonic()
    assert refusal(bomb) == "spreadsheet.too_large"
    assert time.monotonic() - packed < max(1, packed - began)


def test_a_cell_touched_by_chance_in_the_last_row_costs_no_more_than_the_rows_that_stand():
    book = Workbook()
    assert book.active is not None
    for row in [["Name", "E-mail"], ["Ana", "ana@example.org"]]:
        book.active.append(row)
    book.active.cell(1_048_576, 1, " ")
    began = time.process_time()
    assert of(saved(book), name="x.xlsx") == (["Name", "E-mail"], [(2, ["Ana", "ana@example.org"])], 0)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("part", "repeated", "times"),
    [
        ("xl__worksheets__sheet1", b"<!--" + b"<row " * 200_000 + b"-->", 1),
        ("xl__sharedStrings", b"<si><t/></si>", MOST_TAGS // 3 + 1),
    ],
)
def test_little_files_that_unpack_to_much_work_are_refused_or_read_at_once(part, repeated, times):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write_column(0, 0, ["a", "b"])
    with zipfile.ZipFile(file) as archive:
        sheet = archive.read(part.replace("__", "/") + ".xml")
    bomb = rezipped(
        file.getvalue(), **{part: sheet[: sheet.rindex(b"</")] + repeated * times + sheet[sheet.rindex(b"</") :]}
    )
    began = time.process_time()
    with contextlib.suppress(Refused):
        assert cells(of(bomb, name="x.xlsx")) == [["b"]]
    assert (len(bomb) < MEBIBYTE, time.process_time() - began < 5) == (True, True)


def test_entities_are_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:  # keeps its texts in a file of their own
        book.add_worksheet().write_column(0, 0, ["a", "b"])
    assert cells(of(file.getvalue(), name="x.xlsx")) == [["b"]]
    for part in ("xl__worksheets__sheet1", "xl__sharedStrings"):
        assert refusal(rezipped(file.getvalue(), **{part: bomb})) == "spreadsheet.unreadable"


@given(st.binary(min_size=1, max_size=400), st.integers(0, 4000))
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(noise, place):
    content = bytearray(a_workbook(["Name", "E-mail"], ["Ana", "a@example.org"]))
    content[place : place + len(noise)] = noise
    with contextlib.suppress(Refused):
        read_table(io.BytesIO(bytes(content)), "x.xlsx")


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=40).map(read_cell)
CELLS = TEXTS.map(str.strip).filter(lambda text: text == read_cell(text) or text.startswith("'"))
RISKY = st.sampled_from(["=1+1", "+49 30 1", "-1-1", "@SUM(A1)", "'=1", "''@x", "＝1", "-5", "a;=1", "= ", '"=1"'])


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    width = draw(st.integers(1, 5))
    cell = st.one_of(CELLS, RISKY.map(str.strip))
    headers = [f"{number} {draw(CELLS)}".strip() for number in range(width)]
    rows = draw(st.lists(st.lists(cell, min_size=width, max_size=width).filter(any), min_size=1, max_size=8))
    return headers, rows


@given(tables())
def test_what_we_write_as_csv_is_read_back(table):
    headers, rows = table
    found = read_table(io.BytesIO(b"".join(write_csv(headers, rows))), "x.csv")
    assert (found.headers, cells(found)) == (headers, rows)


@given(tables())
def test_what_we_write_as_a_workbook_is_read_back_and_holds_no_formula(table):
    headers, rows = table
    file = io.BytesIO()
    write_xlsx(file, headers, rows, title="People: all/of them")
    found = read_table(io.BytesIO(file.getvalue()), "x.xlsx")
    readable = [[read_cell(cell) for cell in row] for row in rows]
    assert (found.headers, cells(found)) == (headers, readable)
    with zipfile.ZipFile(file) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@given(st.one_of(CELLS, RISKY))
def test_no_cell_that_we_write_as_csv_begins_a_formula(text):
    written = harmless(text)
    assert written in (text, f"'{text}")
    assert not written.lstrip(" ").startswith(("=", "@", "＝"))
    assert read_cell(written) == text.strip()


def test_numbers_days_and_instants_are_such_in_a_workbook():
    file = io.BytesIO()
    write_xlsx(
        file, ["n", "d", "at"], [[7, date(2026, 3, 2), datetime(2026, 3, 2, 8, 30, tzinfo=UTC)], [None, "", 1.5]]
    )
    sheet = load_workbook(file).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]] == [
        7,
        datetime.fromisoformat("2026-03-02"),
        datetime.fromisoformat("2026-03-02T08:30"),
    ]


@pytest.mark.slow
def test_a_workbook_of_a_hundred_thousand_people_is_read():
    file = io.BytesIO()
    rows = ([f"Ana {n}", f"ana{n}@example.org", n, "Plant / Paint"] for n in range(MOST_ROWS))
    write_xlsx(file, ["Name", "E-mail", "Number", "Team"], rows)
    file.seek(0)
    table = read_table(file, "x.xlsx")
    assert (len(table.rows), table.rows[-1].cells[2]) == (MOST_ROWS, str(MOST_ROWS - 1))


def test_a_text_longer_than_a_cell_is_cut_and_the_row_goes_on():
    file = io.BytesIO()
    write_xlsx(file, ["a", "b", "c"], [["{=1+1}", "x" * 40_000, "=2+2"]])
    (row,) = list(load_workbook(file).active.iter_rows(min_row=2, values_only=True))
    assert row == ("{=1+1}", "x" * 32_767, "=2+2")
    assert [cell.data_type for cell in load_workbook(file).active[2]] == ["s", "s", "s"]
