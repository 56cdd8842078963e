"""ME-TST's Net_Mamba and BoostingVRME's METST_SF in NumPy, float64, one step after the other, from
state dicts with the published names; and weights by the formula of the golden files."""

import numpy as np

RANGES = {
    "A_log": (0, 3),
    ".D": (0.5, 1.5),
    "dt_proj.bias": (-4, 0),
    "running_mean": (-0.2, 0.2),
    "running_var": (0.5, 1.5),
    "norm.weight": (0.5, 1.5),
    "norm1.weight": (0.5, 1.5),
    "norm.bias": (-0.3, 0.3),
    "norm1.bias": (-0.3, 0.3),
}


def uniform(name, count):
    """splitmix64, begun at the FNV-1a of the name, in [0, 1)."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) % 2**64
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(
            0x9E3779B97F4A7C15
        )
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(float) * 2.0**-53


def weight(name, shape):
    count = int(np.prod(shape))
    for ending, limits in RANGES.items():
        if name.endswith(ending):
            low, high = limits
            break
    else:
        low, high = (0.5, 1.5) if name.endswith(".weight") else (-0.3, 0.3)
        if len(shape) > 1:
            high = np.sqrt(3 / (count / shape[0]))
            low = -high
    return (low + (high - low) * uniform(name, count)).astype(np.float32).reshape(shape)


def window(name, shape):
    """Rows [windows, 1, values, T] between -3 and 3; the first of a window is the reference."""
    values = (6 * uniform(name, int(np.prod(shape))) - 3).astype(np.float32).reshape(shape)
    values[..., 0] = 0
    return values


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def silu(x):
    return x * sigmoid(x)


class Reference:
    """Of one window, [T, channels] everywhere."""

    def __init__(self, state):
        self.state = {name: np.asarray(values, float) for name, values in state.items()}

    def forward(self, rows):
        """Scores [T] and logits [T, classes]."""
        rows = np.asarray(rows, float)
        stem = self.normed(self.normed(rows, "Stem", 0), "Stem", 3)
        slow_fast = "Stem_slow.0.weight" in self.state
        x = self.slow_fast(stem) if slow_fast else self.blocks(stem, "blocks_spot")
        spot = x @ self.state["fc_spot.0.weight"].T + self.state["fc_spot.0.bias"]
        recog = x @ self.state["fc_recog.0.weight"].T + self.state["fc_recog.0.bias"]
        return sigmoid(spot[:, 0]), recog

    def slow_fast(self, fast):
        slow = self.normed(fast, "Stem_slow", 0, stride=2)
        for stage in (1, 2, 3):
            slow = self.blocks(slow, f"block{stage}")
            fast = self.blocks(fast, f"block{stage}_fast")
            if stage < 3:
                slow = slow + self.normed(fast, f"fuse_{stage}.conv", 0, stride=2)
        return np.concatenate([np.repeat(slow, 2, axis=0), fast], axis=1)

    def normed(self, x, name, first, stride=1):
        """Convolution, batch norm, ReLU."""
        kernel, bias = self.state[f"{name}.{first}.weight"], self.state[f"{name}.{first}.bias"]
        padded = np.pad(x, ((1, 1), (0, 0)))
        y = np.stack(
            [
                np.einsum("kc,fck->f", padded[t : t + 3], kernel) + bias
                for t in range(0, len(x), stride)
            ]
        )
        norm = {
            part: self.state[f"{name}.{first + 1}.{part}"]
            for part in ("weight", "bias", "running_mean", "running_var")
        }
        y = (y - norm["running_mean"]) / np.sqrt(norm["running_var"] + 1e-5)
        return np.maximum(0, y * norm["weight"] + norm["bias"])

    def blocks(self, x, name):
        number = 0
        while f"{name}.{number}.norm1.weight" in self.state:
            block = f"{name}.{number}"
            inner = self.mamba(self.layer_norm(x, f"{block}.attn.norm"), f"{block}.attn.mamba")
            x = x + self.layer_norm(inner, f"{block}.norm1")
            number += 1
        return x

    def layer_norm(self, x, name):
        x = x - x.mean(axis=1, keepdims=True)
        x = x / np.sqrt((x * x).mean(axis=1, keepdims=True) + 1e-5)
        return x * self.state[f"{name}.weight"] + self.state[f"{name}.bias"]

    def mamba(self, x, name):
        s = {
            key.removeprefix(name + "."): values
            for key, values in self.state.items()
            if key.startswith(name + ".")
        }
        inner, states = s["A_log"].shape
        u, gate = np.split(x @ s["in_proj.weight"].T, 2, axis=1)
        before = np.pad(u, ((3, 0), (0, 0)))
        kernel = s["conv1d.weight"][:, 0].T
        u = silu(
            np.stack([(before[t : t + 4] * kernel).sum(0) for t in range(len(u))])
            + s["conv1d.bias"]
        )
        parts = u @ s["x_proj.weight"].T
        rank = parts.shape[1] - 2 * states
        dt = np.log1p(np.exp(parts[:, :rank] @ s["dt_proj.weight"].T + s["dt_proj.bias"]))
        b, c = parts[:, rank : rank + states], parts[:, rank + states :]
        a, h, y = -np.exp(s["A_log"]), np.zeros((inner, states)), []
        for t in range(len(u)):
            h = np.exp(dt[t][:, None] * a) * h + np.outer(dt[t] * u[t], b[t])
            y.append(h @ c[t] + s["D"] * u[t])
        return (np.stack(y) * silu(gate)) @ s["out_proj.weight"].T
