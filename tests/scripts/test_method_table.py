"""scripts/method_table.py, from results of several models to one table."""

import json

import pytest

import made_up_sequences
import made_up_windows
import method_table
from mestr.programs import train_sequence, train_window

TERMS = ["--training-data", "made-up", "--licence", "none"]
SMALL = "--width 16 --states 4 --depth 1 --epochs 1 --device cpu".split()


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Of two methods."""
    path = tmp_path_factory.mktemp("models")
    windows = made_up_windows.write(path / "windows")
    flags = [windows.path, "--labels", windows.label_file, "-o", path, "--name", "of_windows"]
    assert train_window.main([str(word) for word in (*flags, *SMALL, *TERMS)]) == 0
    sequences = made_up_sequences.write(path / "sequences")
    flags = [sequences.path, "--labels", sequences.label_file, "-o", path, "--name", "of_sequences"]
    assert train_sequence.main([str(word) for word in (*flags, "--steps", "2", *TERMS)]) == 0
    return [path / "of_windows.pt", path / "of_sequences.pt"]


def write_run(folder, name, frames_a_second=(100.0, 50.0), sha256="1"):
    """Of two videos of 300 frames."""
    folder.mkdir(parents=True)
    model = {"name": name, "features": "kind", "sha256": sha256}
    videos = [{"ok": True, "frames": 300, "wall_seconds": 300 / fps} for fps in frames_a_second]
    videos.append({"ok": False})
    (folder / "run.json").write_text(json.dumps({"models": [model], "videos": videos}))


def write_judged(folder, name):
    write_run(folder, name)
    scope = {
        "scope": "overall",
        "spotting": {"f1": 0.5, "precision": 0.4, "recall": 0.75},
        "recognition": {"uf1": 0.8},
        "strs": 0.4,
        "confidence_95": {"spotting_f1": [0.3, 0.6], "uf1": [0.7, 0.9], "strs": [0.2, 0.5]},
    }
    (folder / "score.json").write_text(json.dumps({"scopes": [scope]}))


@pytest.fixture
def results(tmp_path):
    for name in ("of_windows", "of_sequences"):
        write_judged(tmp_path / f"judged_{name}", name)
        for number, speed in enumerate((40.0, 20.0, 30.0), start=1):
            write_run(tmp_path / f"timed_{name}_{number}", name, (speed, speed))
    return tmp_path


def rows_of(text):
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]


def test_each_model_has_a_row_with_its_scores_and_speed(models, results, capsys):
    assert method_table.main([str(results), *map(str, models)]) == 0
    header, _, windows, sequences = rows_of(capsys.readouterr().out)
    assert header[0] == "model" and header[-1] == "frames a second"
    assert [windows[0], sequences[0]] == ["of_windows", "of_sequences"]
    assert windows[3:8] == [
        "0.50 (0.30 - 0.60)",
        "0.40",
        "0.75",
        "0.80 (0.70 - 0.90)",
        "0.40 (0.20 - 0.50)",
    ]
    assert windows[8] == "30 (20 - 40)"


def test_parameters_are_those_of_the_network(models, results, capsys):
    import torch

    assert method_table.main([str(results), *map(str, models)]) == 0
    _, _, windows, _ = rows_of(capsys.readouterr().out)
    state = torch.jit.load(str(models[0])).state_dict()
    learnt = {k: v for k, v in state.items() if "running" not in k}
    assert windows[2] == f"{sum(v.numel() for v in learnt.values()):,}"


def test_a_document_gets_the_table_in_its_place(models, results):
    page = results / "page.md"
    page.write_text("before\n<!-- begin: methods -->\nold\n<!-- end: methods -->\nafter\n")
    assert method_table.main([str(results), *map(str, models), "--update", str(page)]) == 0
    text = page.read_text()
    assert "old" not in text and "| of_windows |" in text
    assert text.startswith("before\n") and text.endswith("after\n")


def test_runs_of_another_model_are_refused(models, results, capsys):
    write_run(results / "timed_of_windows_4", "of_windows", sha256="2")
    assert method_table.main([str(results), *map(str, models)]) == 3
    assert "timed was another model" in capsys.readouterr().err


def test_a_model_that_nobody_timed_is_an_error(models, tmp_path, capsys):
    write_judged(tmp_path / "judged_of_windows", "of_windows")
    assert method_table.main([str(tmp_path), str(models[0])]) == 3
    assert "timed_of_windows" in capsys.readouterr().err
