"""Sizes of the networks of windows. Needs no PyTorch."""

from dataclasses import dataclass

CLASSES = ("negative", "positive", "surprise", "others", "neutral")
NEUTRAL = len(CLASSES) - 1


@dataclass(frozen=True)
class WindowShape:
    """What of a network can be chosen; the published sizes are in PUBLISHED."""

    network: str  # "metst" or "slow-fast"
    values: int  # of a row
    width: int
    states: int  # of each inner channel
    depth: int  # blocks: of metst in all, of slow-fast a stage and path
    class_count: int = len(CLASSES)
    bounds: bool = False  # each frame names its onset and offset, too


PUBLISHED = {
    "metst": WindowShape("metst", 10, 64, 64, 12),
    "slow-fast": WindowShape("slow-fast", 36, 128, 64, 4),
}
