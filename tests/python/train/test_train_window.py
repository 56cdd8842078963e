"""scripts/train_window.py, from windows to a model file."""

import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import yaml

import made_up_windows
from mestr.errors import ModelError
from mestr.labels import read_labels
from mestr.programs import train_window
from mestr.train.model_file import load_model
from mestr.train.samples import join
from mestr.train.window_network import make_network
from mestr.train.window_options import WindowRecipe
from mestr.train.window_set import read_windows
from mestr.train.window_shape import WindowShape
from mestr.train.window_training import (
    bounds_loss,
    class_weights,
    joined,
    loss_of,
    train_window_network,
    training_windows,
    windows_of,
)

SMALL = "--width 16 --states 4 --depth 1 --epochs 2 --device cpu".split()
CLASSES = [*made_up_windows.EMOTIONS, "neutral"]


def train(folder, output, *flags):
    arguments = [folder.path, "--labels", folder.label_file, "-o", output, *SMALL, *flags]
    words = ["--training-data", "made-up", "--licence", "none"]
    return train_window.main([str(a) for a in arguments] + words)


def record_of(path):
    extra = {"mestr.json": ""}
    torch.jit.load(str(path), _extra_files=extra)
    return json.loads(extra["mestr.json"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return made_up_windows.write(tmp_path_factory.mktemp("made") / "features")


@pytest.fixture(scope="module")
def samm_like(tmp_path_factory):
    path = tmp_path_factory.mktemp("samm") / "features"
    return made_up_windows.write(path, "roi-flow-10-v1", step=7, fps=200)


def test_the_record_says_what_the_model_takes_and_gives(folder, tmp_path):
    assert train(folder, tmp_path, "--name", "mine", "--p", "0.6") == 0
    assert record_of(tmp_path / "mine.pt") == {
        "format": 4,
        "name": "mine",
        "version": "1",
        "classes": CLASSES,
        "features": "roi-flow-36-v1",
        "row_shape": [36],
        "variant": "mended",
        "input": "windows",
        "fps": 30,
        "window": {"frames": 10, "hop_frames": 5, "frame_step": 1},
        "k_p_frames": 4,
        "p": 0.6,
        "scores": "relative",
        "stitch": "video",
        "decode": "scalable",
        "synergy": 1,
        "class_offsets": [0, 0, 0, 0, 0],
        "not_written": ["neutral"],
        "training_data": "made-up",
        "licence": "none",
    }
    assert (tmp_path / "mine_loss.csv").read_text().startswith("epoch,loss\n1,")


def test_the_model_of_ten_values_is_metsts(samm_like, tmp_path, capsys):
    assert train(samm_like, tmp_path, "--name", "m", "--epochs", "1") == 0
    record = record_of(tmp_path / "m.pt")
    assert (record["features"], record["row_shape"]) == ("roi-flow-10-v1", [10])
    assert (record["decode"], record["synergy"], record["fps"]) == ("plain", 2, 200)
    assert record["window"] == {"frames": 10, "hop_frames": 5, "frame_step": 7}
    model = torch.jit.load(str(tmp_path / "m.pt"))
    score, logits = model(torch.zeros(10, 10))
    assert (score.shape, logits.shape) == ((10,), (10, 5))
    said = capsys.readouterr().err
    assert "metst: 1 epochs, learning rate 0.0001, batches of 32 windows, 0.5 without" in said


def test_two_runs_give_the_same_bytes_and_another_seed_others(folder, tmp_path):
    for name, seed in (("a", "3"), ("b", "3"), ("c", "4")):
        assert train(folder, tmp_path / name, "--seed", seed) == 0
    a, b, c = ((tmp_path / name / "window.pt").read_bytes() for name in ("a", "b", "c"))
    assert a == b != c


def labelled(folder):
    videos, _ = read_windows([folder.path], print)
    return join(videos, read_labels(folder.label_file), print)


def test_it_learns_what_moves(folder):
    videos = labelled(folder)
    recipe = WindowRecipe(epochs=60, learning_rate=3e-3, batch=16, negatives=4)
    windows = training_windows(videos, CLASSES, "mended", recipe)
    shape = WindowShape("slow-fast", 36, 16, 4, 1)
    network, history = train_window_network(shape, windows, windows, recipe, lambda _: None)
    assert len(history.train) == len(history.held_out) == 60
    assert history.train[-1] < 0.5 * history.train[0]
    with torch.no_grad():
        score, logits = network(torch.from_numpy(windows.rows))
    inside = windows.spot == 1
    assert score.numpy()[inside].mean() > score.numpy()[~inside].mean() + 0.3
    right = logits.argmax(2).numpy()[inside] == windows.classes[inside]
    assert right.mean() > 0.6


def test_a_small_net_mamba_learns_too(samm_like):
    videos = labelled(samm_like)
    recipe = WindowRecipe(epochs=60, learning_rate=3e-3, batch=16, negatives=4)
    windows = training_windows(videos, CLASSES, "mended", recipe)
    shape = WindowShape("metst", 10, 16, 4, 2)
    _, history = train_window_network(shape, windows, None, recipe, lambda _: None)
    assert history.train[-1] < 0.6 * history.train[0]


def test_targets_are_those_of_the_windows_frames(samm_like):
    videos = labelled(samm_like)
    part = windows_of(videos, CLASSES, "mended")[1]
    # Used frames 21 to 28 of the second video; windows begin every 5.
    assert part.spot[3].tolist() == [0] * 6 + [1] * 4
    assert part.spot[4].tolist() == [0] + [1] * 8 + [0]
    assert part.classes[4].tolist() == [4] + [1] * 8 + [4]
    published = windows_of(videos, CLASSES, "published")[1]
    assert published.spot[4].tolist() == [0, 0] + [1] * 6 + [0, 0]


@pytest.mark.parametrize("ratio, expected", [(0, 0), (0.5, 0.5), (2, 2)])
def test_so_many_windows_without_a_micro_expression_as_asked_for(folder, ratio, expected):
    recipe = WindowRecipe(epochs=1, learning_rate=1e-3, batch=8, negatives=ratio)
    windows = training_windows(labelled(folder), CLASSES, "mended", recipe)
    positive = windows.spot.any(axis=1)
    assert (~positive).sum() == int(expected * positive.sum())
    everything = joined(labelled(folder), windows_of(labelled(folder), CLASSES, "mended"))
    assert positive.sum() == everything.spot.any(axis=1).sum()


def test_the_loss_is_the_published_one():
    """Class targets as probabilities: their mean divides by the number of frames."""
    torch.manual_seed(1)
    score, logits = torch.rand(3, 8), torch.randn(3, 8, 5)
    spot, classes = (torch.rand(3, 8) > 0.5).float(), torch.randint(0, 5, (3, 8))
    weights = torch.rand(5)
    one_hot = F.one_hot(classes, 5).float().flatten(0, 1)
    expected = 0.9 * F.mse_loss(score, spot) + 0.1 * F.cross_entropy(
        logits.flatten(0, 1), one_hot, weights
    )
    assert loss_of((score, logits), spot, classes, weights).item() == pytest.approx(expected.item())


def test_the_loss_of_bounds_is_the_share_that_the_two_intervals_do_not_have_in_common():
    asked = torch.tensor([[[1.0, 2.0], [3.0, 9.0], [5.0, 5.0]]])  # 9 reaches out of the window of 3
    found = torch.tensor([[[2.0, 1.0], [3.0, 3.0], [0.0, 0.0]]])
    spot = torch.tensor([[1.0, 1.0, 0.0]])
    # 3 of 5 frames in common, then all 7.
    assert bounds_loss(found, asked, spot).item() == pytest.approx((2 / 5 + 0) / 2)
    assert bounds_loss(found, asked, torch.zeros_like(spot)).item() == 0


@pytest.mark.parametrize("features, network", [("folder", "slow-fast"), ("samm_like", "metst")])
def test_a_network_of_bounds_learns_where_its_micro_expressions_begin_and_end(
    features, network, request
):
    videos = labelled(request.getfixturevalue(features))
    recipe = WindowRecipe(epochs=60, learning_rate=3e-3, batch=16, negatives=4)
    windows = training_windows(videos, CLASSES, "mended", recipe)
    shape = WindowShape(network, videos[0].video.kind.values(), 16, 4, 1, bounds=True)
    trained, _ = train_window_network(shape, windows, None, recipe, lambda _: None)
    with torch.no_grad():
        _, _, bounds = trained(torch.from_numpy(windows.rows))
    inside = torch.from_numpy(windows.spot)
    error = ((bounds - torch.from_numpy(windows.bounds)).abs() * inside[..., None]).sum()
    assert error / inside.sum() / 2 < 1.5, "mean frames that an onset or an offset is off"


def test_a_record_of_bounds_has_a_network_that_gives_them(folder, tmp_path):
    assert train(folder, tmp_path, "--name", "b", "--decode", "bounds", "--p", "0.4") == 0
    record = record_of(tmp_path / "b.pt")
    assert (record["decode"], record["p"], record["format"]) == ("bounds", 0.4, 4)
    score, logits, bounds = torch.jit.load(str(tmp_path / "b.pt"))(torch.rand(10, 36))
    assert (score.shape, logits.shape, bounds.shape) == ((10,), (10, 5), (10, 2))
    assert (bounds >= 0).all() and (bounds <= 10).all()


def test_classes_weigh_the_same_but_neutral_six_times():
    classes = np.array([[0, 0, 1, 4, 4, 4, 4, 4, 4, 4]])
    weights = class_weights(classes, 5)
    assert weights.tolist() == pytest.approx([1, 2, 0, 0, 6 * 10 / 35])


def test_every_window_of_an_epoch_is_varied_by_a_tenth_at_most(folder, monkeypatch):
    videos = labelled(folder)
    recipe = WindowRecipe(epochs=1, learning_rate=1e-3, batch=8, negatives=4)
    windows = training_windows(videos, CLASSES, "mended", recipe)
    seen = []
    shape = WindowShape("slow-fast", 36, 16, 4, 1)
    network = make_network(shape)
    network.register_forward_pre_hook(lambda _, rows: seen.append(rows[0].numpy().copy()))
    monkeypatch.setattr("mestr.train.window_training.make_network", lambda _: network)
    train_window_network(shape, windows, None, recipe, lambda _: None)
    seen = np.concatenate(seen)
    assert len(seen) == len(windows)
    strength = np.abs(windows.rows).sum((1, 2))
    ratios = np.sort(np.abs(seen).sum((1, 2))) / np.sort(strength)
    assert 0.8 < ratios.min() < ratios.max() < 1.2 and np.ptp(ratios) > 0.01


def test_each_subject_gets_a_model_that_has_not_seen_it(folder, tmp_path, capsys):
    assert train(folder, tmp_path, "--loso", "--name", "w", "--epochs", "1") == 0
    by_subject = yaml.safe_load((tmp_path / "w_loso.yaml").read_text())["model"]["by_subject"]
    assert by_subject == {f"s{i}": f"w_s{i}.pt" for i in range(4)}
    for file in by_subject.values():
        assert (tmp_path / file).is_file()
    assert (tmp_path / "w_s0_loss.csv").read_text().startswith("epoch,loss,held_out\n1,")
    assert "w_s0: no training frame of class negative: it is not learnt" in capsys.readouterr().err


def test_videos_without_a_micro_expression_stay_unless_told(tmp_path, capsys):
    folder = made_up_windows.write(tmp_path / "features", still=(1, 3))
    assert train(folder, tmp_path / "a", "--loso", "--epochs", "1") == 0
    loso = yaml.safe_load((tmp_path / "a" / "window_loso.yaml").read_text())["model"]["by_subject"]
    assert set(loso) == {"s0", "s1", "s2", "s3"}
    flags = ["--loso", "--epochs", "1", "--published-selection"]
    assert train(folder, tmp_path / "b", *flags) == 0
    loso = yaml.safe_load((tmp_path / "b" / "window_loso.yaml").read_text())["model"]["by_subject"]
    assert set(loso) == {"s0", "s2"}
    assert "2 videos without a micro-expression are dropped" in capsys.readouterr().err


def test_published_targets_take_k_p_from_all_subjects(tmp_path):
    folder = made_up_windows.write(tmp_path / "features", subjects=2)
    rows = folder.label_file.read_text().splitlines()
    rows[2] = "made,s1,v,22,25,42,positive,micro"  # 20 frames long, the other's 7
    folder.label_file.write_text("\n".join(rows) + "\n")
    found = {}
    for targets in ("mended", "published"):
        flags = ["--loso", "--epochs", "1", "--targets", targets]
        assert train(folder, tmp_path / targets, *flags) == 0
        files = [tmp_path / targets / f"window_s{i}.pt" for i in (0, 1)]
        found[targets] = [record_of(file)["k_p_frames"] for file in files]
    assert found == {"mended": [10, 4], "published": [10, 10]}


def error_of(capsys):
    return capsys.readouterr().err.splitlines()[-1]


def change(folder, fields, of_video=False):
    file = folder.path / "manifest.json"
    manifest = json.loads(file.read_text())
    (manifest["videos"][1] if of_video else manifest).update(fields)
    file.write_text(json.dumps(manifest))


def window(frames, hop_frames, frame_step):
    return {"window": {"frames": frames, "hop_frames": hop_frames, "frame_step": frame_step}}


BAD = {
    "another kind": ({"features": "mean-v1"}, 'features of kind "mean-v1" instead of "roi-flow-'),
    "another shape": ({"row_shape": [10]}, "rows of shape [10] instead of [36]"),
    "another format": ({"format": 9}, "format must be 1 or 2, not 9"),
    "a list": ({"videos": [3]}, "a field has a wrong type"),
    "no videos": ({"videos": []}, "its manifest lists no video"),
}
BAD_VIDEO = {
    "no window": ({"window": {"frames": 10}}, "an entry lacks 'hop_frames'"),
    "a step of 0": (window(10, 5, 0), "make no sense"),
    "windows beyond the end": (window(20, 5, 1), "make no sense"),
    "windows of no frame": (window(0, 5, 1), "make no sense"),
    "windows between the used frames": (window(2, 1, 2), "make no sense"),
    "too few faces": ({"faceless_frames": [0]}, "make no sense"),
    "windows that go back": ({"first_frames": [6, 1], "faceless_frames": [0, 0]}, "make no sense"),
    "a window before the video": ({"first_frames": [0], "faceless_frames": [0]}, "make no sense"),
    "no rate": ({"fps": 0}, "make no sense"),
    "a file elsewhere": ({"file": "../x.npy"}, "'../x.npy' is no file of its folder"),
    "fewer windows": ({"first_frames": [1], "faceless_frames": [0]}, "its manifest promises"),
}


@pytest.mark.parametrize("name", [*BAD, *BAD_VIDEO])
def test_a_manifest_that_makes_no_sense_is_refused(name, tmp_path, capsys):
    folder = made_up_windows.write(tmp_path / "features", subjects=2)
    fields, message = {**BAD, **BAD_VIDEO}[name]
    change(folder, fields, of_video=name in BAD_VIDEO)
    assert train(folder, tmp_path / "out") == 3
    line = error_of(capsys)
    assert "features" in line and message in line


def test_windows_of_two_kinds_are_not_mixed(folder, samm_like, tmp_path, capsys):
    arguments = [folder.path, samm_like.path, "--labels", folder.label_file, "-o", tmp_path]
    words = ["--training-data", "made-up", "--licence", "none"]
    other = made_up_windows.write(tmp_path / "other" / "features", step=7, fps=200)
    for entry in (manifest := json.loads((other.path / "manifest.json").read_text()))["videos"]:
        entry["subject"] = "t" + entry["subject"]
    (other.path / "manifest.json").write_text(json.dumps(manifest))
    arguments[1] = other.path
    assert train_window.main([str(a) for a in arguments] + words) == 3
    line = error_of(capsys)
    assert "at 30 fps in windows of 10 frames, hop 5, step 1" in line
    assert "at 200 fps in windows of 10 frames, hop 5, step 7" in line


def test_values_that_are_not_finite_are_refused(tmp_path, capsys):
    folder = made_up_windows.write(tmp_path / "features", subjects=2)
    rows = np.load(folder.path / "s1_v.npy")
    rows[4, 3, 2] = np.nan
    np.save(folder.path / "s1_v.npy", rows)
    assert train(folder, tmp_path / "out") == 3
    assert "s1_v.npy holds values that are not finite" in error_of(capsys)


def test_windows_without_a_face_do_not_train_unless_published(tmp_path):
    folder = made_up_windows.write(tmp_path / "features", subjects=2)
    change(folder, {"faceless_frames": [10] * 11}, of_video=True)
    recipe = WindowRecipe(epochs=1, learning_rate=1e-3, batch=8, negatives=100)
    found = [
        len(training_windows(labelled(folder), CLASSES, targets, recipe))
        for targets in ("mended", "published")
    ]
    assert found == [11, 22]


def test_labels_that_no_window_holds_are_refused(tmp_path, capsys):
    folder = made_up_windows.write(tmp_path / "features", subjects=1)
    folder.label_file.write_text(f"{made_up_windows.HEADER}\nmade,s0,v,2,3,3,positive,micro\n")
    assert train(folder, tmp_path / "out", "--targets", "published") == 3
    message = "no window of the training has a frame within a micro-expression"
    assert message in error_of(capsys)


def test_an_odd_window_is_refused(tmp_path, capsys):
    folder = made_up_windows.write(tmp_path / "features", window=9)
    assert train(folder, tmp_path / "out") == 2
    assert "window must have an even number of frames, not 9" in error_of(capsys)


def test_videos_that_have_no_window_are_left_out_and_counted(tmp_path, capsys):
    folder = made_up_windows.write(tmp_path / "features", subjects=3)
    manifest = json.loads((folder.path / "manifest.json").read_text())
    np.save(folder.path / "s2_v.npy", np.zeros((0, 10, 36), np.float32))
    manifest["videos"][2].update(windows=0, first_frames=[], faceless_frames=[], frames=4)
    (folder.path / "manifest.json").write_text(json.dumps(manifest))
    assert train(folder, tmp_path / "out") == 0
    assert "1 videos are shorter than a window: left out" in capsys.readouterr().err


def test_neutral_is_no_emotion_of_the_labels(folder, tmp_path, capsys):
    assert train(folder, tmp_path, "--classes", "positive,neutral") == 2
    assert "--classes: neutral is there anyway, as the last class" in error_of(capsys)


def test_fewer_classes_make_a_network_of_fewer(folder, tmp_path, capsys):
    assert train(folder, tmp_path, "--classes", "negative,positive") == 0
    assert record_of(tmp_path / "window.pt")["classes"] == ["negative", "positive", "neutral"]
    assert "label rows of others, surprise are not used" in capsys.readouterr().err


def test_a_model_of_windows_is_not_taken_for_another(folder, tmp_path):
    assert train(folder, tmp_path) == 0
    with pytest.raises(ModelError, match="takes rows of roi-flow-36-v1; wanted is a MEAN network"):
        load_model(tmp_path / "window.pt")
