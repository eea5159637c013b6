"""The only source of noise: OpenDP's exact discrete Gaussian on integer vectors, from the operating system's entropy.

There is no seed and no floating-point addition: the noise is drawn as an integer for each true integer. Nothing else in
the project imports the sampler. Facts: OpenDP 0.16 `make_gaussian` on i64 (Canonne, Kamath and Steinke 2020).
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import opendp.prelude as dp
from numpy.typing import NDArray

dp.enable_features("contrib")

_BLOCK = 1 << 16  # integers handed over at once: the sampler takes Python lists


def discrete_gaussian(exact: NDArray[np.int64], sigma: Fraction | float) -> NDArray[np.int64]:
    """exact + independent discrete Gaussian noise of parameter sigma for every entry, empty cells included.

    exact: int64, any shape; the answer has that shape. Sums beyond int64 saturate.
    """
    assert exact.dtype == np.int64, "noise is added to integers only"
    scale = float(sigma)
    assert scale > 0 and (isinstance(sigma, float) or Fraction(scale) == sigma), "sigma is exactly a float"
    mechanism = _mechanism(scale)
    flat = exact.reshape(-1)
    noisy = np.empty(flat.shape, dtype=np.int64)
    for start in range(0, len(flat), _BLOCK):
        block = slice(start, start + _BLOCK)
        noisy[block] = mechanism(flat[block].tolist())
    return noisy.reshape(exact.shape)


@lru_cache(maxsize=64)
def _mechanism(scale: float) -> Any:
    return dp.m.make_gaussian(dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="i64"), scale=scale)
