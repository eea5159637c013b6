"""Noisy answers against synthetic rows: each measured column and pair, as shares, and the scores of the last round.

Design rule 13: no distance to a real row is ever taken. What is compared was answered with noise, or was generated from such answers.
Rows are as the model gave them, before kept rules moved any. Refuses to know the source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from synth.measure.counts import Floats
from synth.model.fit import Target
from synth.plan.domains import Bins, Categories
from synth.plan.model import BuildPlan, TablePlan
from synth.relational.learn import Learned
from synth.relational.table import GeneratedTable
from synth.release.evidence import ColumnFit, Evidence, PairFit, PairScore, Shape, TableFit
from synth.release.labels import NULL, axis_title, bin_label, fan_labels, range_label, value_labels

GROUPS_MOST = 40  # of a column that are shown one by one
Groups = list[tuple[str, NDArray[np.int64]]]  # label and codes
AxisDomains = Mapping[tuple[int, str], Categories | Bins]


def evidence_of(
    build: BuildPlan,
    learned: Mapping[int, Learned],
    domains: AxisDomains,
    generated: Mapping[int, GeneratedTable],
) -> Evidence:
    """Of every generated table, owners first."""
    return Evidence(tables=tuple(_table(build, learned, oid, domains, generated[oid]) for oid in build.order))


def _table(
    build: BuildPlan, learned: Mapping[int, Learned], oid: int, domains: AxisDomains, table: GeneratedTable
) -> TableFit:
    known = learned[oid]
    plan, model = known.plan, known.model
    columns = []
    for one in model.ones:
        if (found := _groups(build, learned, plan, one, domains, table)) is not None:
            columns.append(_column(build, plan, one, *found, table, model.total))
    scores: list[PairScore] = []
    if model.scores is not None:
        for clique, value in zip(model.scores.cliques, model.scores.values.tolist()):
            first, second = (axis_title(build, plan, axis) for axis in clique)
            scores.append(PairScore(columns=(first, second), distance=round(value / (2 * _scale(model.total)), 5)))
    return TableFit(
        oid=oid,
        name=plan.table.qualified,
        weighted=round(model.total, 2),
        sigma=round(model.total_sigma, 2),
        rows=table.rows,
        columns=tuple(columns),
        pairs=tuple(_pair(build, known, target, table) for target in model.targets),
        scores=tuple(scores),
        score_sigma=round(model.scores.sigma / (2 * _scale(model.total)), 5) if model.scores is not None else None,
    )


def _scale(total: float) -> float:
    return max(1.0, total)


def _column(
    build: BuildPlan, plan: TablePlan, one: Target, shape: Shape, groups: Groups, table: GeneratedTable, total: float
) -> ColumnFit:
    (axis,) = one.columns
    counted = np.bincount(table.codes[axis], minlength=len(one.counts))
    distance, noise, _ = _compare(one, counted.astype(np.float64), total)
    return ColumnFit(
        title=axis_title(build, plan, axis),
        attnums=_attnums(plan, axis),
        shape=shape,
        cells=len(one.counts),
        labels=tuple(label for label, _ in groups),
        noisy=tuple(round(float(one.counts[codes].sum()), 2) for _, codes in groups),
        sigma=tuple(round(sqrt(float((one.deviation[codes] ** 2).sum())), 3) for _, codes in groups),
        synthetic=tuple(int(counted[codes].sum()) for _, codes in groups),
        distance=distance,
        noise=noise,
    )


def _attnums(plan: TablePlan, axis: str) -> tuple[int, ...]:
    for reference in plan.references:
        if reference.axis == axis:
            return tuple(reference.key.columns)
    return (int(axis[1:]),) if axis[1:].isdigit() else ()


def _pair(build: BuildPlan, known: Learned, target: Target, table: GeneratedTable) -> PairFit:
    """Over the cells that were measured."""
    merged = known.model.merged
    flat = np.zeros(table.rows, dtype=np.int64)
    for axis, size in zip(target.columns, target.counts.shape):
        codes = merged[axis].codes[table.codes[axis]]
        flat = flat * size + (target.maps[axis][codes] if axis in target.maps else codes)
    counted = np.bincount(flat, minlength=target.counts.size).astype(np.float64).reshape(target.counts.shape)
    distance, noise, residual = _compare(target, counted, known.model.total)
    first, second = (axis_title(build, known.plan, axis) for axis in target.columns)
    cells = int(target.counts.size)
    return PairFit(columns=(first, second), cells=cells, distance=distance, noise=noise, residual=residual)


def _compare(target: Target, counted: Floats, total: float) -> tuple[float, float, float]:
    """(total variation of the shares, its expectation from noise alone, root mean square of the residuals)."""
    scale = _scale(total)
    fitted = counted * (total / max(1.0, float(counted.sum())))
    residuals = (target.counts - fitted) / target.deviation
    distance = float(np.abs(target.counts - fitted).sum()) / (2 * scale)
    noise = float(target.deviation.sum()) * sqrt(2 / pi) / (2 * scale)
    return round(distance, 5), round(noise, 5), round(sqrt(float((residuals**2).mean())), 3)


def _groups(
    build: BuildPlan,
    learned: Mapping[int, Learned],
    plan: TablePlan,
    one: Target,
    domains: AxisDomains,
    table: GeneratedTable,
) -> tuple[Shape, Groups] | None:
    """How a table's own column is shown; None for what is its owner's, which is shown with the owner."""
    (axis,) = one.columns
    domain = domains.get((plan.oid, axis))
    if isinstance(domain, Bins):
        column = plan.table.column(int(axis[1:]))
        spans = _spans(domain.bins)
        groups = [(bin_label(column, domain, first, last), np.arange(first, last + 1)) for first, last in spans]
        return Shape.RANGES, [*groups, *([(NULL, np.array([domain.null_code]))] if domain.nullable else [])]
    if isinstance(domain, Categories):
        # Keys of public rows have no labels here; that a reference to a generated row is there at all has one.
        if axis.startswith("r") and not any(domain.values):
            return Shape.RANGES, _public_rows(domain)
        labels = ["present", NULL] if axis.startswith("r") else value_labels(domain)
        return Shape.VALUES, _few(labels, table.codes[axis])
    if axis.startswith("fan") and axis[3:]:
        fan_out = learned[int(axis[3:])].fan_out
        assert fan_out is not None, "an owned table has a fan-out"
        return Shape.RANGES, [(label, np.array([code])) for code, label in enumerate(fan_labels(fan_out))]
    return None


def _few(labels: Sequence[str], codes: NDArray[np.int32]) -> Groups:
    """One group a value; of many, those that most synthetic rows have, and the rest together."""
    everything = np.arange(len(labels))
    if len(labels) <= GROUPS_MOST:
        return [(label, everything[code : code + 1]) for code, label in enumerate(labels)]
    ranked = np.argsort(-np.bincount(codes, minlength=len(labels)), kind="stable")
    shown, rest = np.sort(ranked[: GROUPS_MOST - 1]), ranked[GROUPS_MOST - 1 :]
    groups = [(labels[code], everything[code : code + 1]) for code in shown.tolist()]
    return [*groups, (f"{len(rest):,} more", rest)]


def _public_rows(domain: Categories) -> Groups:
    """Keys of a public table, in its order."""
    groups = [
        (f"row {range_label(f'{first + 1:,}', f'{last + 1:,}')}", np.arange(first, last + 1))
        for first, last in _spans(len(domain.values))
    ]
    return [*groups, *([(NULL, np.array([domain.null_code]))] if domain.nullable else [])]


def _spans(size: int) -> list[tuple[int, int]]:
    """At most GROUPS_MOST runs of neighbours, about equally long."""
    ends = np.linspace(0, size, min(size, GROUPS_MOST) + 1).round().astype(int).tolist()
    return [(first, after - 1) for first, after in zip(ends, ends[1:]) if after > first]
