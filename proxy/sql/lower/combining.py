"""VALUES and UNION, INTERSECT, EXCEPT: rows of several sources in one representation.

A numeric column that is DECIMAL of one scale on all sides stays it, else it is text; where a type's equality is not
DuckDB's, rows are compared by keys. Refuses to know FROM.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.comparisons import group_key, sort_item
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.rows import as_one
from proxy.sql.lower.values import Fixed, Lowered, cast, number_text, quote_name

Outputs = tuple[Lowered, ...]


class Combinable(Lowering, Protocol):
    """What combining asks of the lowering of queries."""

    def output(self, expr: ir.Expr) -> Lowered:
        """An expression as an output column."""

    def limits(self, query: ir.Query) -> list[str]:
        """LIMIT and OFFSET."""

    def as_text(self, query: ir.Query, sql: str, outputs: Outputs) -> str:
        """A lowered query with every numeric column as text."""


def values(lowerer: Combinable, query: ir.Values) -> tuple[str, Outputs]:
    """A VALUES list."""
    width = len(query.columns)
    rows = [[lowerer.output(expr) for expr in row] for row in query.rows]
    outputs = []
    for place in range(width):
        column, outputs_fixed = _one_representation([row[place] for row in rows])
        for row, value in zip(rows, column):
            row[place] = value
        outputs.append(Lowered("", fixed=outputs_fixed, row=as_one(lowerer.scope, column)[1]))
    names = ", ".join(quote_name(name) for name, _, _ in query.columns)
    listed = ", ".join(f"({', '.join(value.sql for value in row)})" for row in rows)
    return _ordered(lowerer, f"SELECT * FROM (VALUES {listed}) AS v({names})", query, tuple(outputs))


def _ordered(lowerer: Combinable, sql: str, query: ir.Query, outputs: Outputs) -> tuple[str, Outputs]:
    """ORDER BY and LIMIT over the columns of a query that has no FROM of its own."""
    if not query.order and query.limit is None and query.offset is None:
        return sql, outputs
    if query.with_ties:
        raise FeatureNotSupported(
            "WITH TIES over this query is not supported by the double", hint="Move it into a subquery in FROM."
        )
    places = {name: at for at, (name, _, _) in enumerate(query.columns)}
    items = []
    for key in query.order:
        assert isinstance(key.expr, ir.ColumnRef)
        output = outputs[places[key.expr.column]]
        items.append(sort_item(lowerer, key, output.named(f"o.{quote_name(key.expr.column)}")))
    order = [f"ORDER BY {', '.join(items)}"] if items else []
    return " ".join([f"SELECT * FROM ({sql}) AS o", *order, *lowerer.limits(query)]), outputs


def set_operation(lowerer: Combinable, query: ir.SetOperation) -> tuple[str, Outputs]:
    """UNION, INTERSECT or EXCEPT of two queries."""
    left, left_outputs = lowerer.query(query.left)
    right, right_outputs = lowerer.query(query.right)
    alike = all(a.fixed == b.fixed for a, b in zip(left_outputs, right_outputs))
    if not alike:
        left = lowerer.as_text(query.left, left, left_outputs)
        right = lowerer.as_text(query.right, right, right_outputs)
        left_outputs = tuple(Lowered("") for _ in left_outputs)
    rows = [as_one(lowerer.scope, pair)[1] for pair in zip(left_outputs, right_outputs)]
    left_outputs = tuple(
        replace(_either(left, right), row=row) for left, right, row in zip(left_outputs, right_outputs, rows)
    )
    word = query.op.upper() + (" ALL" if query.all else "")
    everything = query.op == "union" and query.all
    if everything or not _is_keyed(lowerer, query, left_outputs):
        first = left if _goes_on(query) else f"({left})"
        return _ordered(lowerer, f"{first} {word} ({right})", query, left_outputs)
    if query.all:
        raise FeatureNotSupported(
            f"{word} over these types is not supported by the double", hint=f"Use {query.op.upper()}."
        )
    return _ordered(lowerer, _keyed_set(lowerer, query, left, right, left_outputs), query, left_outputs)


def _either(left: Lowered, right: Lowered) -> Lowered:
    """A column whose values come from two."""
    if left.fixed is None or right.fixed is None:
        return left
    return replace(left, fixed=replace(left.fixed, bound=max(left.fixed.digits, right.fixed.digits)))


def _is_keyed(lowerer: Combinable, query: ir.SetOperation, outputs: Outputs) -> bool:
    """Whether a column is compared by a key instead of its value."""
    return any(
        group_key(lowerer.scope, output.named("x"), oid) != "x" for output, (_, oid, _) in zip(outputs, query.columns)
    )


def _goes_on(query: ir.SetOperation) -> bool:
    """Whether the left side can be written without parentheses: DuckDB plans a chain in no time, and a nest of a thousand in minutes."""
    left = query.left
    return (
        query.op != "intersect"
        and isinstance(left, ir.SetOperation)
        and not (left.ctes or left.order or left.limit is not None or left.offset is not None)
    )


def _keyed_set(lowerer: Combinable, query: ir.SetOperation, left: str, right: str, outputs: Outputs) -> str:
    """UNION, INTERSECT and EXCEPT by keys."""
    names = [quote_name(name) for name, _, _ in query.columns]

    def keys(alias: str) -> list[str]:
        return [group_key(lowerer.scope, output.named(f"{alias}.{name}"), oid)
                for name, output, (_, oid, _) in zip(names, outputs, query.columns)]  # fmt: skip

    columns = ", ".join(names)
    if query.op == "union":
        return f"SELECT DISTINCT ON ({', '.join(keys('d'))}) * FROM (({left}) UNION ALL ({right})) AS d({columns})"
    same = " AND ".join(f"{a} IS NOT DISTINCT FROM {b}" for a, b in zip(keys("d"), keys("e")))
    exists = "EXISTS" if query.op == "intersect" else "NOT EXISTS"
    return (
        f"SELECT DISTINCT ON ({', '.join(keys('d'))}) * FROM ({left}) AS d({columns}) "
        f"WHERE {exists} (SELECT 1 FROM ({right}) AS e({columns}) WHERE {same})"
    )


def _one_representation(values: list[Lowered]) -> tuple[list[Lowered], Fixed | None]:
    """The values of a VALUES column: one DECIMAL type where they share its scale, else text."""
    fixed = {value.fixed.scale for value in values if value.fixed}
    if len(fixed) == 1 and all(value.fixed and not value.fixed.shown for value in values):
        precision = max(value.fixed.precision for value in values if value.fixed)
        common = Fixed(precision, fixed.pop())
        return [Lowered(cast(value.sql, common.duckdb_type), fixed=common) for value in values], common
    return [number_text(value) for value in values], None
