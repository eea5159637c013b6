"""Rows from a model: one clique of the tree after the other, each new column drawn given those already there.

Takes probabilities and a generator; refuses to know where either comes from (noise is not its business, so it may be
seeded). Inside each group of rows that agree on the separator, counts follow the probabilities up to rounding, and who
gets which is random (without that, columns drawn from the same one would be comonotone, a bug of mbi 1.1.0) but spread
over the other columns, so that they are as independent as the model says and not up to noise.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synth.codes import Codes, code_type
from synth.measure.counts import Floats
from synth.model.infer import Model, reduce_to
from synth.model.places import Along, Indices, in_line, kinds_of, nearness, places
from synth.model.tree import Clique


def sample(
    model: Model,
    sizes: Mapping[str, int],
    rows: int,
    rng: np.random.Generator,
    given: Mapping[str, Codes],
    along: Along | None = None,
) -> dict[str, Codes]:
    """Coarse codes of every column. given: codes of columns of the tree's first clique, one a row, kept as they are. along: what is
    drawn is spread over; the other columns drawn so far, if it is not given."""
    done: dict[str, Codes] = dict(given)
    root = model.tree.cliques[0]
    assert set(given) <= set(root), "given columns lie in the root clique"
    steps = [(0, tuple(name for name in root if name in given))]
    steps += [(edge.child, edge.separator) for edge in model.tree.edges]
    for index, known in steps:
        clique = model.tree.cliques[index]
        for name in clique:
            if name not in known:
                table = reduce_to(model.beliefs[index], clique, (*known, name)).reshape(-1, sizes[name])
                over = _along(done, known, sizes, rows, rng) if along is None else along
                drawn = draw_in_groups(table, _flatten(done, known, sizes, rows), rng, over)
                done[name] = drawn.astype(code_type(sizes[name]))
                known = (*known, name)
    return done


def _along(
    done: Mapping[str, Codes], known: Clique, sizes: Mapping[str, int], rows: int, rng: np.random.Generator
) -> Along | None:
    """Rows by what is drawn already but not looked at, groups by what is."""
    if not done:
        return None
    others = [(codes, sizes[name]) for name, codes in done.items() if name not in known]
    line = in_line(nearness(others, rows), rng)
    looked = [(done[name], sizes[name]) for name in known]
    return Along(line, nearness(looked, rows), kinds_of(others, rows), kinds_of(looked, rows))


def draw_in_groups(table: Floats, groups: Indices, rng: np.random.Generator, along: Along | None = None) -> Indices:
    """A column for each row from row `group` of the table, read at the row's place: each outcome is taken floor or ceiling of its
    expected count, and each row alone is an exact draw."""
    order, place = places(groups, len(table), rng, along)
    drawn = np.empty(len(groups), dtype=np.int64)
    drawn[order] = _invert(table, groups[order], place)
    return drawn


def _invert(table: Floats, groups: Indices, place: Floats) -> Indices:
    """Index at which each row's cumulative distribution passes place in [0, 1). Groups are sorted.

    A group the model gives no mass takes the distribution of all groups together.
    """
    used, compact = np.unique(groups, return_inverse=True)
    weights = table[used]
    weights[weights.sum(axis=1) <= 0] = table.sum(axis=0)
    cumulative = np.cumsum(weights, axis=1)
    cumulative /= cumulative[:, -1:]
    raised = (cumulative + np.arange(len(used))[:, None]).reshape(-1)
    found = np.searchsorted(raised, compact.reshape(-1) + place, side="right") - compact.reshape(-1) * table.shape[1]
    # Rounding at a group's end may step over it: the last outcome with any mass is meant.
    last = table.shape[1] - 1 - np.argmax(weights[:, ::-1] > 0, axis=1)
    return np.asarray(np.clip(found, 0, last[compact.reshape(-1)]), dtype=np.int64)


def _flatten(codes: Mapping[str, Codes], columns: Clique, sizes: Mapping[str, int], rows: int) -> Indices:
    flat = np.zeros(rows, dtype=np.int64)
    for name in columns:
        flat = flat * sizes[name] + codes[name]
    return flat
