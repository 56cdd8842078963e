#!/usr/bin/env python3
"""The published baseline (MEAN) as a careful user would write it in Python, to compare `mestr run` with: the face is
detected once a video, videos are shared by processes, and each stage is the call of a library: OpenCV's DualTVL1, dlib,
TorchScript, scipy. It knows good input alone.

  tests/microbench/python_baseline.py manifest.csv --model MODEL.pt --jobs 2 --json found.json

The manifest is that of `mestr synth`: video files, or folders of JPEG frames. Needs opencv-contrib, dlib, torch, scipy.
"""

import argparse
import csv
import json
import multiprocessing
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import dlib
import numpy as np
import torch
from numpy.typing import NDArray
from scipy.signal import find_peaks

SIDE_PX = 128
JPEG_QUALITY = 95
MARGIN_PX = 12
ROI_SIZE = (42, 21)
PAIRS_A_CALL = 16
SAVED_FLOWS = 8
LANDMARKS = "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"

Gray = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """Of a model's record: frames at its rate, and the threshold parameter."""

    path: str
    classes: list[str]
    k_frames: int
    k_p_frames: int
    p: float


@dataclass(frozen=True)
class Found:
    """Frames count from 0, both included."""

    onset: int
    offset: int
    emotion: str


class Costs:
    """Processor seconds of this process by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.items: dict[str, int] = defaultdict(int)

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        begin = time.process_time()
        yield
        self.seconds[stage] += time.process_time() - begin
        self.items[stage] += 1


def read_record(path: str) -> Model:
    files = {"mestr.json": ""}
    torch.jit.load(path, _extra_files=files)
    record = json.loads(files["mestr.json"])
    return Model(path, record["classes"], record["k_frames"], record["k_p_frames"], record["p"])


def read_manifest(path: Path) -> dict[str, Path]:
    """By "dataset/subject/video"."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {f"{row['dataset']}/{row['subject']}/{row['video']}": path.parent / row["path"] for row in rows}


def frames_of(clip: Path, costs: Costs) -> Iterator[NDArray[np.uint8]]:
    if clip.is_dir():
        for file in sorted(clip.glob("*.jpg"), key=lambda file: file.name):
            with costs.of("decode"):
                frame = cv2.imread(str(file))
            yield frame
        return
    video = cv2.VideoCapture(str(clip))
    while True:
        with costs.of("decode"):
            there, frame = video.read()
        if not there:
            return
        yield frame


class Loaded:
    """What a process loads once."""

    def __init__(self, model: Model) -> None:
        cv2.setNumThreads(1)  # videos are shared by processes
        torch.set_num_threads(1)
        self.model = model
        self.detector = dlib.get_frontal_face_detector()
        self.landmarks = dlib.shape_predictor(LANDMARKS)
        self.tvl1 = cv2.optflow.DualTVL1OpticalFlow_create()
        self.network = torch.jit.load(model.path)


def detect(frame: NDArray[np.uint8], loaded: Loaded) -> tuple[slice, slice]:
    """Of BGR, as the published code."""
    boxes, confidences, _ = loaded.detector.run(frame, 1)
    box = boxes[int(np.argmax(confidences))]
    return slice(max(0, box.top()), box.bottom()), slice(max(0, box.left()), box.right())


def cut(frame: NDArray[np.uint8], box: tuple[slice, slice]) -> Gray:
    crop = cv2.resize(frame[box], (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_LINEAR)
    _, jpeg = cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE)


def regions_of(crop: Gray, loaded: Loaded) -> list[tuple[slice, slice]]:
    """The eyes' and the mouth's, from dlib's 68 points."""
    points = loaded.landmarks(crop, dlib.rectangle(0, 0, SIDE_PX, SIDE_PX))
    x = [points.part(i).x for i in range(68)]
    y = [points.part(i).y for i in range(68)]

    def region(top: int, bottom: int, left: int, right: int) -> tuple[slice, slice]:
        edges = np.clip([top - MARGIN_PX, bottom + MARGIN_PX, left - MARGIN_PX, right + MARGIN_PX], 0, SIDE_PX)
        return slice(edges[0], edges[1]), slice(edges[2], edges[3])

    eyes = region(min(y[19], y[24]), max(y[41], y[46]), x[17], x[26])
    return [eyes, region(y[50], y[57], x[60], x[64])]


def features_of(flow: Floats, regions: list[tuple[slice, slice]]) -> Floats:
    """(3, 42, 42): u, v and the optical strain, each in [0, 1], eyes above mouth."""
    u, v = flow[..., 0], flow[..., 1]
    u_x, v_x = np.diff(u, axis=1, prepend=u[:, :1]), np.diff(v, axis=1, prepend=v[:, :1])
    u_y, v_y = np.diff(u, axis=0, prepend=u[:1]), np.diff(v, axis=0, prepend=v[:1])
    channels = [u, v, np.sqrt(u_x**2 + v_y**2 + (u_y + v_x) ** 2 / 2)]
    scaled = [(channel - channel.min()) / max(float(np.ptp(channel)), 1e-30) for channel in channels]
    return np.stack([np.concatenate([cv2.resize(image[at], ROI_SIZE) for at in regions]) for image in scaled])


def spot(scores: Floats, emotions: NDArray[np.int64], model: Model, frames: int) -> list[Found]:
    k_p = model.k_p_frames
    smoothed = np.convolve(scores.astype(np.float64), np.ones(2 * k_p), mode="same") / (2 * k_p)
    threshold = smoothed.mean() + model.p * (smoothed.max() - smoothed.mean())
    found = []
    for peak in find_peaks(smoothed, height=threshold, distance=k_p)[0]:
        votes = Counter(emotions[max(0, peak - k_p) : max(peak, 1)].tolist())
        emotion = model.classes[votes.most_common(1)[0][0]]
        found.append(Found(max(0, int(peak) - k_p), min(frames - 1, int(peak) + k_p), emotion))
    return found


def crops_of(clip: Path, loaded: Loaded, costs: Costs) -> list[Gray]:
    crops: list[Gray] = []
    box: tuple[slice, slice] | None = None
    for frame in frames_of(clip, costs):
        if box is None:
            with costs.of("detection"):
                box = detect(frame, loaded)
        with costs.of("crop"):
            crops.append(cut(frame, box))
    return crops


def save_flows(clip: Path, model: Model, file: Path) -> None:
    """(n, 128, 128, 2) of the clip's first pairs."""
    loaded = Loaded(model)
    crops = crops_of(clip, loaded, Costs())[: model.k_frames + SAVED_FLOWS]
    pairs = zip(crops, crops[model.k_frames :], strict=False)
    np.save(file, np.stack([loaded.tvl1.calc(first, second, None) for first, second in pairs]))


def find(clip: Path, loaded: Loaded) -> tuple[list[Found], Costs]:
    costs = Costs()
    crops = crops_of(clip, loaded, costs)
    with costs.of("landmarks"):
        regions = regions_of(crops[0], loaded)
    rows = []
    for first, second in zip(crops, crops[loaded.model.k_frames :], strict=False):
        with costs.of("flow"):
            flow = loaded.tvl1.calc(first, second, None)
        with costs.of("features"):
            rows.append(features_of(flow, regions))
    outputs = []
    with torch.no_grad():
        for begin in range(0, len(rows), PAIRS_A_CALL):
            with costs.of("network"):
                outputs.append(loaded.network(torch.from_numpy(np.stack(rows[begin : begin + PAIRS_A_CALL]))))
    scores, probabilities = (torch.cat(parts).numpy() for parts in zip(*outputs, strict=True))
    return spot(scores, probabilities.argmax(axis=1), loaded.model, len(crops)), costs


_loaded: list[Loaded] = []  # of this process


def find_in_pool(clip: Path) -> tuple[list[Found], Costs]:
    return find(clip, _loaded[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--model", required=True, help="a MEAN of mestr's")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: %(default)s)")
    parser.add_argument("--json", type=Path, default=Path("found.json"), help="where to write what was found")
    parser.add_argument("--flows", type=Path, help="compute the flow of a few pairs alone, into this .npy")
    args = parser.parse_args()
    model = read_record(args.model)
    clips = read_manifest(args.manifest)
    if args.flows:
        save_flows(next(iter(clips.values())), model, args.flows)
        return
    with multiprocessing.Pool(args.jobs, lambda: _loaded.append(Loaded(model))) as pool:
        results = pool.map(find_in_pool, clips.values(), chunksize=1)
    stages: dict[str, list[float]] = defaultdict(lambda: [0, 0])
    for _, costs in results:
        for stage, seconds in costs.seconds.items():
            stages[stage][0] += 1000 * seconds
            stages[stage][1] += costs.items[stage]
    report = {
        "opencv": cv2.__version__,
        "opencv_file": cv2.__file__,
        "ipp": bool(cv2.ipp.useIPP()),
        "dlib": dlib.__version__,
        "torch": torch.__version__,
        "stage_cpu_ms": {stage: ms / items for stage, (ms, items) in stages.items()},
        "found": {
            name: [asdict(found) for found in intervals] for name, (intervals, _) in zip(clips, results, strict=True)
        },
    }
    args.json.write_text(json.dumps(report, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
