"""How action units move the skin, and which of them make up an emotion's micro-expressions.

Units and their combinations are those of the Facial Action Coding System as the field codes its data
sets (Ekman & Friesen 1978; the prototypes of EMFACS, and what CAS(ME)^2 and SAMM list by emotion).
Places and sizes are ours: parts of the face's width from ear to ear, by eye on dlib's landmarks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Push:
    """A smooth local shift of the skin, on the side of the face that lies left in the picture; the other
    side is its mirror image."""

    landmarks: tuple[int, ...]  # their mean is the place, dlib's numbers
    shift: tuple[float, float]  # of the place from there: away from the middle of the face, down
    radii: tuple[float, float]  # where it ends: across, down
    move: tuple[float, float]  # direction and relative size: away from the middle, down


@dataclass(frozen=True)
class Unit:
    pushes: tuple[Push, ...]
    on_midline: bool = False  # once, and for both sides


UNITS = {
    "AU1": Unit((Push((20, 21), (0.0, -0.03), (0.24, 0.22), (0.0, -1.0)),)),
    "AU2": Unit((Push((17, 18, 19), (0.01, -0.03), (0.28, 0.22), (0.06, -0.95)),)),
    "AU4": Unit(
        (
            Push((20, 21), (0.0, -0.01), (0.25, 0.20), (-0.5, 0.8)),
            Push((18, 19), (0.0, -0.02), (0.24, 0.18), (-0.15, 0.45)),
        )
    ),
    "AU5": Unit((Push((37, 38), (0.0, -0.01), (0.16, 0.09), (0.0, -0.7)),)),
    "AU6": Unit(
        (
            Push((41, 48), (0.06, -0.04), (0.28, 0.22), (0.1, -0.6)),
            Push((40, 41), (0.0, 0.03), (0.18, 0.10), (0.0, -0.3)),
        )
    ),
    "AU7": Unit((Push((40, 41), (0.0, 0.01), (0.18, 0.10), (0.0, -0.6)),)),
    "AU9": Unit(
        (
            Push((31,), (0.03, -0.03), (0.20, 0.20), (0.1, -0.75)),
            Push((21, 27), (0.02, 0.0), (0.16, 0.14), (-0.15, 0.4)),
        )
    ),
    "AU10": Unit((Push((31, 49), (0.02, 0.02), (0.22, 0.18), (0.1, -0.8)),)),
    "AU12": Unit((Push((48,), (0.01, 0.0), (0.26, 0.23), (0.65, -0.7)),)),
    "AU14": Unit((Push((48,), (0.01, 0.0), (0.18, 0.16), (0.8, 0.05)),)),
    "AU15": Unit((Push((48,), (0.0, 0.02), (0.22, 0.22), (0.15, 0.95)),)),
    "AU17": Unit(
        (
            Push((8, 57), (0.0, 0.0), (0.30, 0.22), (0.0, -0.8)),
            Push((57,), (0.0, 0.01), (0.26, 0.12), (0.0, -0.4)),
        ),
        on_midline=True,
    ),
    "AU20": Unit((Push((48,), (0.02, 0.01), (0.26, 0.22), (0.9, 0.12)),)),
    "AU24": Unit(
        (
            Push((51,), (0.0, -0.01), (0.28, 0.11), (0.0, 0.5)),
            Push((57,), (0.0, 0.02), (0.28, 0.12), (0.0, -0.7)),
        ),
        on_midline=True,
    ),
    "AU25": Unit((Push((57,), (0.0, 0.02), (0.30, 0.16), (0.0, 0.7)),), on_midline=True),
    "AU26": Unit(
        (
            Push((57,), (0.0, 0.04), (0.40, 0.24), (0.0, 0.6)),
            Push((8,), (0.0, -0.06), (0.52, 0.26), (0.0, 0.6)),
        ),
        on_midline=True,
    ),
}

# Landmark of the other side of the face: the numbers of 68 run along curves from one side to the other.
MIRRORED = {
    **{i: 16 - i for i in range(17)},
    **{i: 43 - i for i in range(17, 27)},
    **{i: i for i in range(27, 31)},
    **{i: 66 - i for i in range(31, 36)},
    **dict(zip(range(36, 42), (45, 44, 43, 42, 47, 46), strict=True)),
    **dict(zip(range(42, 48), (39, 38, 37, 36, 41, 40), strict=True)),
    **{i: 102 - i for i in range(48, 55)},
    **{i: 114 - i for i in range(55, 60)},
    **{i: 124 - i for i in range(60, 65)},
    **{i: 132 - i for i in range(65, 68)},
}

# Each as likely as the others of its emotion; what is seen more often stands there twice.
VARIANTS = {
    "negative": (
        *(("AU4",), ("AU4",), ("AU4", "AU7"), ("AU4", "AU15"), ("AU4", "AU24")),  # anger
        *(("AU9",), ("AU10",), ("AU4", "AU9"), ("AU10", "AU17")),  # disgust
        *(("AU15",), ("AU15", "AU17"), ("AU1", "AU4"), ("AU1", "AU4", "AU15")),  # sadness
        *(("AU20",), ("AU1", "AU4", "AU20")),  # fear
        ("AU14",),  # contempt
    ),
    "positive": (
        ("AU12",),
        ("AU12",),
        ("AU6", "AU12"),
        ("AU6", "AU12"),
        ("AU12", "AU25"),
        ("AU6",),
    ),
    "surprise": (
        *(("AU1", "AU2"), ("AU1", "AU2"), ("AU2",), ("AU1", "AU2", "AU5")),
        *(("AU1", "AU2", "AU25"), ("AU1", "AU2", "AU26"), ("AU1", "AU2", "AU5", "AU26")),
    ),
}
MOSTLY_ONE_SIDED = {"AU14"}
