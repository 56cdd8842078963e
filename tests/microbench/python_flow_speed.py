#!/usr/bin/env python3
"""Times mestr.tvl1 of the Python package beside the flow of `mestr bench`: CPU ms a pair of 128 x 128 px on one thread,
of pairs in which no iteration ends early, so that each takes as many. Turns alternate; the medians are compared."""

import argparse
import itertools
import json
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

import mestr

SIDE_PX = 128
NEVER_REACHED = 1e-9


def bench_ms(program: str, pairs: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.json"
        command = [program, "bench", "--parts", "flow", "--engines", "exact", "--threads", "1", "--sizes", str(SIDE_PX)]
        command += ["--pairs", str(pairs), "--repetitions", "2", "--json", str(file)]
        subprocess.run(command, check=True, capture_output=True)
        timings = json.loads(file.read_text(encoding="utf-8"))["flow"]["timings"]
    return next(float(timing["cpu_ms_per_pair"]["median"]) for timing in timings if timing["kind"] == "motion")


def package_ms(pairs: int) -> float:
    images = np.random.default_rng(1).integers(0, 256, (pairs + 1, SIDE_PX, SIDE_PX), dtype=np.uint8)
    times = []
    for first, second in itertools.pairwise(images):
        begin = time.thread_time()
        mestr.tvl1(first, second, epsilon=NEVER_REACHED)
        times.append(1000 * (time.thread_time() - begin))
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mestr", default="mestr", help="the program (default: %(default)s)")
    parser.add_argument("--pairs", type=int, default=4, help="a turn (default: %(default)s)")
    parser.add_argument("--turns", type=int, default=3, help="of each (default: %(default)s)")
    args = parser.parse_args()
    turns = [(bench_ms(args.mestr, args.pairs), package_ms(args.pairs)) for _ in range(args.turns)]
    bench, package = (statistics.median(column) for column in zip(*turns, strict=True))
    print(f"mestr bench {bench:.2f} ms, mestr.tvl1 {package:.2f} ms: {100 * (package / bench - 1):+.1f} %")


if __name__ == "__main__":
    main()
