"""The tables of the synthetic benchmark, from results that are written here."""

import json

import pytest

import benchmark_tables
from mestr.labels import VideoKey
from mestr_documents.benchmark_results import Found
from mestr_documents.benchmark_tables import changes

EVENTS = """dataset,subject,video,kind,onset,apex,offset,emotion,units,px200
synth,1,a,blink,18,19,20,,,0
synth,1,a,micro,20,25,30,negative,AU4,4.0
synth,1,a,micro,60,65,70,positive,AU12,3.0
synth,1,a,micro,100,105,110,surprise,AU1,2.0
synth,1,a,micro,120,125,130,negative,AU4,2.5
synth,1,a,blink,200,205,210,,,0
synth,1,a,micro,205,210,215,positive,AU12,1.0
synth,1,b,gaze,5,6,7,,,0
"""
PREDICTIONS = """dataset,subject,video,onset,apex,offset,onset_s,offset_s,emotion,probability,score
synth,1,a,20,26,32,0,0,negative,1,1
synth,1,a,68,74,80,0,0,positive,1,1
synth,1,a,80,86,92,0,0,positive,1,1
synth,1,b,80,86,92,0,0,positive,1,1
"""


def write_result(folder, engine, scores, predictions=PREDICTIONS, strs=0.25):
    results = folder / f"crop_noise2_{engine}"
    (results / "videos").mkdir(parents=True)
    files = {name: f"videos/{name}.json" for name in scores}
    for name, values in scores.items():
        (results / files[name]).write_text(json.dumps({"scores": values}))
    videos = [
        {"dataset": "synth", "subject": "1", "video": name, "file": file}
        for name, file in files.items()
    ]
    (results / "run.json").write_text(json.dumps({"videos": videos}))
    (results / "predictions.csv").write_text(predictions)
    overall = {
        "scope": "overall",
        "spotting": {"tp": 1, "f1": 0.5},
        "recognition": {
            "uf1": 0.75,
            "uar": 1.0,
            "confusion_truth_by_prediction": [[1, 2, 0], [0, 0, 0], [3, 0, 4]],
        },
        "strs": strs,
        "confidence_95": {name: [0.1, 0.9] for name in ("spotting_f1", "uf1", "uar", "strs")},
    }
    (results / "score.json").write_text(json.dumps({"scopes": [overall]}))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "clips_noise2").mkdir()
    (tmp_path / "clips_noise2" / "events.csv").write_text(EVENTS)
    write_result(tmp_path, "exact", {"a": [0, 0.5, 1, 0.5], "b": [0, 1, 0, 0]})
    fast = PREDICTIONS.replace("68,74,80", "69,75,81").replace("synth,1,b,80", "synth,1,b,10", 1)
    fast = fast.replace("synth,1,b,10,86,92", "synth,1,b,10,16,22")
    write_result(tmp_path, "fast", {"a": [0, 0.5, 1, 0.5], "b": [0, 1, 0, 0.25]}, fast, 0.2)
    return tmp_path


def cells(text, first):
    line = next(line for line in text.splitlines() if line.startswith(first))
    return [cell.strip() for cell in line.strip("|").split("|")]


def results_of(folder, engine):
    return [r for r in benchmark_tables.read_results(folder) if r.engine == engine]


def test_accuracy_has_values_with_their_intervals(folder):
    text = benchmark_tables.accuracy_table(results_of(folder, "exact"))
    assert cells(text, "| crop") == [
        "crop",
        "2",
        "0.50 (0.10 - 0.90)",
        "0.75 (0.10 - 0.90)",
        "1.00 (0.10 - 0.90)",
        "0.25 (0.10 - 0.90)",
    ]


def test_losses_are_counted_by_reason(folder):
    text = benchmark_tables.losses_table(results_of(folder, "exact"))
    assert cells(text, "| crop") == [
        "crop",
        "2",
        "1 of 5",
        "1 of 2",  # of 20 to 30 and 205 to 215, the second
        "1 of 1",  # 100 to 110; 2 of 4 px is weak
        "1 of 2",  # 120 to 130
        "1",  # 60 to 70 shares too few frames
        "1",  # in b
        "1",  # 80 to 92
        "5",  # off the diagonal
    ]


def test_fast_is_compared_with_exact(folder):
    (exact,), (fast,) = results_of(folder, "exact"), results_of(folder, "fast")
    text = benchmark_tables.fast_table([(exact, fast)])
    row = cells(text, "| crop")
    assert row[4:6] == ["0.0312", "0.25"]
    assert row[6:10] == ["2 of 4", "1", "0", "2"]
    assert row[11] == "0.250 / 0.200"


def test_an_interval_may_change_its_frames_and_its_emotion():
    v, w = VideoKey("d", "1", "v"), VideoKey("d", "1", "w")
    a, b, c = Found(v, 1, 9, "negative"), Found(v, 20, 29, "positive"), Found(w, 1, 9, "x")
    assert changes([a, b], [a, b]) == (2, 0, 0, 0)
    assert changes([a, b], [b._replace(emotion="surprise"), a]) == (1, 0, 1, 0)
    assert changes([a, b], [a._replace(onset=2, emotion="surprise"), b]) == (1, 1, 1, 0)
    assert changes([a, b], [c]) == (0, 0, 0, 3)
    assert changes([], [a]) == (0, 0, 0, 1)
    # An equal interval is not given away to another that only overlaps it.
    longer = a._replace(offset=12)
    assert changes([longer, a], [a, b]) == (1, 0, 0, 2)


def test_documents_get_the_tables_they_ask_for(folder, capsys):
    document = folder / "doc.md"
    others = "<!-- begin: speed -->\nof another script\n<!-- end: speed -->\n"
    document.write_text(f"before\n<!-- begin: losses -->\nold\n<!-- end: losses -->\n{others}after\n")
    assert benchmark_tables.main([str(folder), "--update", str(document)]) == 0
    text = document.read_text()
    assert text.startswith("before\n") and text.endswith(f"\n{others}after\n")
    assert "old" not in text and "| crop | 2 | 1 of 5 |" in text and "STRS" not in text
    assert (folder / "tables.md").read_text() == capsys.readouterr().out
    again = benchmark_tables.main([str(folder), "--update", str(document)])
    assert again == 0 and document.read_text() == text


@pytest.mark.parametrize(
    "text, message",
    [
        ("no table here\n", "no place for a table"),
        ("<!-- begin: speed -->\n<!-- end: speed -->\n", "no place for a table"),
        ("<!-- end: fast -->\n<!-- begin: fast -->\n", "once, in this order"),
        (2 * "<!-- begin: fast -->\nold\n<!-- end: fast -->\n", "once, in this order"),
    ],
)
def test_a_document_without_its_places_stays_as_it_is(folder, capsys, text, message):
    good, bad = folder / "good.md", folder / "bad.md"
    good.write_text("<!-- begin: fast -->\n<!-- end: fast -->\n")
    bad.write_text(text)
    assert benchmark_tables.main([str(folder), "--update", str(good), str(bad)]) == 2
    error = capsys.readouterr().err
    assert "bad.md" in error and message in error
    assert bad.read_text() == text and "|" not in good.read_text()


def test_what_is_missing_is_named(folder, tmp_path, capsys):
    score = folder / "crop_noise2_fast" / "score.json"
    content = json.loads(score.read_text())
    del content["scopes"][0]["confidence_95"]
    score.write_text(json.dumps(content))
    assert benchmark_tables.main([str(folder)]) == 3
    assert "crop_noise2_fast: its files lack 'confidence_95'" in capsys.readouterr().err
    score.unlink()
    assert benchmark_tables.main([str(folder)]) == 3
    assert "score.json" in capsys.readouterr().err
    assert benchmark_tables.main([str(tmp_path / "nowhere")]) == 3
