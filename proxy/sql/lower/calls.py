"""Calls and operators → DuckDB SQL by tables: the function behind the call and its argument types choose a row.

A row is a template over the arguments' SQL or a small function. Rows come from the family files. What has no row is refused with
0A000 naming the function. Refuses to know queries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from proxy.catalog.model import ProcRow
from proxy.sql import ir
from proxy.sql.lower import arithmetic, catalogs, datetimes, documents, strings
from proxy.sql.lower.arithmetic import NUMERIC_CALLS
from proxy.sql.lower.emitter import Emitter
from proxy.sql.lower.value import Sql, numeric_text
from proxy.sql.parse import FeatureNotSupported

Builder = Callable[[Emitter, ir.Call], Sql]

TEMPLATES: Mapping[str, str] = {
    **arithmetic.TEMPLATES, **strings.TEMPLATES, **datetimes.TEMPLATES, **documents.TEMPLATES, **catalogs.TEMPLATES,
}  # fmt: skip
BUILDERS: Mapping[str, Builder] = {
    **arithmetic.BUILDERS, **strings.BUILDERS, **datetimes.BUILDERS, **documents.BUILDERS, **catalogs.BUILDERS,
}  # fmt: skip
COMPARISONS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def signature(emitter: Emitter, proc: ProcRow) -> str:
    """name(type,type) in pg_type's names."""
    return f"{proc.name}({','.join(emitter.catalog.types[oid].name for oid in proc.args)})"


def emit_call_node(emitter: Emitter, node: ir.Call) -> Sql:
    """A call as analysed."""
    if node.proc.returns_set:
        from proxy.sql.lower.sets import emit_set_in_list

        return emit_set_in_list(emitter, node)
    builder = BUILDERS.get(signature(emitter, node.proc)) or BUILDERS.get(node.proc.name)
    if builder is not None:
        return builder(emitter, node)
    values = emitter.values(node.args)
    return emit_call(emitter, node.proc, values, [arg.type for arg in node.args], node.type, node.position)


def emit_call(
    emitter: Emitter, proc: ProcRow, values: Sequence[Sql], types: Sequence[int], result: int, position: int
) -> Sql:
    """A call over arguments already lowered."""
    compared = _comparison(emitter, proc, values, types, position)
    if compared is not None:
        return compared
    numeric = NUMERIC_CALLS.get(signature(emitter, proc))
    if numeric is not None:
        return numeric(*values)
    template = TEMPLATES.get(signature(emitter, proc)) or TEMPLATES.get(proc.name)
    if template is None:
        raise _refused(emitter, proc, position)
    texts = [numeric_text(value) if emitter.is_numeric(oid) else value.text for value, oid in zip(values, types)]
    return Sql(template.format(*texts, path=emitter.path(), role=emitter.env.role_number))


def _comparison(
    emitter: Emitter, proc: ProcRow, values: Sequence[Sql], types: Sequence[int], position: int
) -> Sql | None:
    """Every function behind =, <>, <, <=, >, >= of a type: two arguments, boolean, named ...eq, ...lt and so on."""
    if proc.result != 16 or len(values) != 2:
        return None
    operator = COMPARISON_PROCS.get(proc.name)
    if operator is None:
        return None
    left, right = emitter.comparable(values[0], types[0], values[1], types[1], position)
    if emitter.base(types[0]) != emitter.base(types[1]) and {1082, 1114, 1184} >= {emitter.base(one) for one in types}:
        kind = "TIMESTAMPTZ" if 1184 in (emitter.base(types[0]), emitter.base(types[1])) else "TIMESTAMP"
        left, right = f"CAST({left} AS {kind})", f"CAST({right} AS {kind})"
    return Sql(f"({left} {operator} {right})")


_STEMS = (
    "int2 int4 int8 int24 int42 int28 int82 int48 int84 float4 float8 float48 float84 numeric_ text_ text name bpchar char oid bool "
    "date_ time_ timestamp_ timestamptz_ interval_ uuid_ bytea array_ enum_ record_ jsonb_ oidvector xid "
    "date_timestamp:_timestamp date_:_timestamp date_:_timestamptz timestamp_:_date timestamp_:_timestamptz timestamptz_:_date "
    "timestamptz_:_timestamp text:name name:text pg_lsn_"
).split()  # fmt: skip


def _names() -> dict[str, str]:
    found = {}
    for stem in _STEMS:
        before, _, after = stem.partition(":")
        for suffix, operator in COMPARISONS.items():
            found[f"{before}{suffix}{after}"] = operator
    found |= {"texteq": "=", "textne": "<>", "byteaeq": "=", "byteane": "<>", "booleq": "=", "boolne": "<>"}
    found |= {f"name{suffix}text": op for suffix, op in COMPARISONS.items()}
    found |= {f"text{suffix}name": op for suffix, op in COMPARISONS.items()}
    return found


COMPARISON_PROCS = _names()


def _refused(emitter: Emitter, proc: ProcRow, position: int) -> FeatureNotSupported:
    names = ", ".join(emitter.catalog.types[oid].name for oid in proc.args)
    return emitter.unsupported(f"function {proc.name}({names})", position)
