"""The selective scan of Mamba (Gu and Dao 2023, algorithm 2) without the states of all steps.

  h_t = exp(dt_t A) h_(t-1) + (dt_t u_t) B_t,   y_t = h_t C_t,   h_0 = 0

u, dt [n, T, d]; A [d, N]; B, C [n, T, N]; y [n, T, d]. A step's state has d x N values a sequence, so
those of all steps would be N times the input. Here a chunk of steps is computed at a time: memory is
O(T d) and one chunk. For training the states are computed anew on the way back.
"""

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx

from mestr.train.archive_names import name_in_archives

CHUNK = 2  # steps; the large network's states of so many stay in a processor's second cache
CHUNK_BACK = 8  # about the root of a window's length: as many states before a chunk as within one


def _decay(dt: Tensor, a: Tensor) -> Tensor:
    """[c, n, d, N] of dt [c, n, d]."""
    return (dt.unsqueeze(-1) * a).exp_()


def _advance(state: Tensor, decay: Tensor, dt: Tensor, u: Tensor, b: Tensor) -> Tensor:
    """The states [c, n, d, N] of a chunk, time first, that follow `state` [n, d, N]."""
    states = (dt * u).unsqueeze(-1) * b.unsqueeze(2)
    before = state
    for t in range(states.size(0)):
        before = states[t].addcmul_(decay[t], before)
    return states


def scan_forward(u: Tensor, dt: Tensor, a: Tensor, b: Tensor, c: Tensor, chunk: int) -> Tensor:
    """What an exported network runs."""
    u, dt, b, c = u.transpose(0, 1), dt.transpose(0, 1), b.transpose(0, 1), c.transpose(0, 1)
    state = torch.zeros([u.size(1), a.size(0), a.size(1)], dtype=u.dtype, device=u.device)
    parts: list[Tensor] = []
    for begin in range(0, u.size(0), chunk):
        end = min(begin + chunk, u.size(0))
        decay = _decay(dt[begin:end], a)
        states = _advance(state, decay, dt[begin:end], u[begin:end], b[begin:end])
        state = states[-1].clone()
        parts.append(torch.matmul(states, c[begin:end].unsqueeze(-1)).squeeze(-1))
    return torch.cat(parts).transpose(0, 1)


class _SelectiveScan(torch.autograd.Function):
    """Keeps its inputs alone. The way back runs the scan once more for the state before each chunk,
    then the chunks in reverse."""

    @staticmethod
    def forward(
        ctx: FunctionCtx, u: Tensor, dt: Tensor, a: Tensor, b: Tensor, c: Tensor, chunk: int
    ) -> Tensor:
        ctx.save_for_backward(u, dt, a, b, c)
        return scan_forward(u, dt, a, b, c, chunk)

    @staticmethod
    def backward(ctx: FunctionCtx, grad_y: Tensor) -> tuple[Tensor | None, ...]:
        inputs = ctx.saved_tensors
        u, dt, b, c, grad_y = (x.transpose(0, 1) for x in (*inputs[:2], *inputs[3:], grad_y))
        a = inputs[2]
        spans = [(i, min(i + CHUNK_BACK, len(u))) for i in range(0, len(u), CHUNK_BACK)]
        before = _states_before(u, dt, a, b, spans)
        grads = [torch.empty_like(x) for x in (u, dt, b, c)]
        grad_a, carried = torch.zeros_like(a), torch.zeros_like(before[0])
        for (begin, end), state in zip(reversed(spans), reversed(before), strict=True):
            part = slice(begin, end)
            step = _ChunkBack(u[part], dt[part], a, b[part], c[part], state)
            of_chunk, of_a, carried = step.run(grad_y[part], carried)
            grad_a += of_a
            for whole, piece in zip(grads, of_chunk, strict=True):
                whole[part] = piece
        grad_u, grad_dt, grad_b, grad_c = (x.transpose(0, 1) for x in grads)
        return grad_u, grad_dt, grad_a, grad_b, grad_c, None


def _states_before(
    u: Tensor, dt: Tensor, a: Tensor, b: Tensor, spans: list[tuple[int, int]]
) -> list[Tensor]:
    state = torch.zeros((u.shape[1], *a.shape), dtype=u.dtype, device=u.device)
    found = []
    for begin, end in spans:
        found.append(state)
        decay = _decay(dt[begin:end], a)
        state = _advance(state, decay, dt[begin:end], u[begin:end], b[begin:end])[-1].clone()
    return found


class _ChunkBack:
    """The gradients of one chunk, time first; `state` is the one before it."""

    def __init__(self, u: Tensor, dt: Tensor, a: Tensor, b: Tensor, c: Tensor, state: Tensor):
        self.u, self.dt, self.a, self.b, self.c, self.state = u, dt, a, b, c, state

    def run(self, grad_y: Tensor, carried: Tensor) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
        """`carried` [n, d, N]: what the chunks after this one ask of its last state. Gives the
        gradients of u, dt, B and C, that of A, and what is carried on."""
        decay = _decay(self.dt, self.a)
        states = _advance(self.state, decay, self.dt, self.u, self.b)
        grad_c = torch.matmul(grad_y.unsqueeze(2), states).squeeze(2)
        asked = grad_y.unsqueeze(-1) * self.c.unsqueeze(2)  # of each state
        asked[-1].add_(carried)
        for t in range(len(asked) - 2, -1, -1):
            asked[t].addcmul_(decay[t + 1], asked[t + 1])
        carried = decay[0] * asked[0]
        of_input = torch.matmul(asked, self.b.unsqueeze(-1)).squeeze(-1)  # of dt u
        grad_b = torch.matmul((self.dt * self.u).unsqueeze(2), asked).squeeze(2)
        of_exponent = asked.mul_(decay)  # of dt A, times the state before
        of_exponent[0].mul_(self.state)
        of_exponent[1:].mul_(states[:-1])
        grad_dt = of_input * self.u + (of_exponent * self.a).sum(-1)
        grad_a = (of_exponent * self.dt.unsqueeze(-1)).sum((0, 1))
        return (of_input * self.dt, grad_dt, grad_b, grad_c), grad_a, carried


@torch.jit.unused
def _trained_scan(u: Tensor, dt: Tensor, a: Tensor, b: Tensor, c: Tensor, chunk: int) -> Tensor:
    return _SelectiveScan.apply(u, dt, a, b, c, chunk)


def selective_scan(u: Tensor, dt: Tensor, a: Tensor, b: Tensor, c: Tensor, chunk: int) -> Tensor:
    if torch.jit.is_scripting():
        return scan_forward(u, dt, a, b, c, chunk)
    return _trained_scan(u, dt, a, b, c, chunk)


name_in_archives("selective_scan", globals())
