"""A MEAN forward pass in plain numpy, written from the paper's description alone, and Keras weight
files with made-up values: what the PyTorch network is checked against."""

import h5py
import numpy as np

FILTERS = (3, 3, 8)


def conv_same(x, kernel, bias):
    """x: H x W x in; kernel: h x w x in x out."""
    h, w = kernel.shape[:2]
    padded = np.pad(x, ((h // 2, h // 2), (w // 2, w // 2), (0, 0)))
    out = np.zeros((*x.shape[:2], kernel.shape[3]))
    for dy in range(h):
        for dx in range(w):
            out += padded[dy : dy + x.shape[0], dx : dx + x.shape[1]] @ kernel[dy, dx]
    return out + bias


def max_pool(x, side):
    h, w, c = x.shape
    return x.reshape(h // side, side, w // side, side, c).max(axis=(1, 3))


def forward(image, weights):
    """image: 42 x 42 x 3 -> (spot, probabilities)."""
    maps = []
    for channel in range(3):
        layer = weights["streams"][channel]
        x = np.maximum(
            conv_same(image[:, :, channel : channel + 1], layer["kernel"], layer["bias"]), 0
        )
        scale = layer["gamma"] / np.sqrt(layer["variance"] + 1e-3)
        maps.append(max_pool((x - layer["mean"]) * scale + layer["beta"], 3))
    shared = np.concatenate(maps, axis=2)

    def head(layer):
        x = max_pool(np.maximum(conv_same(shared, layer["kernel"], layer["bias"]), 0), 2)
        return x.reshape(-1) @ layer["dense_kernel"] + layer["dense_bias"]

    spot = head(weights["spot"])[0]
    logits = head(weights["recog"])
    exponents = np.exp(logits - logits.max())
    return spot, exponents / exponents.sum()


def made_up_weights(seed, class_count):
    generator = np.random.default_rng(seed)

    def normal(*shape):
        return generator.normal(0, 0.3, shape).astype(np.float32)

    streams = [
        {
            "kernel": normal(5, 5, 1, filters),
            "bias": normal(filters),
            "gamma": 1 + normal(filters),
            "beta": normal(filters),
            "mean": normal(filters),
            "variance": np.abs(normal(filters)) + np.float32(0.1),
        }
        for filters in FILTERS
    ]
    heads = {
        head: {
            "kernel": normal(5, 5, 14, 8) / 4,
            "bias": normal(8),
            "dense_kernel": normal(392, outputs) / 10,
            "dense_bias": normal(outputs),
        }
        for head, outputs in (("spot", 1), ("recog", class_count))
    }
    return {"streams": streams, **heads}


def write_keras_file(path, weights, first_number=96, full_model=False):
    """The layout of a published `spot_recog` file; its layers are numbered from `first_number`.
    full_model: as Keras's model.save writes it, else as save_weights does."""
    layers = []
    for i, stream in enumerate(weights["streams"]):
        layers.append((f"conv2d_{first_number + i}", {k: stream[k] for k in ("kernel", "bias")}))
    for i, stream in enumerate(weights["streams"]):
        norm = {
            "gamma": stream["gamma"],
            "beta": stream["beta"],
            "moving_mean": stream["mean"],
            "moving_variance": stream["variance"],
        }
        layers.append((f"batch_normalization_{first_number + i}", norm))
    layers.append(("max_pooling2d_1", {}))
    for i, head in enumerate(("spot", "recog")):
        arrays = {k: weights[head][k] for k in ("kernel", "bias")}
        layers.append((f"conv2d_{first_number + 3 + i}", arrays))
    for head in ("spot", "recog"):
        arrays = {k: weights[head][f"dense_{k}"] for k in ("kernel", "bias")}
        layers.append((head, arrays))
    with h5py.File(path, "w") as file:
        write_layers(_model_weights(file) if full_model else file, layers)


def _model_weights(file):
    """The group of the weights in a file with all else that a whole saved model has."""
    file.attrs["model_config"] = '{"class_name": "Functional"}'
    file.attrs["training_config"] = '{"optimizer_config": {"class_name": "Adam"}}'
    optimizer = file.create_group("optimizer_weights")
    optimizer.attrs["weight_names"] = np.array(["Adam/iter:0"], "S")
    optimizer["Adam/iter:0"] = np.int64(7)
    return file.create_group("model_weights")


def write_layers(file, layers):
    """file: the file or group that is to hold them."""
    file.attrs["layer_names"] = np.array([name for name, _ in layers], "S")
    for name, arrays in layers:
        group = file.create_group(name)
        group.attrs["weight_names"] = np.array([f"{name}_7/{kind}:0" for kind in arrays], "S")
        for kind, values in arrays.items():
            group[f"{name}_7/{kind}:0"] = values
