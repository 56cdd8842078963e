"""Made-up sheets in the form of the data sets' own: title rows, missing offsets, rows of text."""

import csv

import openpyxl
import pytest

from mestr.labels import read_labels
from mestr.labels.action_units import read_action_units
from mestr.labels.emotions import read_emotion_table
from mestr.labels.readers import READERS
from mestr.programs import labels_to_csv
from mestr.shipped import shipped_file


def write_workbook(path, *sheets):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for rows in sheets:
        sheet = workbook.create_sheet()
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def convert(tmp_path, *arguments):
    """(exit code, rows of the CSV as tuples of text)."""
    output = tmp_path / "labels.csv"
    code = labels_to_csv.main([*map(str, arguments), "-o", str(output)])
    if code != 0:
        assert not output.exists()
        return code, None
    with open(output, encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)]
    header = ("dataset", "subject", "video", "onset", "apex", "offset", "emotion", "type")
    assert rows[0] == header + (("fine_emotion", "action_units") if "--describe" in arguments else ())
    assert b"\r" not in output.read_bytes()
    return code, rows[1:]


# --- CAS(ME)^2 ------------------------------------------------------------------------------------

MICRO, MACRO = "micro-expression", "macro-expression"


def casme_sq_workbook(path, *rows):
    subjects = [["No.", "folder", "subject"], [1, "s15", 1], [2, "s16", 2]]
    videos = [["0401", "anger1"], ["0502", "happy5"]]
    return write_workbook(path, rows, subjects, videos)


def test_casme_sq_maps_subjects_and_videos_to_folder_names(tmp_path):
    sheet = casme_sq_workbook(
        tmp_path / "code_final.xlsx",
        [1, "anger1_2", 557, 572, 608, "4", "negative", MICRO, "anger"],
        [2, "happy5_1", 10, 20, 30, "12", "positive", MACRO, "joy"],
    )
    assert convert(tmp_path, "casme_sq", sheet) == (
        0,
        [
            ("cas", "s15", "15_0401", "557", "572", "608", "negative", "micro"),
            ("cas", "s16", "16_0502", "10", "20", "30", "positive", "macro"),
        ],
    )


def test_casme_sq_takes_the_apex_where_the_offset_is_0_and_says_so(tmp_path, capsys):
    sheet = casme_sq_workbook(
        tmp_path / "code_final.xlsx",
        [1, "anger1_1", 100, 108, 0, "4", "surprise", MICRO, ""],
        [1, "anger1_2", 200, 208, None, "4", "surprise", MICRO, ""],
        [1, "anger1_3", 300, None, 0, "4", "surprise", MICRO, ""],
    )
    code, rows = convert(tmp_path, "casme_sq", sheet)
    assert code == 0
    assert [row[3:6] for row in rows] == [("100", "108", "108"), ("200", "208", "208")]
    said = capsys.readouterr().err
    assert "changed: code_final.xlsx, row 1: no offset, the apex 108 stands in" in said
    assert "left out: code_final.xlsx, row 3: neither offset nor apex is annotated" in said
    assert "2 labels (2 micro, 0 macro), 2 changed, 1 row left out" in said


def test_casme_sq_completes_folder_names_from_the_root(tmp_path, capsys):
    sheet = casme_sq_workbook(
        tmp_path / "code_final.xlsx",
        [1, "anger1_1", 100, 108, 110, "4", "surprise", MICRO, ""],
        [2, "happy5_1", 100, 108, 110, "4", "surprise", MICRO, ""],
    )
    (tmp_path / "rawpic" / "s15" / "15_0401girlcrashing").mkdir(parents=True)
    code, rows = convert(tmp_path, "casme_sq", sheet, "--root", tmp_path / "rawpic")
    assert code == 0
    assert [row[2] for row in rows] == ["15_0401girlcrashing"]
    assert "row 2: no folder of code 0502" in capsys.readouterr().err


def test_casme_sq_lists_the_videos_with_a_micro_expression(tmp_path):
    rows = [[1, "anger1_1", n, n + 3, n + 9, "4", "negative", MICRO, ""] for n in (100, 200)]
    rows.append([1, "happy5_1", 100, 108, 210, "4", "negative", MACRO, ""])
    sheet = casme_sq_workbook(tmp_path / "code_final.xlsx", *rows)
    for name in ("15_0401girlcrashing", "15_0502funny"):
        (tmp_path / "rawpic" / "s15" / name).mkdir(parents=True)
    manifest = tmp_path / "videos.csv"
    flags = ["--root", tmp_path / "rawpic", "--manifest", manifest]
    code, labels = convert(tmp_path, "casme_sq", sheet, *flags)
    assert code == 0 and len(labels) == 3
    path = "rawpic/s15/15_0401girlcrashing"  # from the manifest's folder, above the videos
    header, *listed = manifest.read_text().splitlines()
    assert header == "dataset,subject,video,path,fps"
    assert listed == [f"{labels[0][0]},s15,15_0401girlcrashing,{path},30"]
    elsewhere = tmp_path / "lists" / "videos.csv"
    convert(tmp_path, "casme_sq", sheet, *flags[:3], elsewhere)
    assert elsewhere.read_text().splitlines()[1].split(",")[3] == str(tmp_path / path)


def test_a_manifest_without_a_video_or_in_place_of_the_labels_is_refused(tmp_path, capsys):
    sheet = casme_sq_workbook(
        tmp_path / "code_final.xlsx", [1, "anger1_1", 100, 108, 210, "4", "negative", MACRO, ""]
    )
    (tmp_path / "rawpic" / "s15" / "15_0401girlcrashing").mkdir(parents=True)
    flags = ["--root", tmp_path / "rawpic", "--manifest"]
    manifest = tmp_path / "videos.csv"
    assert convert(tmp_path, "casme_sq", sheet, *flags, manifest)[0] == 3
    assert "has no micro-expression for --manifest; nothing is written" in capsys.readouterr().err
    assert not manifest.exists()
    with pytest.raises(SystemExit):
        convert(tmp_path, "casme_sq", sheet, *flags, tmp_path / "rawpic" / ".." / "labels.csv")
    assert "--manifest and --output are one file" in capsys.readouterr().err


def test_casme_sq_lists_rows_that_match_nothing(tmp_path, capsys):
    sheet = casme_sq_workbook(
        tmp_path / "code_final.xlsx",
        ["Subject", "Filename", "Onset", "Apex", "Offset", "AU", "Emotion", "Type", "Report"],
        [1, "anger1_1", 100, 108, 110, "4", "negative", MICRO, ""],
        [9, "anger1_1", 100, 108, 110, "4", "negative", MICRO, ""],
        [1, "fear9_1", 100, 108, 110, "4", "negative", MICRO, ""],
        [1, "anger1_1", 100, 108, 110, "4", "bored", MICRO, ""],
        [1, "anger1_1", 100, 108, 110, "4", "negative", "blink", ""],
        [1, "anger1_1", "n/a", 108, 110, "4", "negative", MICRO, ""],
        [1, "anger1_1", 100, 90, 95, "4", "negative", MICRO, ""],
    )
    code, rows = convert(tmp_path, "casme_sq", sheet)
    assert code == 0 and len(rows) == 1
    said = capsys.readouterr().err
    assert "row 1: not a label: Subject Filename" in said
    assert "row 3: subject 9 is not in the second sheet" in said
    assert "row 4: video 'fear9' is not in the third sheet" in said
    assert "row 5: emotion 'bored' is not in emotions_casme_sq.yaml" in said
    assert "row 6: type 'blink' is neither micro nor macro" in said
    assert "row 7: the onset is not a number" in said
    assert "row 8: the offset 95 is before the onset 100" in said
    assert "7 rows left out" in said


def test_casme_sq_reads_codes_that_became_numbers(tmp_path):
    sheet = write_workbook(
        tmp_path / "code_final.xlsx",
        [[1, "anger1_1", 100, 108, 110, "4", "negative", MICRO, ""]],
        [[1, "s15", 1]],
        [[401, "anger1"]],
    )
    code, rows = convert(tmp_path, "casme_sq", sheet)
    assert code == 0 and rows[0][2] == "15_0401"


def test_casme_sq_needs_its_three_sheets(tmp_path, capsys):
    sheet = write_workbook(tmp_path / "code_final.xlsx", [[1, "anger1_1"]])
    assert convert(tmp_path, "casme_sq", sheet) == (3, None)
    assert "has 1 sheet, CAS(ME)^2's code_final.xlsx has 3" in capsys.readouterr().err


# --- SAMM Long Videos -----------------------------------------------------------------------------

SAMM_COLUMNS = "Subject,Filename,Inducement Code,Onset,Apex,Offset,Duration,Type,Action Units,Notes"
FACS_COLUMNS = (
    "Subject,Filename,Inducement Code,Onset Frame,Apex Frame,Offset Frame,Duration,Micro,"
    "Action Units,Estimated Emotion,Objective Classes,Notes"
)


def samm_workbook(path, *rows):
    titles = [[f"title or legend {i}"] for i in range(9)]
    return write_workbook(path, [*titles, SAMM_COLUMNS.split(","), *rows])


def facs_workbook(path, *rows):
    titles = [["SAMM", None, "FACS codes"], [], ["Micro movements"]]
    return write_workbook(path, [*titles, FACS_COLUMNS.split(","), *rows])


def samm_row(name, onset, apex, offset, kind="Micro - 1/2", subject="006", code=1, units="AU4"):
    return [subject, name, code, onset, apex, offset, "", kind, units, ""]


def facs_row(name, emotion, kind="Micro - 1/2", subject="006", code=1, units="AU4"):
    return [subject, name, code, 1, 2, 3, 3, kind, units, emotion, 2, ""]


def test_samm_joins_emotions_by_file_name(tmp_path, capsys):
    sheet = samm_workbook(
        tmp_path / "samm.xlsx",
        samm_row("006_1_2", 562, 580, 604),
        samm_row("006_1_3", 700, -1, 760),
        samm_row("006_2_1", 10, 20, 400, "Macro"),
    )
    facs = facs_workbook(
        tmp_path / "facs.xlsx", facs_row("006_1_2", "Anger"), facs_row("006_1_3", "Happiness")
    )
    assert convert(tmp_path, "samm", sheet, "--facs", facs) == (
        0,
        [
            ("samm", "006", "006_1", "562", "580", "604", "negative", "micro"),
            ("samm", "006", "006_1", "700", "", "760", "positive", "micro"),
            ("samm", "006", "006_2", "10", "20", "400", "", "macro"),
        ],
    )
    assert "0 changed, 0 rows left out" in capsys.readouterr().err


@pytest.mark.parametrize("spelling", ["Micro - 1/2", "Micro 1/2", "micro-1/2", "Micro - 1/2 "])
def test_samm_joins_whichever_way_the_type_is_spelt(tmp_path, spelling):
    sheet = samm_workbook(tmp_path / "samm.xlsx", samm_row("006_1_2", 562, 580, 604, spelling))
    facs = facs_workbook(tmp_path / "facs.xlsx", facs_row("006_1_2", "Surprise"))
    code, rows = convert(tmp_path, "samm", sheet, "--facs", facs)
    assert code == 0 and rows[0][6:] == ("surprise", "micro")


def test_samm_joins_file_names_that_became_numbers(tmp_path):
    sheet = samm_workbook(tmp_path / "samm.xlsx", samm_row("006_1_2", 562, 580, 604))
    facs = facs_workbook(tmp_path / "facs.xlsx", facs_row(612, "Fear", subject=6))
    code, rows = convert(tmp_path, "samm", sheet, "--facs", facs)
    assert code == 0
    assert rows == [("samm", "006", "006_1", "562", "580", "604", "negative", "micro")]


def test_samm_lists_what_does_not_join_on_either_side(tmp_path, capsys):
    sheet = samm_workbook(
        tmp_path / "samm.xlsx",
        samm_row("006_1_2", 562, 580, 604),
        samm_row("006_1_9", 700, 710, 760),
        samm_row("007_1_1", 0, 5, 900),
        samm_row("total", 1, 1, 1, "159 micro"),
    )
    facs = facs_workbook(
        tmp_path / "facs.xlsx",
        facs_row("006_1_2", "Other"),
        facs_row("007_1_1", "Other"),
        facs_row("036_7_5", "Other"),
    )
    code, rows = convert(tmp_path, "samm", sheet, "--facs", facs)
    assert code == 0 and len(rows) == 1 and rows[0][6] == "others"
    said = capsys.readouterr().err
    assert "samm.xlsx, row 12: 006_1_9 is not in facs.xlsx" in said
    assert "samm.xlsx, row 13: the onset is 0" in said
    assert "samm.xlsx, row 14: not a label: file name 'total', type '159 micro'" in said
    assert "facs.xlsx, row 7: 036_7_5 is no micro-expression of samm.xlsx" in said
    assert "4 rows left out" in said


def test_samm_refuses_an_empty_join(tmp_path, capsys):
    sheet = samm_workbook(
        tmp_path / "samm.xlsx",
        samm_row("006_1_2", 562, 580, 604),
        samm_row("006_2_1", 10, 20, 400, "Macro"),
    )
    facs = facs_workbook(tmp_path / "facs.xlsx", facs_row("099_1_2", "Anger"))
    assert convert(tmp_path, "samm", sheet, "--facs", facs) == (3, None)
    assert "the join of their file names is empty" in capsys.readouterr().err


def test_samm_refuses_two_emotions_of_one_event(tmp_path, capsys):
    sheet = samm_workbook(tmp_path / "samm.xlsx", samm_row("006_1_2", 562, 580, 604))
    facs = facs_workbook(
        tmp_path / "facs.xlsx", facs_row("006_1_2", "Anger"), facs_row("006_1_2", "Happiness")
    )
    assert convert(tmp_path, "samm", sheet, "--facs", facs) == (3, None)
    assert "006_1_2 has two emotions" in capsys.readouterr().err


def test_samm_refuses_a_sheet_without_its_header(tmp_path, capsys):
    sheet = write_workbook(tmp_path / "samm.xlsx", [["title"], ["006", "006_1_2", 1, 2, 3]])
    facs = facs_workbook(tmp_path / "facs.xlsx", facs_row("006_1_2", "Anger"))
    assert convert(tmp_path, "samm", sheet, "--facs", facs) == (3, None)
    assert "samm.xlsx: no row in its first 40 has the columns subject" in capsys.readouterr().err


def test_samm_needs_the_facs_sheet(tmp_path):
    with pytest.raises(SystemExit) as exit_info:
        convert(tmp_path, "samm", tmp_path / "samm.xlsx")
    assert exit_info.value.code == 2


# --- CAS(ME)^3 and SMIC ---------------------------------------------------------------------------

CASME3_COLUMNS = "Subject,Filename,Onset,Apex,Offset,AU,Objective class,emotion".split(",")


def test_casme3_names_subjects_as_the_challenge_does(tmp_path):
    sheet = write_workbook(
        tmp_path / "micro.xlsx",
        [
            CASME3_COLUMNS,
            ["spNO.1", "a", 235, 241, 246, "4", 7, "Disgust"],
            ["spNO.142", "b", 7, 9, 12, "12", 1, "happy "],
        ],
    )
    assert convert(tmp_path, "casme3", sheet) == (
        0,
        [
            ("cas", "1", "a", "235", "241", "246", "negative", "micro"),
            ("cas", "142", "b", "7", "9", "12", "positive", "micro"),
        ],
    )


def test_casme3_empties_an_apex_outside_its_interval(tmp_path, capsys):
    sheet = write_workbook(
        tmp_path / "micro.xlsx", [CASME3_COLUMNS, ["spNO.1", "a", 235, 300, 246, "4", 7, "sad"]]
    )
    code, rows = convert(tmp_path, "casme3", sheet)
    assert code == 0 and rows[0][3:6] == ("235", "", "246")
    assert "the apex 300 is outside 235 to 246" in capsys.readouterr().err


def test_casme3_macro_expressions_need_no_emotion(tmp_path):
    sheet = write_workbook(
        tmp_path / "macro.xlsx", [CASME3_COLUMNS, ["spNO.1", "a", 235, 240, 246, "4", 7, None]]
    )
    code, rows = convert(tmp_path, "casme3", sheet, "--type", "macro", "--dataset", "mine")
    assert code == 0 and rows[0][0] == "mine" and rows[0][6:] == ("", "macro")


def test_smic_counts_from_the_first_frame_and_passes_over_text(tmp_path, capsys):
    sheet = write_workbook(
        tmp_path / "smic.xlsx",
        [
            ["Subject", "Filename", "OnsetF", "OffsetF", "Emotion", "FirstF"],
            [1, "s1_ne_01", 1350, 1380, "negative", 1201],
            [],
            ["Note", "OnsetF is the first frame of the movement"],
            ["", "FirstF", "the clip's first frame"],
        ],
    )
    assert convert(tmp_path, "smic", sheet) == (
        0,
        [("smic", "s1", "s1_ne_01", "150", "", "180", "negative", "micro")],
    )
    said = capsys.readouterr().err
    assert "row 4: not a label" in said and "row 5: not a label" in said
    assert "2 rows left out" in said


# --- descriptions for questions -------------------------------------------------------------------


def test_samm_is_described_by_its_codes_and_macro_expressions_by_their_own_units(tmp_path, capsys):
    sheet = samm_workbook(
        tmp_path / "samm.xlsx",
        samm_row("006_1_2", 562, 580, 604, units="AU9"),
        samm_row("006_2_1", 10, 20, 400, "Macro", units="AU6+12"),
    )
    facs = facs_workbook(tmp_path / "facs.xlsx", facs_row("006_1_2", "Anger", units="4B + L7 or 6"))
    code, rows = convert(tmp_path, "samm", sheet, "--facs", facs, "--describe")
    assert code == 0
    assert [row[6:] for row in rows] == [
        ("negative", "micro", "anger", "4+L7"),
        ("", "macro", "", "6+12"),
    ]
    said = capsys.readouterr().err
    assert "action units '4B + L7 or 6': which of them is not said, the first is taken" in said


def test_casme3_is_described_and_a_sheet_without_units_says_so(tmp_path, capsys):
    row = ["spNO.1", "a", 235, 241, 246, 4.0, 7, "Disgust"]
    sheet = write_workbook(tmp_path / "micro.xlsx", [CASME3_COLUMNS, row])
    code, rows = convert(tmp_path, "casme3", sheet, "--describe")
    assert code == 0 and rows[0][8:] == ("disgust", "4")
    columns = ["x" if name == "AU" else name for name in CASME3_COLUMNS]
    sheet = write_workbook(tmp_path / "other.xlsx", [columns, row])
    code, rows = convert(tmp_path, "casme3", sheet, "--describe")
    assert code == 0 and rows[0][8:] == ("disgust", "")
    assert "other.xlsx: no column actionunits: every units is left empty" in capsys.readouterr().err


def test_casme_sq_and_smic_have_no_fine_grained_emotion(tmp_path):
    sheet = casme_sq_workbook(
        tmp_path / "code_final.xlsx", [1, "anger1_2", 557, 572, 608, "4", "negative", MICRO, "joy"]
    )
    code, rows = convert(tmp_path, "casme_sq", sheet, "--describe")
    assert code == 0 and rows[0][8:] == ("", "4")


@pytest.mark.parametrize(
    "cell, units, unread, other_codes",
    [
        ("", "", [], []),
        ("4", "4", [], []),
        ("AU4+AU7", "4+7", [], []),
        ("R12A/B, 14c", "R12+14", [], []),
        ("AU12L and T23", "L12+23", [], []),
        ("4+4", "4", [], []),
        ("12.0", "12", [], []),
        ("AU12 (R)", "12", ["action unit 'R' of 'AU12 (R)' is not read"], []),
        ("AU57+4+51B", "4", [], [57, 51]),
        ("99", "", [], [99]),
        ("none", "", ["action unit 'none' is not read"], []),
    ],
)
def test_action_units_are_read_as_sheets_write_them(cell, units, unread, other_codes):
    assert read_action_units(cell) == (units, unread, other_codes)


def test_codes_of_head_and_eyes_are_left_out_and_counted(tmp_path, capsys):
    row = ["spNO.1", "a", 235, 241, 246, "57+4", 7, "Disgust"]
    other = ["spNO.1", "b", 235, 241, 246, "AU51, 57", 7, "Disgust"]
    sheet = write_workbook(tmp_path / "micro.xlsx", [CASME3_COLUMNS, row, other])
    code, rows = convert(tmp_path, "casme3", sheet, "--describe")
    assert code == 0 and [one[9] for one in rows] == ["4", ""]
    said = capsys.readouterr().err
    assert "note: 2 labels with codes that are no action units of the face (51, 57): " in said
    assert "0 changed" in said


def test_labels_that_are_described_are_labels_for_training_too(tmp_path):
    row = ["spNO.1", "a", 235, 241, 246, "4", 7, "Disgust"]
    sheet = write_workbook(tmp_path / "micro.xlsx", [CASME3_COLUMNS, row])
    assert convert(tmp_path, "casme3", sheet, "--describe")[0] == 0
    assert [label.emotion for label in read_labels(tmp_path / "labels.csv")] == ["negative"]


# --- what all share -------------------------------------------------------------------------------


def test_a_sheet_without_any_label_is_an_error(tmp_path, capsys):
    sheet = write_workbook(
        tmp_path / "micro.xlsx", [CASME3_COLUMNS, ["spNO.1", "a", 0, 0, 0, "", "", "sad"]]
    )
    assert convert(tmp_path, "casme3", sheet) == (3, None)
    assert "not one row became a label" in capsys.readouterr().err


@pytest.mark.parametrize(
    "table, complaint",
    [
        ("dataset: x\n", "needs the keys"),
        ("dataset: x\nemotions: {sad: unhappy}\n", "sad maps to 'unhappy'"),
        ("dataset: x\nemotions: []\n", "must map"),
        ("dataset: [\n", "while parsing"),
    ],
)
def test_a_bad_emotion_table_is_an_error(tmp_path, capsys, table, complaint):
    (tmp_path / "table.yaml").write_text(table)
    sheet = write_workbook(tmp_path / "micro.xlsx", [CASME3_COLUMNS])
    assert convert(tmp_path, "casme3", sheet, "--emotions", tmp_path / "table.yaml") == (2, None)
    assert complaint in capsys.readouterr().err


def test_another_emotion_table_is_taken(tmp_path):
    (tmp_path / "table.yaml").write_text("dataset: mine\nemotions: {Sad: others}\n")
    sheet = write_workbook(
        tmp_path / "micro.xlsx", [CASME3_COLUMNS, ["spNO.1", "a", 1, 2, 3, "", "", "sad"]]
    )
    code, rows = convert(tmp_path, "casme3", sheet, "--emotions", tmp_path / "table.yaml")
    assert code == 0 and rows[0][0] == "mine" and rows[0][6] == "others"


def test_the_shipped_tables_know_the_emotions_of_their_data_sets():
    tables = {
        name: read_emotion_table(shipped_file(f"configs/emotions_{name}.yaml"))
        for name in READERS
    }
    assert tables["samm"].coarse("Contempt") == "negative"
    assert tables["samm"].coarse("Other") == "others"
    assert tables["casme3"].coarse("happy") == "positive"
    assert tables["casme_sq"].coarse("surprise") == "surprise"
    assert tables["smic"].coarse("others") is None


def test_the_output_must_be_writable(tmp_path, capsys):
    sheet = write_workbook(
        tmp_path / "micro.xlsx", [CASME3_COLUMNS, ["spNO.1", "a", 1, 2, 3, "", "", "sad"]]
    )
    (tmp_path / "file").write_text("")
    assert labels_to_csv.main(["casme3", str(sheet), "-o", str(tmp_path / "file" / "x.csv")]) == 2
    assert "cannot write" in capsys.readouterr().err
