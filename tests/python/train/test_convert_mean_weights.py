import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

import mean_reference
from mestr.errors import ModelError
from mestr.programs import convert_mean_weights
from mestr.train.model_file import load_model

REPOSITORY = Path(__file__).parents[3]
GOLDEN = Path(
    os.environ.get("MESTR_REFERENCE_DIR", REPOSITORY / ".." / "shared" / "reference" / "golden")
)
RECORD_FLAGS = "--fps 30 --k 3 --k-p 6 --training-data made-up --licence none".split()


def convert(source, target, *flags):
    return convert_mean_weights.main([str(source), "--output", str(target), *RECORD_FLAGS, *flags])


def run_torchscript(path, images):
    """images: N x 42 x 42 x 3."""
    tensor = torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))
    with torch.no_grad():
        spot, probabilities = torch.jit.load(str(path))(tensor)
    return spot.numpy(), probabilities.numpy()


@pytest.mark.parametrize("class_count, first_number", [(3, 96), (5, 7)])
def test_computes_what_a_numpy_forward_pass_computes(tmp_path, class_count, first_number):
    weights = mean_reference.made_up_weights(class_count, class_count)
    mean_reference.write_keras_file(tmp_path / "w.hdf5", weights, first_number)
    names = [f"class{i}" for i in range(class_count)]
    assert convert(tmp_path / "w.hdf5", tmp_path / "m.pt", "--classes", ",".join(names)) == 0
    images = np.random.default_rng(1).random((3, 42, 42, 3), dtype=np.float32)
    spot, probabilities = run_torchscript(tmp_path / "m.pt", images)
    assert spot.shape == (3,) and probabilities.shape == (3, class_count)
    for i, image in enumerate(images):
        expected_spot, expected_probabilities = mean_reference.forward(image, weights)
        assert spot[i] == pytest.approx(expected_spot, abs=1e-5)
        assert probabilities[i] == pytest.approx(expected_probabilities, abs=1e-5)
    assert np.ptp(probabilities, axis=0).max() > 1e-3, "the trial does not tell inputs apart"


@pytest.mark.parametrize("class_count", [3, 5])
def test_a_whole_saved_model_gives_the_model_of_its_weights_alone(tmp_path, class_count):
    weights = mean_reference.made_up_weights(class_count, class_count)
    mean_reference.write_keras_file(tmp_path / "weights.hdf5", weights)
    mean_reference.write_keras_file(tmp_path / "model.hdf5", weights, 7, full_model=True)
    classes = ["--classes", ",".join("abcde"[:class_count]), "--name", "m"]
    assert convert(tmp_path / "weights.hdf5", tmp_path / "a.pt", *classes) == 0
    assert convert(tmp_path / "model.hdf5", tmp_path / "b.pt", *classes) == 0
    assert (tmp_path / "a.pt").read_bytes() == (tmp_path / "b.pt").read_bytes()


@pytest.mark.skipif(not GOLDEN.is_dir(), reason="no golden files of the published baseline")
def test_published_weights_give_the_golden_outputs(tmp_path):
    golden = json.loads((GOLDEN / "network.json").read_text())
    images = np.fromfile(GOLDEN / golden["input"]["file"], "<f4").reshape(golden["input"]["shape"])
    assert golden["cases"]
    for case in golden["cases"]:
        assert convert(GOLDEN / case["weights"], tmp_path / "m.pt") == 0
        spot, probabilities = run_torchscript(tmp_path / "m.pt", images)
        np.testing.assert_allclose(spot, case["spot"], rtol=0, atol=1e-5)
        np.testing.assert_allclose(probabilities, case["recog"], rtol=0, atol=1e-5)


def published_cases():
    """(case, images) of what Keras computed; of the weight files, those that are here."""
    file = GOLDEN / "keras_network.json"
    if not file.is_file():
        return [], None
    golden = json.loads(file.read_text())
    name = golden["input"]["file"].split()[0]
    images = np.fromfile(GOLDEN / name, "<f4").reshape(golden["input"]["shape"])
    return [c for c in golden["cases"] if (GOLDEN / "weights" / c["weights"]).is_file()], images


def test_published_files_of_both_forms_give_what_keras_gives(tmp_path):
    cases, images = published_cases()
    if not cases:
        pytest.skip("no golden files of the published baseline")
    assert {case["form"].split()[0] for case in cases} == {"weights", "model_weights"}
    for case in cases:
        classes = ",".join(f"class{i}" for i in range(len(case["recog"][0])))
        source = GOLDEN / "weights" / case["weights"]
        assert convert(source, tmp_path / "m.pt", "--classes", classes) == 0
        spot, probabilities = run_torchscript(tmp_path / "m.pt", images)
        np.testing.assert_allclose(spot, case["spot"], rtol=0, atol=1e-5)
        np.testing.assert_allclose(probabilities, case["recog"], rtol=0, atol=1e-5)


@pytest.fixture
def keras_file(tmp_path):
    path = tmp_path / "w.hdf5"
    mean_reference.write_keras_file(path, mean_reference.made_up_weights(0, 3))
    return path


def test_the_record_travels_in_the_file(tmp_path, keras_file):
    flags = ["--name", "näme", "--model-version", "2", "--p", "0.5", "--classes", "a, b,c"]
    assert convert(keras_file, tmp_path / "m.pt", *flags) == 0
    extra = {"mestr.json": ""}
    torch.jit.load(str(tmp_path / "m.pt"), _extra_files=extra)
    assert json.loads(extra["mestr.json"]) == {
        "format": 2,
        "name": "näme",
        "version": "2",
        "classes": ["a", "b", "c"],
        "features": "mean-v1",
        "row_shape": [3, 42, 42],
        "input": "pairs",
        "fps": 30,
        "k_frames": 3,
        "k_p_frames": 6,
        "p": 0.5,
        "training_data": "made-up",
        "licence": "none",
    }


def test_a_recognition_head_that_was_never_trained_is_named(tmp_path, keras_file, capsys):
    assert convert(keras_file, tmp_path / "trained.pt") == 0
    assert capsys.readouterr().err == ""
    weights = mean_reference.made_up_weights(0, 3)
    weights["recog"]["bias"][:] = 0
    weights["recog"]["dense_bias"][:] = 0
    mean_reference.write_keras_file(tmp_path / "untrained.hdf5", weights)
    assert convert(tmp_path / "untrained.hdf5", tmp_path / "m.pt") == 0
    error = capsys.readouterr().err
    assert "untrained.hdf5" in error and "spotting only" in error and error.count("\n") == 1
    assert "CASME_sq 1, 4, 6, 11, 13 and SAMMLV 19" in error


def test_the_same_weights_give_the_same_bytes_in_any_process(tmp_path, keras_file):
    contents = []
    for seed in ("1", "2"):
        target = tmp_path / f"m{seed}.pt"
        command = [sys.executable, REPOSITORY / "scripts" / "convert_mean_weights.py", keras_file]
        subprocess.run(
            [*command, "-o", target, "--name", "m", *RECORD_FLAGS],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        contents.append(target.read_bytes())
    assert contents[0] == contents[1]
    assert str(REPOSITORY).encode() not in contents[0]


def test_a_model_file_can_be_read_back_for_training(tmp_path, keras_file):
    convert(keras_file, tmp_path / "m.pt")
    network, record = load_model(tmp_path / "m.pt")
    images = np.random.default_rng(1).random((2, 42, 42, 3), dtype=np.float32)
    spot, _ = run_torchscript(tmp_path / "m.pt", images)
    with torch.no_grad():
        again, _ = network(torch.from_numpy(images.transpose(0, 3, 1, 2).copy()))
    np.testing.assert_allclose(again.numpy(), spot, rtol=0, atol=1e-6)
    assert record.k_p_frames == 6


def drop_layer(path, layer):
    with h5py.File(path, "a") as file:
        names = file.attrs["layer_names"]
        file.attrs["layer_names"] = names[names != layer.encode()]
        del file[layer]


def reshape_kernel(path, layer):
    with h5py.File(path, "a") as file:
        name = f"{layer}_7/kernel:0"
        del file[layer][name]
        file[layer][name] = np.zeros((3, 3, 1, 3), np.float32)


def set_nan(path, layer):
    with h5py.File(path, "a") as file:
        file[layer][f"{layer}_7/bias:0"][...] = np.nan


def cut(path, length):
    path.write_bytes(path.read_bytes()[:length])


def overwrite(path, begin, length):
    content = path.read_bytes()
    path.write_bytes(content[:begin] + b"\xff" * length + content[begin + length :])


def forget_weight_names(path, layer):
    with h5py.File(path, "a") as file:
        del file[layer].attrs["weight_names"]


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda path: path.unlink(), "no such weight file"),
        (lambda path: (path.unlink(), path.mkdir()), "Is a directory"),
        (lambda path: cut(path, 20000), "is truncated: 20000 bytes instead of "),
        (lambda path: cut(path, 8), "is truncated or damaged: 8 bytes"),
        (lambda path: cut(path, 0), "is not an HDF5 file"),
        (lambda path: overwrite(path, 96, 2000), "is truncated or damaged"),
        (lambda path: forget_weight_names(path, "recog"), "is damaged: Can't open attribute"),
        (
            lambda path: overwrite(path, path.read_bytes().index(b"recog_7/bias:0"), 4),
            "is damaged: 'utf-8' codec",
        ),
        (lambda path: path.write_bytes(b"text"), "is not an HDF5 file"),
        (lambda path: h5py.File(path, "w").close(), "not a Keras weight file (no layer_names)"),
        (lambda path: drop_layer(path, "conv2d_100"), "4 conv2d layers instead of 5"),
        (lambda path: drop_layer(path, "recog"), "layer recog is missing"),
        (
            lambda path: reshape_kernel(path, "conv2d_96"),
            "kernel is (3, 3, 1, 3) instead of (5, 5, 1, 3)",
        ),
        (lambda path: set_nan(path, "spot"), "layer spot: bias holds values that are not finite"),
    ],
)
def test_a_bad_weight_file_gets_one_clear_line(tmp_path, keras_file, capsys, damage, message):
    damage(keras_file)
    assert convert(keras_file, tmp_path / "m.pt") == 4
    error = capsys.readouterr().err
    assert message in error and str(keras_file) in error and error.count("\n") == 1
    assert not (tmp_path / "m.pt").exists()


@pytest.mark.parametrize(
    "flags, message",
    [
        (["--classes", "a,b"], "the network has 3 classes, the record names 2: a, b"),
        (["--classes", "a,b,a"], "a class is listed twice: a, b, a"),
        (["--classes", "a,,b"], "classes must be names separated by commas"),
        (["--fps", "0"], "fps must be above 0, not 0.0"),
        (["--fps", "nan"], "fps must be above 0, not nan"),
        (["--k", "0"], "k must be at least 1 frame, not 0"),
        (["--k-p", "-1"], "k_p must be at least 1 frame, not -1"),
        (["--p", "1.5"], "p must lie in [0, 1], not 1.5"),
        (["--licence", ""], "licence must not be empty"),
    ],
)
def test_a_bad_record_gets_one_clear_line(tmp_path, keras_file, capsys, flags, message):
    assert convert(keras_file, tmp_path / "m.pt", *flags) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
    assert not (tmp_path / "m.pt").exists()


def test_an_output_that_cannot_be_written_is_named(tmp_path, keras_file, capsys):
    (tmp_path / "file").write_text("")
    assert convert(keras_file, tmp_path / "file" / "m.pt") == 2
    assert f"cannot write {tmp_path / 'file' / 'm.pt'}" in capsys.readouterr().err
    assert convert(keras_file, tmp_path / "m.onnx") == 2
    assert "a model file ends in .pt" in capsys.readouterr().err


def with_record(source, target, change):
    """A copy of the model file `source` with a record that went through `change`; None: without."""
    with zipfile.ZipFile(source) as model, zipfile.ZipFile(target, "w") as out:
        for name in model.namelist():
            content = model.read(name)
            if name.endswith("mestr.json"):
                changed = change(json.loads(content))
                if changed is None:
                    continue
                content = json.dumps(changed).encode()
            out.writestr(name, content)
    return target


def test_a_model_without_a_record_is_refused_for_training(tmp_path, keras_file):
    convert(keras_file, tmp_path / "m.pt")
    with pytest.raises(ModelError, match="carries no record"):
        load_model(with_record(tmp_path / "m.pt", tmp_path / "n.pt", lambda _: None))


def as_format_1(record):
    return {k: v for k, v in record.items() if k not in ("row_shape", "input")} | {"format": 1}


def test_records_of_format_1_and_2_are_the_same_for_training(tmp_path, keras_file):
    convert(keras_file, tmp_path / "m.pt")
    _, record = load_model(tmp_path / "m.pt")
    _, older = load_model(with_record(tmp_path / "m.pt", tmp_path / "n.pt", as_format_1))
    assert older == record
    assert (record.format, record.row_shape, record.input) == (2, [3, 42, 42], "pairs")


def test_a_model_of_0_1_0_can_be_read_for_training():
    network, record = load_model(REPOSITORY / "tests" / "data" / "model" / "tiny.pt")
    assert (record.name, record.row_shape, record.input) == ("tiny", [3, 42, 42], "pairs")
    assert network.class_count() == 3


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"format": 3}, 'format 3 without "scores"'),
        ({"format": None}, "format must be 1 to 4, not None"),
        ({"row_shape": [36, 2]}, r"row_shape must be \[3, 42, 42\], not \[36, 2\]"),
        ({"input": "sequences"}, "input must be \"pairs\", not 'sequences'"),
        ({"p": "much"}, "is not complete"),
    ],
)
def test_a_record_of_another_kind_is_refused_for_training(tmp_path, keras_file, fields, message):
    convert(keras_file, tmp_path / "m.pt")
    changed = with_record(tmp_path / "m.pt", tmp_path / "n.pt", lambda record: record | fields)
    with pytest.raises(ModelError, match=message) as error_info:
        load_model(changed)
    assert "n.pt" in str(error_info.value) and "\n" not in str(error_info.value)


@pytest.mark.parametrize("field", ["row_shape", "input"])
def test_a_record_of_format_2_without_its_fields_is_refused(tmp_path, keras_file, field):
    convert(keras_file, tmp_path / "m.pt")

    def without(record):
        return {k: v for k, v in record.items() if k != field}

    with pytest.raises(ModelError, match=f'format 2 without "{field}"'):
        load_model(with_record(tmp_path / "m.pt", tmp_path / "n.pt", without))


def test_a_model_whose_code_runs_on_loading_is_not_loaded(tmp_path):
    class Trap(torch.nn.Module):
        @torch.jit.export
        def __getstate__(self):
            return 1

        @torch.jit.export
        def __setstate__(self, state: int):
            torch.save(torch.zeros(1), "written")

        def forward(self, rows):
            return rows

    torch.jit.script(Trap()).save(str(tmp_path / "trap.pt"))
    with pytest.raises(ModelError, match="it defines __setstate__"):
        load_model(tmp_path / "trap.pt")
