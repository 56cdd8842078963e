"""Training of the network of sequences."""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F

from mestr.train.options import Say
from mestr.train.samples import LabelledVideo
from mestr.train.sequence_batches import NO_CLASS, Batch, BatchMaker
from mestr.train.sequence_network import SequenceNetwork
from mestr.train.sequence_options import SequenceOptions
from mestr.train.videos import Video

CLASS_WEIGHT = 0.3  # of the recognition's loss beside the spotting's


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
    videos: Sequence[LabelledVideo[Video]],
    options: SequenceOptions,
    say: Say,
) -> tuple[SequenceNetwork, list[float]]:
    """The trained network and the mean loss of each hundredth part of the training."""
    torch.manual_seed(options.seed)
    network = SequenceNetwork(len(options.classes), options.dropout)
    maker = BatchMaker(videos, options.classes, options.batches, options.seed)
    optimiser = torch.optim.AdamW(
        network.parameters(), options.learning_rate, weight_decay=options.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, options.learning_rate, total_steps=options.steps
    )
    losses: list[float] = []
    history: list[float] = []
    report_every = max(1, options.steps // 100)
    network.train()
    for step in range(1, options.steps + 1):
        loss = loss_of(network, maker.next())
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if step % report_every == 0:
            history.append(float(np.mean(losses[-report_every:])))
            say(f"step {step} of {options.steps}: loss {history[-1]:.4f}")
    return network.eval(), history
