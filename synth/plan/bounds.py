"""Partition bounds as a CHECK of the root: some partition takes each row. Used only where the policy keeps checks, as bounds are their kin.

Facts: pg_get_partition_constraintdef of every leaf, which holds what its ancestors ask as well. A hash needs no more than a row that the
other levels take, so its call stands for true here; `release/partitions.py` computes it. Refuses to know rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from synth.encode.expressions import quote
from synth.plan.checks import Fact, facts
from synth.plan.model import PlanRefused, TablePlan
from synth.plan.values import parse_tick, scale_of
from synth.release.hashing import HASHES
from synth.release.manifest import TableKind
from synth.source.schema import Check, Column, Partition, Table

BOUNDS = "partition bounds"
_HASH_BOUND = re.compile(r"WITH \(modulus (\d+), remainder \d+\)", re.IGNORECASE)
HASH_CALL = re.compile(r"satisfies_hash_partition\('\d+'::oid, (\d+), (\d+), ((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")


def with_bounds(table: Table) -> Table:
    """The table with its partitions' bounds as one more CHECK; the table itself where it has no partitions."""
    leaves = [partition for partition in table.partitions if partition.is_leaf]
    texts = [without_hash(leaf) for leaf in leaves]
    if not leaves or "true" in texts:
        return table
    hull = [_text(fact) for column in table.columns for fact in _hull(column, [facts(text) for text in texts])]
    either = " OR ".join(f"({text})" for text in texts)
    definition = "CHECK (" + " AND ".join([*hull, f"({either})"]) + ")"
    return replace(table, checks=(*table.checks, Check(BOUNDS, (), definition)))


def without_hash(leaf: Partition) -> str:
    """The constraint of a leaf, its hashes taken as satisfied; `true` where it has no other."""
    text = HASH_CALL.sub("true", leaf.constraint) or "true"
    return "true" if text.strip("()") == "true" else text


def refuse_open_hashes(tables: Mapping[int, TablePlan]) -> None:
    """Raise PlanRefused for partitions by hash that leave some hashes out, where other rows refer to the table's: its key is part of the
    partition key then, and no domain says which keys have a hash that a partition takes."""
    for plan in tables.values():
        if plan.generated and is_referred_to(plan.oid, tables) and _leaves_hashes_out(plan.table):
            raise PlanRefused(
                f"the partitions of {plan.table.qualified} take only some hashes of its key, and foreign keys refer to its rows",
                hint="Create the partitions for the other remainders, exclude what refers to it, or write `checks: drop` in the policy's "
                "`catalog`: rows are dealt out to partitions then.",
                path=("tables", plan.table.qualified),
            )


def is_referred_to(oid: int, tables: Mapping[int, TablePlan]) -> bool:
    """Whether a foreign key of the release points at the table's rows."""
    shown = (plan for plan in tables.values() if plan.kind is not TableKind.EXCLUDED)
    return any(key.target == oid for plan in shown for key in plan.table.foreign_keys)


def hashed_types(table: Table, key: str) -> list[int]:
    """Base types of the columns in a hash's key; 0 for what is no column, or of a type whose hash is not of the value alone."""
    named = {name: column for column in table.columns for name in (column.name, quote(column.name))}
    found = [named.get(part) for part in key.split(", ")]
    return [0 if column is None or column.element_oid or column.enum_labels else column.base_oid for column in found]


def _leaves_hashes_out(table: Table) -> bool:
    """Whether the partitions of one level, whose hashes can be computed here, do not cover its modulus. They never overlap."""
    covered: dict[int, Fraction] = {}
    for partition in table.partitions:
        if (bound := _HASH_BOUND.search(partition.bound)) and _is_computable(table, partition):
            covered[partition.parent] = covered.get(partition.parent, Fraction(0)) + Fraction(1, int(bound[1]))
    return any(part < 1 for part in covered.values())


def _is_computable(table: Table, partition: Partition) -> bool:
    keys = [found[3] for found in HASH_CALL.finditer(partition.constraint)]
    return all(set(hashed_types(table, key)) <= HASHES.keys() for key in keys)


def _hull(column: Column, leaves: Sequence[Sequence[Fact]]) -> list[Fact]:
    """What holds for a column in every leaf: the list of all values, or the least and the greatest bound."""
    own = [[fact for fact in leaf if fact.column == column.name] for leaf in leaves]
    listed = [[value for fact in leaf if fact.op == "in" for value in fact.values] for leaf in own]
    if all(listed):
        return [Fact(column.name, "in", tuple(dict.fromkeys(value for leaf in listed for value in leaf)))]
    lows = [[fact.values[0] for fact in leaf if fact.op == ">="] for leaf in own]
    highs = [[fact.values[0] for fact in leaf if fact.op == "<"] for leaf in own]
    try:
        found = [Fact(column.name, ">=", (_outer(column, lows, -1),))] if all(lows) else []
        return found + ([Fact(column.name, "<", (_outer(column, highs, 1),))] if all(highs) else [])
    except ValueError:  # a type whose bounds are not numbers or times
        return []


def _outer(column: Column, bounds: Sequence[Sequence[str]], sign: int) -> str:
    texts = [text for leaf in bounds for text in leaf]
    scale = scale_of(column, tuple(texts))
    return max(texts, key=lambda text: sign * parse_tick(column, text, scale))


def _text(fact: Fact) -> str:
    values = ["'" + value.replace("'", "''") + "'" for value in fact.values]
    name = '"' + fact.column.replace('"', '""') + '"'
    return f"{name} IN ({', '.join(values)})" if fact.op == "in" else f"{name} {fact.op} {values[0]}"
