"""scripts/time_network.py on models of each kind."""

import re
from pathlib import Path

import pytest

import made_up_windows
from mestr.programs import time_network, train_window

MODELS = Path(__file__).parents[3] / "models"
LINE = r": (\d+) rows a call, ms a row: wall [\d.]+ \([\d.]+ - [\d.]+\), CPU [\d.]+ \([\d.]+ - [\d.]+\)"


@pytest.mark.parametrize("name, rows", [("mean_synthetic.pt", 16), ("people_sequence.pt", 300)])
def test_a_shipped_model_is_timed_in_mestrs_calls(name, rows, capsys):
    assert time_network.main([str(MODELS / name), "--repetitions", "2"]) == 0
    first, line = capsys.readouterr().out.splitlines()
    assert first.endswith("one thread")
    assert int(re.fullmatch(re.escape(str(MODELS / name)) + LINE, line)[1]) == rows


def test_a_network_of_windows_is_timed_with_a_window(tmp_path, capsys):
    folder = made_up_windows.write(tmp_path / "features", subjects=2)
    small = "--width 8 --states 2 --depth 1 --epochs 1 --device cpu".split()
    words = ["--training-data", "made-up", "--licence", "none"]
    paths = [str(folder.path), "--labels", str(folder.label_file), "-o", str(tmp_path)]
    assert train_window.main([*paths, *small, *words]) == 0
    assert time_network.main([str(tmp_path / "window.pt"), "--repetitions", "1"]) == 0
    assert "window.pt: 10 rows a call" in capsys.readouterr().out


def test_what_is_no_model_is_refused(tmp_path, capsys):
    (tmp_path / "m.pt").write_text("text")
    assert time_network.main([str(tmp_path / "m.pt")]) == 4
    assert "m.pt is not a TorchScript model" in capsys.readouterr().err
