#!/usr/bin/env python3
"""Plants micro-expressions of known kind, size and time into face videos.

  scripts/plant.py anna.mp4 ben.mov -o planted --seeds 1,2 --frozen
  mestr run planted/manifest.csv -o out --config demo
  mestr evaluate --pred out --truth planted/labels.csv

The footage keeps its head motion, blinks, speech, light and noise. For 0.17 to 0.5 s the skin is moved
where the muscles of an expression would move it, smoothly, anchored to the landmarks that dlib finds,
and only where a face is seen. All frames and their times stay; sound is left out.

Writes to the folder NAME_sSEED.mp4, manifest.csv and labels.csv as mestr reads them, and truth.csv: of
each its largest shift in px at a face width of 200 (px200), action units, how strong the left and the
right side of the picture are, and what the real face did meanwhile: head and face in px a frame at that
width, and whether the eyes close. plain/ gets the same frames in the same encoding with nothing
planted, where every find is a false alarm. Same video, options and seed: the same files. A video that is
made again replaces its rows; several calls may go into one folder.

Needs ffmpeg, OpenCV and dlib for Python, and dlib's landmark model; scripts/real_benchmark.sh calls it
with a Python that has them.
"""

import argparse
import math
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import source_tree  # noqa: F401
from mestr.errors import ConfigError
from mestr.programs import exit_code_of
from mestr_plant.drawing import Plan
from mestr_plant.planting import Options, plant, plant_frozen, take_of


def numbers(text: str) -> tuple[float, ...]:
    values = tuple(float(part) for part in text.split(","))
    if not all(math.isfinite(v) and v >= 0 for v in values):
        raise ValueError
    return values


def sizes(text: str) -> tuple[float, float]:
    low, *rest = numbers(text)
    high = rest[0] if rest else low
    if len(rest) > 1 or low > high or high > 5 or (high > 0 and low == 0):
        raise ValueError
    return low, high


def seeds(text: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(part) for part in text.split(",")))


def positive(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value > 0):
        raise ValueError
    return value


def at_least_0(text: str) -> float:
    (value,) = numbers(text)
    return value


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument("videos", type=Path, nargs="+", metavar="VIDEO")
    p.add_argument(
        "-o", "--output", type=Path, required=True, help="folder for all that is written"
    )
    p.add_argument("--subject", help="of one video (default: its file's name)")
    p.add_argument("--dataset", default="real", help="of the tables (default: real)")
    p.add_argument("--seeds", type=seeds, default=(1,), help="one planted video each (default: 1)")
    p.add_argument(
        "--intensity",
        type=sizes,
        default=(1.0, 4.0),
        metavar="MIN,MAX",
        help="largest shift in px at a face width of 200, up to 5; 0 plants nothing (default: 1,4)",
    )
    p.add_argument("--per-minute", type=positive, default=14.0, help="how many (default: 14)")
    p.add_argument(
        "--gap", type=at_least_0, default=0.7, help="least seconds between two (default: 0.7)"
    )
    p.add_argument(
        "--start", type=at_least_0, default=0.0, help="second from which the video is used"
    )
    p.add_argument("--end", type=positive, help="second up to which it is")
    p.add_argument(
        "--face",
        type=positive,
        metavar="PX",
        help="cuts to the face and scales it down to this width",
    )
    p.add_argument("--crf", type=at_least_0, default=12.0, help="H.264's quality (default: 12)")
    p.add_argument(
        "--frozen",
        action="store_true",
        help="also frozen/: one frame of each video, repeated with a camera's noise, planted",
    )
    p.add_argument("--noise", type=at_least_0, default=1.0, help="of frozen faces (default: 1)")
    p.add_argument("--faces", type=Path, help="where landmarks are kept (default: OUTPUT/faces)")
    return p


def names_of(arguments: argparse.Namespace) -> list[str]:
    """Of the subjects: they become names of files, and cells that spreadsheet programs may open."""
    videos = arguments.videos
    if arguments.subject is not None and len(videos) > 1:
        raise ConfigError("--subject names the person of one video, and there are several")
    given = [arguments.subject] if arguments.subject else [video.stem for video in videos]
    names = [re.sub(r"\W+", "_", name).strip("_") or "video" for name in given]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"two videos are called {name}: plant one at a time, with --subject")
    return names


def plant_all(arguments: argparse.Namespace) -> None:
    options = Options(
        plan=Plan(arguments.intensity, arguments.per_minute, arguments.gap),
        dataset=arguments.dataset,
        seeds=arguments.seeds,
        start_s=arguments.start,
        end_s=arguments.end,
        face_px=arguments.face,
        crf=arguments.crf,
        noise=arguments.noise,
    )
    faces = arguments.faces or arguments.output / "faces"
    for path, name in zip(arguments.videos, names_of(arguments), strict=True):
        take = take_of(path, name, options, faces)
        for rows in plant(take, options, arguments.output, faces):
            print(f"{arguments.output / rows.manifest[3]}: {len(rows.labels)} planted")
        if arguments.frozen:
            plant_frozen(take, options, arguments.output / "frozen")


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    return exit_code_of(lambda: plant_all(arguments), "plant.py")


if __name__ == "__main__":
    sys.exit(main())
