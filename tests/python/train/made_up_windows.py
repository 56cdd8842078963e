"""Windows of rows and their labels, as mestr writes them: noise, and in each video one
micro-expression that moves the regions of its emotion."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

EMOTIONS = ("negative", "positive", "surprise", "others")
HEADER = "dataset,subject,video,onset,apex,offset,emotion,type"
VALUES = {"roi-flow-36-v1": 36, "roi-flow-10-v1": 10}


@dataclass(frozen=True)
class MadeUp:
    path: Path
    label_file: Path


def windows_of(series, window, hop):
    """[W, window, values]; each window's rows against its first one."""
    starts = range(0, len(series) - window + 1, hop)
    return np.stack([series[s : s + window] - series[s] for s in starts]), list(starts)


def write(path, kind="roi-flow-36-v1", subjects=4, used=60, step=1, window=10, fps=30, still=()):
    """`still`: subjects without a micro-expression."""
    path.mkdir(parents=True)
    entries, labels = [], [HEADER]
    for index in range(subjects):
        generator = np.random.default_rng(index)
        series = generator.normal(0, 0.05, (used, VALUES[kind])).astype(np.float32)
        onset, offset = 20 + index, 27 + index
        if index not in still:
            first = 2 * (index % len(EMOTIONS))
            series[onset : offset + 1, first : first + 2] += 1.5
            frames = ",".join(str(frame * step + 1) for frame in (onset, onset + 3, offset))
            labels.append(f"made,s{index},v,{frames},{EMOTIONS[index % len(EMOTIONS)]},micro")
        rows, starts = windows_of(series, window, window // 2)
        name = f"s{index}_v"
        np.save(path / f"{name}.npy", rows)
        entries.append(
            {
                "name": name,
                "dataset": "made",
                "subject": f"s{index}",
                "video": "v",
                "fps": fps,
                "dtype": "float32",
                "file": f"{name}.npy",
                "frames": used * step,
                "windows": len(rows),
                "window": {"frames": window, "hop_frames": window // 2, "frame_step": step},
                "faceless_frames": [0] * len(rows),
                "first_frames": [start * step + 1 for start in starts],
            }
        )
    manifest = {
        "format": 2,
        "features": kind,
        "row_shape": [VALUES[kind]],
        "variant": "mended",
        "videos": entries,
    }
    (path / "manifest.json").write_text(json.dumps(manifest))
    label_file = path.parent / "labels.csv"
    label_file.write_text("\n".join(labels) + "\n")
    return MadeUp(path, label_file)
