"""Features of kind "flow-grid-v1" and their labels, as mestr writes them: noise, and in each video one
micro-expression that moves a part of the face."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mestr.labels import read_labels
from mestr.train.feature_set import read_features
from mestr.train.kinds import SEQUENCE_ROWS

FRAMES, K, FPS = 100, 3, 30
EXPRESSION = (50, 62)  # onset, offset, 0-based
EMOTIONS = ("positive", "negative", "surprise")
HEADER = "dataset,subject,video,onset,apex,offset,emotion,type"


@dataclass(frozen=True)
class MadeUp:
    path: Path
    label_file: Path

    def read(self):
        return read_features([self.path], SEQUENCE_ROWS)

    def labels(self):
        return read_labels(self.label_file)


def rows_of(index):
    """Noise; out and back in a part of the face that tells the emotion."""
    generator = np.random.default_rng(index)
    values = generator.normal(0, 0.05, (FRAMES - K, *SEQUENCE_ROWS.shape)).astype(np.float16)
    onset, offset = EXPRESSION
    part = slice(4 + 8 * (index % 3), 12 + 8 * (index % 3))
    values[onset - K : onset + 3, :, part, 8:24] += np.float16(0.5)
    values[offset - 5 : offset, :, part, 8:24] -= np.float16(0.5)
    return values


def write(path, videos=3, pause_at=None):
    path.mkdir(parents=True)
    entries, labels = [], [HEADER]
    onset, offset = EXPRESSION
    for index in range(videos):
        values = rows_of(index)
        emotion = EMOTIONS[index % len(EMOTIONS)]
        stretches = [{"first_frame": 1, "pairs": FRAMES - K}]
        if pause_at is not None:
            values = np.delete(values, slice(pause_at - K, pause_at), axis=0)
            stretches = [
                {"first_frame": 1, "pairs": pause_at - K},
                {"first_frame": pause_at + 1, "pairs": FRAMES - K - pause_at},
            ]
        name = f"s{index}_v"
        np.save(path / f"{name}.npy", values)
        entries.append(
            {
                "name": name,
                "dataset": "made",
                "subject": f"s{index}",
                "video": "v",
                "fps": FPS,
                "k_frames": K,
                "dtype": "float16",
                "file": f"{name}.npy",
                "frames": FRAMES,
                "first_face_frame": 1,
                "pairs": len(values),
                "stretches": stretches,
            }
        )
        labels.append(f"made,s{index},v,{onset + 1},{onset + 5},{offset + 1},{emotion},micro")
    manifest = {
        "format": 2,
        "features": SEQUENCE_ROWS.name,
        "row_shape": list(SEQUENCE_ROWS.shape),
        "videos": entries,
    }
    (path / "manifest.json").write_text(json.dumps(manifest))
    label_file = path.parent / "labels.csv"
    label_file.write_text("\n".join(labels) + "\n")
    return MadeUp(path, label_file)
