"""scripts/crossval.py from videos to the table, with the program that CMake built."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mestr.labels import read_labels
from mestr.train.feature_set import read_features
from mestr.train.mean_training import run_video
from mestr.train.model_file import load_model

SCRIPTS = Path(__file__).parents[3] / "scripts"
SUBJECTS = ("1", "2", "3")
CLASSES = ["surprise", "positive", "negative"]  # not the order of the default
QUICK = "--spot-epochs 2 --recog-epochs 3 --recognition-samples sliding --device cpu --no-plots"

pytestmark = pytest.mark.skipif("MESTR" not in os.environ, reason="MESTR: path of the program")


def mestr(*arguments):
    done = subprocess.run(
        [os.environ["MESTR"], *map(str, arguments)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def crossval(*arguments):
    command = [sys.executable, str(SCRIPTS / "crossval.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """One clip a subject with two micro-expressions each."""
    folder = tmp_path_factory.mktemp("crossval") / "clips"
    flags = "--format video --seed 5 --subjects 1-3 --clips 3 --seconds 3 --count 2 --size 320x240"
    flags += " --contexts still"
    mestr("synth", "-o", folder, *flags.split())
    return folder


@pytest.fixture(scope="module")
def result(clips):
    out = clips.parent / "out"
    videos = [clips / "manifest.csv", "--labels", clips / "labels.csv"]
    # The shipped config has no models; those of the folds go over it.
    flags = ["-o", out, "--config", "megc2025", "--classes", ",".join(CLASSES)]
    done = crossval(*videos, *flags, "--", *QUICK.split())
    assert done.returncode == 0, done.stderr
    return out, done.stdout


def test_every_subject_is_scored_with_the_model_that_has_not_seen_it(result):
    out, _ = result
    files = sorted((out / "results" / "videos").glob("*.json"))
    assert len(files) == len(SUBJECTS)
    for file in files:
        video = json.loads(file.read_text())
        assert video["model"]["name"] == "mean_" + video["input"]["subject"]
        assert video["classes"] == CLASSES


def test_the_table_covers_all_subjects(result, clips):
    out, text = result
    score = json.loads((out / "score.json").read_text())
    assert score["options"]["classes"] == CLASSES
    scopes = score["scopes"]
    assert [s["subject"] for s in scopes if s["scope"] == "subject"] == list(SUBJECTS)
    overall = next(s for s in scopes if s["scope"] == "overall")
    assert overall["labels"] == len(read_labels(clips / "labels.csv")) == 2 * len(SUBJECTS)
    assert "confidence_95" in overall
    assert text == (out / "score.txt").read_text()
    assert "STRS" in text


def test_a_trained_model_gives_in_the_program_what_it_gives_in_pytorch(result, clips):
    out, _ = result
    features = clips.parent / "features32"
    mestr("features", clips / "manifest.csv", "-o", features, "--dtype", "float32")
    for video in read_features([features]):
        network, _ = load_model(out / "models" / f"mean_{video.key.subject}.pt")
        scores, probabilities = run_video(network, video, "cpu")
        name = "_".join(video.key)
        written = json.loads((out / "results" / "videos" / f"{name}.json").read_text())
        np.testing.assert_allclose(written["scores"], scores, atol=1e-5)
        np.testing.assert_allclose(written["probabilities"], probabilities, atol=1e-5)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "no videos"),
        (["v.mp4", "-o", "out"], "--labels is missing"),
        (["v.mp4", "--labels", "no.csv", "-o", "out"], "no.csv: no such file"),
        (["v.mp4", "--labels"], "--labels: expected one argument"),
        (["v.mp4", "--epochs", "3"], "unknown flag --epochs"),
        (["v.mp4", "--labels=no.csv", "-o", "out"], "no.csv: no such file"),
        (["v.mp4", "--labels", "a.csv", "--labels", "b.csv"], "--labels can be given once"),
        (["v.mp4", "--labels", __file__, "-o", "out", "--", "--name", "x"], "--name cannot go"),
        (["v.mp4", "--labels", __file__, "-o", "out", "--", "--name=x"], "--name=x cannot go"),
    ],
)
def test_a_wrong_call_is_one_clear_line(arguments, message):
    done = crossval(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("crossval.py: ") and message in done.stderr
    assert done.stderr.count("\n") == 1


def test_features_of_another_call_are_not_taken_for_this_ones(result, clips, tmp_path):
    out, _ = result
    labels = tmp_path / "labels.csv"
    labels.write_text("\n".join((clips / "labels.csv").read_text().splitlines()[:-1]) + "\n")
    done = crossval(clips / "manifest.csv", "--labels", labels, "-o", out, "--config", "megc2025")
    assert done.returncode == 2
    assert "was made with other videos, labels or flags" in done.stderr
    assert (out / "score.txt").exists()


def test_a_failing_step_ends_it(clips, tmp_path):
    done = crossval("nothing.mp4", "--labels", clips / "labels.csv", "-o", tmp_path / "out")
    assert done.returncode == 3
    assert "no micro-expression of any of the videos given" in done.stderr
    assert not (tmp_path / "out" / "models").exists()


def test_a_program_that_is_absent_is_named(clips, tmp_path, monkeypatch):
    monkeypatch.setenv("MESTR", str(tmp_path / "no_mestr"))
    done = crossval("v.mp4", "--labels", clips / "labels.csv", "-o", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr == f"crossval.py: MESTR={tmp_path / 'no_mestr'}: no such program\n"


def test_the_earlier_name_is_the_same_program():
    done = subprocess.run([SCRIPTS / "crossval.sh"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "crossval.py: no videos; --help says how to call it\n"
