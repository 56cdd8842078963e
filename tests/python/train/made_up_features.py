"""A feature folder and a label CSV as `mestr features` and the label converters write them, with
patterns that are easy to learn: each class moves another part of the face."""

import json

import numpy as np

CLASSES = ("negative", "positive", "surprise")
K = 3
LENGTH = 12  # offset - onset
HEADER = "dataset,subject,video,onset,apex,offset,emotion,type"


def pattern(emotion, strength):
    """What a pair of frames with this much motion looks like, around 0.5."""
    image = np.zeros((3, 42, 42), np.float32)
    rows, columns = {
        "negative": (slice(2, 12), slice(4, 18)),
        "positive": (slice(26, 36), slice(4, 18)),
        "surprise": (slice(2, 12), slice(24, 38)),
        "others": (slice(26, 36), slice(24, 38)),
    }[emotion]
    image[:, rows, columns] = strength
    return image


def counted_from_1(entry):
    """An entry of format 1 as one of format 2."""
    changed = {**entry, "first_face_frame": entry["first_face_frame"] + 1}
    if "onset_apex_events" in entry:
        changed["onset_apex_events"] = [
            {key: value if key == "emotion" else value + 1 for key, value in event.items()}
            for event in entry["onset_apex_events"]
        ]
    if "stretches" in entry:
        changed["stretches"] = [
            {**stretch, "first_frame": stretch["first_frame"] + 1} for stretch in entry["stretches"]
        ]
    return changed


class Folder:
    """Collects videos, then writes them."""

    def __init__(self, path, dtype=np.float32):
        self.path = path
        self.dtype = dtype
        self.entries = []
        self.rows = []
        path.mkdir(parents=True)

    def add_video(
        self, subject, video, expressions, frames=80, fps=30, k=K, seed=0, onset_apex=True, late=0
    ):
        """expressions: (onset, emotion), 0-based. `late`: frames before the first face."""
        generator = np.random.default_rng([seed, len(self.entries)])
        pairs = frames - k - late
        values = 0.5 + generator.normal(0, 0.02, (pairs, 3, 42, 42)).astype(np.float32)
        onset_apex_values, events = [], []
        for onset, emotion in expressions:
            apex, offset = onset + LENGTH // 2, onset + LENGTH
            for pair in range(max(0, onset - late), min(pairs, offset - late)):
                values[pair] += pattern(emotion, 0.4)
            onset_apex_values.append(0.5 + pattern(emotion, 0.45))
            events.append({"onset": onset, "apex": apex, "offset": offset, "emotion": emotion})
            self.rows.append(
                f"made,{subject},{video},{onset + 1},{apex + 1},{offset + 1},{emotion},micro"
            )
        name = f"{subject}_{video}"
        np.save(self.path / f"{name}.npy", values.astype(self.dtype))
        entry = {
            "name": name,
            "dataset": "made",
            "subject": subject,
            "video": video,
            "fps": fps,
            "k_frames": k,
            "dtype": np.dtype(self.dtype).name,
            "file": f"{name}.npy",
            "frames": frames,
            "first_face_frame": late,
            "pairs": pairs,
        }
        if onset_apex and events:
            stacked = np.stack(onset_apex_values).astype(self.dtype)
            np.save(self.path / f"{name}.onset_apex.npy", stacked)
            entry["onset_apex"] = f"{name}.onset_apex.npy"
            entry["onset_apex_events"] = events
        self.entries.append(entry)

    def pause_before(self, frame):
        """Takes the pairs of the last video away that span a pause before `frame`, 0-based."""
        entry = self.entries[-1]
        first, k = entry["first_face_frame"], entry["k_frames"]
        file = self.path / entry["file"]
        values = np.load(file)
        np.save(file, np.delete(values, slice(frame - k - first, frame - first), axis=0))
        entry["pairs"] = len(values) - k
        entry["stretches"] = [
            {"first_frame": first, "pairs": frame - k - first},
            {"first_frame": frame, "pairs": entry["frames"] - k - frame},
        ]

    def write(self, manifest_format=2):
        """Format 1 counts frames from 0, format 2 from 1."""
        manifest = {"format": manifest_format, "features": "mean-v1", "videos": self.entries}
        if manifest_format == 2:
            manifest["row_shape"] = [3, 42, 42]
            manifest["videos"] = [counted_from_1(entry) for entry in self.entries]
        (self.path / "manifest.json").write_text(json.dumps(manifest))
        self.write_labels(self.rows)
        return self

    def write_labels(self, rows):
        self.labels = self.path.parent / "labels.csv"
        self.labels.write_text("\n".join([HEADER, *rows]) + "\n")


def four_subjects(path, **options):
    folder = Folder(path, options.pop("dtype", np.float32))
    for subject in range(1, 5):
        for index, emotion in enumerate(CLASSES):
            folder.add_video(f"s{subject}", f"v{index}", [(20, emotion), (50, emotion)], **options)
    return folder.write()
