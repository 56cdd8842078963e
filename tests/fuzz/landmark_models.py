"""Seeds of the fuzz target landmark_model: small models of landmarks in dlib's form."""

from __future__ import annotations

import math

SHAPE = [number / 136 for number in range(136)]


def integer(value: int) -> bytes:
    digits = abs(value).to_bytes(max(1, (abs(value).bit_length() + 7) // 8), "little")
    return bytes([len(digits) | (0x80 if value < 0 else 0)]) + digits


def number(value: float) -> bytes:
    mantissa, power = math.frexp(value)
    return integer(int(mantissa * 2**24)) + integer(power - 24)


def shape(values: list[float]) -> bytes:
    return integer(-len(values)) + integer(-1) + b"".join(map(number, values))


def model(version: int = 1, mean: list[float] | None = None, second_pixel: int = 1, anchor: int = 67,
          leaves: int = 2) -> bytes:
    """One level of one tree of one split."""
    split = integer(0) + integer(second_pixel) + number(-0.5)
    tree = integer(1) + split + integer(leaves) + shape([0.125] * 136) * leaves
    anchors = integer(1) + integer(2) + integer(0) + integer(anchor)
    deltas = integer(1) + integer(2) + b"".join(map(number, [0.25, -0.25, 0.0, 1e-30]))
    return integer(version) + shape(mean or SHAPE) + integer(1) + integer(1) + tree + anchors + deltas


def landmark_models() -> dict[str, bytes]:
    """File name -> bytes."""
    good = model()
    return {
        "good_small.dat": good,
        "bad_empty.dat": b"",
        "bad_cut.dat": good[:-3],
        "bad_version.dat": model(version=2),
        "bad_five_points.dat": model(mean=SHAPE[:10]),
        "bad_pixel.dat": model(second_pixel=2),
        "bad_anchor.dat": model(anchor=68),
        "bad_leaves.dat": model(leaves=3),
        "bad_many_levels.dat": integer(1) + shape(SHAPE) + integer(2**40),
    }
