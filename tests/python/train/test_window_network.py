"""The networks of windows against their published ones, and their scan against its definition."""

import copy
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import window_reference
from mestr.train.selective_scan import selective_scan
from mestr.train.training import deterministic
from mestr.train.window_models import WindowModel
from mestr.train.window_network import IDLE, make_network
from mestr.train.window_shape import PUBLISHED, WindowShape

REPOSITORY = Path(__file__).parents[3]
GOLDEN = (
    Path(os.environ.get("MESTR_REFERENCE_DIR", REPOSITORY / ".." / "shared/reference/golden"))
    / "video_level/network"
)
SCORE_TOLERANCE = 2e-5
LOGIT_TOLERANCE = 1e-4 if torch.__version__.startswith("1.13") else 2e-4
# Of logits up to 19. The golden outputs are float32, up to 1.53e-4 from the same network in double precision, which is
# alike on all processors.
GOLDEN_LOGIT_ROUNDING = 2e-4
# Of what ships: processors and versions of PyTorch add in orders of their own (2.7e-4 on Zen 4).
LOGIT_ROUNDING = 4e-4
needs_golden = pytest.mark.skipif(not GOLDEN.is_dir(), reason="no golden files of the networks")
SMALL = {
    kind: WindowShape(kind, full.values, 16, 8, full.depth) for kind, full in PUBLISHED.items()
}


def by_formula(shape):
    network = make_network(shape).eval()
    state = {
        name: torch.from_numpy(window_reference.weight(name, tuple(values.shape)))
        for name, values in network.state_dict().items()
    }
    network.load_state_dict(state)
    return network


def exported(network):
    return torch.jit.script(WindowModel(network).eval())


@pytest.mark.parametrize("frames", [2, 6, 30])
@pytest.mark.parametrize("kind", SMALL)
def test_a_window_gives_what_the_definition_gives(kind, frames):
    network = by_formula(SMALL[kind])
    rows = window_reference.window(f"{kind} {frames}", (frames, SMALL[kind].values))
    score, logits = window_reference.Reference(network.state_dict()).forward(rows)
    with torch.no_grad():
        found = exported(network)(torch.from_numpy(rows))
    np.testing.assert_allclose(found[0].numpy(), score, rtol=0, atol=SCORE_TOLERANCE)
    np.testing.assert_allclose(found[1].numpy(), logits, rtol=0, atol=LOGIT_TOLERANCE)
    assert np.ptp(score) > 0.1 or frames == 2, "the trial does not tell rows apart"


def golden_cases():
    if not GOLDEN.is_dir():
        return []
    cases = json.loads((GOLDEN / "network.json").read_text())["cases"]
    return [pytest.param(case, id=case["name"]) for case in cases]


def golden_network(case):
    kind = "slow-fast" if "METST_SF" in case["code"] else "metst"
    if "state" not in case:
        return by_formula(PUBLISHED[kind])
    values = np.fromfile(GOLDEN / f"{case['name']}.state.f32", "<f4")
    network = make_network(SMALL[kind])
    network.load_state_dict(
        {
            entry["name"]: torch.from_numpy(
                values[entry["offset"] :][: int(np.prod(entry["shape"]))].reshape(entry["shape"])
            )
            for entry in case["state"]
            if not re.fullmatch(IDLE, entry["name"])
        }
    )
    return network.eval()


def golden_rows(case):
    file = GOLDEN / f"{case['name']}.input.f32"
    if file.is_file():
        return np.fromfile(file, "<f4").reshape(case["input_shape"])
    return window_reference.window(case["name"], case["input_shape"])


@needs_golden
@pytest.mark.parametrize("case", golden_cases())
def test_the_exported_network_gives_the_published_outputs(case):
    network, windows = golden_network(case), golden_rows(case)[:, 0]
    model, exact = exported(network), exported(copy.deepcopy(network).double())
    spot = np.fromfile(GOLDEN / f"{case['name']}.spot.f32", "<f4").reshape(case["spot_shape"])
    recog = np.fromfile(GOLDEN / f"{case['name']}.recog.f32", "<f4").reshape(case["recog_shape"])
    for i, rows in enumerate(windows):
        values = torch.from_numpy(rows.T.copy())
        with torch.no_grad():
            score, logits = model(values)
            exact_score, exact_logits = exact(values.double())
        np.testing.assert_allclose(spot[i], exact_score.numpy(), rtol=0, atol=SCORE_TOLERANCE)
        np.testing.assert_allclose(
            recog[i], exact_logits.numpy(), rtol=0, atol=GOLDEN_LOGIT_ROUNDING
        )
        np.testing.assert_allclose(score.numpy(), exact_score.numpy(), rtol=0, atol=SCORE_TOLERANCE)
        np.testing.assert_allclose(
            logits.numpy(), exact_logits.numpy(), rtol=0, atol=LOGIT_ROUNDING
        )


@needs_golden
def test_the_scan_gives_mambas_own_outputs():
    golden = json.loads((GOLDEN / "selective_scan.json").read_text())
    x = {name: torch.tensor(values) for name, values in golden["input"].items()}
    u, b, c = (x[name].transpose(1, 2) for name in ("u", "B", "C"))
    dt = F.softplus(x["delta"].transpose(1, 2) + x["delta_bias"])
    y = (selective_scan(u, dt, x["A"], b, c, 2) + u * x["D"]) * F.silu(x["z"].transpose(1, 2))
    np.testing.assert_allclose(y.transpose(1, 2).numpy(), golden["out"], rtol=0, atol=2e-6)


def plain_scan(u, dt, a, b, c):
    h, y = torch.zeros(len(u), *a.shape, dtype=u.dtype), []
    for t in range(u.shape[1]):
        step = (dt[:, t] * u[:, t]).unsqueeze(-1) * b[:, t].unsqueeze(1)
        h = torch.exp(dt[:, t].unsqueeze(-1) * a) * h + step
        y.append((h * c[:, t].unsqueeze(1)).sum(-1))
    return torch.stack(y, 1)


@pytest.mark.parametrize("steps", [1, 2, 7, 8, 9, 17, 50])
def test_outputs_and_gradients_of_the_scan_are_those_of_its_definition(steps):
    generator = torch.Generator().manual_seed(steps)
    shapes = [(2, steps, 3), (2, steps, 3), (3, 4), (2, steps, 4), (2, steps, 4)]
    inputs = [torch.rand(shape, dtype=torch.float64, generator=generator) for shape in shapes]
    inputs[2].neg_()
    for x in inputs:
        x.requires_grad_()
    asked = torch.rand(shapes[0], dtype=torch.float64, generator=generator)
    found, wanted = selective_scan(*inputs, 2), plain_scan(*inputs)
    np.testing.assert_allclose(found.detach(), wanted.detach(), rtol=1e-12)
    of_found = torch.autograd.grad((found * asked).sum(), inputs)
    of_wanted = torch.autograd.grad((wanted * asked).sum(), inputs)
    for a, b in zip(of_found, of_wanted, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-14)


MEMORY_PROBE = """
import resource, sys, torch
sys.path.insert(0, sys.argv[1])
from mestr.train.selective_scan import selective_scan
torch.set_num_threads(1)
steps = int(sys.argv[2])
shapes = [(2, steps, 256)] * 2 + [(256, 64)] + [(2, steps, 64)] * 2
inputs = [(-torch.rand(s)).requires_grad_() for s in shapes]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
selective_scan(inputs[0], -inputs[1], inputs[2], *inputs[3:], 2).sum().backward()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_training_keeps_no_states():
    """Those of 600 steps would take 79 MB, several times over in PyTorch's own graph."""
    command = [sys.executable, "-c", MEMORY_PROBE, str(REPOSITORY / "src" / "python"), "600"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    all_states_kib = 2 * 600 * 256 * 64 * 4 // 1024
    assert int(done.stdout) < 0.75 * all_states_kib


@pytest.mark.parametrize("kind", SMALL)
def test_the_published_sizes_have_the_published_number_of_parameters(kind):
    """Less what is never used: half of ME-TST's blocks, and each block's second norm."""
    published = {"metst": 1249926 - 617472 - 12 * 2 * 64, "slow-fast": 8368902}
    published["slow-fast"] -= 12 * 2 * (128 + 256)
    network = make_network(PUBLISHED[kind])
    assert sum(parameter.numel() for parameter in network.parameters()) == published[kind]


def test_an_odd_window_is_refused_by_name():
    with pytest.raises(ValueError, match="a window of 5 frames; the slow path needs an even one"):
        make_network(SMALL["slow-fast"])(torch.zeros(1, 5, 36))


def test_in_training_the_two_heads_of_metst_see_different_passes():
    torch.manual_seed(1)
    network = make_network(SMALL["metst"])
    rows = torch.randn(2, 8, 10)
    calls = []
    network.blocks_spot[0].register_forward_hook(lambda *_: calls.append(1))
    network(rows)
    network.eval()(rows)
    assert len(calls) == 2 + 1


def test_drop_path_follows_the_published_schedule():
    rates = [block.drop_path for block in make_network(PUBLISHED["slow-fast"]).block2]
    assert rates == pytest.approx([0, 0, 0.2 / 3, 0.4 / 3])
    rates = [block.drop_path for block in make_network(PUBLISHED["metst"]).blocks_spot]
    assert rates == pytest.approx([0] + [0.2 * i / 11 for i in range(11)])


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("kind", PUBLISHED)
def test_a_cuda_device_gives_the_processors_outputs_and_gradients(kind):
    network = by_formula(PUBLISHED[kind])
    rows = torch.from_numpy(window_reference.window(kind, (4, 50, PUBLISHED[kind].values)))
    found = []
    for device in ("cpu", "cuda"):
        network.to(device).zero_grad()
        with deterministic(threads=1):
            score, logits = network(rows.to(device))
            (score.sum() + logits.square().mean()).backward()
        gradient = network.Stem[0].weight.grad
        found.append([x.detach().cpu().clone() for x in (score, logits, gradient)])
    for on_cpu, on_cuda in zip(*found, strict=True):
        # 4e-5 of the largest at most on an H200.
        assert float((on_cuda - on_cpu).abs().max() / on_cpu.abs().max()) < 2e-4
