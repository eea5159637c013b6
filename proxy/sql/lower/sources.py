"""FROM as DuckDB SQL: tables, subqueries, WITH queries, functions and joins, and how each of their columns is represented.

Refuses to know SELECT. Facts: what a range table entry is called, `r<n>`, and its columns as `proxy.sql.ir` names them; a function in
FROM is a lateral subquery over the list of its rows; a row that an outer join adds is NULL as a whole, which its columns do not tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from proxy.pgtypes.errors import DatatypeMismatch, FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.json_rows import reads_rows, rows_from
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.relations import relation_sql
from proxy.sql.lower.rows import opened
from proxy.sql.lower.scope import FOUND, Scope
from proxy.sql.lower.set_returning import Rows, integer_series, rows_of, series_source
from proxy.sql.lower.texts import row_text
from proxy.sql.lower.values import Fixed, Lowered, RowField, cast, number_text, quote_name, unfixed
from synth.release.storage import NUMERIC, scalar_storage


def sources_sql(lowering: Lowering, sources: Sequence[ir.FromItem]) -> str:
    """What stands behind FROM; '' for nothing."""
    return ", ".join(_source(lowering, source, added=False) for source in sources)


def founds(scope: Scope, sources: Sequence[ir.FromItem]) -> Iterator[ir.ColumnRef]:
    """The columns that say of these sources whether a row was found, where that is asked."""
    for source in sources:
        if isinstance(source, ir.JoinRef):
            yield from founds(scope, (source.left, source.right))
        elif (source.rte, FOUND) in scope.outputs:
            yield scope.found(source.rte)


def _source(lowering: Lowering, source: ir.FromItem, *, added: bool) -> str:
    """added: an outer join may add a row of NULLs for it."""
    if not isinstance(source, ir.JoinRef):
        lateral, table = _table(lowering, source)
        if added and source.rte in lowering.scope.whole_rows:
            lowering.scope.outputs[source.rte, FOUND] = Lowered(f"r{source.rte}.{FOUND}", simple=True)
            table = f"(SELECT *, true AS {FOUND} FROM {table})"
        return f"{'LATERAL ' if lateral else ''}{table} AS r{source.rte}"
    left = _source(lowering, source.left, added=added or source.kind in ("right", "full"))
    right = _source(lowering, source.right, added=added or source.kind in ("left", "full"))
    if isinstance(source.right, ir.JoinRef):
        right = f"({right})"
    if source.kind == "cross":
        return f"{left} CROSS JOIN {right}"
    condition = lowering.expr(source.on).sql if source.on is not None else "true"
    return f"{left} {source.kind.upper()} JOIN {right} ON {condition}"


def _table(lowering: Lowering, source: ir.FromItem) -> tuple[bool, str]:
    """Whether it sees what stands before it, and what is read."""
    scope = lowering.scope
    if isinstance(source, ir.RelationRef):
        _expose_relation(scope, source)
        return False, relation_sql(scope.env, source, scope.system_columns.get(source.rte, ()))
    if isinstance(source, ir.SubqueryRef):
        sql, outputs = lowering.query(source.query)
        _expose(scope, source.rte, source.query.columns, outputs)
        return source.lateral, f"({sql})"
    if isinstance(source, ir.CteRef):
        _expose(scope, source.rte, source.columns, scope.ctes[source.cte])
        return False, quote_name(source.cte)
    assert isinstance(source, ir.FunctionRef)
    return _function(lowering, source)


def _expose(scope: Scope, rte: int, columns: Sequence[tuple[str, int, int]], outputs: Sequence[Lowered]) -> None:
    for (name, _, _), output in zip(columns, outputs):
        scope.outputs[rte, name] = output.named(f"r{rte}.{quote_name(name)}")


def _expose_relation(scope: Scope, source: ir.RelationRef) -> None:
    """Stored numerics: DECIMAL by their column, arrays of DECIMAL as text."""
    for column in scope.catalog.relations[source.relation].columns:
        name = f"r{source.rte}.c{column.attnum}"
        oid, element = scope.base(column.type_oid).oid, scope.element(column.type_oid)
        if element == NUMERIC:
            value = Lowered(cast(name, "VARCHAR[]"), simple=True)
        elif oid == NUMERIC:
            value = Lowered(name, simple=True, fixed=_fixed(column.storage or scalar_storage(oid, column.typmod)))
            if value.fixed and column.digits:
                value = replace(value, fixed=replace(value.fixed, bound=column.digits + value.fixed.scale))
        else:
            value = Lowered(name, simple=True, digits=column.digits)
        scope.outputs[source.rte, f"c{column.attnum}"] = value


def _fixed(storage: str) -> Fixed | None:
    """DECIMAL(p,s) of a stored column; None for text."""
    if not storage.startswith("DECIMAL("):
        return None
    precision, scale = storage[8:-1].split(",")
    return Fixed(int(precision), int(scale))


# Functions


def _function(lowering: Lowering, source: ir.FunctionRef) -> tuple[bool, str]:
    call, names = source.call, [name for name, _, _ in source.columns]
    if source.beside:
        return True, _side_by_side(lowering, source, names)
    if isinstance(call, ir.Call) and reads_rows(call):
        return True, _json_rows(lowering, source, call, names)
    if not (isinstance(call, ir.Call) and call.proc.returns_set):
        return True, _one_row(lowering, source, names)
    if not source.ordinality and (streamed := integer_series(lowering.scope, call)):
        return False, f"(SELECT {streamed} AS {quote_name(names[0])} FROM {series_source(call)} AS s(n))"
    return True, _set(lowering, source, call, names)


def _one_row(lowering: Lowering, source: ir.FunctionRef, names: Sequence[str]) -> str:
    """A function that gives no set."""
    value = lowering.expr(source.call)
    fields = opened(lowering.scope, value, source.call.type) if value.columns is not None else ()
    if fields and len(names) == len(fields):
        shown = [f"{_shown(lowering.scope, field.value)} AS {quote_name(name)}" for field, name in zip(fields, names)]
    elif len(names) == 1:
        shown = [f"{unfixed(value).sql} AS {quote_name(names[0])}"]
    else:
        raise FeatureNotSupported(
            "this function in FROM is not supported by the double", hint="Use it in the select list."
        )
    outputs = tuple(Lowered("", row=field.value.columns) for field in fields) or (unfixed(value),)
    _expose(lowering.scope, source.rte, source.columns, outputs)
    shown += [f"CAST(1 AS BIGINT) AS {quote_name(f'c{len(names) + 1}')}"] if source.ordinality else []
    return f"(SELECT {', '.join(shown)})"


def _shown(scope: Scope, value: Lowered) -> str:
    """A field as a column: numbers and rows as texts."""
    return row_text(scope, value).sql if value.fields is not None else number_text(value).sql


def _set(lowering: Lowering, source: ir.FunctionRef, call: ir.Call, names: Sequence[str]) -> str:
    """A row for each item of a list."""
    rows = rows_of(lowering, call)
    fields = _fields_of_items(lowering, source, call, rows)
    if fields:
        targets = [f"{_shown(lowering.scope, field.value)} AS {quote_name(name)}" for field, name in zip(fields, names)]
        _expose(lowering.scope, source.rte, source.columns, [Lowered("", row=field.value.columns) for field in fields])
    elif rows.names:
        targets = [f"u.item.{quote_name(f'c{at}')} AS {quote_name(name)}" for at, name in enumerate(names, 1)]
    else:
        targets = [f"u.item AS {quote_name(names[0])}"]
    place = ""
    if source.ordinality:
        place = f", unnest(range(1, len({rows.items.sql}) + 1)) AS place"
        targets.append(f"u.place AS {quote_name(f'c{len(names) + 1}')}")
    return f"(SELECT {', '.join(targets)} FROM (SELECT unnest({rows.items.sql}) AS item{place}) AS u)"


def _fields_of_items(lowering: Lowering, source: ir.FunctionRef, call: ir.Call, rows: Rows) -> Sequence[RowField]:
    """The columns of items that are rows; none where an item is a column itself."""
    scope = lowering.scope
    if rows.names or not scope.is_row(call.type):
        return ()
    fields = opened(scope, Lowered("u.item", simple=True, row=rows.items.row), call.type)
    _require_declared(scope, [field.type for field in fields], [oid for _, oid, _ in source.columns])
    return fields


def _require_declared(scope: Scope, found: Sequence[int], declared: Sequence[int]) -> None:
    """tupledesc_match."""
    detail = ""
    if len(found) != len(declared):
        attributes = f"{len(found)} attribute{'s' if len(found) != 1 else ''}"
        detail = f"Returned row contains {attributes}, but query expects {len(declared)}."
    for place, (one, other) in enumerate(zip(found, declared), 1):
        if one != other and not detail:
            kinds = f"{scope.shown_name(one)} at ordinal position {place}, but query expects {scope.shown_name(other)}"
            detail = f"Returned type {kinds}."
    if detail:
        raise DatatypeMismatch("function return row and query-specified return row do not match", detail=detail)


def _side_by_side(lowering: Lowering, source: ir.FunctionRef, names: Sequence[str]) -> str:
    """ROWS FROM: the n-th row of each function, NULLs where one has no more."""
    lists, values = [], []
    for at, call in enumerate((source.call, *source.beside), 1):
        if isinstance(call, ir.Call) and reads_rows(call):
            raise FeatureNotSupported(f"{call.proc.name} inside ROWS FROM is not supported by the double")
        is_set = isinstance(call, ir.Call) and call.proc.returns_set
        rows = rows_of(lowering, call) if is_set and isinstance(call, ir.Call) else Rows(_single(lowering, call))
        lists.append(f"{rows.items.sql} AS l{at}")
        item = f"u.l{at}[u.n]"
        values += [f"struct_extract({item}, 'c{place}')" for place in range(1, len(rows.names) + 1)] or [item]
    if len(values) != len(names):
        raise FeatureNotSupported("a function of rows inside ROWS FROM is not supported by the double")
    targets = [f"{value} AS {quote_name(name)}" for value, name in zip(values, names)]
    targets += [f"u.n AS {quote_name(f'c{len(names) + 1}')}"] if source.ordinality else []
    longest = f"greatest({', '.join(f'coalesce(len(f.l{at}), 0)' for at in range(1, len(lists) + 1))})"
    rows_sql = f"SELECT f.*, unnest(range(1, {longest} + 1)) AS n FROM (SELECT {', '.join(lists)}) AS f"
    _expose(lowering.scope, source.rte, source.columns, [Lowered("") for _ in names])
    return f"(SELECT {', '.join(targets)} FROM ({rows_sql}) AS u)"


def _single(lowering: Lowering, call: ir.Expr) -> Lowered:
    """The one row of a function that gives no set, as a list."""
    return Lowered(f"[{number_text(lowering.expr(call)).sql}]")


def _json_rows(lowering: Lowering, source: ir.FunctionRef, call: ir.Call, names: list[str]) -> str:
    if source.ordinality:
        raise FeatureNotSupported(
            f"{call.proc.name} WITH ORDINALITY is not supported by the double", hint="Use json_array_elements."
        )
    declared = [(name, oid, typmod) for name, (_, oid, typmod) in zip(source.names, source.columns)]
    sql = rows_from(lowering, call, declared, names)
    _expose(lowering.scope, source.rte, source.columns, [Lowered("") for _ in names])
    return f"({sql})"
