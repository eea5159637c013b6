"""pg_indexam_has_property and its kin: what access methods, indexes and their columns can do.

Columns of GiST and SP-GiST indexes are refused where their operator classes decide. Refuses to know other access methods than
Postgres' own. Facts: src/backend/utils/adt/amutils.c, and the methods' answers on a live PostgreSQL 18.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered, fail, quote_literal

Handler = Callable[[Lowering, ir.Call], Lowered]
# property -> the access methods that have it
METHOD = {
    "can_order": ("btree",), "can_unique": ("btree",), "can_multi_col": ("btree", "gist", "gin", "brin"),
    "can_exclude": ("btree", "hash", "gist", "spgist"), "can_include": ("btree", "gist", "spgist"),
}  # fmt: skip
INDEX = {
    "clusterable": ("btree", "gist"), "index_scan": ("btree", "hash", "gist", "spgist"),
    "bitmap_scan": ("btree", "hash", "gist", "gin", "spgist", "brin"), "backward_scan": ("btree",),
}  # fmt: skip
# property -> the methods whose key columns have it, and the bits of indoption that it wants, set or not
ORDERS = {"asc": (1, 0), "desc": (1, 1), "nulls_first": (2, 2), "nulls_last": (2, 0)}
KEYS = {"orderable": ("btree",), "search_array": ("btree",), "search_nulls": ("btree", "gist", "spgist", "brin")}
UNKNOWN = fail("0A000", "what an index of this method can do by its operator classes is not known to the double")


def _of(properties: dict[str, tuple[str, ...]], method: str) -> str:
    """SQL: the property {1} of a method; NULL for what is no property."""
    whens = " ".join(
        f"WHEN {quote_literal(name)} THEN {method} IN ({_listed(methods)})" for name, methods in properties.items()
    )
    return f"CASE WHEN {method} IS NOT NULL THEN CASE lower({{1}}) {whens} END END"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(map(quote_literal, words))


def _method(lowering: Lowering, call: ir.Call) -> Lowered:
    scope = lowering.scope
    name, oid, kind = (scope.system_column("pg_am", one, "m") for one in ("amname", "oid", "amtype"))
    method = f"(SELECT {name} FROM {scope.system_sql('pg_am', 'm')} WHERE {oid} = {{0}} AND {kind} = 'i')"
    return fill(scope, _of(METHOD, method), [lowering.expr(arg) for arg in call.args])


def _index_method(scope: Scope) -> str:
    """SQL: the access method of the index {0}."""
    name, oid = (scope.system_column("pg_am", one, "m") for one in ("amname", "oid"))
    own, method, kind = (scope.system_column("pg_class", one, "k") for one in ("oid", "relam", "relkind"))
    return (
        f"(SELECT {name} FROM {scope.system_sql('pg_class', 'k')} JOIN {scope.system_sql('pg_am', 'm')} ON {oid} = {method} "
        f"WHERE {own} = {{0}} AND {kind} IN ('i', 'I'))"
    )


def _index(lowering: Lowering, call: ir.Call) -> Lowered:
    return fill(lowering.scope, _of(INDEX, _index_method(lowering.scope)), [lowering.expr(arg) for arg in call.args])


def _column(lowering: Lowering, call: ir.Call) -> Lowered:
    """Of the column {2} of the index {0} the property {1}."""
    scope = lowering.scope

    def column(name: str) -> str:
        return scope.system_column("pg_index", name, "i")

    def of_index(shown: str) -> str:
        return f"(SELECT {shown} FROM {scope.system_sql('pg_index', 'i')} WHERE {column('indexrelid')} = {{0}})"

    method, is_key = _index_method(scope), f"{{2}} <= {of_index(column('indnkeyatts'))}"
    option = of_index(f"{column('indoption')}[CAST({{2}} AS BIGINT)]")
    whens = [
        f"WHEN {quote_literal(name)} THEN CASE WHEN {is_key} THEN {method} = 'btree' AND ({option} & {bits}) = {wanted} END"
        for name, (bits, wanted) in ORDERS.items()
    ]
    whens += [
        f"WHEN {quote_literal(name)} THEN CASE WHEN {is_key} THEN {method} IN ({_listed(methods)}) END"
        for name, methods in KEYS.items()
    ]
    decided = f"CASE WHEN {method} IN ('gist', 'spgist') THEN CAST({UNKNOWN} AS BOOLEAN) ELSE"
    whens.append(f"WHEN 'distance_orderable' THEN {decided} false END")
    whens.append(f"WHEN 'returnable' THEN {decided} {method} = 'btree' END")
    inside = f"{{2}} BETWEEN 1 AND {of_index(column('indnatts'))}"
    template = f"CASE WHEN {method} IS NOT NULL AND {inside} THEN CASE lower({{1}}) {' '.join(whens)} END END"
    relation, place, name = (lowering.expr(arg) for arg in call.args)
    return fill(scope, template, [relation, name, place])


TEMPLATES: dict[str, str] = {}
HANDLERS: dict[str, Handler] = {
    "pg_indexam_has_property": _method, "pg_index_has_property": _index, "pg_index_column_has_property": _column,
}  # fmt: skip
