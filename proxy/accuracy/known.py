"""What a release knows of its own error, by table, and the basis of an answer that rests on some of a table's columns.

Refuses to know trees. Facts: the release's accuracy.json and manifest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from math import sqrt
from pathlib import Path

from proxy.accuracy.interval import ALONE, TOGETHER, Basis
from synth.release.accuracy import Accuracy, PairError, TableAccuracy
from synth.release.manifest import Manifest, TableKind

MOST = 3  # columns of one estimate


class NoEstimate(Exception):
    """Nothing honest can be said of an answer; holds why, in words."""

    @property
    def why(self) -> str:
        """The reason."""
        return str(self)


@dataclass(frozen=True, slots=True)
class Known:
    """tables: by OID. public: tables that are the source's own rows. nothing: why nothing is known of any table."""

    tables: Mapping[int, TableAccuracy] = field(default_factory=dict)
    public: frozenset[int] = frozenset()
    nothing: str = "the release says nothing of its accuracy"

    @classmethod
    def of(cls, folder: Path, manifest: Manifest) -> Known:
        """Of a release."""
        found = Accuracy.read(folder)
        kinds = {} if manifest.mirror else {table.oid: table.kind for table in manifest.tables}
        public = frozenset(oid for oid, kind in kinds.items() if kind is TableKind.PUBLIC)
        if found is None:
            return cls(public=public)
        if found.scale != 1:
            return cls(public=public, nothing=f"the release has {found.scale:g} times the source's rows")
        return cls({table.oid: table for table in found.tables}, public, "")


NOTHING_KNOWN = Known()


def basis(table: TableAccuracy, axes: Iterable[int], *, blurred: Iterable[int], half_bin: float) -> Basis:
    """Of the cells of these axes, by their places. blurred: those that conditions or groups ask for. Raises NoEstimate."""
    used = sorted(axis for axis in set(axes) if table.axes[axis].cells > 1)
    if len(used) > MOST:
        raise NoEstimate(f"it depends on {len(used)} columns, of which at most {MOST} can be told together")
    if not used:
        return Basis(table.rows, table.low, table.high, words="number of rows")
    if len(used) == 1:
        axis = table.axes[used[0]]
        if axis.error is None:
            raise NoEstimate("nothing was learned of its column")
        unit, words = axis.error / axis.spread, "one measured column"
    else:
        pairs = [_pair(table, pair) for pair in combinations(used, 2)]
        unit = sqrt(sum(((pair.error + pair.sigma) / pair.spread) ** 2 for pair in pairs))
        measured = all(pair.supported for pair in pairs)
        words = "measured pair" if measured else "scored pair"
        if len(pairs) > 1:
            words = f"extrapolated from {len(pairs)} pairs"
    return Basis(
        table.rows, table.low, table.high, unit=unit * sqrt(table.rows),
        noise=max(table.axes[axis].noise for axis in used) * table.rows,
        blur=sum(table.axes[axis].blur for axis in set(blurred)) * table.rows, half_bin=half_bin,
        together=TOGETHER if len(used) > 1 else ALONE,
        cut=table.truncated_share, words=words,
    )  # fmt: skip


def _pair(table: TableAccuracy, axes: tuple[int, ...]) -> PairError:
    for pair in table.pairs:
        if {*pair.axes} == {*axes}:
            return pair
    raise NoEstimate("two of its columns were never held against each other")
