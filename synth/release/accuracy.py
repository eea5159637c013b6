"""accuracy.json: what may be said of a release's error, from noisy answers and paid scores only.

Never a distance between real and synthetic rows (design rule 13): the scores were charged and carry their noise.
Refuses to know rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synth.plan.model import BuildPlan
from synth.relational.learn import Learned
from synth.release.labels import axis_title

ACCURACY = "accuracy.json"


def accuracy_of(build: BuildPlan, learned: Mapping[int, Learned]) -> dict[str, Any]:
    """By table: noisy rows and, for each pair of columns that was scored, its noisy total variation distance."""
    return {build.tables[oid].table.qualified: _table(build, each) for oid, each in learned.items()}


def _table(build: BuildPlan, learned: Learned) -> dict[str, Any]:
    model = learned.model
    rows = max(1.0, model.total)
    pairs = []
    if model.scores is not None:
        for clique, value in zip(model.scores.cliques, model.scores.values.tolist()):
            names = [axis_title(build, learned.plan, axis) for axis in clique]
            pairs.append({"columns": names, "tvd": round(min(1.0, max(0.0, value / (2 * rows))), 4)})
    return {
        "rows_low": learned.rows.low,
        "rows_high": learned.rows.high,
        "tvd_sigma": round(model.scores.sigma / (2 * rows), 4) if model.scores is not None else None,
        "pairs": pairs,
    }
