import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import train_mean
from made_up_features import CLASSES, K, LENGTH, Folder, four_subjects
from mestr_train import UserError
from mestr_train.feature_set import Sample, gather, read_features
from mestr_train.labels import Label, VideoKey
from mestr_train.model_file import load_model
from mestr_train.network import MeanNetwork
from mestr_train.samples import LabelledVideo, rising_pairs, spot_samples, spot_targets
from mestr_train.training import HEAD_L2, Recipe, _optimiser, _settle_norms, run_video

SCRIPT = Path(__file__).parents[2] / "scripts" / "train_mean.py"
QUICK = (
    "--training-data made-up --licence none --device cpu --no-plots "
    "--spot-epochs 8 --recog-epochs 15 --learning-rate 2e-3 --head-l2 1e-3"
).split()


def train(folder, output, *flags):
    arguments = [folder.path, "--labels", folder.labels, "-o", output, *QUICK, *flags]
    return train_mean.main([str(a) for a in arguments])


@pytest.fixture(scope="module")
def features(tmp_path_factory):
    return four_subjects(tmp_path_factory.mktemp("made") / "features")


@pytest.fixture(scope="module")
def trained(features, tmp_path_factory):
    """A model trained without subject s4, with its report."""
    output = tmp_path_factory.mktemp("trained")
    arguments = [features.path, "--labels", features.labels, "-o", output]
    arguments += [flag for flag in QUICK if flag != "--no-plots"]
    arguments += ["--test-subjects", "s4", "--name", "tiny"]
    assert train_mean.main([str(a) for a in arguments]) == 0
    return output


def error_of(capsys):
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].startswith("train_mean.py: ")
    return lines[-1]


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


def test_two_runs_give_the_same_file_even_in_other_processes(features, tmp_path):
    contents = []
    for run in ("1", "2"):
        subprocess.run(
            [sys.executable, SCRIPT, features.path, "--labels", features.labels]
            + ["-o", tmp_path / run, *QUICK, "--spot-epochs", "2", "--recog-epochs", "4"],
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


# --- labels and samples


@pytest.fixture
def one_video(tmp_path):
    folder = Folder(tmp_path / "features")
    folder.add_video("s1", "v", [(20, "negative")])
    video = read_features([folder.write().path])[0]
    label = Label(VideoKey("made", "s1", "v"), 20, 26, 32, "negative", True)
    return LabelledVideo(video, [label])


def test_a_pair_is_positive_when_its_window_touches_a_micro_expression(one_video):
    targets = spot_targets(one_video, window_frames=6)
    expected = [any(20 <= frame <= 32 for frame in range(i, i + 6)) for i in range(77)]
    np.testing.assert_array_equal(targets, expected)


def test_labels_count_from_the_first_frame_with_a_face(tmp_path):
    folder = Folder(tmp_path / "features")
    folder.add_video("s1", "v", [(20, "negative")], late=10)
    video = read_features([folder.write().path])[0]
    label = Label(VideoKey("made", "s1", "v"), 20, 26, 32, "negative", True)
    targets = spot_targets(LabelledVideo(video, [label]), window_frames=6)
    assert video.first_frame == 10 and video.pairs == 67
    np.testing.assert_array_equal(np.flatnonzero(targets), np.arange(5, 23))


def test_negatives_are_thinned_to_five_for_a_positive(tmp_path):
    folder = Folder(tmp_path / "features")
    folder.add_video("s1", "v", [(20, "negative")], frames=300)
    folder.add_video("s1", "w", [], frames=100)
    videos = read_features([folder.write().path])
    label = Label(VideoKey("made", "s1", "v"), 20, 26, 32, "negative", True)
    entries = [LabelledVideo(videos[0], [label]), LabelledVideo(videos[1], [])]
    samples, targets = spot_samples(entries, lambda _: 6, np.random.default_rng(1))
    assert targets.sum() == 18 and len(targets) == 6 * 18
    for sample, target in zip(samples, targets):
        inside = sample.video is videos[0] and 15 <= sample.row <= 32
        assert inside == bool(target)
    assert len(set(samples_as_keys(samples))) == len(samples)
    again, _ = spot_samples(entries, lambda _: 6, np.random.default_rng(1))
    assert samples_as_keys(again) == samples_as_keys(samples)


def samples_as_keys(samples):
    return [(sample.video.key, sample.row) for sample in samples]


def test_sliding_pairs_have_their_middle_between_onset_and_apex(one_video):
    assert list(rising_pairs(one_video, one_video.expressions[0])) == list(range(19, 25))


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
    optimiser = _optimiser(network, ("spot",), Recipe())
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
    _settle_norms(network, samples, Recipe(freeze=("stream_v",)))
    x = torch.from_numpy(gather(samples))
    for channel, stream in ((0, network.stream_u), (2, network.stream_strain)):
        y = stream.conv(x[:, channel : channel + 1]).transpose(0, 1).flatten(1)
        torch.testing.assert_close(stream.norm.running_mean, y.mean(1), rtol=1e-4, atol=1e-6)
        torch.testing.assert_close(stream.norm.running_var, y.var(1), rtol=1e-4, atol=1e-6)
    assert torch.equal(network.stream_v.norm.running_mean, frozen)


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
    for a, b in zip(loso.state_dict().values(), one.state_dict().values()):
        assert torch.equal(a, b)


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


# --- bad data


@pytest.fixture
def folder(tmp_path):
    return four_subjects(tmp_path / "features")


def test_label_rows_of_absent_videos_are_counted(folder, tmp_path, capsys):
    extra = [f"made,s{i},none,1,2,3,negative,micro" for i in range(5)]
    extra += ["made,s1,v0,70,75,81,negative,micro", "made,s1,v0,1,,30,others,macro"]
    folder.write_labels(folder.rows + extra)
    assert train(folder, tmp_path / "out", "--spot-epochs", "1", "--recog-epochs", "1") == 0
    told = capsys.readouterr().err
    assert "5 label rows skipped: no features of their video (made/s0/none, made/s1/none" in told
    assert "1 label rows skipped: they end after their video" in told
    assert "1 label rows of macro-expressions are not used" in told


def test_labels_that_belong_to_no_video_are_an_error(folder, tmp_path, capsys):
    folder.write_labels(["other,s1,v0,1,2,3,negative,micro"])
    assert train(folder, tmp_path / "out") == 3
    assert "no label row of a micro-expression belongs to a video" in error_of(capsys)


def test_a_class_that_no_training_subject_shows_is_named(folder, tmp_path, capsys):
    folder.write_labels([row for row in folder.rows if "surprise" not in row])
    assert train(folder, tmp_path / "out", "--spot-epochs", "1", "--recog-epochs", "1") == 0
    told = capsys.readouterr().err
    assert "mean: no training input of class surprise: it is not learnt" in told
    assert "4 of 12 videos have no micro-expression: negatives only" in told


def test_emotions_that_are_no_class_are_spotted_but_not_recognised(tmp_path, capsys):
    folder = Folder(tmp_path / "features")
    folder.add_video("s1", "v", [(20, "others"), (50, "negative")])
    folder.write()
    assert train(folder, tmp_path / "out", "--spot-epochs", "1", "--recog-epochs", "1") == 0
    assert (
        '1 micro-expressions skipped for recognition: emotion "others" is no class of the model'
        in capsys.readouterr().err
    )
    summary = json.loads((tmp_path / "out" / "mean_report" / "training.json").read_text())
    assert summary["data"]["spot_positives"] == 36 and summary["data"]["recog_samples"] == 1


def test_without_any_input_for_recognition_it_says_what_to_do(tmp_path, capsys):
    folder = Folder(tmp_path / "features")
    folder.add_video("s1", "v", [(20, "negative")], onset_apex=False)
    folder.write()
    assert train(folder, tmp_path / "out") == 3
    assert "no input for recognition; make the features with labels" in error_of(capsys)
    assert train(folder, tmp_path / "out", "--recog-epochs", "0") == 0


def test_nan_features_are_an_error_that_names_video_and_row(folder, tmp_path, capsys):
    values = np.load(folder.path / "s2_v1.npy")
    values[22, 1, 3, 3] = np.nan
    np.save(folder.path / "s2_v1.npy", values)
    assert train(folder, tmp_path / "out") == 3
    error = error_of(capsys)
    assert "s2_v1.npy: row 22 holds values that are not finite" in error and "made/s2/v1" in error
    assert not (tmp_path / "out").exists()


def test_a_training_that_diverges_is_an_error(folder, tmp_path, capsys):
    assert train(folder, tmp_path / "out", "--learning-rate", "1e30") == 2
    assert "the loss is not finite; use a smaller --learning-rate" in error_of(capsys)


def remove_array(path):
    (path / "s1_v0.npy").unlink()


def break_array(path):
    (path / "s1_v0.npy").write_text("no array")


def shorten_array(path):
    np.save(path / "s1_v0.npy", np.zeros((5, 3, 42, 42), np.float32))


def edit_manifest(change):
    def edit(path):
        manifest = json.loads((path / "manifest.json").read_text())
        change(manifest)
        (path / "manifest.json").write_text(json.dumps(manifest))

    return edit


@pytest.mark.parametrize(
    "damage, message",
    [
        (remove_array, "s1_v0.npy: no such feature file"),
        (break_array, "s1_v0.npy is not a .npy file"),
        (shorten_array, "s1_v0.npy holds float32[5, 3, 42, 42]; its manifest promises"),
        (lambda path: (path / "manifest.json").unlink(), "`mestr features` writes it"),
        (lambda path: (path / "manifest.json").write_text("{"), "manifest.json is not JSON"),
        (edit_manifest(lambda m: m.update(format=2)), "format 2 is not 1"),
        (edit_manifest(lambda m: m.update(features="x")), 'features of kind "x" instead of'),
        (edit_manifest(lambda m: m.update(videos=[])), "its manifest lists no video"),
        (edit_manifest(lambda m: m["videos"][0].pop("fps")), "an entry lacks 'fps'"),
        (edit_manifest(lambda m: m["videos"][0].update(pairs=78)), "make no sense"),
        (edit_manifest(lambda m: m["videos"].append(m["videos"][0])), "is there twice"),
    ],
)
def test_a_damaged_feature_folder_gets_one_clear_line(folder, tmp_path, capsys, damage, message):
    damage(folder.path)
    assert train(folder, tmp_path / "out") == 3
    assert message in error_of(capsys)


@pytest.mark.parametrize(
    "row, message",
    [
        ("made,s1,v0,1,2,3,negative", "labels.csv:2: 7 columns instead of 8"),
        ("made,s1,v0,0,2,3,negative,micro", 'onset must be a frame number from 1, not "0"'),
        ("made,s1,v0,5,,3,negative,micro", "offset 3 lies before onset 5"),
        ("made,s1,v0,5,4,9,negative,micro", "apex 4 lies outside of 5 to 9"),
        ("made,s1,v0,5,6,9,negative,me", 'type must be micro or macro, not "me"'),
    ],
)
def test_a_bad_label_row_is_named(folder, tmp_path, capsys, row, message):
    folder.write_labels([row])
    assert train(folder, tmp_path / "out") == 3
    assert message in error_of(capsys)


def test_a_label_file_that_is_missing_or_has_other_columns_is_named(folder, tmp_path, capsys):
    folder.labels.write_text("subject,onset\n")
    assert train(folder, tmp_path / "out") == 3
    assert "labels.csv:1: the header must be dataset,subject,video" in error_of(capsys)
    folder.labels.unlink()
    assert train(folder, tmp_path / "out") == 3
    assert "cannot read" in error_of(capsys)


def test_subjects_are_the_same_with_and_without_leading_zeros(tmp_path):
    folder = Folder(tmp_path / "features")
    folder.add_video("017", "017_3", [(20, "negative")])
    folder.write()
    folder.write_labels(["made,17,017_3,21,27,33,negative,micro"])
    flags = ["--train-subjects", "17", "--spot-epochs", "1", "--recog-epochs", "1"]
    assert train(folder, tmp_path / "out", *flags) == 0


def test_cuda_is_refused_where_there_is_none(features, tmp_path, capsys):
    if torch.cuda.is_available():
        pytest.skip("this machine has a CUDA device")
    assert train(features, tmp_path / "out", "--device", "cuda") == 2
    assert "has no CUDA device here" in error_of(capsys)


def test_features_are_mapped_not_read(features):
    video = read_features([features.path])[0]
    assert isinstance(video.pair_features(), np.memmap)
    with pytest.raises(UserError, match="no such feature file"):
        video.file = video.file.with_name("absent.npy")
        video.pair_features()
    assert Sample(video, 0).onset_apex is False
