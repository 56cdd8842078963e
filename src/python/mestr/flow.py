"""Dense optical flow, TV-L1."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mestr import _core
from mestr.errors import InputError

FlowMethod = Literal["exact", "fast", "opencv", "cuda"]


def _images(images: NDArray[np.uint8], name: str) -> NDArray[np.uint8]:
    array = np.asarray(images)
    if array.dtype != np.uint8 or array.ndim not in (2, 3):
        raise InputError(f"{name} is an array {array.shape} of {array.dtype}; it must be (h, w) or (n, h, w) of uint8")
    return np.ascontiguousarray(array)


def _flows(
    a: NDArray[np.uint8], b: NDArray[np.uint8], method: str, options: _core.Tvl1Options, jobs: int
) -> NDArray[np.float32]:
    if a.shape != b.shape:
        raise InputError(f"a has the shape {a.shape} and b {b.shape}; they must be one")
    if a.ndim == 3:
        return _core.tvl1(a, b, method, options, jobs)
    flow: NDArray[np.float32] = _core.tvl1(a[np.newaxis], b[np.newaxis], method, options, jobs)[0]
    return flow


def tvl1(
    a: NDArray[np.uint8],
    b: NDArray[np.uint8],
    method: FlowMethod = "exact",
    *,
    jobs: int = 1,
    tau: float = 0.25,
    lambda_: float = 0.15,
    theta: float = 0.3,
    scales: int = 5,
    scale_step: float = 0.8,
    warps: int = 5,
    epsilon: float = 0.01,
    inner_iterations: int = 30,
    outer_iterations: int = 10,
    median_filtering: int = 5,
) -> NDArray[np.float32]:
    """Gives the TV-L1 flow from `a` to `b`: of a pair of images, or of n pairs at once.

    In: two arrays of uint8 of one shape, (h, w) or (n, h, w): gray images of 16 x 16 to 16384 x 16384 px.
    Out: float32, (h, w, 2) or (n, h, w, 2): the displacement in px to the right and down, so that `b` at
    (x + u, y + v) looks like `a` at (x, y).

    method: "exact" has the bits of `cv2.optflow.DualTVL1OpticalFlow` (OpenCV 4.6 to 4.12, without IPP, on x86-64; of a
        wheel of PyPI after `cv2.ipp.setUseIPP(False)`), on every instruction set; "fast" is close to it, and faster;
        "opencv" is the OpenCV's that mestr is built with; "cuda" has the bits of "exact", on a device.
    jobs: threads that share the n pairs, 1 or more. The GIL is released.
    tau: time step of the dual iteration, in (0, 0.25].
    lambda_: weight of the data term, above 0.
    theta: tightness of the coupling, above 0.
    scales: levels of the pyramid, 1 or more; scale_step: size of a level against the one below, in (0, 1).
    warps: warpings a level, 1 or more; epsilon: what stops the iterations of one, above 0.
    inner_iterations, outer_iterations: 1 or more. median_filtering: 1 (none), 3 or 5.
    The defaults are OpenCV's.

    Raises InputError for other arrays, ConfigError for a parameter out of range, DeviceError without a device.

    Source: Zach, Pock, Bischof 2007; Sanchez, Meinhardt-Llopis, Facciolo, IPOL 2013, algorithm 1.
    """
    options = _core.Tvl1Options()
    options.tau, options.lambda_, options.theta = tau, lambda_, theta
    options.scales, options.scale_step, options.warps = scales, scale_step, warps
    options.epsilon, options.median_filtering = epsilon, median_filtering
    options.inner_iterations, options.outer_iterations = inner_iterations, outer_iterations
    return _flows(_images(a, "a"), _images(b, "b"), method, options, jobs)
