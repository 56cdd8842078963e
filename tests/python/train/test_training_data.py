"""What train_mean.py says of features and labels that it cannot use."""

import json

import numpy as np
import pytest

from made_up_features import CLASSES, Folder, four_subjects
from mestr.errors import InputError
from mestr.labels import read_labels
from mestr.train.feature_set import read_features
from mestr.train.samples import join, recognition_samples
from mestr.train.videos import Sample, StoredRows
from training_run import error_of, train


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
        (edit_manifest(lambda m: m.update(format=3)), "format must be 1 or 2, not 3"),
        (edit_manifest(lambda m: m.update(format="2")), "format must be 1 or 2, not '2'"),
        (edit_manifest(lambda m: m.update(row_shape=[36, 2])), "rows of shape [36, 2] instead of"),
        (edit_manifest(lambda m: m.pop("row_shape")), "an entry lacks 'row_shape'"),
        (edit_manifest(lambda m: m.update(features="x")), 'features of kind "x" instead of'),
        (edit_manifest(lambda m: m.update(videos=[])), "its manifest lists no video"),
        (edit_manifest(lambda m: m["videos"][0].pop("fps")), "an entry lacks 'fps'"),
        (edit_manifest(lambda m: m["videos"][0].update(pairs=78)), "make no sense"),
        (edit_manifest(lambda m: m["videos"][0].update(first_face_frame=0)), "make no sense"),
        (
            edit_manifest(lambda m: m["videos"][0].update(file="../../x.npy")),
            "is no file of its folder",
        ),
        (
            edit_manifest(lambda m: m["videos"][0].update(onset_apex="/x.npy")),
            "is no file of its folder",
        ),
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
        ("made,s1,v0,1,2,3,negative", "labels.csv:2:1: 7 columns instead of 8"),
        ("made,s1,v0,0,2,3,negative,micro", "2:12: onset must be a frame number from 1, not '0'"),
        ("made,s1,v0,2.5,,3,negative,micro", "2:12: onset must be a frame number from 1, not '2.5"),
        ("made,s1,v0,5,,3,negative,micro", "2:12: offset 3 lies before onset 5"),
        ("made,s1,v0,5,4,9,negative,micro", "2:14: apex 4 lies outside of 5 to 9"),
        ("made,s1,v0,5,6,9,negative,me", "2:27: type 'me' is not micro or macro"),
        ("made,s1,v0,5,6,9,,micro", "2:18: emotion is empty"),
        ("made,s1,,5,6,9,negative,micro", "2:9: video is empty"),
    ],
)
def test_a_bad_label_row_is_named(folder, tmp_path, capsys, row, message):
    folder.write_labels([row])
    assert train(folder, tmp_path / "out") == 3
    assert message in error_of(capsys)


def test_a_label_file_that_is_missing_or_has_other_columns_is_named(folder, tmp_path, capsys):
    folder.labels.write_text("subject,onset\n")
    assert train(folder, tmp_path / "out") == 3
    assert "labels.csv:1:1: the header has no column 'dataset'; it is" in error_of(capsys)
    folder.labels.unlink()
    assert train(folder, tmp_path / "out") == 3
    assert "cannot read" in error_of(capsys)


def test_a_label_that_is_there_twice_is_an_error_also_in_another_file(folder, tmp_path, capsys):
    row = "made,1,v0,5,6,9,negative,micro"
    folder.write_labels([row, row.replace(",1,", ",01,").replace(",6,", ",,")])
    assert train(folder, tmp_path / "out") == 3
    assert "labels.csv:3:1: the same label as in line 2; remove one" in error_of(capsys)
    folder.write_labels([row])
    more = tmp_path / "more.csv"
    more.write_text(folder.labels.read_text() + row.replace("negative", "positive") + "\n")
    with pytest.raises(InputError, match=r"more.csv:2:1: the same label as in .*labels.csv:2; rem"):
        read_labels(folder.labels, more)


def test_subjects_are_the_same_with_and_without_leading_zeros(tmp_path):
    folder = Folder(tmp_path / "features")
    folder.add_video("017", "017_3", [(20, "negative")])
    folder.write()
    folder.write_labels(["made,17,017_3,21,27,33,negative,micro"])
    flags = ["--train-subjects", "17", "--spot-epochs", "1", "--recog-epochs", "1"]
    assert train(folder, tmp_path / "out", *flags) == 0


def test_features_are_mapped_not_read(features):
    video = read_features([features.path])[0]
    assert isinstance(video.pair_features(), np.memmap)
    with pytest.raises(InputError, match="no such feature file"):
        StoredRows(features.path / "absent.npy", (1, 3)).array()
    assert Sample(video, 0).onset_apex is False


@pytest.mark.parametrize(
    "stretches",
    [
        [],
        [{"first_frame": 1, "pairs": 0}],
        [{"first_frame": 1, "pairs": 10**12}],
        [{"first_frame": 1, "pairs": 78}, {"first_frame": 79, "pairs": -1}],
        [{"first_frame": 40, "pairs": 37}, {"first_frame": 1, "pairs": 40}],
        [{"first_frame": 0, "pairs": 77}],
    ],
)
def test_stretches_that_make_no_sense_are_refused(tmp_path, stretches):
    folder = Folder(tmp_path / "features")
    folder.add_video("s1", "v", [(20, "negative")])
    folder.write()
    path = folder.path / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["videos"][0]["stretches"] = stretches
    path.write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="make no sense"):
        read_features([folder.path])


def test_manifests_that_count_from_0_and_from_1_say_the_same(tmp_path):
    """Format 1 and format 2; labels tie the onset-apex pairs to their expressions."""
    found = []
    for manifest_format in (1, 2):
        folder = Folder(tmp_path / f"features{manifest_format}")
        folder.add_video("s1", "v", [(20, "negative"), (50, "positive")], late=10)
        folder.write(manifest_format)
        (video,) = read_features([folder.path])
        entries = join([video], read_labels(folder.labels), print)
        _, targets, skipped = recognition_samples(entries, CLASSES, "onset-apex")
        assert not skipped
        found.append((int(video.row_frames[0]), video.onset_apex_events, targets.tolist()))
    assert found[0] == found[1] == (10, [(20, 32), (50, 62)], [0, 1])
    first = json.loads((tmp_path / "features1" / "manifest.json").read_text())["videos"][0]
    second = json.loads((tmp_path / "features2" / "manifest.json").read_text())["videos"][0]
    assert (first["first_face_frame"], second["first_face_frame"]) == (10, 11)
    assert second["onset_apex_events"][0] == {
        "onset": 21,
        "apex": 27,
        "offset": 33,
        "emotion": "negative",
    }
