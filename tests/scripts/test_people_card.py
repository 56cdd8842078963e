"""scripts/people_card.py, from results over synthetic people to a model's card."""

import json

import pytest

import made_up_sequences
import made_up_windows
import people_card
from mestr.programs import train_sequence, train_window

EVIDENCE = {"motion_to_noise": 4.0, "head_px_s": 0.0, "mouth_px_s": 0.0, "blink": False}


@pytest.fixture
def made(tmp_path):
    folder = made_up_sequences.write(tmp_path / "made" / "features")
    words = ["--steps", "2", "--training-data", "made-up", "--licence", "none", "--name", "mine"]
    flags = [str(folder.path), "--labels", str(folder.label_file), "-o", str(tmp_path)]
    assert train_sequence.main(flags + words) == 0
    write_clips(tmp_path / "clips")
    write_results(tmp_path / "results")
    part = {"low": 0.5, "high": 0.6, "finds": 8, "mean_evidence": 0.55, "hits": 4}
    summary = {"finds": 8, "weights": {"bias": 0.5, "score": 1.0}, "reliability": [part]}
    (tmp_path / "reliability.json").write_text(json.dumps(summary))
    return tmp_path


def write_clips(folder):
    folder.mkdir()
    contexts = {"1": "still", "2": "lively"}
    clips = [
        {"dataset": "made", "subject": s, "video": "v", "context": c, "frames": 900, "fps": 30}
        for s, c in contexts.items()
    ]
    (folder / "synth.json").write_text(json.dumps({"clips": clips}))
    rows = [made_up_sequences.HEADER]
    rows += [f"made,{s},v,11,,20,positive,micro" for s in contexts]
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")


def write_results(folder):
    """Both are found; the lively one has two alarms."""
    (folder / "videos").mkdir(parents=True)
    entries = []
    for subject, onsets in {"1": [11], "2": [11, 101, 201]}.items():
        intervals = [
            {"onset": onset, "offset": onset + 9, "score": 0.9, "evidence": EVIDENCE}
            for onset in onsets
        ]
        file = f"videos/{subject}.json"
        (folder / file).write_text(json.dumps({"intervals": intervals}))
        entry = {"dataset": "made", "subject": subject, "video": "v", "ok": True, "file": file}
        entries.append(entry)
    (folder / "run.json").write_text(json.dumps({"videos": entries}))
    scope = {
        "scope": "overall",
        "spotting": {"f1": 2 / 3},
        "recognition": {"uf1": 1.0},
        "strs": 2 / 3,
        "confidence_95": {"spotting_f1": [0.4, 0.8], "strs": [0.3, 0.9]},
    }
    (folder / "score.json").write_text(json.dumps({"scopes": [scope]}))


def card(made, *flags):
    arguments = ["--clips", made / "clips", "--results", made / "results"]
    arguments += ["--reliability", made / "reliability.json", "-o", made / "card.md", *flags]
    assert people_card.main([str(a) for a in (made / "mine.pt", *arguments)]) == 0
    return (made / "card.md").read_text()


def test_it_counts_by_context(made):
    text = card(made)
    assert "| still | 1 | 1 of 1 | 1.00 | 0 | 0.0 |" in text
    assert "| lively | 1 | 1 of 1 | 0.50 | 2 | 4.0 |" in text
    assert "| all | 2 | 2 of 2 | 0.67 | 2 | 2.0 |" in text
    assert "Spotting F1 0.67 (0.40 - 0.80), UF1 1.00, STRS 0.67 (0.30 - 0.90)" in text
    assert "frozen" not in text


def test_it_says_what_evidence_means_and_what_the_model_is_not_for(made):
    text = card(made)
    assert "| 0.5 - 0.6 | 8 | 0.55 | 0.50 |" in text
    assert "must not be used to judge anybody" in text
    assert "On real footage" not in text


def test_tables_of_real_footage_are_taken_over(made):
    (made / "tables.md").write_text("mestr\n\n## Planted\n\n| a | b |\n")
    text = card(made, "--real", made / "tables.md")
    assert "## On real footage\n" in text
    assert "\n\nmestr\n\n### Planted\n\n| a | b |\n" in text


def test_a_network_of_windows_has_a_card_without_evidence(made):
    folder = made_up_windows.write(made / "windows")
    flags = [folder.path, "--labels", folder.label_file, "-o", made, "--name", "of_windows"]
    sizes = "--width 16 --states 4 --depth 1 --epochs 1 --device cpu".split()
    words = ["--training-data", "made-up", "--licence", "none"]
    assert train_window.main([str(a) for a in (*flags, *sizes, *words)]) == 0
    for path in (made / "results" / "videos").iterdir():
        record = json.loads(path.read_text())
        for interval in record["intervals"]:
            del interval["evidence"]
        path.write_text(json.dumps(record))
    arguments = ["--clips", made / "clips", "--results", made / "results", "-o", made / "card.md"]
    assert people_card.main([str(a) for a in (made / "of_windows.pt", *arguments)]) == 0
    text = (made / "card.md").read_text()
    assert "windows of 10 frames, a new one each 5" in text
    assert "| all | 2 | 2 of 2 | 0.67 | 2 | 2.0 |" in text
    assert "What its evidence means" not in text
