"""Plants into a video: the footage is read twice, once to follow the face, once to write it out again,
planted and plain, in one pass."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mestr.errors import InputError

from .drawing import Expression, Plan, draw
from .face_motion import FaceMotion, face_width, measure, smoothed
from .faces import follow_face, keep, kept_file
from .footage import Clock, Footage, VideoWriter, video_file
from .frozen import noise_seed, quietest_frame, still, with_noise
from .planted_set import VideoRows, add_videos, rows_of
from .warp import shift_field, warped

if TYPE_CHECKING:
    import numpy as np

ANCHOR_SMOOTHING_S = 0.06  # sigma: planted motion follows the head, not the landmarks' jitter
CUT_PX200 = 25.0  # no head moves so far from one frame to the next


@dataclass(frozen=True)
class Options:
    plan: Plan = field(default_factory=Plan)
    dataset: str = "real"
    seeds: tuple[int, ...] = (1,)
    start_s: float = 0.0
    end_s: float | None = None
    face_px: float | None = None  # cut to where the face goes, and scale it down to this width
    crf: float = 12.0
    noise: float = 1.0  # of frozen faces


@dataclass(frozen=True)
class View:
    """The part of the picture that is kept, and its scale."""

    left: int
    top: int
    right: int
    bottom: int
    scale: float

    def of(self, frame_bgr: "np.ndarray") -> "np.ndarray":
        import cv2
        import numpy as np

        part = frame_bgr[self.top : self.bottom, self.left : self.right]
        if self.scale < 1:
            part = cv2.resize(
                part, None, fx=self.scale, fy=self.scale, interpolation=cv2.INTER_AREA
            )
        return np.ascontiguousarray(part)

    def of_points(self, points: "np.ndarray") -> "np.ndarray":
        return (points - (self.left, self.top) + 0.5) * self.scale - 0.5


WHOLE = View(0, 0, 1 << 30, 1 << 30, 1.0)
MARGIN = (0.35, 0.5)  # kept around the face, across and above, in its widths


def view_on_face(points: "np.ndarray", face_px: float) -> View:
    import numpy as np

    width = float(np.nanmedian(face_width(points)))
    low, high = np.nanmin(points, (0, 1)), np.nanmax(points, (0, 1))
    across, above = MARGIN[0] * width, MARGIN[1] * width
    edges = (low[0] - across, low[1] - above, high[0] + across, high[1] + across)
    left, top, right, bottom = (max(0, round(v)) for v in edges)
    return View(left, top, right, bottom, min(1.0, face_px / width))


@dataclass(frozen=True)
class Take:
    """The part of a video that is used, and what the face does in it."""

    path: Path
    name: str
    first: int  # frame of the video
    clock: Clock
    found: "np.ndarray"  # landmarks, in the view
    points: "np.ndarray"  # the same, smoothed: what is planted goes along with them
    motion: FaceMotion
    usable: "np.ndarray"
    view: View

    def frames_bgr(self) -> Iterator["np.ndarray"]:
        end = self.first + len(self.clock.ticks)
        for index, frame in enumerate(Footage(self.path).frames_bgr()):
            if self.first <= index < end:
                yield self.view.of(frame)


def take_of(path: Path, name: str, options: Options, faces: Path) -> Take:
    import numpy as np

    points, clock = follow_face(path, faces)
    times_s = clock.times_s() - (float(clock.ticks[0] * clock.tick_s) if clock.ticks else 0.0)
    end_s = np.inf if options.end_s is None else options.end_s
    used = np.flatnonzero((times_s >= options.start_s) & (times_s < end_s))
    if len(used) < 2:
        raise InputError(f"{path}: no frames from {options.start_s:g} to {end_s:g} s")
    first, end = int(used[0]), int(used[-1]) + 1
    points, clock = points[first:end], clock.part(first, end)
    if np.isnan(points).all():
        raise InputError(f"{path}: no face was found in it")
    view = WHOLE if options.face_px is None else view_on_face(points, options.face_px)
    motion = measure(points, clock.times_s())
    usable = ~np.isnan(motion.opening) & ~(np.nan_to_num(motion.head_px200) > CUT_PX200)
    found = view.of_points(points)
    anchors = smoothed(found, ANCHOR_SMOOTHING_S / motion.frame_s())
    return Take(path, name, first, clock, found, anchors, motion, usable, view)


def planted_frame(
    frame_bgr: "np.ndarray",
    index: int,
    expressions: Sequence[Expression],
    points: "np.ndarray",
    times_s: "np.ndarray",
) -> "np.ndarray":
    """The frame itself where nothing is planted."""
    for e in expressions:
        if e.onset <= index <= e.offset:
            size = e.px200 * e.strength(index, times_s)
            return warped(frame_bgr, shift_field(e.units, e.sides, points[index], size))
    return frame_bgr


def drawn(take: Take, options: Options) -> dict[str, list[Expression]]:
    """What is planted, by the videos' names; nothing where its size is 0."""
    plan, times_s = options.plan, take.motion.times_s
    return {
        f"{take.name}_s{seed}": draw(plan, seed, take.name, times_s, take.usable)
        if plan.px200[1] > 0
        else []
        for seed in options.seeds
    }


def plant(take: Take, options: Options, output: Path, faces: Path) -> list[VideoRows]:
    """Writes the videos and the rows of the folder's tables. Gives what was planted."""
    planted = drawn(take, options)
    plain_name = f"{take.name}_plain"
    plain_path = output / "plain" / f"{plain_name}.mp4"
    with ExitStack() as stack:

        def video(path: Path) -> VideoWriter:
            return stack.enter_context(video_file(path, take.clock, options.crf))

        plain = video(plain_path)
        files = {name: video(output / f"{name}.mp4") for name in planted}
        for index, frame in enumerate(take.frames_bgr()):
            plain.write(frame)
            for name, file in files.items():
                expressions, times_s = planted[name], take.motion.times_s
                file.write(planted_frame(frame, index, expressions, take.points, times_s))
    # The plain twin is the footage: its face need not be looked for again.
    keep(kept_file(plain_path, faces), take.found, take.clock)
    rows = [rows_of(options.dataset, take.name, n, e, take.motion) for n, e in planted.items()]
    add_videos(output, rows)
    plain_rows = rows_of(options.dataset, take.name, plain_name, [], take.motion)
    add_videos(output / "plain", [plain_rows])
    return rows


def plant_frozen(take: Take, options: Options, output: Path) -> None:
    """The same expressions on one frame of the take, as long as the take."""
    import numpy as np

    chosen = quietest_frame(take.motion, take.usable)
    picture = next(f for i, f in enumerate(take.frames_bgr()) if i == chosen)
    points = np.broadcast_to(take.points[chosen], take.points.shape)
    motion = still(take.motion)
    rows = []
    for name, expressions in drawn(take, options).items():
        seed = noise_seed(name)
        with video_file(output / f"{name}.mp4", take.clock, options.crf) as file:
            for index in range(len(motion.times_s)):
                frame = planted_frame(picture, index, expressions, points, motion.times_s)
                file.write(with_noise(frame, options.noise, seed, index))
        rows.append(rows_of(options.dataset, take.name, name, expressions, motion))
    add_videos(output, rows)
