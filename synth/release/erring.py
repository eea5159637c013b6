"""What a release's model is expected to be off by, column by column and pair by pair, as accuracy.json says it.

Design rule 13: never a distance between real and synthetic rows. Columns have the noise of their own answers, pairs the last, paid scores.
Refuses to know rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import pi, sqrt

import numpy as np

from synth.measure.counts import Floats
from synth.model.fitted import FittedTable
from synth.plan.domains import Bins, Categories
from synth.plan.model import BuildPlan, ReferenceKind, TablePlan
from synth.relational.learn import Learned
from synth.release.accuracy import Accuracy, AxisError, PairError, TableAccuracy

Domains = Mapping[tuple[int, str], Categories | Bins]
OWNER = "owner."


def accuracy_of(
    build: BuildPlan, learned: Mapping[int, Learned], domains: Domains, rows: Mapping[int, int], scale: float
) -> Accuracy:
    """Of every generated table. rows: of the replica, by OID."""
    return Accuracy(scale=scale, tables=tuple(_table(build, each, domains, rows[oid]) for oid, each in learned.items()))


def _table(build: BuildPlan, learned: Learned, domains: Domains, rows: int) -> TableAccuracy:
    plan, model = learned.plan, learned.model
    scale = max(1.0, model.total)
    axes: dict[str, AxisError] = {}
    for axis in model.domain.names:
        if (place := _place(build, plan, axis)) is not None:
            owner, key = (plan.owner.target, axis.removeprefix(OWNER)) if plan.owner else (plan.oid, axis)
            domain = domains[(owner if axis.startswith(OWNER) else plan.oid), key]
            axes[axis] = _axis(model, axis, place, domain, scale)
    return TableAccuracy(
        oid=plan.oid,
        name=plan.table.qualified,
        owner=plan.owner.target if plan.owner else None,
        owner_columns=tuple(plan.owner.columns) if plan.owner else (),
        rows=rows,
        low=learned.rows.low,
        high=learned.rows.high,
        truncated_share=learned.fan_out.truncated_share if learned.fan_out else 0.0,
        axes=tuple(axes.values()),
        pairs=tuple(_pairs(model, list(axes), scale)),
    )


def _place(build: BuildPlan, plan: TablePlan, axis: str) -> tuple[int, tuple[int, ...]] | None:
    """(relation, attnums) of an axis that a query can name: columns and references to public rows, the owner's too."""
    if axis.startswith(OWNER):
        assert plan.owner is not None, "who has an owner's axis has an owner"
        return _place(build, build.tables[plan.owner.target], axis.removeprefix(OWNER))
    for reference in plan.references:
        if reference.axis == axis:
            is_public = reference.kind is ReferenceKind.PUBLIC
            return (plan.oid, tuple(reference.key.columns)) if is_public else None
    return (plan.oid, (int(axis[1:]),)) if axis.startswith("c") else None


def _axis(
    model: FittedTable, axis: str, place: tuple[int, tuple[int, ...]], domain: Categories | Bins, scale: float
) -> AxisError:
    one = next((each for each in model.ones if each.columns == (axis,)), None)
    shares = model.marginal((axis,)) / scale
    half_bin, blur = _inside(domain, shares) if isinstance(domain, Bins) else (0.0, 0.0)
    error: float | None = 0.0 if domain.size == 1 else None
    noise = 0.0
    if one is not None:
        error = _rounded(float(one.deviation.sum()) * sqrt(2 / pi) / scale)
        noise = _rounded(float(one.deviation.max()) / scale)
    return AxisError(
        relation=place[0],
        attnums=place[1],
        cells=domain.size,
        error=error,
        noise=noise,
        spread=_spread(shares),
        half_bin=half_bin,
        blur=blur,
    )


def _inside(domain: Bins, shares: Floats) -> tuple[float, float]:
    """(half_bin, blur) of AxisError: values inside a bin are spread evenly, whatever the source's are."""
    known = shares[: domain.bins] / max(float(shares[: domain.bins].sum()), 1e-12)
    widths = np.diff(np.asarray(domain.edges, dtype=np.float64)) - domain.granule
    half = float((known * np.maximum(widths, 0.0)).sum()) / 2 / 10**domain.scale
    return _rounded(half), _rounded(float((known[widths > 0] ** 2).sum()) / 2)


def _pairs(model: FittedTable, names: list[str], scale: float) -> list[PairError]:
    """The scored pairs of these axes."""
    scores = model.scores
    if scores is None:
        return []
    measured = {target.columns for target in model.targets}
    places = {name: place for place, name in enumerate(names)}
    spreads = {clique: _spread(table) for clique, table in model.scored()}
    return [
        PairError(
            axes=(places[clique[0]], places[clique[1]]),
            error=_rounded(min(2.0, max(0.0, value / scale))),
            sigma=_rounded(scores.sigma / scale),
            spread=spreads[clique],
            supported=clique in measured,
        )
        for clique, value in zip(scores.cliques, scores.values.tolist(), strict=True)
        if set(clique) <= set(places)
    ]


def _spread(shares: Floats) -> float:
    return round(max(1.0, float(np.sqrt(np.maximum(shares, 0.0)).sum())), 4)


def _rounded(value: float) -> float:
    """Six digits: more would be noise's."""
    return float(f"{value:.6g}")
