"""Named axes: what values a table's columns can take, in codes, and which pairs of codes cannot meet.

Public facts only; refuses to know labels, types and where the facts come from. Axes have names so that nobody writes
`axis=1`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Axis:
    """One column. size: codes 0 .. size-1. ordered: neighbouring codes are near values, so may be merged. even: the first codes that are
    equally wide, among which counts may be expected to lie on a curve."""

    name: str
    size: int
    ordered: bool = False
    even: int = 0

    def __post_init__(self) -> None:
        assert self.size >= 1, "a domain has at least one code"


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Pairs of codes that no row may have. mask: bool, shape (size of first, size of second), True = forbidden."""

    first: str
    second: str
    mask: NDArray[np.bool_] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Domain:
    """The axes of a table, in order."""

    axes: tuple[Axis, ...]
    forbidden: tuple[Forbidden, ...] = ()

    def __post_init__(self) -> None:
        assert len(set(self.names)) == len(self.axes), "axes have different names"
        for rule in self.forbidden:
            assert rule.mask.shape == (self.size(rule.first), self.size(rule.second)), "a mask has its axes' shape"

    @classmethod
    def of(cls, sizes: dict[str, int], ordered: Iterable[str] = ()) -> Domain:
        """A domain from sizes by name. ordered: columns of equally wide codes."""
        near = set(ordered)
        return cls(tuple(Axis(name, size, name in near, size if name in near else 0) for name, size in sizes.items()))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the axes, in order."""
        return tuple(axis.name for axis in self.axes)

    def axis(self, name: str) -> Axis:
        """The axis of that name."""
        return next(axis for axis in self.axes if axis.name == name)

    def size(self, name: str) -> int:
        """Codes of one axis."""
        return self.axis(name).size

    def shape(self, names: Sequence[str]) -> tuple[int, ...]:
        """Sizes of the named axes, in the order given."""
        return tuple(self.size(name) for name in names)

    def cells(self, names: Sequence[str]) -> int:
        """Cells of the marginal over the named axes."""
        return prod(self.shape(names))

    def sort(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names in the order of the axes, each once."""
        wanted = set(names)
        return tuple(name for name in self.names if name in wanted)
