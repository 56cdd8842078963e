"""The extension: what src/python/*.cpp bind. Use the functions of the package; nothing here is promised."""

import numpy as np
from numpy.typing import NDArray

__version__: str

class Tvl1Options:
    tau: float
    lambda_: float
    theta: float
    scales: int
    scale_step: float
    warps: int
    epsilon: float
    inner_iterations: int
    outer_iterations: int
    median_filtering: int

def tvl1(
    from_images: NDArray[np.uint8], to_images: NDArray[np.uint8], method: str, options: Tvl1Options, jobs: int
) -> NDArray[np.float32]: ...
