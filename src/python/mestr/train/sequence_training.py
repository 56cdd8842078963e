"""Training of the network of sequences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F

from mestr.train.samples import LabelledVideo
from mestr.train.sequence_batches import NO_CLASS, Batch, BatchMaker, BatchOptions
from mestr.train.sequence_network import SequenceNetwork

CLASS_WEIGHT = 0.3  # of the recognition's loss beside the spotting's


@dataclass(frozen=True)
class SequenceRecipe:
    steps: int = 3000
    learning_rate: float = 2e-3  # the largest, a third of the way
    weight_decay: float = 1e-3
    dropout: float = 0.2
    seed: int = 1
    batches: BatchOptions = field(default_factory=BatchOptions)


def loss_of(network: SequenceNetwork, batch: Batch) -> torch.Tensor:
    rows, spot, classes, valid = (torch.from_numpy(part) for part in batch)
    pieces, length = spot.shape
    encoded = network.encode(rows.flatten(0, 1)).view(pieces, length, -1)
    spot_logits, class_logits = network.logits(encoded)
    losses = F.binary_cross_entropy_with_logits(spot_logits, spot, reduction="none")
    loss = (losses * valid).sum() / valid.sum()
    named = (classes != NO_CLASS) & (valid > 0)
    if bool(named.any()):
        loss = loss + CLASS_WEIGHT * F.cross_entropy(class_logits[named], classes[named])
    return loss


def train_sequence_network(
    videos: Sequence[LabelledVideo],
    classes: Sequence[str],
    recipe: SequenceRecipe,
    say: Callable[[str], None],
) -> tuple[SequenceNetwork, list[float]]:
    """The trained network and the mean loss of each hundredth part of the training."""
    torch.manual_seed(recipe.seed)
    network = SequenceNetwork(len(classes), recipe.dropout)
    maker = BatchMaker(videos, classes, recipe.batches, recipe.seed)
    optimiser = torch.optim.AdamW(
        network.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.learning_rate, total_steps=recipe.steps
    )
    losses: list[float] = []
    history: list[float] = []
    report_every = max(1, recipe.steps // 100)
    network.train()
    for step in range(1, recipe.steps + 1):
        loss = loss_of(network, maker.next())
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if step % report_every == 0:
            history.append(float(np.mean(losses[-report_every:])))
            say(f"step {step} of {recipe.steps}: loss {history[-1]:.4f}")
    return network.eval(), history
