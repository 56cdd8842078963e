"""scripts/crossval.py with published weights, and what becomes of a step that ends otherwise. The program is a
stand-in that notes its calls."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

import mean_reference
from made_up_program import write_program
from mestr.errors import ConfigError, InputError
from mestr.labels import Label, read_labels
from mestr.train.model_file import load_model
from mestr.train.published import find_published, subjects_with_micro_expressions
from mestr.train.window_network import make_network
from mestr.train.window_shape import WindowShape

SCRIPTS = Path(__file__).parents[3] / "scripts"
HEADER = "dataset,subject,video,onset,apex,offset,emotion,type"
SUBJECTS = ("s2", "s10", "s3")  # in natural order s2, s3, s10
MEAN = "--fps 30 --k 3 --k-p 6".split()


@pytest.fixture
def folder(tmp_path):
    rows = [f"made,{subject},v,2,3,9,negative,micro" for subject in SUBJECTS]
    rows.append("made,s1,v,2,3,9,negative,macro")  # no micro-expression: no weights are without it
    (tmp_path / "truth.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    videos = [f"made,{subject},v,{subject}.mp4,30" for subject in SUBJECTS]
    manifest = "\n".join(["dataset,subject,video,path,fps", *videos]) + "\n"
    (tmp_path / "videos.csv").write_text(manifest)
    (tmp_path / "weights").mkdir()
    write_program(tmp_path)
    return tmp_path


def call(folder, *flags):
    words = [folder / "videos.csv", "--labels", folder / "truth.csv", "-o", folder / "out", *flags]
    return [sys.executable, *map(str, [SCRIPTS / "crossval.py", *words])]


def crossval(folder, *flags):
    environment = {**os.environ, "MESTR": str(folder / "mestr")}
    weights = ["--weights", folder / "weights"]
    return subprocess.run(
        call(folder, *weights, *flags), capture_output=True, text=True, check=False, env=environment
    )


def write_mean(folder, number):
    weights = mean_reference.made_up_weights(number, 3)
    mean_reference.write_keras_file(folder / "weights" / f"s{number}.hdf5", weights)


def test_each_subject_runs_with_the_weights_that_have_not_seen_it(folder):
    for number in (1, 2, 3):
        write_mean(folder, number)
    done = crossval(folder, "--config", "mean_cas", "--", *MEAN)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "the table\n"
    models = folder / "out" / "models"
    for number, subject in enumerate(("s2", "s3", "s10"), start=1):
        _, record = load_model(models / f"mean_{subject}.pt")
        assert f"without {subject} (published weights s{number}.hdf5)" in record.training_data
        assert (record.fps, record.k_frames, record.k_p_frames) == (30, 3, 6)
    config = (models / "mean_loso.yaml").read_text()
    assert config.endswith('    "s2": mean_s2.pt\n    "s3": mean_s3.pt\n    "s10": mean_s10.pt\n')
    calls = (folder / "calls.txt").read_text().splitlines()
    assert [line.split()[0] for line in calls] == ["run", "evaluate"]
    assert calls[0].endswith(f"--config mean_cas --config {models}/mean_loso.yaml")
    # The same folder is not taken for another call.
    shutil.rmtree(folder / "weights")
    other = call(folder)
    environment = {**os.environ, "MESTR": str(folder / "mestr")}
    done = subprocess.run(other, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2 and "other videos, labels or flags" in done.stderr


def test_weights_of_windows_are_named_by_subject(folder):
    shape = WindowShape("slow-fast", 36, 16, 4, 1)
    for subject in SUBJECTS:
        state = {f"module.{name}": x for name, x in make_network(shape).state_dict().items()}
        torch.save(state, folder / "weights" / f"{subject}.pkl")
    done = crossval(folder, "--", "--run", "boosting_samm", "--k-p", "6")
    assert done.returncode == 0, done.stderr
    assert (folder / "out" / "models" / "window_s10.pt").is_file()
    (folder / "weights" / "s3.pkl").unlink()
    done = crossval(folder, "--", "--run", "boosting_samm", "--k-p", "6")
    assert done.returncode == 3
    assert "has no s3.pkl, of subjects with micro-expressions" in done.stderr


def test_weights_of_another_number_of_subjects_are_refused(folder):
    write_mean(folder, 1)
    write_mean(folder, 2)
    done = crossval(folder, "--", *MEAN)
    assert done.returncode == 3 and done.stderr.splitlines()[-1].startswith("crossval.py: ")
    assert "has 2 files of weights up to s2.hdf5; the labels have micro-expressions of 3" in done.stderr
    shutil.rmtree(folder / "weights")
    done = crossval(folder, "--", *MEAN)
    assert done.returncode == 3 and "has no weights s1.hdf5" in done.stderr


def test_zeros_before_a_subject_s_number_make_no_other_subject(folder):
    labels = [Label("made", subject, "v", 1, 2, 8, "negative") for subject in ("007", "7", "12")]
    assert subjects_with_micro_expressions(labels) == ["7", "12"]
    weights = folder / "weights"
    for name in ("007.pkl", "12.pkl"):
        (weights / name).touch()
    _, folds = find_published(weights, labels)
    assert [(fold.subject, fold.weights.name) for fold in folds] == [("7", "007.pkl"), ("12", "12.pkl")]
    (weights / "7.pkl").touch()
    with pytest.raises(InputError, match=r"007\.pkl and 7\.pkl are of one subject"):
        find_published(weights, labels)


@pytest.mark.parametrize(
    "keys, message",
    [
        ([("a", "1"), ("b", "01")], "01 is in a and in b; run it once a data set"),
        ([("a", "x y"), ("a", "x_y")], "two would give files of one name"),
    ],
)
def test_subjects_whose_models_would_be_mixed_up_are_refused(keys, message):
    labels = [Label(dataset, subject, "v", 1, 2, 8, "negative") for dataset, subject in keys]
    with pytest.raises(ConfigError, match=message):
        subjects_with_micro_expressions(labels)


def test_a_file_whose_number_is_none_of_the_weights_is_passed_over(folder):
    for number in (1, 2, 3):
        (folder / "weights" / f"s{number}.hdf5").touch()
    for name in ("s².hdf5", "s02.hdf5"):
        (folder / "weights" / name).touch()
    network, folds = find_published(folder / "weights", read_labels(folder / "truth.csv"))
    assert network == "mean"
    assert [fold.weights.name for fold in folds] == ["s1.hdf5", "s2.hdf5", "s3.hdf5"]


def test_the_program_s_exit_code_and_words_are_passed_on(folder):
    program = folder / "mestr"
    program.write_text("#!/bin/sh\necho 'mestr: v fails' >&2\nexit 5\n")
    environment = {**os.environ, "MESTR": str(program)}
    done = subprocess.run(call(folder), capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 5
    assert done.stderr.splitlines()[-1] == "mestr: v fails"


def test_a_program_that_a_signal_ends_is_told_in_one_line(folder):
    program = folder / "mestr"
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    environment = {**os.environ, "MESTR": str(program)}
    done = subprocess.run(call(folder), capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 137
    assert done.stderr.splitlines()[-1] == "crossval.py: mestr was ended by signal 9"


def test_an_ignored_signal_stays_ignored_for_the_program(folder):
    program = folder / "mestr"
    program.write_text("#!/bin/sh\nkill -INT $$\necho 'goes on' >&2\nexit 5\n")
    done = subprocess.run(
        call(folder),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MESTR": str(program)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    assert done.returncode == 5 and done.stderr.splitlines()[-1] == "goes on"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_program_end_as_it_does(folder, number):
    program = folder / "mestr"
    lines = ["trap 'echo ended >&2; exit 130' TERM INT", f"touch {folder}/begun", "while :; do sleep 0.05; done"]
    program.write_text("#!/usr/bin/env bash\n" + "\n".join(lines) + "\n")
    running = subprocess.Popen(
        call(folder),
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "MESTR": str(program)},
        start_new_session=True,
    )
    while not (folder / "begun").exists():
        time.sleep(0.02)
    if number == signal.SIGINT:
        os.killpg(running.pid, number)  # as a terminal does
    else:
        running.send_signal(number)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert said.splitlines()[-1] == "ended"
