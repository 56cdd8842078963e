"""Sheets as people have them: without an apex, saved as CSV, with a wrong ending, damaged."""

import io
import warnings
import zipfile

import pandas
import pytest

from test_labels_to_csv import CASME3_COLUMNS, convert, facs_workbook, samm_row, write_workbook

ROWS = [
    CASME3_COLUMNS,
    ["spNO.1", "a", 23, 29, 37, "4", "I", "disgust"],
    ["spNO.2", "b", 7, 9, 12, "12", "I", "happy"],
]
LABELS = [
    ("cas", "1", "a", "23", "29", "37", "negative", "micro"),
    ("cas", "2", "b", "7", "9", "12", "positive", "micro"),
]


def as_csv(separator=",", rows=ROWS):
    return "".join(separator.join(str(cell) for cell in row) + "\n" for row in rows)


def write(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def without(column, rows=ROWS):
    place = rows[0].index(column)
    return [row[:place] + row[place + 1 :] for row in rows]


def said_of_failure(tmp_path, capsys, sheet, data_set="casme3", *flags):
    assert convert(tmp_path, data_set, sheet, *flags) == (3, None)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "engine" not in said and "Traceback" not in said
    return said


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_a_sheet_saved_as_csv_is_read(tmp_path, separator, encoding):
    text = as_csv(separator) + separator * 7 + "\n"
    sheet = write(tmp_path, "micro.csv", text.replace("\n", "\r\n").encode(encoding))
    assert convert(tmp_path, "casme3", sheet) == (0, LABELS)


@pytest.mark.parametrize(
    "encoding, name, video", [("gbk", "GBK", "视频"), ("cp1252", "Windows-1252", "café")]
)
def test_text_that_is_not_utf8_is_read_and_said(tmp_path, capsys, encoding, name, video):
    rows = [ROWS[0], ["spNO.1", video, 23, 29, 37, "4", "I", "disgust"]]
    sheet = write(tmp_path, "micro.csv", as_csv(";", rows).encode(encoding))
    code, labels = convert(tmp_path, "casme3", sheet)
    assert code == 0 and labels[0][2] == video
    assert (
        f"note: micro.csv: the text is not UTF-8, it is read as {name}" in capsys.readouterr().err
    )


def test_numbers_of_pandas_are_numbers(tmp_path):
    rows = [ROWS[0], ["1.0", "a", "23.0", "29.0", "37.0", "4", "I", "disgust"]]
    assert convert(tmp_path, "casme3", write(tmp_path, "m.csv", as_csv(rows=rows))) == (
        0,
        LABELS[:1],
    )


def test_what_readers_of_workbooks_print_and_warn_of_is_not_shown(tmp_path, capfd, monkeypatch):
    read_excel = pandas.read_excel

    def talkative(*arguments, **options):
        print("WARNING *** OLE2 inconsistency")
        warnings.warn("Data Validation extension is not supported", stacklevel=1)
        return read_excel(*arguments, **options)

    monkeypatch.setattr(pandas, "read_excel", talkative)
    sheet = write_workbook(tmp_path / "micro.xlsx", ROWS)
    assert convert(tmp_path, "casme3", sheet) == (0, LABELS)
    out, err = capfd.readouterr()
    assert (out, err) == ("", "2 labels (2 micro, 0 macro), 0 changed, 0 rows left out\n")


def test_a_workbook_is_read_whatever_its_name(tmp_path):
    workbook = write_workbook(tmp_path / "micro.xlsx", ROWS).read_bytes()
    for name in ("micro.csv", "micro.xls", "micro"):
        assert convert(tmp_path, "casme3", write(tmp_path, name, workbook)) == (0, LABELS)
    for name in ("text.xlsx", "text.xls"):
        assert convert(tmp_path, "casme3", write(tmp_path, name, as_csv())) == (0, LABELS)


def test_a_sheet_without_apex_gives_labels_without_and_says_so(tmp_path, capsys):
    sheet = write_workbook(tmp_path / "c.xlsx", without("Apex"))
    code, labels = convert(tmp_path, "casme3", sheet)
    assert code == 0 and [label[4] for label in labels] == ["", ""]
    said = capsys.readouterr().err
    assert "note: c.xlsx: no column apex: every apex is left empty" in said
    assert "0 changed, 0 rows left out" in said


def test_samm_without_apex_gives_labels_without_and_says_so(tmp_path, capsys):
    columns = "Subject,Filename,Inducement Code,Onset,Offset,Duration,Type".split(",")
    row = samm_row("006_1_2", 562, 580, 604)
    sheet = write_workbook(tmp_path / "s.xlsx", [columns, row[:4] + row[5:8]])
    facs = facs_workbook(
        tmp_path / "facs.xlsx", ["006", "006_1_2", 1, 1, 2, 3, 3, "Micro", "", "Fear"]
    )
    code, labels = convert(tmp_path, "samm", sheet, "--facs", facs)
    assert code == 0 and labels[0][3:6] == ("562", "", "604")
    assert "no column apex" in capsys.readouterr().err


@pytest.mark.parametrize("column", ["Offset", "Onset", "emotion", "Filename"])
def test_a_missing_column_is_named_with_those_that_are_there(tmp_path, capsys, column):
    sheet = write_workbook(tmp_path / "micro.xlsx", [["a title"], *without(column)])
    there = ", ".join(name for name in CASME3_COLUMNS if name != column)
    said = said_of_failure(tmp_path, capsys, sheet)
    assert f"micro.xlsx, row 2: no column {column.lower()}; there are '{there}'" in said


@pytest.mark.parametrize("apex", ["?", "n/a", "29.5", "x\x1b[2J"])
def test_an_apex_that_cannot_be_read_is_named_and_counted(tmp_path, capsys, apex):
    rows = [ROWS[0], ["spNO.1", "a", 23, apex, 37, "4", "I", "disgust"]]
    code, labels = convert(tmp_path, "casme3", write(tmp_path, "m.csv", as_csv(rows=rows)))
    assert code == 0 and labels[0][4] == ""
    said = capsys.readouterr().err
    shown = apex.replace("\x1b", "\\x1b")
    assert f"changed: m.csv, row 2: the apex '{shown}' is not a number: left empty" in said
    assert "1 changed, 0 rows left out" in said


def test_an_offset_that_cannot_be_read_is_named_where_the_apex_stands_in(tmp_path, capsys):
    rows = [ROWS[0], ["spNO.1", "a", 23, 29, "?", "4", "I", "disgust"]]
    code, labels = convert(tmp_path, "casme3", write(tmp_path, "m.csv", as_csv(rows=rows)))
    assert code == 0 and labels[0][5] == "29"
    assert "the offset '?' is not a number, the apex 29 stands in" in capsys.readouterr().err


def test_a_row_that_is_there_twice_becomes_one_label_and_is_said(tmp_path, capsys):
    sheet = write_workbook(tmp_path / "micro.xlsx", [*ROWS, ROWS[1]])
    assert convert(tmp_path, "casme3", sheet) == (0, LABELS)
    said = capsys.readouterr().err
    assert "left out: micro.xlsx, row 4: the same label as micro.xlsx, row 2" in said


def test_casme_sq_as_csv_asks_for_the_workbook(tmp_path, capsys):
    said = said_of_failure(tmp_path, capsys, write(tmp_path, "c.csv", as_csv()), "casme_sq")
    assert "c.csv: has 1 sheet, " in said and "give the workbook" in said


def zip_of(**entries):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in entries.items():
            file.writestr(name, text)
    return content.getvalue()


@pytest.mark.parametrize(
    "content, complaint",
    [
        (b"", "sheet.xlsx: is empty"),
        (b"<html><table>", "sheet.xlsx: is HTML or XML, not a workbook: open it in a spreadsheet"),
        (zip_of(a="b"), "sheet.xlsx: a damaged or encrypted workbook, or a file of another kind"),
        (zip_of(a="b")[:-20], "sheet.xlsx: a damaged workbook"),
        (b"Subject,Filename\n1,a\n", "sheet.xlsx, row 1: no column onset, offset, emotion; there"),
        (b"just some text", "sheet.xlsx: no row in its first 40 has the columns subject"),
    ],
)
def test_a_file_that_is_no_sheet_gets_one_line(tmp_path, capsys, content, complaint):
    assert complaint in said_of_failure(tmp_path, capsys, write(tmp_path, "sheet.xlsx", content))


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("mestr.labels.sheets.MOST_UNPACKED_BYTES", 3 << 20)
    sheet = write(tmp_path, "s.xlsx", zip_of(a=bytes(2 << 20), b=bytes(2 << 20)))
    said = said_of_failure(tmp_path, capsys, sheet)
    assert "s.xlsx: unpacks to more than 3 MiB, the limit for a workbook" in said


def test_a_sheet_that_is_not_there_is_named(tmp_path, capsys):
    assert "cannot read" in said_of_failure(tmp_path, capsys, tmp_path / "no.xlsx")
