"""Training of the networks of windows, by the published recipe."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from mestr.errors import InputError
from mestr.train.options import Say
from mestr.train.samples import LabelledVideo
from mestr.train.training import History, take_step
from mestr.train.window_network import WindowNetwork, make_network
from mestr.train.window_options import WindowRecipe
from mestr.train.window_set import WindowVideo
from mestr.train.window_shape import WindowShape
from mestr.train.window_targets import bounds_targets, frame_targets, used_events

SPOT_WEIGHT, CLASS_WEIGHT = 0.9, 0.1
BOUNDS_WEIGHT = 0.5  # ours, not tuned
NEUTRAL_WEIGHT = 6.0
SCALES = np.arange(90, 111) / np.float32(100)  # a window's motion is varied by
RUN_BATCH = 64


@dataclass
class Windows:
    rows: NDArray[np.float32]  # float32 [N, frames, values]
    spot: NDArray[np.float32]  # float32 [N, frames]
    classes: NDArray[np.int64]  # int64 [N, frames]
    bounds: NDArray[np.float32]  # float32 [N, frames, 2]

    def __len__(self) -> int:
        return len(self.rows)

    def chosen(self, indices: NDArray[Any]) -> "Windows":
        return Windows(
            self.rows[indices], self.spot[indices], self.classes[indices], self.bounds[indices]
        )


def windows_of(
    videos: Sequence[LabelledVideo[WindowVideo]], classes: Sequence[str], targets: str
) -> list[Windows]:
    """Of each video. The rows stay where they are."""
    found = []
    for entry in videos:
        video, step = entry.video, entry.video.kind.window.frame_step
        events = used_events(entry.expressions, step, targets, classes)
        spot, kinds = frame_targets(events, video.used_frames(), len(classes) - 1)
        bounds = bounds_targets(events, video.used_frames())
        frames = video.first_rows[:, None] + np.arange(video.kind.window.frames)
        found.append(Windows(video.rows(), spot[frames], kinds[frames], bounds[frames]))
    return found


def joined(videos: Sequence[LabelledVideo[WindowVideo]], parts: Sequence[Windows]) -> Windows:
    """One after the other, in memory. Refuses values that are not finite."""
    for entry, part in zip(videos, parts, strict=True):
        if not np.isfinite(part.rows).all():
            raise InputError(
                f"{entry.video.file} holds values that are not finite; make the features of "
                f"{entry.video.key} again or leave the video out"
            )
    return Windows(
        np.concatenate([np.asarray(part.rows, np.float32) for part in parts]),
        np.concatenate([part.spot for part in parts]),
        np.concatenate([part.classes for part in parts]),
        np.concatenate([part.bounds for part in parts]),
    )


def training_windows(
    videos: Sequence[LabelledVideo[WindowVideo]],
    classes: Sequence[str],
    targets: str,
    recipe: WindowRecipe,
) -> Windows:
    """All that touch a micro-expression, and a random choice of the others, in their order. With
    published targets, those without a face, too, whose rows are zeros."""
    parts = windows_of(videos, classes, targets)
    usable = np.concatenate([entry.video.has_face for entry in videos])
    if targets == "published":
        usable[:] = True
    positive = usable & np.concatenate([part.spot.any(axis=1) for part in parts])
    if not positive.any():
        raise InputError("no window of the training has a frame within a micro-expression")
    negatives = np.flatnonzero(usable & ~positive)
    wanted = int(recipe.negatives * positive.sum())
    if len(negatives) > wanted:
        negatives = np.random.default_rng(recipe.seed).choice(negatives, wanted, replace=False)
    kept = np.zeros(len(positive), bool)
    kept[positive], kept[negatives] = True, True
    ends = np.cumsum([len(part) for part in parts])[:-1]
    chosen = [
        part.chosen(np.flatnonzero(keep))
        for part, keep in zip(parts, np.split(kept, ends), strict=True)
    ]
    return joined(videos, chosen)


def class_weights(classes: NDArray[Any], class_count: int) -> Tensor:
    """Balanced, and neutral's six times that. A class that no frame shows has no weight."""
    counts = np.bincount(classes.ravel(), minlength=class_count)
    weights = np.where(counts > 0, classes.size / (class_count * np.maximum(counts, 1)), 0)
    weights[-1] *= NEUTRAL_WEIGHT
    return torch.from_numpy(weights.astype(np.float32))


def loss_of(
    outputs: tuple[Tensor, Tensor], spot: Tensor, classes: Tensor, weights: Tensor
) -> Tensor:
    """The classes' part is a mean over frames, not over their weights."""
    scores, logits = outputs
    losses = F.cross_entropy(logits.flatten(0, 1), classes.flatten(), weights, reduction="none")
    return SPOT_WEIGHT * F.mse_loss(scores, spot) + CLASS_WEIGHT * losses.mean()


def bounds_loss(found: Tensor, asked: Tensor, spot: Tensor) -> Tensor:
    """1 - the share of the union of the interval found and the one asked for that both have, of the
    frames within a micro-expression. What reaches out of the window is seen by none of its frames,
    but asked for: at most a window, as is found."""
    asked = asked.clamp(max=spot.size(1))
    both = torch.minimum(found, asked).sum(2) + 1
    either = torch.maximum(found, asked).sum(2) + 1
    return ((1 - both / either) * spot).sum() / spot.sum().clamp(min=1)


def batch_loss(network: WindowNetwork, batch: list[Tensor], weights: Tensor) -> Tensor:
    rows, spot, classes, bounds = batch
    outputs = network(rows)
    loss = loss_of(outputs[:2], spot, classes, weights)
    if len(outputs) == 3:
        loss = loss + BOUNDS_WEIGHT * bounds_loss(outputs[2], bounds, spot)
    return loss


def train_window_network(
    shape: WindowShape, train: Windows, held_out: Windows | None, recipe: WindowRecipe, say: Say
) -> tuple[WindowNetwork, History]:
    torch.manual_seed(recipe.seed)
    network = make_network(shape).to(recipe.device)
    random = np.random.default_rng(recipe.seed)
    batches = -(-len(train) // recipe.batch)
    optimiser = torch.optim.Adam(network.parameters(), recipe.learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.learning_rate, epochs=recipe.epochs, steps_per_epoch=batches
    )
    weights = class_weights(train.classes, shape.class_count).to(recipe.device)
    history = History()
    for epoch in range(1, recipe.epochs + 1):
        network.train()
        total = 0.0
        order = random.permutation(len(train))
        for begin in range(0, len(train), recipe.batch):
            indices = order[begin : begin + recipe.batch]
            batch = train.chosen(indices)
            scales = random.choice(SCALES, len(indices))[:, None, None].astype(np.float32)
            batch.rows = batch.rows * scales
            loss = batch_loss(network, _on_device(batch, recipe.device), weights)
            take_step(optimiser, loss, f"epoch {epoch}")
            schedule.step()
            total += loss.item() * len(indices)
        history.train.append(total / len(train))
        message = f"epoch {epoch}/{recipe.epochs}: loss {history.train[-1]:.4f}"
        if held_out is not None:
            history.held_out.append(_loss_without_training(network, held_out, weights, recipe))
            message += f", held-out {history.held_out[-1]:.4f}"
        say(message)
    return network.eval(), history


def _on_device(windows: Windows, device: str) -> list[Tensor]:
    parts = (windows.rows, windows.spot, windows.classes, windows.bounds)
    return [torch.from_numpy(part).to(device) for part in parts]


def _loss_without_training(
    network: WindowNetwork, windows: Windows, weights: Tensor, recipe: WindowRecipe
) -> float:
    network.eval()
    total = 0.0
    with torch.no_grad():
        for begin in range(0, len(windows), RUN_BATCH):
            part = windows.chosen(np.arange(begin, min(begin + RUN_BATCH, len(windows))))
            loss = batch_loss(network, _on_device(part, recipe.device), weights)
            total += loss.item() * len(part)
    return total / len(windows)
