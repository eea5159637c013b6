"""Schemas and policies made by hand for tests of the plan: no database needed."""

from __future__ import annotations

from policies.load import parse_policy
from policies.model import Policy
from synth.source.schema import Check, Column, ForeignKey, Schema, Table
from tests.policy_text import policy_text

INT, TEXT, DATE, NUMERIC, UUID = 23, 25, 1082, 1700, 2950


def column(
    attnum: int, name: str, base: int = INT, *, not_null: bool = False, typmod: int = -1, **more: object
) -> Column:
    """A column; nullable by default."""
    given: dict[str, object] = {"typtype": "b", "enum_labels": (), "element_oid": 0, **more}
    return Column(attnum, name, base, "type", typmod, base, not_null=not_null, **given)  # type: ignore[arg-type]


def table(oid: int, name: str, *columns: Column, keys: tuple[ForeignKey, ...] = (), **more: object) -> Table:
    """A table of schema public whose first column is its primary key unless told otherwise."""
    given: dict[str, object] = {"primary_key": (columns[0].attnum,), **more}
    return Table(oid, "public", name, columns, foreign_keys=keys, **given)  # type: ignore[arg-type]


def key(oid: int, column: int, target: int, target_column: int = 1) -> ForeignKey:
    """A foreign key of one column."""
    return ForeignKey(oid, f"fk{oid}", (column,), target, (target_column,))


def schema(*tables: Table) -> Schema:
    """A schema of them."""
    return Schema({each.oid: each for each in tables})


def policy(tables: str, *, unit: str = "public.person", epsilon: float = 1.0, catalog: str = "{}") -> Policy:
    """A policy with these lines under `tables`."""
    return parse_policy(policy_text(tables, unit, epsilon, catalog)).policy


PERSON = table(1, "person", column(1, "id", not_null=True), column(2, "age"))
ORDERS = table(
    2, "orders", column(1, "id", not_null=True), column(2, "person_id", not_null=True), keys=(key(20, 2, 1),)
)
PRODUCT = table(3, "product", column(1, "id", not_null=True), column(2, "label", TEXT))

__all__ = ["Check", "INT", "TEXT", "DATE", "NUMERIC", "UUID", "PERSON", "ORDERS", "PRODUCT"]
