"""scripts/plant.py on a made-up face whose landmarks are given: no face detector is needed."""

import random
import subprocess
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

import made_up_face
import plant
from mestr_plant import drawing, frozen
from mestr_plant.drawing import LENGTH_S, Plan, draw
from mestr_plant.face_motion import doing, measure, smoothed
from mestr_plant.faces import keep, kept_file
from mestr_plant.footage import Clock, Footage, clock_of, video_file
from mestr_plant.planted_set import read_manifest, read_planted
from mestr_plant.planting import Options, drawn, planted_frame, take_of, view_on_face
from mestr_plant.units import MIRRORED, UNITS, VARIANTS
from mestr_plant.warp import shift_field, warped
from mestr_train import InputError, UserError

POINTS = made_up_face.landmarks()


# --- action units and warp ---


def test_every_landmark_has_its_mirror_image():
    assert sorted(MIRRORED) == sorted(MIRRORED.values()) == list(range(68))
    assert all(MIRRORED[MIRRORED[i]] == i for i in MIRRORED)
    flipped = POINTS.copy()
    flipped[:, 0] = 320 - flipped[:, 0]
    assert np.allclose(flipped[[MIRRORED[i] for i in range(68)]], POINTS, atol=1e-9)


def test_variants_are_of_known_units_several_a_class():
    for variants in VARIANTS.values():
        assert len(set(variants)) >= 3
        assert all(unit in UNITS for variant in variants for unit in variant)


DIRECTIONS = {  # the landmark that a unit moves most clearly, and where to: away from the middle, down
    "AU1": (21, (0, -1)),
    "AU2": (18, (0, -1)),
    "AU4": (21, (-1, 1)),
    "AU5": (37, (0, -1)),
    "AU6": (41, (0, -1)),
    "AU7": (41, (0, -1)),
    "AU9": (31, (1, -1)),
    "AU10": (49, (1, -1)),
    "AU12": (48, (1, -1)),
    "AU14": (48, (1, 0)),
    "AU15": (48, (0, 1)),
    "AU17": (57, (0, -1)),
    "AU20": (48, (1, 0)),
    "AU24": (51, (0, 1)),
    "AU25": (57, (0, 1)),
    "AU26": (8, (0, 1)),
}


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_moves_its_landmarks_as_its_muscle_does_on_both_sides(unit):
    landmark, (outward, down) = DIRECTIONS[unit]
    field = shift_field([unit], (1.0, 1.0), POINTS, 3.0)
    for side, i in enumerate((landmark, MIRRORED[landmark])):
        dx, dy = (float(v) for v in field.at(*POINTS[i]))
        dx = dx if side else -dx  # the left of the picture is away from the middle there
        assert np.hypot(dx, dy) > 0.5
        assert np.sign(round(dy, 1)) == down or (down == 0 and abs(dy) < abs(dx))
        assert np.sign(round(dx, 1)) == outward or (outward == 0 and abs(dx) < 0.5 * abs(dy))


@pytest.mark.parametrize("units", sorted({v for vs in VARIANTS.values() for v in vs}))
def test_the_largest_shift_is_what_was_asked_for_and_never_folds(units):
    field = shift_field(units, (1.0, 0.8), POINTS, 4.0)
    x, y = np.meshgrid(np.arange(0.0, 320), np.arange(0.0, 300))
    dx, dy = field.at(x, y)
    assert np.hypot(dx, dy).max() == pytest.approx(4.0, rel=0.02)
    slopes = [np.gradient(d, axis=axis) for d in (dx, dy) for axis in (0, 1)]
    assert max(np.abs(s).max() for s in slopes) < 0.8  # below 1: no two points come to one place


def test_size_is_told_for_a_face_of_200_px():
    field = shift_field(["AU12"], (1.0, 1.0), 2.5 * POINTS, 2.0)
    x, y = np.meshgrid(np.arange(0.0, 800), np.arange(0.0, 750))
    assert np.hypot(*field.at(x, y)).max() == pytest.approx(5.0, rel=0.02)


def test_the_source_of_a_point_is_what_the_shift_takes_there():
    field = shift_field(["AU4", "AU15"], (1.0, 1.0), POINTS, 5.0)
    x, y = np.meshgrid(np.arange(60.0, 260, 3), np.arange(60.0, 260, 3))
    sx, sy = field.source_of(x, y)
    dx, dy = field.at(sx, sy)
    assert np.abs([sx + dx - x, sy + dy - y]).max() < 0.02


def test_one_side_can_be_stronger():
    field = shift_field(["AU12"], (0.25, 1.0), POINTS, 2.0)
    left, right = (np.hypot(*field.at(*POINTS[i])) for i in (48, 54))
    assert left == pytest.approx(0.25 * right, rel=0.02)


def centre_of(frame, near, radius=12):
    """Of a bright dot, px."""
    x, y = (round(v) for v in near)
    part = frame[y - radius : y + radius + 1, x - radius : x + radius + 1, 0].astype(float) - 100
    ys, xs = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return np.array([(xs * part).sum(), (ys * part).sum()]) / part.sum() + (x, y)


def dotted(places):
    """Dots of 2 px sigma on gray 100: what they do shows where the picture's points go."""
    ys, xs = np.mgrid[0:300, 0:320]
    dots = sum(np.exp(-((xs - x) ** 2 + (ys - y) ** 2) / 8) for x, y in places)
    return np.repeat(np.round(100 + 120 * dots)[..., None], 3, 2).astype(np.uint8)


@pytest.mark.parametrize("px200", [0.3, 1.0, 4.0])
def test_the_picture_moves_by_what_the_truth_says(px200):
    places = POINTS[[19, 24, 48, 54]]
    field = shift_field(["AU4", "AU15"], (1.0, 0.8), POINTS, px200)
    before, after = dotted(places), warped(dotted(places), field)
    for place in places:
        shift = centre_of(after, place) - centre_of(before, place)
        assert np.allclose(shift, np.ravel(field.at(*place)), atol=0.03 + 0.06 * px200)


def test_pixels_beyond_the_unit_are_the_same():
    frame = made_up_face.picture()
    field = shift_field(["AU12"], (1.0, 1.0), POINTS, 4.0)
    after = warped(frame, field)
    (x0, x1), (y0, y1) = field.bounds()
    outside = np.ones(frame.shape[:2], bool)
    outside[int(y0) : int(y1) + 2, int(x0) : int(x1) + 2] = False
    assert (after[outside] == frame[outside]).all() and (after != frame).any()
    # Between the corners of the mouth, too, within the rectangle.
    between = np.s_[int(y0) + 2 : int(y0) + 6, 158:162]
    assert (after[between] == frame[between]).all()


def test_a_face_at_the_edge_of_the_picture_is_moved_as_far_as_it_is_there():
    frame = made_up_face.picture()
    for shift in ((-150, 0), (0, 250), (1000, 0)):
        moved = warped(frame, shift_field(["AU12", "AU6"], (1.0, 1.0), POINTS + shift, 4.0))
        assert moved.shape == frame.shape
    assert (moved == frame).all()


# --- what is drawn ---


def a_draw(seed=1, plan=None, seconds=60, fps=30, usable=None):
    times_s = np.arange(seconds * fps) / fps
    usable = np.ones(len(times_s), bool) if usable is None else usable
    return draw(plan or Plan(), seed, "anna", times_s, usable), times_s


@pytest.mark.parametrize("fps", [12, 24, 30, 60, 200])
def test_what_is_drawn_keeps_to_the_plan(fps):
    for seed in range(5):
        drawn_ones, times_s = a_draw(seed, fps=fps)
        assert 10 <= len(drawn_ones) <= 14
        for e in drawn_ones:
            assert e.onset < e.apex <= e.hold < e.offset
            assert times_s[e.offset] - times_s[e.onset] <= LENGTH_S[1] + 1 / fps
            assert e.offset - e.onset + 1 >= max(4, LENGTH_S[0] * fps)
            assert 1 <= e.px200 <= 4 and e.units in VARIANTS[e.emotion] and max(e.sides) == 1
        ends = [(a.offset, b.onset) for a, b in pairwise(drawn_ones)]
        assert all(times_s[b] - times_s[a] >= 0.7 for a, b in ends)
        counts = [sum(e.emotion == emotion for e in drawn_ones) for emotion in VARIANTS]
        assert max(counts) - min(counts) <= 1


def test_the_same_seed_and_name_give_the_same_draw():
    assert a_draw(1)[0] == a_draw(1)[0] != a_draw(2)[0]
    times_s = np.arange(1800) / 30
    assert draw(Plan(), 1, "ben", times_s, np.ones(1800, bool)) != a_draw(1)[0]


def test_nothing_is_drawn_where_no_face_is_seen():
    usable = np.zeros(1800, bool)
    usable[600:700] = usable[1000:1060] = True
    drawn_ones, _ = a_draw(plan=Plan(per_minute=60), usable=usable)
    assert drawn_ones
    assert all(usable[e.onset - 4 : e.offset + 5].all() for e in drawn_ones)
    assert a_draw(usable=np.zeros(1800, bool))[0] == []


def test_nothing_goes_across_a_gap_of_the_clock():
    times_s = np.arange(300) / 30 + np.where(np.arange(300) >= 150, 5.0, 0.0)
    for seed in range(8):
        for e in draw(Plan(per_minute=60), seed, "a", times_s, np.ones(300, bool)):
            assert not e.onset - 2 <= 150 <= e.offset + 2


def test_too_few_frames_a_second_are_refused():
    with pytest.raises(InputError, match=r"^4 frames a second are too few"):
        a_draw(fps=4)


def test_it_rises_to_the_apex_and_falls():
    for e in a_draw()[0]:
        times_s = np.arange(1800) / 30
        strengths = [e.strength(i, times_s) for i in range(e.onset - 1, e.offset + 2)]
        at = e.apex - e.onset + 1
        assert strengths[0] == pytest.approx(0) and strengths[-1] == pytest.approx(0)
        assert strengths[at] == 1 and min(strengths[1:-1]) > 0
        assert np.all(np.diff(strengths[: at + 1]) > 0) and np.all(np.diff(strengths[at:]) <= 0)


def test_contempt_is_mostly_on_one_side():
    chance = random.Random(4)
    sides = [drawing.draw_sides(chance, ("AU14",)) for _ in range(200)]
    assert 0.75 < np.mean([min(s) < 0.5 for s in sides]) < 0.95
    sides = [drawing.draw_sides(chance, ("AU12",)) for _ in range(200)]
    assert 0.05 < np.mean([min(s) < 0.5 for s in sides]) < 0.25


# --- what the face does ---


def test_motion_is_that_of_the_head_and_of_the_face_apart():
    points = np.repeat(POINTS[None], 60, 0)
    points[:, :, 0] += 1.5 * np.arange(60)[:, None]  # the head moves
    points[30:, 48:68, 1] += 0.8 * np.arange(30)[:, None]  # the mouth goes down
    motion = measure(points, np.arange(60) / 30)
    assert motion.head_px200[10:50] == pytest.approx(1.5, abs=0.01)
    assert motion.face_px200[5:20] == pytest.approx(0, abs=0.01)
    assert motion.face_px200[40:50] == pytest.approx(0.8, abs=0.01)
    assert doing(motion, 5, 20).context(1 / 30) == "calm"
    assert doing(motion, 5, 20).context(1 / 60) == "head moving"  # 90 px/s


def test_a_turning_head_is_no_expression():
    angles = np.linspace(0, 0.5, 40)
    turn = np.array([[[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]] for a in angles])
    motion = measure((POINTS - 160) @ turn + 160, np.arange(40) / 30)
    assert motion.face_px200[3:37].max() < 0.02


def test_a_blink_a_talking_face_and_no_face_are_told():
    motion = measure(made_up_face.swaying(120), np.arange(120) / 30)
    assert doing(motion, 38, 48).context(1 / 30) == "blink"
    assert doing(motion, 60, 70).context(1 / 30) == "calm"
    points = made_up_face.swaying(120)
    points[60:70, 48:68, 1] += 12 * (np.arange(10) % 4 > 1)[:, None]
    points[80:90] = np.nan
    motion = measure(points, np.arange(120) / 30)
    assert doing(motion, 60, 70).context(1 / 30) == "speech or expression"
    assert doing(motion, 75, 82).context(1 / 30) == "no face"


def test_smoothing_leaves_what_was_not_found():
    points = np.repeat(POINTS[None], 20, 0)
    points[8:10] = np.nan
    out = smoothed(points, 2.0)
    assert np.isnan(out[8:10]).all() and np.allclose(out[~np.isnan(out)], points[~np.isnan(points)])


# --- videos ---


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
    assert len(ones) >= 4 and {p.label.video.video for p in ones} == {"anna_s1", "anna_s2"}
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
    frame = cv2.copyMakeBorder(dotted(POINTS[[8]]), 20, 60, 20, 60, cv2.BORDER_REPLICATE)
    place = view.of_points(POINTS + 20)[8]
    assert centre_of(view.of(frame), place, 6) == pytest.approx(place, abs=0.2)


def test_a_frozen_face_does_nothing_but_what_is_planted(planted):
    ones = read_planted(planted / "frozen")
    assert [(p.label, p.px200) for p in ones] == [(p.label, p.px200) for p in read_planted(planted)]
    assert all(p.doing.head_px200 == p.doing.face_px200 == 0 for p in ones)
    frames = frames_of(planted / "frozen" / "anna_s1.mp4")
    mine = [p.label for p in ones if p.label.video.video == "anna_s1"]
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


def test_what_cannot_be_written_is_one_line_and_leaves_nothing(footage, tmp_path, capsys):
    (tmp_path / "plain").write_text("a file where a folder must be")
    assert call(footage, tmp_path, *QUICK) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"plant.py: cannot write {tmp_path}/plain/anna_plain.mp4: ")
    assert [path.name for path in tmp_path.iterdir()] == ["plain"]


def test_frames_that_ffmpeg_cannot_write_are_an_error(tmp_path):
    clock = made_up_face.steady_clock(2)
    with (
        pytest.raises(UserError, match=r"cannot write \S*a.mp4: "),
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
    with pytest.raises(UserError, match="two videos are called a"):
        names("x/a.mp4", "y/a.mov")
    with pytest.raises(UserError, match="--subject"):
        names("a.mp4", "b.mp4", "--subject", "anna")
