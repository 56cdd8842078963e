#!/usr/bin/env python3
"""The tables of docs/benchmarks.md from what `mestr bench --json` measured.

  scripts/benchmark_page.py bench.json docs/benchmarks.md

scripts/update_benchmarks.sh measures everything and calls this.
"""

import argparse
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import source_tree  # noqa: F401
from mestr.errors import InputError
from mestr.files import read_json
from mestr.programs import exit_code_of
from mestr_documents.markdown import table, update
from mestr_documents.processor_model import PROCESSORS, Work, measured_part, works_on

MADE_BY = "mestr bench --json"

Json = dict[str, Any]


def number(value: float) -> str:
    """Three significant digits, without an exponent."""
    digits = 2 - math.floor(math.log10(abs(value))) if value else 0
    return f"{value:.{max(0, digits)}f}"


def spread(values: Json | None, unit: str = "") -> str:
    """Median and, where there were several, quartiles."""
    if values is None:
        return ""
    text = number(values["median"]) + unit
    if values["n"] < 2:
        return text
    return f"{text} ({number(values['first_quartile'])} - {number(values['third_quartile'])})"


def median(values: Json) -> str:
    return number(values["median"])


def machine_text(bench: Json) -> str:
    machine, build, libraries = bench["machine"], bench["build"], bench["libraries"]
    generation = ""
    if machine["cpu_family"] is not None:
        generation = f" (family {machine['cpu_family']}, model {machine['cpu_model']})"
    load = "" if machine["load_at_start"] is None else f", load {number(machine['load_at_start'])} at the start"
    versions = ", ".join(f"{name} {libraries[name]}" for name in ("opencv", "torch", "dlib", "libavcodec"))
    return (
        f"{machine['cpu']}{generation}, {machine['processors']} processors, {number(machine['memory_gib'])} GiB{load}; "
        f"{build['compiler']}, {build['type']}; {versions}; commit {build['commit']}. `{bench['command']}`. "
        f"{bench['device'][0].upper()}{bench['device'][1:]}. Medians, quartiles in brackets."
    )


def flow_table(bench: Json) -> str:
    timings = bench["flow"]["timings"]
    head = [
        "pairs",
        "size",
        "threads",
        "engine",
        "ms a pair",
        "CPU ms",
        "OpenCV's time / its own",
        "CPU x",
    ]
    rows = [
        [
            timing["kind"],
            f"{timing['width']}x{timing['height']}",
            str(timing["threads"]),
            timing["engine"],
            spread(timing["ms_per_pair"]),
            median(timing["cpu_ms_per_pair"]),
            spread(timing["speedup"], "x") if timing["engine"] != "opencv" else "",
            spread(timing["cpu_speedup"], "x") if timing["engine"] != "opencv" else "",
        ]
        for timing in timings
    ]
    checks = "; ".join(
        f"{check['engine']} on {check['kind']} pairs "
        + (
            "equals OpenCV in every bit"
            if check["equal_bits"]
            else f"is off by {check['mean_px']:.2g} px in the mean, {check['max_px']:.2g} px at most"
        )
        for check in bench["flow"]["checks"]
        if check["engine"] != "opencv"
    )
    return f"{table(head, rows)}\n\nChecked: {checks}."


def stage_rows(stages: Iterable[Json]) -> list[list[str]]:
    return [
        [
            stage["stage"],
            stage["item"],
            spread(stage["ms_per_item"]),
            spread(stage["cpu_ms_per_item"]),
            number(1000 / stage["ms_per_item"]["median"]),
            spread(stage["cpu_speedup"], "x"),
        ]
        for stage in stages
    ]


def clip_name(clip: Json) -> str:
    return f"{clip['clip']}, {clip['width']}x{clip['height']}"


def stages_table(bench: Json) -> str:
    head = ["stage", "of a", "ms", "CPU ms", "a second", "whole frame's CPU time / the box's"]
    return "\n\n".join(f"{clip_name(clip)}:\n\n{table(head, stage_rows(clip['stages']))}" for clip in bench["stages"])


def whole_rows(whole: Json) -> list[list[str]]:
    clip = f"{whole['clip']}, {whole['width']}x{whole['height']}, {whole['frames']} frames"

    def row(name: str, seconds: Json, cpu_s: Json) -> list[str]:
        return [clip, name, spread(seconds), number(whole["frames"] / seconds["median"]), spread(cpu_s)]

    rows = []
    if "reference_s" in whole:
        rows.append([*row("published", whole["reference_s"], whole["reference_cpu_s"]), *[""] * 5])
        rows.append([*row("detecting once", whole["detecting_once_s"], whole["detecting_once_cpu_s"]), *[""] * 5])
    for run in whole["runs"]:
        ratios = ("speedup", "cpu_speedup", "detecting_once_speedup", "detecting_once_cpu_speedup")
        name = f"mestr run, {run['engine']}" if run["engine"] else "mestr run"
        row_of_run = [*row(name, run["seconds"], run["cpu_s"]), *(spread(run.get(ratio), "x") for ratio in ratios)]
        rows.append([*row_of_run, f"{run['max_score_difference']:.2g}" if "max_score_difference" in run else ""])
    return rows


def whole_table(bench: Json) -> str:
    head = ["clip", "pipeline", "seconds", "frames a second", "CPU s", "x", "CPU x", "x, detecting once", "CPU x"]
    head.append("scores differ by")
    return table(head, [row for whole in bench["whole"] for row in whole_rows(whole)])


def video_text(run: Json) -> str:
    count = "" if run["videos"] == 1 else f"{run['videos']} x "
    return f"{count}{number(run['seconds'] / run['videos'])} s, {run['width']}x{run['height']}"


def scaling_table(bench: Json) -> str:
    head = ["processors", "video", "frames a second", "x of one processor", "peak memory, MiB"]
    scaling = bench["scaling"]
    rows = [
        [
            str(run["processors"]),
            video_text(run),
            spread(run["frames_per_s"]),
            spread(run["speedup"], "x"),
            "" if run["peak_memory_mib"] is None else number(run["peak_memory_mib"]),
        ]
        for run in scaling["processors"] + scaling["many"] + scaling["lengths"]
    ]
    return table(head, rows)


def model_row(clip: Json, work: Work) -> list[str]:
    name, cap = work.cap()
    row = [clip_name(clip), work.videos, work.alignment, number(work.ms)]
    row += [number(work.frames_per_s(processors)) for processors in PROCESSORS]
    return [*row, f"{name}, {number(cap)} ({number(work.processors_of_cap())} processors)"]


def model_table(bench: Json) -> str:
    head = ["clip", "videos", "alignment", "CPU ms a frame", *(f"frames a second on {n}" for n in PROCESSORS), "cap"]
    text = table(head, [model_row(clip, work) for clip in bench["stages"] for work in works_on(clip)])
    if found := measured_part(bench):
        run, said = found
        parts = {key: value if key == "n" else 100 * value / said for key, value in run["frames_per_s"].items()}
        text += (
            f"\n\nMeasured ({video_text(run)}; {run['processors']} processors): {spread(run['frames_per_s'])} frames a "
            f"second, {spread(parts)} % of the {number(said)} that the model has for them."
        )
    return text


def windows_table(bench: Json) -> str:
    head = ["clip", "way", "CPU ms a window", "x", "CPU x", "CPU x with decoding"]
    rows = []
    for timing in bench["windows"]:
        clip = f"{timing['width']}x{timing['height']}, {timing['window']['frames']} used frames"
        for way in timing["ways"]:
            ratios = [spread(way[name], "x") for name in ("speedup", "cpu_speedup", "cpu_speedup_with_decoding")]
            rows.append([clip, way["way"], spread(way["cpu_ms_per_window"]), *ratios])
    return table(head, rows)


def make_page(bench_file: Path, page: Path) -> None:
    bench = read_json(bench_file, MADE_BY)
    parts = {
        "flow": flow_table,
        "stages": stages_table,
        "whole": whole_table,
        "scaling": scaling_table,
        "model": model_table,
        "windows": windows_table,
    }
    missing = [name for name in parts if name != "model" and not bench[name]]
    if missing or not bench["scaling"]["many"] or not bench["scaling"]["lengths"]:
        # One machine's line stands above all of them.
        raise InputError(f"{bench_file} lacks {', '.join(missing) or 'scaling'}: all parts of mestr bench are needed")
    tables = {"machine": machine_text(bench)} | {name: of_part(bench) for name, of_part in parts.items()}
    update(page, tables)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path, help="of mestr bench --json")
    parser.add_argument("page", type=Path, help="a Markdown file with places for the tables")
    args = parser.parse_args()
    return exit_code_of(lambda: make_page(args.bench, args.page))


if __name__ == "__main__":
    raise SystemExit(main())
