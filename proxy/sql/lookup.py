"""Statements that look rows up by one key: which they are, and the same statement for every key at once.

Such a statement reads one relation, has one parameter and compares one column of the relation with it: a whole number, a text or a uuid.
The rest of it is the same each time. Refuses to know how rows are kept. Facts: pg_operator's equalities over these types; texts are equal
where their bytes are, for other collations are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from proxy.sql import ir
from proxy.sql.walking import walk

KEYS = frozenset({20, 21, 23, 25, 2950})
EQUALITIES = frozenset(
    {
        "int2eq",
        "int4eq",
        "int8eq",
        "int24eq",
        "int42eq",
        "int28eq",
        "int82eq",
        "int48eq",
        "int84eq",
        "texteq",
        "uuid_eq",
    }
)


def is_lookup(analysed: ir.Analysed) -> bool:
    """Whether a statement is one of these."""
    return _condition(analysed) is not None


def for_every_key(analysed: ir.Analysed) -> ir.Analysed:
    """The rows for whatever key, with the key as one more column; the statement is a lookup."""
    query, found = analysed.query, _condition(analysed)
    assert isinstance(query, ir.Select) and query.where is not None and found is not None
    condition, key = found
    rest = tuple(part for part in _conjuncts(query.where) if part is not condition)
    where = None if not rest else rest[0] if len(rest) == 1 else ir.Bool(type=query.where.type, op="and", args=rest)
    name = f"c{len(query.columns) + 1}"
    query = replace(
        query, targets=(*query.targets, ir.Target(name=name, expr=key)), where=where,
        columns=(*query.columns, (name, key.type, key.typmod)), names=(*query.names, name),
    )  # fmt: skip
    column = ir.OutputColumn(name=name, type=key.type, typmod=key.typmod)
    return replace(analysed, query=query, columns=(*analysed.columns, column), parameters=())


def _condition(analysed: ir.Analysed) -> tuple[ir.Expr, ir.Expr] | None:
    """The comparison with the parameter, and its column as a value of the type that is compared."""
    query = analysed.query
    if not isinstance(query, ir.Select) or not _is_plain(analysed, query) or query.where is None:
        return None
    if sum(isinstance(node, ir.Param) for node in walk(query)) != 1:
        return None
    for part in _conjuncts(query.where):
        if isinstance(part, ir.Call) and part.operator is not None and part.proc.name in EQUALITIES:
            for one, other in (part.args, part.args[::-1]):
                if isinstance(_bare(one), ir.ColumnRef) and one.type in KEYS and isinstance(_bare(other), ir.Param):
                    return part, one
    return None


def _bare(expr: ir.Expr) -> ir.Expr:
    """A value without what makes it another type of the same bytes, as varchar is text."""
    return expr.arg if isinstance(expr, ir.Cast) and expr.method == "relabel" else expr


def _is_plain(analysed: ir.Analysed, query: ir.Select) -> bool:
    """Whether each row of the one relation gives its own rows, the same at any time."""
    whole = query.limit is None and query.offset is None and query.distinct is None
    ungrouped = query.group is None and query.having is None and not query.ctes
    one = len(query.sources) == 1 and isinstance(query.sources[0], ir.RelationRef)
    steady = not (analysed.volatile or analysed.relative or analysed.write)
    shown = bool(query.targets) and not any(target.junk for target in query.targets)
    if not (whole and ungrouped and one and steady and shown and len(analysed.parameters) == 1):
        return False
    return not any(isinstance(node, ir.Window | ir.Sublink) for node in walk(query))


def _conjuncts(condition: ir.Expr) -> Iterator[ir.Expr]:
    if isinstance(condition, ir.Bool) and condition.op == "and":
        for part in condition.args:
            yield from _conjuncts(part)
    else:
        yield condition
