"""scripts/convert_video_level_weights.py, on state dicts of the published names and forms."""

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import window_reference
from mestr.programs import convert_video_level_weights
from mestr.train.window_network import make_network
from mestr.train.window_record import PUBLISHED_RUNS
from mestr.train.window_shape import PUBLISHED, WindowShape

REPOSITORY = Path(__file__).parents[3]
WORDS = "--training-data made-up --licence none".split()
SMALL = {kind: WindowShape(kind, full.values, 16, 8, 2) for kind, full in PUBLISHED.items()}
RUN = {"metst": "metst_samm", "slow-fast": "boosting_samm_test"}


def convert(source, target, kind, *flags):
    arguments = [source, "-o", target, "--run", RUN[kind], "--k-p", "4", *WORDS, *flags]
    return convert_video_level_weights.main([str(a) for a in arguments])


def published_state(shape):
    """As DataParallel saves it, with what the published classes never use."""
    state = {
        f"module.{name}": torch.from_numpy(window_reference.weight(name, tuple(values.shape)))
        for name, values in make_network(shape).state_dict().items()
    }
    for name, values in list(state.items()):
        if name.endswith("running_var"):
            state[name.replace("running_var", "num_batches_tracked")] = torch.tensor(5)
        if ".norm1." in name:
            state[name.replace("norm1", "norm2")] = values.clone()
        if "blocks_spot" in name:
            state[name.replace("blocks_spot", "blocks_recog")] = values.clone()
    return state


def record_of(path):
    extra = {"mestr.json": ""}
    torch.jit.load(str(path), _extra_files=extra)
    return json.loads(extra["mestr.json"])


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
@pytest.mark.parametrize("kind", SMALL)
def test_a_published_state_dict_becomes_a_model_that_computes_it(kind, zipped, tmp_path):
    state = published_state(SMALL[kind])
    torch.save(state, tmp_path / "w.pkl", _use_new_zipfile_serialization=zipped)
    assert convert(tmp_path / "w.pkl", tmp_path / "m.pt", kind) == 0
    rows = window_reference.window("a window", (30, SMALL[kind].values))
    plain = {name.removeprefix("module."): values for name, values in state.items()}
    expected = window_reference.Reference(plain).forward(rows)
    with torch.no_grad():
        found = torch.jit.load(str(tmp_path / "m.pt"))(torch.from_numpy(rows))
    np.testing.assert_allclose(found[0].numpy(), expected[0], rtol=0, atol=2e-5)
    np.testing.assert_allclose(found[1].numpy(), expected[1], rtol=0, atol=1e-4)


def test_the_record_is_that_of_the_published_run(tmp_path):
    torch.save(published_state(SMALL["slow-fast"]), tmp_path / "SAMM_test.pkl")
    flags = ["SAMM_test.pkl", "-o", "boosting.pt", "--run", "boosting_samm_test", *WORDS]
    script = REPOSITORY / "scripts" / "convert_video_level_weights.py"
    subprocess.run([sys.executable, script, *flags], check=True, cwd=tmp_path, capture_output=True)
    assert record_of(tmp_path / "boosting.pt") == {
        "format": 4,
        "name": "boosting",
        "version": "1",
        "classes": ["negative", "positive", "surprise", "others", "neutral"],
        "features": "roi-flow-36-v1",
        "row_shape": [36],
        "variant": "published",
        "input": "windows",
        "fps": 200,
        "window": {"frames": 30, "hop_frames": 15, "frame_step": 7},
        "k_p_frames": 6,
        "p": 0.65,
        "scores": "relative",
        "stitch": "video",
        "decode": "samm",
        "synergy": 1,
        "class_offsets": [-1, 0, 0, 0, 0],
        "not_written": ["others", "neutral"],
        "training_data": "made-up",
        "licence": "none",
    }


def test_every_run_of_the_command_line_is_known():
    assert set(convert_video_level_weights.RUNS) == set(PUBLISHED_RUNS)


def error_of(capsys):
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


def test_k_p_that_no_run_says_must_be_given(tmp_path, capsys):
    arguments = [tmp_path / "w.pkl", "-o", tmp_path / "m.pt", "--run", "metst_cas", *WORDS]
    assert convert_video_level_weights.main([str(a) for a in arguments]) == 2
    assert "--run metst_cas: k_p comes from the labels there: give --k-p" in error_of(capsys)


def changed(change):
    state = published_state(SMALL["metst"])
    change(state)
    return state


class Code:
    def __reduce__(self):
        return os.system, ("touch ran",)


BAD = {
    "not finite": (
        lambda: changed(lambda s: s["module.fc_spot.0.bias"].fill_(float("nan"))),
        "fc_spot.0.bias holds values that are not finite",
    ),
    "a layer too few": (
        lambda: changed(lambda s: s.pop("module.Stem.3.bias")),
        "Stem.3.bias is missing; wanted is a state dict of Net_Mamba",
    ),
    "a layer too many": (
        lambda: changed(lambda s: s.update({"module.more": torch.zeros(1)})),
        "more is no layer of the network",
    ),
    "another shape": (
        lambda: changed(lambda s: s.update({"module.fc_spot.0.weight": torch.zeros(1, 9)})),
        "fc_spot.0.weight is [1, 9] instead of [1, 16]",
    ),
    "a flat stem": (
        lambda: changed(lambda s: s.update({"module.Stem.0.weight": torch.zeros(9)})),
        "Stem.0.weight is [9]",
    ),
    "one number many times": (
        lambda: changed(lambda s: s.update({"module.Stem.0.weight": torch.zeros(1).expand(9)})),
        "module.Stem.0.weight is no plain list of numbers",
    ),
    "the same numbers under many names": (
        lambda: dict.fromkeys([f"module.a{i}" for i in range(99)], torch.zeros(9999)),
        "claims more weights than it has bytes",
    ),
    "complex numbers": (
        lambda: changed(lambda s: s.update({"module.a": torch.zeros(1, dtype=torch.complex64)})),
        "module.a is no plain list of numbers",
    ),
    "a name that a terminal obeys": (
        lambda: changed(lambda s: s.update({"module.\x1b[2J\n": torch.zeros(1)})),
        "\\x1b[2J\\n is no layer of the network",
    ),
    "another network": (lambda: {"layer.weight": torch.zeros(3)}, "Stem.0.weight is missing"),
    "a list": (lambda: [torch.zeros(3)], "holds no state dict"),
    "numbers": (lambda: {"module.a": 3}, "holds int 'module.a'"),
    "a network's object": (lambda: {"module.a": Code()}, "holds more than weights"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_such_state_dict_is_refused(name, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make, message = BAD[name]
    torch.save(make(), tmp_path / "w.pkl")
    assert convert(tmp_path / "w.pkl", tmp_path / "m.pt", "metst") == 4
    line = error_of(capsys)
    assert "w.pkl" in line and message in line
    assert not (tmp_path / "m.pt").exists() and not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "content", [b"", b"text", pickle.dumps({"a": 1}), b"PK\x03\x04" + bytes(90)], ids=len
)
def test_a_file_of_another_kind_is_refused(content, tmp_path, capsys):
    (tmp_path / "w.pkl").write_bytes(content)
    assert convert(tmp_path / "w.pkl", tmp_path / "m.pt", "metst") == 4
    assert "w.pkl" in error_of(capsys)


def test_a_cut_file_is_refused(tmp_path, capsys):
    torch.save(published_state(SMALL["metst"]), tmp_path / "w.pkl")
    content = (tmp_path / "w.pkl").read_bytes()
    for size in (len(content) - 1, len(content) // 2, 100):
        (tmp_path / "w.pkl").write_bytes(content[:size])
        assert convert(tmp_path / "w.pkl", tmp_path / "m.pt", "metst") == 4
        assert "w.pkl" in error_of(capsys)


def test_weights_of_the_other_network_are_refused(tmp_path, capsys):
    torch.save(published_state(SMALL["metst"]), tmp_path / "w.pkl")
    assert convert(tmp_path / "w.pkl", tmp_path / "m.pt", "slow-fast") == 4
    message = "w.pkl holds a metst network; --run boosting_samm_test is of a slow-fast one"
    assert message in error_of(capsys)


def test_a_missing_file_is_named(tmp_path, capsys):
    assert convert(tmp_path / "none.pkl", tmp_path / "m.pt", "metst") == 4
    assert "none.pkl: no such weight file" in error_of(capsys)
