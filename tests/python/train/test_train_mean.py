import hashlib
import json
import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from made_up_features import CLASSES, LENGTH, Folder, K, four_subjects
from mestr.programs import train_mean
from mestr.train.feature_set import read_features
from mestr.train.mean_options import HEAD_L2, MeanOptions
from mestr.train.mean_training import _optimiser, _settle_norms, run_video
from mestr.train.model_file import load_model
from mestr.train.network import MeanNetwork
from mestr.train.videos import Sample, gather
from training_run import QUICK, error_of, train

SCRIPT = Path(__file__).parents[3] / "scripts" / "train_mean.py"


@pytest.fixture(scope="module")
def trained(features, tmp_path_factory):
    """A model trained without subject s4, with its report."""
    output = tmp_path_factory.mktemp("trained")
    arguments = [features.path, "--labels", features.labels, "-o", output]
    arguments += [flag for flag in QUICK if flag != "--no-plots"]
    arguments += ["--test-subjects", "s4", "--name", "tiny"]
    assert train_mean.main([str(a) for a in arguments]) == 0
    return output


# --- what is learnt


def test_a_trained_model_spots_and_recognises_on_a_subject_it_has_not_seen(trained, features):
    network, record = load_model(trained / "tiny.pt")
    assert record.classes == list(CLASSES)
    for video in read_features([features.path]):
        if video.key.subject != "s4":
            continue
        scores, probabilities = run_video(network, video, "cpu")
        inside = np.r_[20:30, 50:60]
        outside = np.r_[0:10, 36:44, 66:77]
        assert scores[inside].mean() > scores[outside].mean() + 0.3
        emotion = CLASSES[int(video.key.video[1])]
        assert probabilities[20:26].mean(axis=0).argmax() == CLASSES.index(emotion)


def test_the_record_holds_k_and_the_k_p_of_the_labels(trained):
    _, record = load_model(trained / "tiny.pt")
    assert (record.fps, record.k_frames, record.p) == (30, K, 0.55)
    assert record.k_p_frames == (LENGTH + 1) // 2
    assert (record.training_data, record.licence) == ("made-up", "none")


def test_the_exported_model_computes_what_the_network_computes(trained, features):
    network, _ = load_model(trained / "tiny.pt")
    video = read_features([features.path])[0]
    scores, probabilities = run_video(network, video, "cpu")
    with torch.no_grad():
        spot, probability = torch.jit.load(str(trained / "tiny.pt"))(
            torch.from_numpy(np.array(video.pair_features()))
        )
    np.testing.assert_allclose(spot.numpy(), scores, rtol=0, atol=1e-5)
    np.testing.assert_allclose(probability.numpy(), probabilities, rtol=0, atol=1e-5)


def test_the_code_in_a_model_file_has_the_names_of_the_first_version(trained):
    with zipfile.ZipFile(trained / "tiny.pt") as archive:
        code = [name for name in archive.namelist() if name.endswith(".py")]
    assert any(name.endswith("code/__torch__/mestr_train/network.py") for name in code)
    assert pickle.loads(pickle.dumps(MeanNetwork(3))).class_count() == 3  # its class has its own


def test_two_runs_give_the_same_file_even_in_other_processes(features, tmp_path):
    contents = []
    for run in ("1", "2"):
        data = [features.path, "--labels", features.labels]
        flags = [*QUICK, "--spot-epochs", "2", "--recog-epochs", "4"]
        subprocess.run(
            [sys.executable, SCRIPT, *data, "-o", tmp_path / run, *flags],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": run},
        )
        contents.append((tmp_path / run / "mean.pt").read_bytes())
    assert contents[0] == contents[1]


def test_another_seed_gives_another_model(features, tmp_path):
    for seed in ("1", "2"):
        flags = ["--seed", seed, "--spot-epochs", "1", "--recog-epochs", "1"]
        assert train(features, tmp_path / seed, *flags) == 0
    assert (tmp_path / "1" / "mean.pt").read_bytes() != (tmp_path / "2" / "mean.pt").read_bytes()


def test_float16_features_train_too(tmp_path):
    folder = four_subjects(tmp_path / "features", dtype=np.float16)
    assert train(folder, tmp_path / "out", "--spot-epochs", "1", "--recog-epochs", "1") == 0
    assert (tmp_path / "out" / "mean.pt").exists()


# --- what is written beside it


def test_the_report_has_the_losses_and_a_plot_for_each_held_out_video(trained):
    report = trained / "tiny_report"
    summary = json.loads((report / "training.json").read_text())
    assert summary["sha256"] == hashlib.sha256((trained / "tiny.pt").read_bytes()).hexdigest()
    history = summary["history"]["spotting"]
    assert len(history["train"]) == len(history["held_out"]) == 8
    assert history["train"][-1] < history["train"][0]
    assert summary["held_out"]["recog_accuracy"] == 1
    assert summary["held_out"]["confusion"] == [[2, 0, 0], [0, 2, 0], [0, 0, 2]]
    pictures = sorted(p.relative_to(report).as_posix() for p in report.rglob("*.png"))
    assert pictures == ["losses.png"] + [f"scores/made_s4_v{i}.png" for i in range(3)]


def test_the_model_card_says_what_it_is(trained):
    card = (trained / "tiny.md").read_text()
    for text in ("# tiny", "made-up", "k = 3, k_p = 6", "3 subjects", "mean squared error"):
        assert text in card
    assert "On 3 videos of 1 subjects" in card
    assert hashlib.sha256((trained / "tiny.pt").read_bytes()).hexdigest() in card
    assert str(trained) not in card


# --- the recipe


@pytest.mark.parametrize(
    "kind, inputs", [("onset-apex", 24), ("sliding", 24 * 6), ("both", 24 * 7)]
)
def test_recognition_learns_from_the_chosen_pairs(features, tmp_path, kind, inputs):
    flags = ["--recognition-samples", kind, "--spot-epochs", "1", "--recog-epochs", "1"]
    assert train(features, tmp_path, *flags) == 0
    summary = json.loads((tmp_path / "mean_report" / "training.json").read_text())
    assert summary["data"]["recog_samples"] == inputs


def test_the_penalty_on_kernels_is_that_of_keras():
    """Keras adds l2 * sum(w^2) to the loss: without data, Adam sees the gradient 2 * l2 * w."""
    network = MeanNetwork(3)
    optimiser = _optimiser(network, ("spot",), MeanOptions())
    decayed = [g for g in optimiser.param_groups if g["weight_decay"] > 0]
    assert [g["weight_decay"] for g in decayed] == [2 * HEAD_L2]
    assert decayed[0]["params"] == [network.spot.conv.weight]
    total = sum(len(group["params"]) for group in optimiser.param_groups)
    assert total == 4 and not network.recog.conv.weight.requires_grad


def test_batch_norms_get_the_statistics_of_the_training_inputs(features):
    videos = read_features([features.path])[:2]
    samples = [Sample(video, row) for video in videos for row in range(40)]
    network = MeanNetwork(3)
    frozen = network.stream_v.norm.running_mean.clone()
    _settle_norms(network, samples, MeanOptions(freeze=("stream_v",), device="cpu"))
    x = torch.from_numpy(gather(samples))
    for channel, stream in ((0, network.stream_u), (2, network.stream_strain)):
        y = stream.conv(x[:, channel : channel + 1]).transpose(0, 1).flatten(1)
        torch.testing.assert_close(stream.norm.running_mean, y.mean(1), rtol=1e-4, atol=1e-6)
        torch.testing.assert_close(stream.norm.running_var, y.var(1), rtol=1e-4, atol=1e-6)
    assert torch.equal(network.stream_v.norm.running_mean, frozen)


def test_a_training_that_diverges_is_an_error(features, tmp_path, capsys):
    assert train(features, tmp_path / "out", "--learning-rate", "1e30") == 2
    assert "the loss is not finite; use a smaller --learning-rate" in error_of(capsys)


# --- several frame rates


def test_videos_of_two_frame_rates_need_a_choice_and_get_their_own_k_p(tmp_path, capsys):
    folder = Folder(tmp_path / "features")
    folder.add_video("s1", "v", [(20, "negative"), (50, "positive")])
    folder.add_video("s2", "w", [(20, "surprise")], frames=200, fps=200, k=20)
    folder.write()
    assert train(folder, tmp_path / "out") == 2
    assert "the videos have several frame rates (30, 200); choose with --fps" in error_of(capsys)
    flags = ["--fps", "200", "--spot-epochs", "1", "--recog-epochs", "1"]
    assert train(folder, tmp_path / "out", *flags) == 0
    _, record = load_model(tmp_path / "out" / "mean.pt")
    assert (record.fps, record.k_frames, record.k_p_frames) == (200, 20, 6)
    assert train(folder, tmp_path / "out", "--fps", "25") == 2
    assert "--fps 25: the videos have 30, 200 fps" in error_of(capsys)


def test_videos_of_one_rate_with_two_k_are_refused(tmp_path, capsys):
    folder = Folder(tmp_path / "features")
    folder.add_video("s1", "v", [(20, "negative")])
    folder.add_video("s2", "w", [(20, "surprise")], k=4, fps=29.97)
    assert train(folder.write(), tmp_path / "out") == 3
    assert "come with k = 3 (made/s1/v) and with k = 4 (made/s2/w)" in error_of(capsys)


# --- splits


def test_leave_one_subject_out_trains_a_model_for_each(features, tmp_path):
    assert train(features, tmp_path, "--loso", "--name", "m", "--spot-epochs", "1") == 0
    assert sorted(p.name for p in tmp_path.glob("*.pt")) == [f"m_s{i}.pt" for i in range(1, 5)]
    config = (tmp_path / "m_loso.yaml").read_text()
    for i in range(1, 5):
        assert f'    "s{i}": m_s{i}.pt\n' in config
    only_others = json.loads((tmp_path / "m_report" / "m_s2" / "training.json").read_text())
    assert only_others["data"]["train_subjects"] == 3
    assert only_others["held_out"]["subjects"] == 1


def test_labels_may_come_in_several_files(features, tmp_path):
    header, *rows = features.labels.read_text().splitlines()
    for name, part in (("even.csv", rows[::2]), ("odd.csv", rows[1::2])):
        (tmp_path / name).write_text("\n".join([header, *part]) + "\n")
    flags = ["--spot-epochs", "1", "--recog-epochs", "1"]
    assert train(features, tmp_path / "one", *flags) == 0
    arguments = [features.path, "--labels", tmp_path / "even.csv", "--labels", tmp_path / "odd.csv"]
    arguments += ["-o", tmp_path / "two", *QUICK, *flags]
    assert train_mean.main([str(a) for a in arguments]) == 0
    one, two = ((tmp_path / folder / "mean.pt").read_bytes() for folder in ("one", "two"))
    assert one == two


def test_a_fold_of_loso_is_the_model_of_that_split(features, tmp_path):
    flags = ["--spot-epochs", "1", "--recog-epochs", "2"]
    assert train(features, tmp_path / "loso", "--loso", *flags) == 0
    assert train(features, tmp_path / "one", "--test-subjects", "s3", *flags) == 0
    loso, _ = load_model(tmp_path / "loso" / "mean_s3.pt")
    one, _ = load_model(tmp_path / "one" / "mean.pt")
    for a, b in zip(loso.state_dict().values(), one.state_dict().values(), strict=True):
        assert torch.equal(a, b)


def test_a_subject_with_and_without_zeros_is_one_fold_and_one_line_of_the_map(tmp_path):
    folder = Folder(tmp_path / "features")
    for subject, video in (("1", "a"), ("001", "b"), ("2", "c")):
        folder.add_video(subject, video, [(20, "negative"), (50, "positive")])
    folder.write()
    flags = ["--loso", "--spot-epochs", "1", "--recog-epochs", "1"]
    assert train(folder, tmp_path / "out", *flags) == 0
    config = (tmp_path / "out" / "mean_loso.yaml").read_text()
    assert config.endswith('  by_subject:\n    "1": mean_1.pt\n    "2": mean_2.pt\n')


@pytest.mark.parametrize(
    "flags, message",
    [
        (["--test-subjects", "s9"], "--test-subjects: no video of subject s9; there are s1, s2"),
        (
            ["--train-subjects", "s1,s2", "--test-subjects", "s2"],
            "subjects both trained on and held out: s2",
        ),
        (
            ["--freeze", "head"],
            '--freeze: the network has no part "head"; it has recog, recog.conv',
        ),
        (["--name", "a/b"], '--name "a/b"'),
    ],
)
def test_a_bad_flag_gets_one_clear_line(features, tmp_path, capsys, flags, message):
    assert train(features, tmp_path / "out", *flags) == 2
    assert message in error_of(capsys)
    assert not (tmp_path / "out").exists()


def test_a_split_without_training_data_is_an_input_error(features, tmp_path, capsys):
    assert train(features, tmp_path / "out", "--test-subjects", "s1,s2,s3,s4") == 3
    assert "no micro-expression is left to train on" in error_of(capsys)


# --- fine-tuning


def test_fine_tuning_keeps_the_frozen_parts(trained, features, tmp_path):
    flags = ["--init", trained / "tiny.pt", "--freeze", "stream_u,spot.conv"]
    assert train(features, tmp_path, *flags, "--spot-epochs", "1", "--recog-epochs", "1") == 0
    before = load_model(trained / "tiny.pt")[0].state_dict()
    after = load_model(tmp_path / "mean.pt")[0].state_dict()
    for name in before:
        frozen = name.startswith("stream_u.") or name.startswith("spot.conv.")
        assert torch.equal(before[name], after[name]) == frozen, name


def test_a_model_of_another_k_or_of_other_classes_is_refused(trained, tmp_path, capsys):
    folder = Folder(tmp_path / "features")
    folder.add_video("s1", "v", [(20, "negative")], k=5)
    folder.write()
    assert train(folder, tmp_path / "out", "--init", trained / "tiny.pt") == 4
    assert "was trained with k = 3 at 30 fps; the features have k = 5" in error_of(capsys)
    assert train(folder, tmp_path / "out", "--init", tmp_path / "absent.pt") == 4
    assert "absent.pt: no such model file" in error_of(capsys)
    flags = ["--init", trained / "tiny.pt", "--classes", "yes,no"]
    assert train(folder, tmp_path / "out", *flags) == 4


def test_cuda_is_refused_where_there_is_none(features, tmp_path, capsys):
    if torch.cuda.is_available():
        pytest.skip("this machine has a CUDA device")
    assert train(features, tmp_path / "out", "--device", "cuda") == 2
    assert "has no CUDA device here" in error_of(capsys)
