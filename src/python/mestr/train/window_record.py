"""The record of a network of windows, "mestr.json" of format 4."""

import dataclasses
import math
from dataclasses import dataclass

from mestr.train.model_record import WINDOWS_FORMAT, Record, fail
from mestr.train.window_options import DECODE, SYNERGY
from mestr.train.window_shape import CLASSES, NEUTRAL, PUBLISHED

FEATURES = {"metst": "roi-flow-10-v1", "slow-fast": "roi-flow-36-v1"}  # by network


@dataclass(frozen=True)
class Window:
    """Of used frames; `frame_step` is the video's frames from one of them to the next."""

    frames: int
    hop_frames: int
    frame_step: int


@dataclasses.dataclass(kw_only=True)
class WindowRecord(Record):
    window: Window
    variant: str  # of the features: "mended" or "published"
    classes: list[str] = dataclasses.field(default_factory=lambda: list(CLASSES))
    input: str = "windows"
    format: int = WINDOWS_FORMAT
    scores: str = "relative"
    stitch: str = "video"
    decode: str = "plain"
    synergy: int = 2
    class_offsets: list[float] = dataclasses.field(default_factory=list)
    not_written: list[str] = dataclasses.field(default_factory=lambda: [CLASSES[NEUTRAL]])

    def __post_init__(self) -> None:
        self.class_offsets = self.class_offsets or [0.0] * len(self.classes)

    def check(self) -> None:
        super().check()
        shapes = {FEATURES[kind]: [shape.values] for kind, shape in PUBLISHED.items()}
        if self.features not in shapes:
            fail(f"features must be one of {', '.join(shapes)}, not {self.features!r}")
        if self.row_shape != shapes[self.features]:
            fail(f"row_shape must be {shapes[self.features]}, not {self.row_shape!r}")
        window = self.window
        if window.frames < 2 or window.frames % 2 != 0:
            fail(f"window must have an even number of frames, not {window.frames}")
        if not 1 <= window.hop_frames <= window.frames // 2:
            fail(f"hop must be 1 to {window.frames // 2} frames, not {window.hop_frames}")
        if window.frame_step < 1:
            fail(f"frame step must be at least 1, not {window.frame_step}")
        if self.decode not in DECODE:
            fail(f"decode must be one of {', '.join(DECODE)}, not {self.decode!r}")
        if self.synergy not in SYNERGY:
            fail(f"synergy must be 0, 1 or 2, not {self.synergy!r}")
        if len(self.class_offsets) != len(self.classes) or not all(
            math.isfinite(offset) for offset in self.class_offsets
        ):
            fail(f"class_offsets must be {len(self.classes)} finite numbers")
        if unknown := set(self.not_written) - set(self.classes):
            fail(f"not_written has {', '.join(sorted(unknown))}, which is no class")

    def trial_rows(self) -> int:
        return self.window.frames


@dataclass(frozen=True)
class PublishedRun:
    """What the published code does with one data set; k_p where it is no mean of the labels."""

    network: str
    fps: float
    window: Window
    decode: str
    synergy: int
    p: float = 0.55
    k_p_frames: int | None = None
    class_offsets: tuple[float, ...] = ()
    not_written: tuple[str, ...] = ("neutral",)


_CAS, _SAMM = Window(50, 25, 1), Window(30, 15, 7)
_TEST_SET = ("others", "neutral")
PUBLISHED_RUNS = {
    "metst_cas": PublishedRun("metst", 30, _CAS, "plain", 2),
    "metst_samm": PublishedRun("metst", 200, _SAMM, "plain", 2),
    "boosting_cas": PublishedRun("slow-fast", 30, _CAS, "scalable", 1),
    "boosting_samm": PublishedRun("slow-fast", 200, _SAMM, "scalable", 1),
    "boosting_cas_test": PublishedRun(
        "slow-fast", 30, _CAS, "plain", 2, k_p_frames=6, not_written=_TEST_SET
    ),
    "boosting_samm_test": PublishedRun(
        "slow-fast", 200, _SAMM, "samm", 1, 0.65, 6, (-1.0, 0.0, 0.0, 0.0, 0.0), _TEST_SET
    ),
    # ME-TST+: BoostingVRME's features and network with ME-TST's decoding, as its paper tells.
    "metst_plus_cas": PublishedRun("slow-fast", 30, _CAS, "plain", 2),
    "metst_plus_samm": PublishedRun("slow-fast", 200, _SAMM, "plain", 2),
}
