"""What a training of a network of windows is told, and the published recipes of ME-TST and BoostingVRME. Needs no
PyTorch, so that --help works without it."""

from dataclasses import dataclass
from typing import Literal

from mestr.errors import ConfigError
from mestr.train.options import require_above, require_at_least, require_one_of, require_part

NETWORKS = ("metst", "slow-fast")
VARIANTS = ("mended", "published")  # of targets and of k_p
DECODE = ("plain", "scalable", "samm", "bounds")
SYNERGY = (0, 1, 2)
EPOCHS = {"metst": 30, "slow-fast": 50}
LEARNING_RATE = {"metst": 1e-4, "slow-fast": 3e-4}
DECODE_OF = {"metst": "plain", "slow-fast": "scalable"}
SYNERGY_OF = {"metst": 2, "slow-fast": 1}
# By whether every frame is used, as of CAS(ME)^3, or some are left out, as of SAMM.
BATCH = {True: 256, False: 32}
NEGATIVES = {True: 4.0, False: 0.5}
SEED = 100
NEUTRAL = "neutral"
EMOTIONS = "negative,positive,surprise,others"


@dataclass(frozen=True)
class WindowRecipe:
    """What `WindowOptions` come to with a network and a frame step."""

    epochs: int
    learning_rate: float  # the largest, of a one-cycle schedule a batch
    batch: int  # windows
    negatives: float  # windows without a micro-expression for each with one
    seed: int = SEED
    device: str = "cpu"


@dataclass(frozen=True)
class WindowOptions:
    """The published recipe; what is None depends on the network or on the frame step of the features."""

    emotions: tuple[str, ...] = tuple(EMOTIONS.split(","))  # without neutral, which is the last class
    # mended: a micro-expression lasts from onset to offset, both in, k_p comes from the training's subjects, and
    # windows without a face are left out; published: without these two frames, k_p from all, with windows of zeros.
    targets: Literal["mended", "published"] = "mended"
    # Drop videos without a micro-expression, from the test too, where they can only give false alarms: for comparison
    # with published numbers, not for honest ones.
    published_selection: bool = False
    k_p_frames: int | None = None  # used frames; None: half the mean or median length of the labelled micro-expressions
    network: Literal["metst", "slow-fast"] | None = None  # None: metst for 10 values a row, slow-fast for 36
    epochs: int | None = None
    learning_rate: float | None = None
    batch: int | None = None  # windows
    negatives: float | None = None  # windows without a micro-expression for each with one
    width: int | None = None  # of the network, as the next two
    states: int | None = None  # of a channel
    depth: int | None = None  # blocks; of slow-fast a stage
    p: float = 0.55  # threshold parameter, or with bounds the least score of an interval; in [0, 1]
    # bounds: the network learns from each frame of a micro-expression to its onset and offset, too.
    decode: Literal["plain", "scalable", "samm", "bounds"] | None = None
    # Class of a frame: 0 all logits, 1 recognition before spotting, 2 spotting before recognition.
    synergy: Literal[0, 1, 2] | None = None
    seed: int = SEED
    device: str = "auto"  # "auto", "cpu" or "cuda"
    threads: int = 1  # another number, other last bits

    def __post_init__(self) -> None:
        require_one_of("targets", self.targets, VARIANTS)
        for name, known in (("network", NETWORKS), ("decode", DECODE), ("synergy", SYNERGY)):
            if getattr(self, name) is not None:
                require_one_of(name, getattr(self, name), known)
        for name in ("k_p_frames", "epochs", "learning_rate", "batch", "width", "states", "depth"):
            if getattr(self, name) is not None:
                require_above(name, getattr(self, name), 0)
        if self.negatives is not None:
            require_at_least("negatives", self.negatives, 0)
        require_at_least("seed", self.seed, 0)
        require_above("threads", self.threads, 0)
        require_part("p", self.p)
        if NEUTRAL in self.emotions:
            raise ConfigError(f"--classes: {NEUTRAL} is there anyway, as the last class")

    @property
    def classes(self) -> list[str]:
        return [*self.emotions, NEUTRAL]

    def sizes(self) -> dict[str, int]:
        """What is not as published of the network's size."""
        given = {"width": self.width, "states": self.states, "depth": self.depth}
        return {name: value for name, value in given.items() if value is not None}

    def recipe(self, network: str, every_frame: bool, device: str) -> WindowRecipe:
        def given(value: float | None, default: float) -> float:
            return default if value is None else value

        return WindowRecipe(
            epochs=int(given(self.epochs, EPOCHS[network])),
            learning_rate=given(self.learning_rate, LEARNING_RATE[network]),
            batch=int(given(self.batch, BATCH[every_frame])),
            negatives=given(self.negatives, NEGATIVES[every_frame]),
            seed=self.seed,
            device=device,
        )
