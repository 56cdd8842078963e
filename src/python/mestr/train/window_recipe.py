"""The published recipes of ME-TST and BoostingVRME. Needs no other module, so that
train_window.py --help works without PyTorch."""

from dataclasses import dataclass

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
    epochs: int
    learning_rate: float  # the largest, of a one-cycle schedule a batch
    batch: int  # windows
    negatives: float  # windows without a micro-expression for each with one
    seed: int = SEED
    device: str = "cpu"
