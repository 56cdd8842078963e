"""Label CSVs as spreadsheets and pandas leave them: mestr.labels reads what the program reads."""

import pytest

from mestr.errors import InputError
from mestr.labels import VideoKey, comparable_subject, read_labels
from mestr.labels.csv_table import MOST_BYTES, printable, shown, whole_number

HEADER = "dataset,subject,video,onset,apex,offset,emotion,type\n"
ROW = "cas,1,a,23,29,37,negative,micro\n"


@pytest.fixture
def read(tmp_path):
    def read(content):
        path = tmp_path / "labels.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_labels(path)

    return read


@pytest.mark.parametrize(
    "content",
    [
        HEADER + ROW + ",,,,,,,\n",
        HEADER + ",,,,,,,\n" + ROW,
        ",,,,,,,,\n" + HEADER + "\n" + ROW,
        HEADER.replace("\n", ",,\n") + ROW.replace("\n", ",,\n"),
        HEADER + "cas,1,a,23.0,29.,3.7e1,negative,micro\n",
        HEADER.replace("video", '" video "') + ROW,
        "subject,dataset,video,onset,apex,offset,emotion,type\n1,cas,a,23,29,37,negative,micro\n",
        (HEADER + ROW).replace("\n", "\r\n"),
        (HEADER + ROW).replace("\n", "\r"),
        b"\xef\xbb\xbf" + (HEADER + ROW).encode(),
        (HEADER + ROW).encode("utf-16"),
        b"\xfe\xff" + (HEADER + ROW).encode("utf-16-be"),
    ],
)
def test_what_spreadsheets_do_is_read(read, content):
    (label,) = read(content)
    assert label.key == VideoKey("cas", "1", "a")
    assert (label.onset, label.apex, label.offset) == (22, 28, 36)


@pytest.mark.parametrize(
    "content, complaint",
    [
        (
            (HEADER + ROW).replace(",", ";"),
            "labels.csv:1:8: the columns are separated by semicolons; save the file with commas",
        ),
        ((HEADER + ROW).replace(",", "\t"), "labels.csv:1:8: the columns are separated by tabs"),
        (HEADER.replace("subject", "Subject"), "1:9: the column 'Subject' must be written 'subj"),
        (HEADER.replace("subject", "person"), "1:1: the header has no column 'subject'; it is"),
        (HEADER.replace("\n", ",note\n"), "labels.csv:1:54: unknown column 'note'"),
        (HEADER.replace("\n", ",video\n"), "labels.csv:1:54: the column 'video' is there twice"),
        ("", "labels.csv:1:1: the file is empty, expected the header dataset"),
        (
            HEADER.encode() + ROW.replace("a", "用").encode("gbk"),
            'labels.csv:2:2: the text is not UTF-8 (byte \\xd3): save it as "CSV UTF-8"',
        ),
        (b"\xff\xfea", "labels.csv:1:1: is damaged UTF-16"),
        (HEADER + ROW.replace("a,", "a\0b,"), "labels.csv:2:8: a NUL byte"),
        (b"PK\x03\x04", "labels.csv:1:1: is an Excel workbook or another zip, not CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "1:1: is old workbook"),
        ("<html>", "labels.csv:1:1: is HTML or XML, not CSV"),
        (HEADER + 'cas,1,"a"b,5,6,9,negative,micro\n', "labels.csv:2:1: a quote is out of place"),
        (HEADER + '"ä,\nö",1,x,0,,9,negative,micro\n', "labels.csv:3:8: onset must be"),
        (HEADER + ROW.replace("negative", "\x1b[2J").replace("micro", "\x1b"), "type '\\x1b' is"),
    ],
)
def test_what_is_wrong_has_its_place(read, content, complaint):
    with pytest.raises(InputError) as error:
        read(content)
    assert complaint in str(error.value)
    assert "\x1b" not in str(error.value)


def test_a_file_above_the_limit_is_not_read(tmp_path):
    path = tmp_path / "labels.csv"
    with open(path, "wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(InputError, match="it has more than 128 MiB, the limit for such a file"):
        read_labels(path)


def test_labels_differ_in_video_frames_emotion_or_type(read):
    rows = [ROW, ROW.replace("negative", "surprise"), ROW.replace("micro", "macro")]
    rows += [ROW.replace("37", "38"), ROW.replace(",a,", ",b,"), ROW.replace(",1,", ",2,")]
    assert len(read(HEADER + "".join(rows))) == 6


def test_whole_numbers():
    for text in ("23", "23.0", "23.", "2.3e1", "0023", "230e-1"):
        assert whole_number(text) == 23, text
    for text in ("", "23.5", "nan", "inf", "1_000", "+23", " 23", "0x10", "1e300", "²", "9" * 30):
        assert whole_number(text) is None, text


def test_subjects_are_compared_as_the_program_does():
    assert [comparable_subject(s) for s in ("1", "01", "001", "1.0", "000")] == ["1"] * 4 + ["0"]
    for other in ("", "s01", "1.5", "1.00", ".0", "٣"):
        assert comparable_subject(other) == other


def test_text_from_outside_is_shown_without_control_characters():
    assert printable("a\x1b[2J\u202eé日") == "a\\x1b[2J\\u202eé日"
    assert shown("x" * 41) == "'" + "x" * 40 + "...'"
