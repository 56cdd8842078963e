"""scripts/plant.py on a made-up face whose landmarks are given: no face detector is needed."""

import random
import subprocess
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

import made_up_face
import plant
from mestr.errors import ConfigError, InputError
from mestr_plant import frozen
from mestr_plant.drawing import Plan
from mestr_plant.face_motion import measure
from mestr_plant.faces import keep, kept_file
from mestr_plant.footage import Clock, Footage, clock_of, video_file
from mestr_plant.planted_set import read_manifest, read_planted
from mestr_plant.planting import Options, drawn, planted_frame, take_of, view_on_face

POINTS = made_up_face.landmarks()


def frames_of(path):
    return [frame.copy() for frame in Footage(path).frames_bgr()]


UNEVEN = Clock([0, 40, 70, 110, 150, 260, 290, 330], Fraction(1, 1000))


@pytest.mark.parametrize(
    "clock", [made_up_face.steady_clock(8, 30), UNEVEN], ids=["steady", "uneven"]
)
def test_a_video_keeps_its_frames_and_their_times(tmp_path, clock):
    path = made_up_face.write_video(tmp_path / "a.mp4", 8, clock)
    footage = Footage(path)
    frames = [frame.copy() for frame in footage.frames_bgr()]
    assert footage.clock.times_s() == pytest.approx(clock.times_s())
    assert len(frames) == 8 and frames[0].shape == (300, 320, 3)
    first = np.roll(made_up_face.picture(), 2, axis=0)  # where the head is then
    assert np.abs(frames[0].astype(int) - first)[5:].mean() < 3


@pytest.fixture(scope="module")
def footage(tmp_path_factory):
    folder = tmp_path_factory.mktemp("footage")
    return made_up_face.write_video(folder / "anna.mp4", 100, faces=folder / "faces"), folder


def call(footage, output, *flags):
    path, folder = footage
    arguments = [path, "-o", output, "--faces", folder / "faces", *flags]
    return plant.main([str(a) for a in arguments])


@pytest.fixture(scope="module")
def planted(footage, tmp_path_factory):
    output = tmp_path_factory.mktemp("planted")
    assert call(footage, output, "--seeds", "1,2", "--per-minute", "60", "--frozen", *QUICK) == 0
    return output


QUICK = ("--crf", "14")


def test_a_set_is_what_mestr_reads_and_says_what_it_is(planted):
    videos = read_manifest(planted)
    assert [key.video for key in videos] == ["anna_s1", "anna_s2"]
    assert all(path.is_file() for path in videos.values())
    ones = read_planted(planted)
    assert len(ones) >= 4 and {p.label.video for p in ones} == {"anna_s1", "anna_s2"}
    assert all(p.doing.head_px200 < 1 for p in ones)
    assert (
        (planted / "labels.csv")
        .read_text()
        .startswith("dataset,subject,video,onset,apex,offset,emotion,type\n")
    )
    assert [k.video for k in read_manifest(planted / "plain")] == ["anna_plain"]
    assert read_planted(planted / "plain") == []
    assert not list(planted.rglob("*.part"))


def test_frames_without_anything_planted_are_the_twins(footage):
    path, folder = footage
    options = Options(plan=Plan(per_minute=60))
    take = take_of(path, "anna", options, folder / "faces")
    expressions = drawn(take, options)["anna_s1"]
    changed = set()
    for index, frame in enumerate(take.frames_bgr()):
        after = planted_frame(frame, index, expressions, take.points, take.motion.times_s)
        changed.update([index] if (after != frame).any() else [])
    planted_in = {i for e in expressions for i in range(e.onset, e.offset + 1)}
    # The first and the last frame of one may move less than a gray level.
    assert changed <= planted_in and len(changed) >= 0.7 * len(planted_in)


def test_the_same_call_gives_the_same_bytes(footage, planted, tmp_path):
    flags = "--seeds", "2", "--per-minute", "60", "--frozen", *QUICK
    assert call(footage, tmp_path, *flags) == 0
    for name in ("anna_s2.mp4", "plain/anna_plain.mp4", "frozen/anna_s2.mp4"):
        assert (tmp_path / name).read_bytes() == (planted / name).read_bytes(), name


def test_a_variable_frame_rate_stays_and_sound_goes(tmp_path):
    steps = random.Random(2).choices((30, 33, 41), k=60)
    clock = Clock([sum(steps[:i]) for i in range(60)], Fraction(1, 1000))
    silent = made_up_face.write_video(tmp_path / "silent.mp4", 60, clock)
    path, out = tmp_path / "anna.mkv", tmp_path / "out"
    with_sound = ["-i", silent, "-f", "lavfi", "-i", "sine", "-shortest", "-c:v", "copy", path]
    subprocess.run(["ffmpeg", "-v", "error", *with_sound], check=True)
    points = made_up_face.swaying(60)
    keep(kept_file(path, tmp_path / "faces"), points, clock)
    assert call((path, tmp_path), out, "--per-minute", "60", *QUICK) == 0
    footage = Footage(out / "anna_s1.mp4")
    assert len(list(footage.frames_bgr())) == 60
    assert footage.clock.times_s() == pytest.approx(clock.times_s(), abs=1e-6)
    streams = ["-show_entries", "stream=codec_type", "-of", "csv=p=0", out / "anna_s1.mp4"]
    done = subprocess.run(["ffprobe", "-v", "error", *streams], capture_output=True, check=True)
    assert done.stdout.split() == [b"video"]
    (label,) = (p.label for p in read_planted(out))
    times_s = clock.times_s()
    assert 0.1 < times_s[label.offset] - times_s[label.onset] <= 0.52


def test_pictures_are_those_that_a_player_shows(tmp_path):
    plain = made_up_face.write_video(tmp_path / "plain.mp4", 3)
    flags = ["-vf", "setsar=2", "-c:v", "libx264", "-crf", "10", tmp_path / "wide.mp4"]
    subprocess.run(["ffmpeg", "-v", "error", "-i", plain, *flags], check=True)
    assert frames_of(tmp_path / "wide.mp4")[0].shape == (300, 640, 3)


def test_size_0_plants_nothing(footage, planted, tmp_path):
    assert call(footage, tmp_path, "--intensity", "0", *QUICK) == 0
    assert read_planted(tmp_path) == []
    assert (tmp_path / "anna_s1.mp4").read_bytes() == (
        planted / "plain/anna_plain.mp4"
    ).read_bytes()


def test_a_video_that_is_made_again_replaces_its_rows(footage, tmp_path):
    for seed in ("1", "1", "2"):
        assert call(footage, tmp_path, "--seeds", seed, "--end", "1.5", *QUICK) == 0
    assert [k.video for k in read_manifest(tmp_path)] == ["anna_s1", "anna_s2"]
    assert [k.video for k in read_manifest(tmp_path / "plain")] == ["anna_plain"]
    read_planted(tmp_path)  # a label that is there twice would be an error


def test_a_part_of_a_video_can_be_taken_and_cut_to_the_face(footage, tmp_path):
    assert call(footage, tmp_path, "--start", "1", "--end", "3", "--face", "100", *QUICK) == 0
    footage = Footage(tmp_path / "anna_s1.mp4")
    frames = [frame.copy() for frame in footage.frames_bgr()]
    assert len(frames) == 60 and footage.clock.times_s()[-1] == pytest.approx(59 / 30)
    height, width = frames[0].shape[:2]
    assert width < 180 and height < 180


def test_landmarks_go_with_the_picture_when_it_is_cut():
    view = view_on_face(POINTS[None] + 20, 100)
    frame = cv2.copyMakeBorder(
        made_up_face.dotted(POINTS[[8]]), 20, 60, 20, 60, cv2.BORDER_REPLICATE
    )
    place = view.of_points(POINTS + 20)[8]
    assert made_up_face.centre_of(view.of(frame), place, 6) == pytest.approx(place, abs=0.2)


def test_a_frozen_face_does_nothing_but_what_is_planted(planted):
    ones = read_planted(planted / "frozen")
    assert [(p.label, p.px200) for p in ones] == [(p.label, p.px200) for p in read_planted(planted)]
    assert all(p.doing.head_px200 == p.doing.face_px200 == 0 for p in ones)
    frames = frames_of(planted / "frozen" / "anna_s1.mp4")
    mine = [p.label for p in ones if p.label.video == "anna_s1"]
    still = next(
        i for i in range(2, 100) if all(not x.onset - 2 <= i <= x.offset + 1 for x in mine)
    )

    def change(i, j):
        return np.abs(frames[i].astype(int) - frames[j]).mean()

    rest = change(still, still + 1)
    assert 0.1 < rest < 3  # a camera's noise
    for label in mine:
        assert change(label.middle(), still) > 1.02 * rest


def test_the_quietest_frame_has_a_face_with_open_eyes():
    motion = measure(made_up_face.swaying(60), np.arange(60) / 30)
    motion.head_px200[:] = np.where(np.arange(60) == 42, 0, 5)  # in the blink
    motion.head_px200[20] = 1
    usable = np.arange(60) != 10
    motion.head_px200[10] = 0
    assert frozen.quietest_frame(motion, usable) == 20


def test_noise_is_that_of_its_frame_and_grows_with_the_light():
    dark, light = np.full((80, 80, 3), 20, np.uint8), np.full((80, 80, 3), 200, np.uint8)
    first = frozen.with_noise(light, 1, 5, 0)
    assert (first == frozen.with_noise(light, 1, 5, 0)).all()
    assert (first != frozen.with_noise(light, 1, 5, 1)).any()
    assert first.std() > 1.5 * frozen.with_noise(dark, 1, 5, 0).std()
    assert first.mean() == pytest.approx(200, abs=0.2)


# --- errors ---


def test_what_cannot_be_read_is_one_line(tmp_path, capsys):
    assert plant.main([str(tmp_path / "none.mp4"), "-o", str(tmp_path / "out")]) == 3
    error = capsys.readouterr().err
    assert error.startswith("plant.py: cannot read ") and "none.mp4: No such file" in error
    assert error.count("\n") == 1 and not (tmp_path / "out").exists()
    (tmp_path / "text.mp4").write_text("no video")
    with pytest.raises(InputError, match=r"cannot read \S*text.mp4: .*Invalid data"):
        frames_of(tmp_path / "text.mp4")


def test_damaged_landmarks_are_named(tmp_path, capsys):
    path = made_up_face.write_video(tmp_path / "a.mp4", 10, faces=tmp_path)
    kept = kept_file(path, tmp_path)
    for content in (kept.read_bytes()[:200], b"x"):
        kept.write_bytes(content)
        assert plant.main([str(path), "-o", str(tmp_path / "o"), "--faces", str(tmp_path)]) == 3
        assert (
            capsys.readouterr().err
            == f"plant.py: {kept} is damaged: remove it, and it is made again\n"
        )


def test_what_cannot_be_written_is_one_line_and_leaves_nothing(footage, tmp_path, capsys):
    (tmp_path / "plain").write_text("a file where a folder must be")
    assert call(footage, tmp_path, *QUICK) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"plant.py: cannot write {tmp_path}/plain/anna_plain.mp4: ")
    assert [path.name for path in tmp_path.iterdir()] == ["plain"]


def test_frames_that_ffmpeg_cannot_write_are_an_error(tmp_path):
    clock = made_up_face.steady_clock(2)
    with (
        pytest.raises(ConfigError, match=r"cannot write \S*a.mp4: "),
        video_file(tmp_path / "a.mp4", clock, crf=-100) as file,
    ):
        file.write(made_up_face.picture())
    assert list(tmp_path.iterdir()) == []


def test_a_clock_that_steps_back_is_refused():
    log = b"config in time_base: 1/30\n] n:   0 pts:  0 pts_time:0\n] n: 1 pts: 2 pts\n] n: 2 pts: 2 p\n"
    with pytest.raises(InputError, match="steps back at frame 3"):
        clock_of(Path("a.mp4"), log)
    with pytest.raises(InputError, match="no time stamps"):
        clock_of(Path("a.mp4"), log.replace(b"pts: 2", b"pts: NOPTS"))


def test_a_video_without_a_face_is_refused(tmp_path, capsys):
    path = made_up_face.write_video(tmp_path / "a.mp4", 20)
    keep(kept_file(path, tmp_path), np.full((20, 68, 2), np.nan), made_up_face.steady_clock(20))
    assert plant.main([str(path), "-o", str(tmp_path / "o"), "--faces", str(tmp_path)]) == 3
    assert "a.mp4: no face was found in it" in capsys.readouterr().err
    assert not (tmp_path / "o" / "manifest.csv").exists()


@pytest.mark.parametrize(
    "flags",
    [
        "--intensity 3,1",
        "--intensity 0,2",
        "--intensity 9",
        "--per-minute 0",
        "--gap -1",
        "--seeds x",
    ],
)
def test_flags_out_of_range_are_refused(tmp_path, capsys, flags):
    with pytest.raises(SystemExit) as error:
        plant.main(["a.mp4", "-o", str(tmp_path), *flags.split()])
    assert error.value.code == 2 and flags.split()[0] in capsys.readouterr().err


def test_names_are_those_of_files_that_differ(tmp_path):
    def names(*flags):
        return plant.names_of(plant.parser().parse_args([*flags, "-o", str(tmp_path)]))

    assert names("a/=my clip.mp4", "b/x-1.mov") == ["my_clip", "x_1"]
    with pytest.raises(ConfigError, match="two videos are called a"):
        names("x/a.mp4", "y/a.mov")
    with pytest.raises(ConfigError, match="--subject"):
        names("a.mp4", "b.mp4", "--subject", "anna")
