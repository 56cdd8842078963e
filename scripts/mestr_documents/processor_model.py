"""A model of more processors, from each stage by itself on one of them, as `mestr bench --parts stages` times it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

PROCESSORS = (2, 8, 32, 64)
FOLDER_FRAMES, FILE_FRAMES = 60, 1800  # of each of many videos
ALIGNMENTS = {"crop": "cropping", "similarity": "tracking"}


@dataclass(frozen=True)
class Work:
    """What a frame takes, processor ms."""

    videos: str
    alignment: str
    ms: float  # in all stages
    in_order_ms: dict[str, float]  # in those that have one frame at a time: the name for people, and its time

    def cap(self) -> tuple[str, float]:
        """The slowest stage that has one frame at a time, and the frames that it does a second."""
        name, slowest_ms = max(self.in_order_ms.items(), key=lambda stage: stage[1])
        return name, 1000 / slowest_ms

    def frames_per_s(self, processors: float) -> float:
        """N processors compute N / (sum of all stages) frames a second, as nothing waits but for the stages that have
        one frame at a time, until the slowest of those is the cap. Memory bandwidth, disks and clocks that sink under
        load are not in it: it is an upper limit."""
        return min(1000 * processors / self.ms, self.cap()[1])

    def processors_of_cap(self) -> float:
        """From how many on more of them change nothing."""
        return self.cap()[1] * self.ms / 1000


def work_on(clip: Json, alignment: str, frames: int | None) -> Work:
    """Of a clip's stages: many videos of so many frames at the same time, or, without a number, a long one. Each
    begins with a detection, of which a long one's frames have no part. Many share nothing but the network, which has
    one call at a time; in one, tracking or cropping follows the order of frames, and so does the decoding of a file,
    with whatever FFmpeg's threads make of it (wall time), but not that of a folder's frames."""
    times = {stage["stage"]: stage for stage in clip["stages"]}
    ms = {name: stage["cpu_ms_per_item"]["median"] for name, stage in times.items()}
    decode = "decode, face's box" if alignment == "crop" else "decode"
    total_ms = sum(ms[stage] for stage in (decode, alignment, "flow", "features", "network"))
    in_order_ms = {"the network": ms["network"]}
    if frames is None:
        in_order_ms[ALIGNMENTS[alignment]] = ms[alignment]
        if not clip["is_folder"]:
            in_order_ms["decoding"] = times[decode]["ms_per_item"]["median"]
    else:
        total_ms += ms["detection"] / frames
    kind = "folder" if clip["is_folder"] else "video"
    videos = f"one long {kind}" if frames is None else f"many {kind}s of {frames} frames"
    return Work(videos, alignment, total_ms, in_order_ms)


def works_on(clip: Json) -> Iterator[Work]:
    for frames in (FOLDER_FRAMES if clip["is_folder"] else FILE_FRAMES, None):
        for alignment in ALIGNMENTS:
            yield work_on(clip, alignment, frames)


def measured_part(bench: Json) -> tuple[Json, float] | None:
    """The run of many videos on most processors and what the model says of it, frames a second; nothing where no stages
    of such frames were timed."""
    run = bench["scaling"]["many"][-1]
    for clip in bench["stages"]:
        if clip["is_folder"] and (clip["width"], clip["height"]) == (run["width"], run["height"]):
            alignment = bench["options"]["config"]["face"]["alignment"]
            work = work_on(clip, alignment, run["frames"] // run["videos"])
            return run, work.frames_per_s(run["processors"])
    return None
