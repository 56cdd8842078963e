"""Which pairs of frames the network is trained on, and with which target."""

import numpy as np
import pytest

from made_up_features import Folder
from mestr.errors import InputError
from mestr.labels import Label
from mestr.train.feature_set import read_features, videos_of
from mestr.train.samples import LabelledVideo, labels_of, rising_pairs, spot_samples, spot_targets


@pytest.fixture
def one_video(tmp_path):
    folder = Folder(tmp_path / "features")
    folder.add_video("s1", "v", [(20, "negative")])
    video = read_features([folder.write().path])[0]
    label = Label("made", "s1", "v", 20, 26, 32, "negative", True)
    return LabelledVideo(video, [label])


def test_a_pair_is_positive_when_its_window_touches_a_micro_expression(one_video):
    targets = spot_targets(one_video, window_frames=6)
    expected = [any(20 <= frame <= 32 for frame in range(i, i + 6)) for i in range(77)]
    np.testing.assert_array_equal(targets, expected)


def test_labels_count_from_the_first_frame_with_a_face(tmp_path):
    folder = Folder(tmp_path / "features")
    folder.add_video("s1", "v", [(20, "negative")], late=10)
    video = read_features([folder.write().path])[0]
    label = Label("made", "s1", "v", 20, 26, 32, "negative", True)
    targets = spot_targets(LabelledVideo(video, [label]), window_frames=6)
    assert video.row_frames[0] == 10 and video.pairs == 67
    np.testing.assert_array_equal(np.flatnonzero(targets), np.arange(5, 23))


def test_labels_find_their_rows_across_a_pause_of_the_recording(tmp_path):
    """The pause lies between frames 39 and 40 (from 0): no pair with k = 3 begins in 37 to 39."""
    folder = Folder(tmp_path / "features")
    folder.add_video("s1", "v", [(20, "negative")])
    folder.pause_before(40)
    video = read_features([folder.write().path])[0]
    assert list(video.row_frames) == [*range(37), *range(40, 77)]
    label = Label("made", "s1", "v", 38, 44, 50, "negative", True)
    entry = LabelledVideo(video, [label])
    targets = spot_targets(entry, window_frames=6)
    positive = {int(video.row_frames[row]) for row in np.flatnonzero(targets)}
    assert positive == {33, 34, 35, 36, *range(40, 51)}
    rising = [int(video.row_frames[row]) for row in rising_pairs(entry, label)]
    assert rising == [40, 41, 42]


def test_negatives_are_thinned_to_five_for_a_positive(tmp_path):
    folder = Folder(tmp_path / "features")
    folder.add_video("s1", "v", [(20, "negative")], frames=300)
    folder.add_video("s1", "w", [], frames=100)
    videos = read_features([folder.write().path])
    label = Label("made", "s1", "v", 20, 26, 32, "negative", True)
    entries = [LabelledVideo(videos[0], [label]), LabelledVideo(videos[1], [])]
    samples, targets = spot_samples(entries, lambda _: 6, np.random.default_rng(1))
    assert targets.sum() == 18 and len(targets) == 6 * 18
    for sample, target in zip(samples, targets, strict=True):
        inside = sample.video is videos[0] and 15 <= sample.row <= 32
        assert inside == bool(target)
    assert len(set(samples_as_keys(samples))) == len(samples)
    again, _ = spot_samples(entries, lambda _: 6, np.random.default_rng(1))
    assert samples_as_keys(again) == samples_as_keys(samples)


def samples_as_keys(samples):
    return [(sample.video.key, sample.row) for sample in samples]


def test_sliding_pairs_have_their_middle_between_onset_and_apex(one_video):
    assert list(rising_pairs(one_video, one_video.expressions[0])) == list(range(19, 25))


def test_labels_and_videos_may_come_one_by_one(one_video):
    assert labels_of(label for label in one_video.expressions) == one_video.expressions
    assert videos_of(video for video in [one_video.video]) == [one_video.video]
    folder = one_video.video.rows.path.parent
    assert [video.key for video in videos_of(path for path in [folder])] == [one_video.video.key]


def test_paths_beside_labels_or_videos_in_memory_are_refused(one_video):
    with pytest.raises(InputError, match="either paths of label CSVs or rows"):
        labels_of([*one_video.expressions, "more.csv"])
    with pytest.raises(InputError, match="either folders or videos in memory"):
        videos_of([one_video.video, "features"])
