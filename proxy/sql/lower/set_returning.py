"""Set-returning functions: each as a list whose elements are the rows, or as a table function where that streams.

A function of several columns gives a list of structs with fields c1, c2, ... Refuses to know FROM and SELECT. Facts:
generate_series includes its end; unnest of NULL gives no row; jsonb's sets come in its key order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from proxy.catalog.model import ProcRow
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.activity import Place, rows_sql, values_of
from proxy.sql.lower.apply import fill
from proxy.sql.lower.dimensions import depth
from proxy.sql.lower.json import path_call
from proxy.sql.lower.json_rows import populated_set
from proxy.sql.lower.letters import pattern, takes_pattern
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.ranges import unnested
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered, cast, fail, number_text, quote_literal, room_for

Lister = Callable[[Lowering, ir.Call], Lowered]
INTEGERS = (21, 23, 20)
ANYARRAY, ANYELEMENT = 2277, 2283
# Bytes of a series as a list. A series in FROM whose bounds are constants streams instead.
SERIES_SIZE = (
    "CAST(least((CAST({1} AS HUGEINT) - CAST({0} AS HUGEINT)) // nullif(CAST({2} AS HUGEINT), 0) * 8, "
    "9223372036854775807) AS BIGINT)"
)
SERIES_LONG = "a series of so many rows is not supported by the double here"
STEP_ZERO = fail("22023", "step size cannot equal zero")


@dataclass(frozen=True, slots=True)
class Rows:
    """items: a list. names: the OUT columns, () where an item is the one column itself."""

    items: Lowered
    names: tuple[str, ...] = ()


def rows_of(lowering: Lowering, call: ir.Call) -> Rows:
    """The rows of a set-returning call."""
    scope, proc = lowering.scope, call.proc
    signature = f"{proc.name}({','.join(scope.signature_name(oid) for oid in proc.args)})"
    lister = LISTERS.get(signature) or LISTERS.get(proc.name)
    if lister is None:
        shown = ", ".join(scope.shown_name(arg.type) for arg in call.args)
        raise FeatureNotSupported(
            f"function {proc.name}({shown}) is not supported by the double", hint="See docs/compatibility.md.",
            position=call.position if call.position >= 0 else None,
        )  # fmt: skip
    return Rows(lister(lowering, call), _out_names(proc))


def _out_names(proc: ProcRow) -> tuple[str, ...]:
    """The columns of a function that has several."""
    names = tuple(name for name, mode in zip(proc.arg_names, proc.arg_modes) if mode in ("o", "b", "t"))
    return names if len(names) > 1 else ()


def output_types(scope: Scope, call: ir.Call) -> list[int]:
    """The types of a function's OUT and TABLE parameters; what is polymorphic follows the call's arguments."""
    chosen: dict[int, int] = {}
    for declared, arg in zip(call.proc.args, call.args):
        if declared in (ANYARRAY, ANYELEMENT):
            chosen |= {
                ANYARRAY: arg.type,
                ANYELEMENT: scope.base(arg.type).element if declared == ANYARRAY else arg.type,
            }
    outputs = [oid for oid, mode in zip(call.proc.all_args, call.proc.arg_modes) if mode in ("o", "b", "t")]
    return [chosen.get(oid, oid) for oid in outputs]


def _series(lowering: Lowering, call: ir.Call) -> Lowered:
    """generate_series over integers."""
    args = [lowering.expr(arg) for arg in call.args]
    storage = lowering.scope.storage(call.type)
    step = args[2] if len(args) > 2 else Lowered("1", simple=True)
    last = room_for(SERIES_SIZE, "CAST({1} AS BIGINT)", SERIES_LONG)
    template = (
        f"CASE WHEN {{0}} IS NULL OR {{1}} IS NULL OR {{2}} IS NULL THEN NULL WHEN {{2}} = 0 THEN {STEP_ZERO} "
        f"ELSE CAST(generate_series(CAST({{0}} AS BIGINT), {last}, CAST({{2}} AS BIGINT)) AS {storage}[]) END"
    )
    return fill(lowering.scope, template, [*args[:2], step])


def integer_series(scope: Scope, call: ir.Call) -> str:
    """The column of a series of constant integers read from DuckDB's own table function, which streams; '' for others."""
    bounds = [_constant(arg) for arg in call.args]
    if call.proc.name != "generate_series" or call.proc.args[0] not in INTEGERS or None in bounds or 0 in bounds[2:]:
        return ""
    return cast("s.n", scope.storage(call.type))


def series_source(call: ir.Call) -> str:
    """generate_series(first, last [, step]) in FROM."""
    return f"generate_series({', '.join(str(_constant(arg)) for arg in call.args)})"


def _constant(expr: ir.Expr) -> int | None:
    while isinstance(expr, ir.Cast) and expr.arg.type in INTEGERS:
        expr = expr.arg
    return int(expr.value) if isinstance(expr, ir.Const) and expr.type in INTEGERS and expr.value is not None else None


# Bytes of a series of moments as a list, a month taken for 30 days.
STEP = "greatest(abs(CAST(date_part('epoch', {2}) * 1000000 AS HUGEINT)), 1)"
MOMENTS_SIZE = (
    f"CAST(least(abs(CAST(epoch_us({{1}}) AS HUGEINT) - epoch_us({{0}})) // {STEP} * 8, 9223372036854775807) AS BIGINT)"
)
ENDLESS = fail(
    "0A000", "a series without end is not supported by the double", hint="Give a finite first and last moment."
)


def _time_series(lowering: Lowering, call: ir.Call) -> Lowered:
    """generate_series over moments; one with an infinite end never ends, unless it has no row."""
    args = [lowering.expr(arg) for arg in call.args[:3]]
    storage = f"{lowering.scope.storage(call.type)}[]"
    zero = "INTERVAL '0' SECOND"
    none = f"({{2}} > {zero} AND {{0}} > {{1}}) OR ({{2}} < {zero} AND {{0}} < {{1}})"
    template = (
        f"CASE WHEN {{0}} IS NULL OR {{1}} IS NULL OR {{2}} IS NULL THEN NULL WHEN {{2}} = {zero} THEN {STEP_ZERO} "
        f"WHEN {none} THEN CAST([] AS {storage}) WHEN isinf({{0}}) OR isinf({{1}}) THEN {ENDLESS} "
        f"ELSE generate_series({{0}}, {room_for(MOMENTS_SIZE, '{1}', SERIES_LONG)}, {{2}}) END"
    )
    return fill(lowering.scope, template, args)


def _zoned_series(lowering: Lowering, call: ir.Call) -> Lowered:
    """generate_series of instants by the days of a zone."""
    args = [lowering.expr(arg) for arg in call.args]
    wrong = fail("0A000", "a series to or from infinity is not supported by the double")
    template = (
        f"CASE WHEN isinf({{0}}) OR isinf({{1}}) THEN {wrong} "
        "ELSE list_transform(pgf_zoned_series(epoch_us({0}), epoch_us({1}), {2}, {3}), lambda t: make_timestamptz(t)) END"
    )
    return fill(lowering.scope, template, args)


def _numeric_series(lowering: Lowering, call: ir.Call) -> Lowered:
    args = [number_text(lowering.expr(arg)) for arg in call.args]
    step = args[2] if len(args) > 2 else Lowered("'1'", simple=True)
    return fill(lowering.scope, "pgf_numeric_series({0}, {1}, {2})", [*args[:2], step])


def _unnest(lowering: Lowering, call: ir.Call) -> Lowered:
    """The elements of every dimension."""
    array = lowering.expr(call.args[0])
    items = array.sql
    for _ in range(depth(lowering.scope, call.args[0]) - 1):
        items = f"flatten({items})"
    return Lowered(items, row=array.row)


def _subscripts(lowering: Lowering, call: ir.Call) -> Lowered:
    """generate_subscripts(array, dimension [, reverse]); int2vector's first is 0."""
    array, dimension = lowering.expr(call.args[0]), lowering.expr(call.args[1])
    zero_based = lowering.scope.base(call.args[0].type).oid in (22, 30)
    bounds = "0, len({0})" if zero_based else "1, len({0}) + 1"
    places = f"CASE WHEN {{1}} = 1 THEN CAST(range({bounds}) AS INTEGER[]) ELSE CAST([] AS INTEGER[]) END"
    if len(call.args) > 2:
        reverse = lowering.expr(call.args[2])
        places = f"CASE WHEN {{2}} THEN list_reverse({places}) ELSE {places} END"
        return fill(lowering.scope, places, [array, dimension, reverse])
    return fill(lowering.scope, places, [array, dimension])


def _expand_array(lowering: Lowering, call: ir.Call) -> Lowered:
    """information_schema._pg_expandarray: (x, n) with n from 1."""
    array = lowering.expr(call.args[0])
    return fill(
        lowering.scope, "list_transform({0}, lambda x, i: struct_pack(c1 := x, c2 := CAST(i AS INTEGER)))", [array]
    )


def _pairs(function: str, kind: str) -> Lister:
    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        document = lowering.expr(call.args[0]).sql
        pairs = f"pgf_{function}({document}, '{kind}', {quote_literal(call.proc.name)})"
        return Lowered(
            f"list_transform({pairs}, lambda p: struct_pack(c1 := struct_extract(p, 'k'), c2 := struct_extract(p, 'v')))"
        )

    return lower


def _documents(function: str, kind: str) -> Lister:
    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        return Lowered(f"pgf_{function}({lowering.expr(call.args[0]).sql}, '{kind}', {quote_literal(call.proc.name)})")

    return lower


def _texts(template: str) -> Lister:
    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        args = [lowering.expr(arg) for arg in call.args]
        if takes_pattern(template):
            args[1] = pattern(lowering.scope, args[1], call.input_collation)
        return fill(lowering.scope, template, args)

    return lower


def _options(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_options_to_table: name=value."""
    template = (
        "list_transform({0}, lambda o: struct_pack(c1 := split_part(o, '=', 1), "
        "c2 := CASE WHEN strpos(o, '=') > 0 THEN substring(o, strpos(o, '=') + 1) END))"
    )
    return fill(lowering.scope, template, [lowering.expr(call.args[0])])


def _zone_abbreviations(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_timezone_abbrevs_zone: of a zone that has one."""
    if lowering.scope.env.timezone.upper() not in ("UTC", "ETC/UTC"):
        raise FeatureNotSupported(
            "the abbreviations of this time zone are not supported by the double", hint="Set TimeZone to UTC."
        )
    return Lowered("[struct_pack(c1 := 'UTC', c2 := INTERVAL '0' SECOND, c3 := false)]")


def _partitions(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_partition_ancestors: the relation and what it is a partition of."""
    scope = lowering.scope
    child, parent = (scope.system_column("pg_inherits", name, "i") for name in ("inhrelid", "inhparent"))
    name = "cte0"  # analysis numbers the statement's own from 1
    oid, kind, is_part = (scope.system_column("pg_class", one, "k") for one in ("oid", "relkind", "relispartition"))
    partition = f"EXISTS (SELECT 1 FROM {scope.system_sql('pg_class', 'k')} WHERE {oid} = {{0}} AND ({kind} IN ('p', 'I') OR {is_part}))"
    template = (
        f"(WITH RECURSIVE {name}(oid, level) AS (SELECT CAST({{0}} AS UINTEGER), 0 WHERE {partition} "
        f"UNION ALL SELECT {parent}, u.level + 1 "
        f"FROM {name} AS u JOIN {scope.system_sql('pg_inherits', 'i')} ON {child} = u.oid) "
        f"SELECT list(oid ORDER BY level) FROM {name})"
    )
    return fill(scope, template, [lowering.expr(call.args[0])])


def _activity(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_stat_get_activity(pid): all sessions, or that one."""
    scope, env, proc = lowering.scope, lowering.scope.env, call.proc
    outputs = [
        (name, scope.storage(oid))
        for name, oid, mode in zip(proc.arg_names, proc.all_args, proc.arg_modes)
        if mode in ("o", "b", "t")
    ]
    names = [f"c{number}" for number in range(1, len(outputs) + 1)]
    place = Place(scope.catalog, env.database, env.relation_sql)
    rows = rows_sql(outputs, [values_of(one, env.role, place) for one in env.others()], names)
    pid = names[[name for name, _ in outputs].index("pid")]
    fields = ", ".join(f"{name} := a.{name}" for name in names)
    asked = f"a.{pid} = coalesce({lowering.expr(call.args[0]).sql}, a.{pid})"
    return Lowered(f"coalesce((SELECT list(struct_pack({fields})) FROM {rows} AS a WHERE {asked}), [])")


def _keywords(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_get_keywords: the source's own."""
    storages = [lowering.scope.storage(oid) for oid in output_types(lowering.scope, call)]
    row = ", ".join(f"c{at} := {cast(f'd.items[{at}]', kind)}" for at, kind in enumerate(storages, 1))
    found = f"SELECT pgf_row_items(def) AS items, sub FROM {lowering.scope.env.definitions_sql} WHERE kind = 'keyword'"
    return Lowered(f"(SELECT list(struct_pack({row}) ORDER BY d.sub) FROM ({found}) AS d)")


def _nothing(lowering: Lowering, call: ir.Call) -> Lowered:
    """Sets that are empty on the double."""
    outputs = output_types(lowering.scope, call)
    if not outputs:
        return Lowered(cast("[]", f"{lowering.scope.storage(call.type)}[]"))
    fields = ", ".join(f"c{at} {lowering.scope.storage(oid)}" for at, oid in enumerate(outputs, 1))
    return Lowered(cast("[]", f"STRUCT({fields})[]"))


EMPTY = ("pg_lock_status", "pg_prepared_statement", "pg_prepared_xact", "pg_cursor", "pg_available_extensions",
         "pg_show_all_file_settings", "pg_hba_file_rules", "pg_get_publication_tables", "aclexplode", "pg_listening_channels",
         "pg_stat_get_wal_senders", "pg_get_replication_slots")  # fmt: skip
LISTERS: dict[str, Lister] = {
    **{f"generate_series({','.join([kind] * count)})": _series for kind in ("int4", "int8") for count in (2, 3)},
    **{f"generate_series({kind},{kind},interval)": _time_series for kind in ("timestamp", "timestamptz")},
    "generate_series(timestamptz,timestamptz,interval,text)": _zoned_series,
    **{f"generate_series({','.join(['numeric'] * count)})": _numeric_series for count in (2, 3)},
    "unnest(anyarray)": _unnest, "unnest(anymultirange)": unnested, "generate_subscripts": _subscripts, "_pg_expandarray": _expand_array,
    **{f"{kind}_{name}": _documents(function, kind) for kind in ("json", "jsonb") for name, function in (
        ("array_elements", "json_elements"), ("array_elements_text", "json_elements_text"), ("object_keys", "json_keys"))},
    **{f"{kind}_{name}": _pairs(f"json_{name}", kind) for kind in ("json", "jsonb") for name in ("each", "each_text")},
    "json_populate_recordset": populated_set, "jsonb_populate_recordset": populated_set,
    "jsonb_path_query": path_call("query"), "jsonb_path_query_tz": path_call("query", zoned=True),
    "regexp_matches(text,text)": _texts("pgf_regexp_matches({0}, {1}, '')"),
    "regexp_matches(text,text,text)": _texts("pgf_regexp_matches({0}, {1}, {2})"),
    "regexp_split_to_table(text,text)": _texts("pgf_regexp_split({0}, {1}, '')"),
    "regexp_split_to_table(text,text,text)": _texts("pgf_regexp_split({0}, {1}, {2})"),
    "string_to_table(text,text)": _texts("pgf_string_to_array({0}, {1}, CAST(NULL AS VARCHAR))"),
    "string_to_table(text,text,text)": _texts("pgf_string_to_array({0}, {1}, {2})"),
    "pg_stat_get_activity": _activity, "pg_timezone_abbrevs_zone": _zone_abbreviations,
    "pg_options_to_table": _options, "pg_partition_ancestors": _partitions, "pg_get_keywords": _keywords,
    **dict.fromkeys(EMPTY, _nothing),
}  # fmt: skip
