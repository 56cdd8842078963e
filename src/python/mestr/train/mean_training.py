"""The published recipe (Liong, See, Chan 2023, section 4.2): the spotting network first, then a
recognition head on its frozen shared layers."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from mestr.errors import ConfigError
from mestr.train.mean_options import MeanOptions
from mestr.train.network import SIDE, STREAMS, Convolution, MeanNetwork
from mestr.train.options import Say
from mestr.train.training import History, take_step
from mestr.train.videos import Sample, Video, gather

ADAM_EPS = 1e-7  # Keras's default

RUN_BATCH = 16  # fastest on one thread, see include/mestr/model/network.h

Samples = tuple[list[Sample], NDArray[Any]]


def check_frozen(names: Sequence[str]) -> None:
    parts = {name for name, _ in MeanNetwork(1).named_modules() if name}
    parts |= {name for name, _ in MeanNetwork(1).named_parameters()}
    for name in names:
        if name not in parts:
            known = ", ".join(sorted(p for p in parts if "dropout" not in p))
            raise ConfigError(f'--freeze: the network has no part "{name}"; it has {known}')


def _is_frozen(name: str, frozen: Sequence[str]) -> bool:
    return any(name == part or name.startswith(part + ".") for part in frozen)


def _optimiser(
    network: MeanNetwork, trained: Sequence[str], options: MeanOptions
) -> torch.optim.Optimizer | None:
    """Adam on the parts `trained` without the frozen ones; every other weight stands still. None
    when nothing is left to train."""
    groups: dict[float, list[nn.Parameter]] = {}
    for module_name, module in network.named_modules():
        for name, parameter in module.named_parameters(prefix=module_name, recurse=False):
            active = _is_frozen(name, trained) and not _is_frozen(name, options.freeze)
            parameter.requires_grad_(active)
            if active:
                is_kernel = isinstance(module, Convolution) and name.endswith("weight")
                of_stream = module_name.startswith("stream")
                l2 = (options.stream_l2 if of_stream else options.head_l2) if is_kernel else 0.0
                groups.setdefault(2 * l2, []).append(parameter)
    if not groups:
        return None
    return torch.optim.Adam(
        [{"params": list(p), "weight_decay": decay} for decay, p in groups.items()],
        lr=options.learning_rate,
        eps=ADAM_EPS,
    )


def _set_training(network: MeanNetwork, options: MeanOptions, streams_frozen: bool) -> None:
    """Dropout on everywhere; the batch norm of a frozen stream keeps its statistics."""
    network.train()
    for name, module in network.named_modules():
        if name.endswith(".norm") and (streams_frozen or _is_frozen(name, options.freeze)):
            module.eval()


def _batches(count: int, size: int, generator: torch.Generator) -> Iterator[Tensor]:
    yield from torch.randperm(count, generator=generator).split(size)


def _inputs(samples: Sequence[Sample], indices: Sequence[int], device: str) -> Tensor:
    return torch.from_numpy(gather([samples[i] for i in indices])).to(device)


def _run_in_batches(
    samples: Sequence[Sample], device: str, compute: Callable[[Tensor], Tensor]
) -> Tensor:
    with torch.no_grad():
        parts = [
            compute(_inputs(samples, range(i, min(i + RUN_BATCH, len(samples))), device)).cpu()
            for i in range(0, len(samples), RUN_BATCH)
        ]
    return torch.cat(parts)


def train_spotting(
    network: MeanNetwork, train: Samples, held_out: Samples, options: MeanOptions, say: Say
) -> History:
    """Streams and spotting head, mean squared error against 0 and 1."""
    history = History()
    samples, targets = train[0], torch.from_numpy(train[1])
    network.to(options.device)
    optimiser = _optimiser(network, (*STREAMS, "spot"), options)
    if optimiser is None or options.spot_epochs == 0:
        say("spotting: nothing to train")
        return history
    generator = torch.Generator().manual_seed(options.seed)
    for epoch in range(options.spot_epochs):
        _set_training(network, options, streams_frozen=False)
        total = 0.0
        for indices in _batches(len(samples), options.batch, generator):
            x = _inputs(samples, indices.tolist(), options.device)
            shared = network.shared_dropout(network.streams(x))
            loss = F.mse_loss(network.spot(shared).squeeze(1), targets[indices].to(options.device))
            take_step(optimiser, loss, f"spotting epoch {epoch + 1}")
            total += loss.item() * len(indices)
        _settle_norms(network, samples, options)
        history.train.append(total / len(samples))
        message = f"spotting epoch {epoch + 1}/{options.spot_epochs}: loss {history.train[-1]:.4f}"
        if held_out[0]:
            network.eval()
            scores = _run_in_batches(held_out[0], options.device, lambda x: network(x)[0])
            history.held_out.append(F.mse_loss(scores, torch.from_numpy(held_out[1])).item())
            message += f", held-out {history.held_out[-1]:.4f}"
        say(message)
    return history


def _settle_norms(network: MeanNetwork, samples: Sequence[Sample], options: MeanOptions) -> None:
    """Batch norms get the statistics of all training inputs. Keras's running mean is a noisy
    estimate of the same, and with small sets it lags behind the weights."""
    streams = [
        (channel, getattr(network, name))
        for channel, name in enumerate(STREAMS)
        if not _is_frozen(f"{name}.norm", options.freeze)
    ]
    sums = {channel: torch.zeros(2, len(stream.norm.bias)).double() for channel, stream in streams}
    with torch.no_grad():
        for i in range(0, len(samples), RUN_BATCH):
            x = _inputs(samples, range(i, min(i + RUN_BATCH, len(samples))), options.device)
            for channel, stream in streams:
                y = stream.conv(x[:, channel : channel + 1]).double().cpu()
                sums[channel] += torch.stack([y.sum((0, 2, 3)), (y * y).sum((0, 2, 3))])
        count = len(samples) * SIDE * SIDE
        for channel, stream in streams:
            mean, square = sums[channel] / count
            stream.norm.running_mean.copy_(mean)
            stream.norm.running_var.copy_((square - mean * mean) * count / (count - 1))


def train_recognition(
    network: MeanNetwork, train: Samples, held_out: Samples, options: MeanOptions, say: Say
) -> History:
    """The recognition head alone, cross entropy. The frozen streams are run once, not in every
    epoch; their dropout is still drawn anew."""
    history = History()
    network.to(options.device)
    optimiser = _optimiser(network, ("recog",), options)
    if optimiser is None or options.recog_epochs == 0:
        say("recognition: nothing to train")
        return history
    network.eval()
    shared = _run_in_batches(train[0], options.device, network.streams)
    held_out_shared = (
        _run_in_batches(held_out[0], options.device, network.streams) if held_out[0] else None
    )
    targets = torch.from_numpy(train[1])
    weights = _class_weights(targets, network.class_count()) if options.balance_classes else None
    generator = torch.Generator().manual_seed(options.seed)
    for epoch in range(options.recog_epochs):
        _set_training(network, options, streams_frozen=True)
        total, right = 0.0, 0
        for indices in _batches(len(targets), options.batch, generator):
            logits = network.recog(network.shared_dropout(shared[indices].to(options.device))).cpu()
            loss = F.cross_entropy(logits, targets[indices], weight=weights)
            take_step(optimiser, loss, f"recognition epoch {epoch + 1}")
            total += loss.item() * len(indices)
            right += int((logits.argmax(1) == targets[indices]).sum())
        history.train.append(total / len(targets))
        history.accuracy.append(right / len(targets))
        message = (
            f"recognition epoch {epoch + 1}/{options.recog_epochs}: loss {history.train[-1]:.4f}, "
            f"right {history.accuracy[-1]:.3f}"
        )
        if held_out_shared is not None:
            loss_value, accuracy = _recognition_score(network, held_out_shared, held_out[1], options)
            history.held_out.append(loss_value)
            history.held_out_accuracy.append(accuracy)
            message += f", held-out {loss_value:.4f}, right {accuracy:.3f}"
        if (epoch + 1) % 10 == 0 or epoch + 1 == options.recog_epochs:
            say(message)
    return history


def _class_weights(targets: Tensor, class_count: int) -> Tensor:
    counts = torch.bincount(targets, minlength=class_count).clamp(min=1).float()
    return len(targets) / (class_count * counts)


def _recognition_score(
    network: MeanNetwork, shared: Tensor, targets: NDArray[Any], options: MeanOptions
) -> tuple[float, float]:
    network.eval()
    wanted = torch.from_numpy(targets)
    with torch.no_grad():
        logits = network.recog(shared.to(options.device)).cpu()
    right = (logits.argmax(1) == wanted).float().mean().item()
    return F.cross_entropy(logits, wanted).item(), right


def run_video(network: MeanNetwork, video: Video, device: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Spotting score and class probabilities of every pair."""
    network.eval().to(device)
    samples = [Sample(video, row) for row in range(video.pairs)]
    outputs = _run_in_batches(
        samples, device, lambda x: torch.cat([part.reshape(len(x), -1) for part in network(x)], 1)
    ).numpy()
    return outputs[:, 0], outputs[:, 1:]


def predict_classes(network: MeanNetwork, samples: Sequence[Sample], device: str) -> NDArray[Any]:
    network.eval().to(device)
    return _run_in_batches(samples, device, lambda x: network(x)[1]).argmax(1).numpy()
