"""Synthesis of the Adult table on codes: marginal errors, time and peak memory, printed as JSON.

    python -m bench.adult [--data ../shared/data/adult] [--epsilon 1] [--delta 1e-9] [--seed 1]

Errors are mean total variation distances over all 1-way, all 2-way and a fixed random 100 of the 3-way marginals (seed
20261124, by sorted column names). The spender keeps its receipts in memory: this measures the engine, not a ledger.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import time
from itertools import combinations
from math import log, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.measure.choke import Choke
from synth.measure.measurement import NANO, Measurement
from synth.measure.rows import unit_rows
from synth.model.domain import Domain
from synth.model.table import fit_table

Table = dict[str, NDArray[np.int32]]

ORDERED = ("age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week")


class Receipt:
    """A charge's place in the order of charges."""

    def __init__(self, seq: int) -> None:
        self.seq = seq


class MemorySpender:
    """Adds up what is spent and refuses beyond the limit."""

    def __init__(self, rho_nano: int) -> None:
        self.limit = rho_nano
        self.spent = 0
        self.seq = 0

    def spend(self, charge: Measurement) -> Receipt:
        """Count the charge."""
        if self.spent + charge.rho_nano > self.limit:
            raise RuntimeError("over budget")
        self.spent += charge.rho_nano
        self.seq += 1
        return Receipt(self.seq)


def load(folder: Path) -> tuple[Table, dict[str, int]]:
    """Codes by column and sizes of the domains."""
    sizes: dict[str, int] = json.loads((folder / "adult-domain.json").read_text())
    with gzip.open(folder / "adult.csv.gz", "rt") as file:
        names = file.readline().strip().split(",")
        values = np.loadtxt(file, delimiter=",", dtype=np.int32)
    return {name: np.ascontiguousarray(values[:, index]) for index, name in enumerate(names)}, sizes


def epsilon_of(rho: float, delta: float) -> float:
    """Canonne, Kamath and Steinke 2020, Prop. 12, on a grid of alpha."""
    alpha = 1 + np.geomspace(1e-3, 1e5, 20_000)
    bound = alpha * rho + (log(1 / delta) + (alpha - 1) * np.log1p(-1 / alpha) - np.log(alpha)) / (alpha - 1)
    return float(bound.min())


def rho_nano_of(epsilon: float, delta: float) -> int:
    """The largest nano-rho whose epsilon at delta is at most epsilon."""
    low, high = 0, int(NANO * (epsilon + sqrt(epsilon)))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if epsilon_of(middle / NANO, delta) <= epsilon else (low, middle)
    return low


def errors(real: Table, synthetic: Table, sizes: dict[str, int]) -> dict[str, float]:
    """Mean total variation distances of 1-, 2- and 3-way marginals."""
    names = sorted(sizes)
    triples = list(combinations(names, 3))
    chosen = sorted(np.random.default_rng(20261124).permutation(len(triples))[:100])
    work: dict[int, list[tuple[str, ...]]] = {}
    work[1], work[2] = list(combinations(names, 1)), list(combinations(names, 2))
    work[3] = [triples[i] for i in chosen]
    found = {}
    for way, cliques in work.items():
        distances = [distance(real, synthetic, clique, sizes) for clique in cliques]
        found[f"tvd{way}_mean"] = round(float(np.mean(distances)), 5)
        found[f"tvd{way}_max"] = round(float(np.max(distances)), 5)
    return found


def distance(real: Table, synthetic: Table, clique: tuple[str, ...], sizes: dict[str, int]) -> float:
    """Total variation distance of one marginal."""
    cells = int(np.prod([sizes[name] for name in clique]))
    shares = []
    for table in (real, synthetic):
        flat = np.zeros(len(table[clique[0]]), dtype=np.int64)
        for name in clique:
            flat = flat * sizes[name] + table[name]
        shares.append(np.bincount(flat, minlength=cells) / len(flat))
    return 0.5 * float(np.abs(shares[0] - shares[1]).sum())


def main() -> None:
    """Run once and print."""
    parser = argparse.ArgumentParser(description="fit and sample Adult")
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "adult")
    parser.add_argument("--epsilon", type=float, default=1.0)
    parser.add_argument("--delta", type=float, default=1e-9)
    parser.add_argument("--seed", type=int, default=1, help="of sampling; the noise has none")
    options = parser.parse_args()
    real, sizes = load(options.data)
    rho_nano = rho_nano_of(options.epsilon, options.delta)
    spender = MemorySpender(rho_nano)
    began = time.perf_counter()
    choke = Choke(spender, [unit_rows("adult", sizes, real, len(real["age"]))])
    fitted = fit_table(choke, "adult", Domain.of(sizes, ORDERED), rho_nano)
    fit_seconds = time.perf_counter() - began
    synthetic = fitted.sample(fitted.rows(), np.random.default_rng(options.seed))
    seconds = time.perf_counter() - began
    result = errors(real, synthetic, sizes)
    result |= {"fit_seconds": round(fit_seconds, 2), "seconds": round(seconds, 2)}
    result |= {"peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}
    result |= {"rho_spent": spender.spent / NANO, "rho": rho_nano / NANO, "measurements": len(choke.log)}
    result |= {"tree_cells": sum(table.size for table in fitted.model.beliefs)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
