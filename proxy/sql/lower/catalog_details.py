"""Functions that tell something of one catalog object: what may be written to it, its root, its base type, its collation.

Read from the role's own catalog, like `catalog_functions.py`; refuses to know definitions and privileges. Facts:
src/backend/utils/adt/misc.c, ruleutils.c, partitionfuncs.c, src/backend/replication/logical/relation.c.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.engine.functions.errors import SEPARATOR
from proxy.pgtypes.errors import DatatypeMismatch, FeatureNotSupported
from proxy.pgtypes.names import quote_ident
from proxy.sql import ir
from proxy.sql.analyse.from_clause import not_opened
from proxy.sql.lower.apply import fill
from proxy.sql.lower.catalog_functions import ENCODINGS
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.registered import type_name_sql
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered, cast, fail, quote_literal

Handler = Callable[[Lowering, ir.Call], Lowered]
WRITABLE = 28  # UPDATE, INSERT and DELETE as bits
DEFAULT_COLLATION, C_COLLATION = 100, 950
KNOWN = {0, DEFAULT_COLLATION, C_COLLATION}
# pg_wchar.c: the widest character of each encoding, by its number
MAX_LENGTHS = (1, 3, 3, 3, 4, 3, 4, 4, *(1,) * 27, 2, 2, 2, 2, 4, 3, 2)
UNSUPPORTED = "0A000"
UNICODE = {"17": "15.1", "18": "16.0"}

TEMPLATES: dict[str, str] = {
    "pg_encoding_max_length": f"([{', '.join(map(str, MAX_LENGTHS))}])[CASE WHEN {{0}} >= 0 THEN CAST({{0}} AS BIGINT) + 1 END]",
    "has_largeobject_privilege": "CAST(NULL AS BOOLEAN)",
    "pg_size_bytes": "pgf_size_bytes({0}, {version})", "nameconcatoid": "pgf_name_with_oid({0}, {1})",
    "to_ascii(text)": "pgf_to_ascii({0}, 'UTF8')",
    "like_escape(bytea,bytea)": "pgf_like_escape_bytes({0}, {1})",
    "int8_sum(numeric,int8)": "CASE WHEN {1} IS NULL THEN {0} WHEN {0} IS NULL THEN CAST({1} AS VARCHAR) "
                              "ELSE pgf_numeric_add({0}, CAST({1} AS VARCHAR)) END",
}  # fmt: skip


def one(scope: Scope, relation: str, target: str, key: str = "{0}", column: str = "oid") -> str:
    """Template: a column of the catalog's row whose OID is `key`."""
    return (
        f"(SELECT {scope.system_column(relation, target, 'x')} FROM {scope.system_sql(relation, 'x')} "
        f"WHERE {scope.system_column(relation, column, 'x')} = {key})"
    )


def _arguments(lowering: Lowering, call: ir.Call) -> list[Lowered]:
    return [lowering.expr(arg) for arg in call.args]


def _updatable(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_relation_is_updatable: tables are; of views it would have to be worked out."""
    kind = one(lowering.scope, "pg_class", "relkind")
    wrong = fail(UNSUPPORTED, "whether a view can be updated is not known to the double")
    template = (
        f"CASE WHEN {{0}} IS NULL OR {{1}} IS NULL THEN NULL WHEN {kind} IN ('r', 'p') THEN {WRITABLE} "
        f"WHEN {kind} IN ('v', 'f') THEN CAST({wrong} AS INTEGER) ELSE 0 END"
    )
    return fill(lowering.scope, template, _arguments(lowering, call))


def _column_updatable(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_column_is_updatable: system columns are not."""
    kind = one(lowering.scope, "pg_class", "relkind")
    wrong = fail(UNSUPPORTED, "whether a view can be updated is not known to the double")
    template = (
        "CASE WHEN {0} IS NULL OR {1} IS NULL OR {2} IS NULL THEN NULL WHEN {1} <= 0 THEN false "
        f"WHEN {kind} IN ('v', 'f') THEN CAST({wrong} AS BOOLEAN) ELSE coalesce({kind} IN ('r', 'p'), false) END"
    )
    return fill(lowering.scope, template, _arguments(lowering, call))


def _base_type(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_basetype: below every domain."""
    scope = lowering.scope
    oid, base, kind = (scope.system_column("pg_type", name, "t") for name in ("oid", "typbasetype", "typtype"))
    template = (
        f"(WITH RECURSIVE cte0(oid, kind) AS (SELECT {oid}, {kind} FROM {scope.system_sql('pg_type', 't')} WHERE {oid} = {{0}} "
        f"UNION ALL SELECT b.oid, b.kind FROM (SELECT {oid} AS oid, {kind} AS kind FROM {scope.system_sql('pg_type', 't')}) AS b "
        f"JOIN (SELECT {oid} AS domain, {base} AS base FROM {scope.system_sql('pg_type', 't')} WHERE {kind} = 'd') AS d "
        "ON b.oid = d.base JOIN cte0 ON cte0.oid = d.domain) SELECT any_value(oid) FROM cte0 WHERE kind <> 'd')"
    )
    return fill(scope, template, _arguments(lowering, call))


def _partition_root(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_partition_root: the topmost parent of a partition; of what is no part of a partitioned table NULL."""
    scope = lowering.scope
    child, parent = (scope.system_column("pg_inherits", name, "i") for name in ("inhrelid", "inhparent"))
    oid, kind, is_part = (scope.system_column("pg_class", name, "k") for name in ("oid", "relkind", "relispartition"))
    part = f"EXISTS (SELECT 1 FROM {scope.system_sql('pg_class', 'k')} WHERE {oid} = {{0}} AND ({kind} IN ('p', 'I') OR {is_part}))"
    template = (
        f"(WITH RECURSIVE cte0(oid, level) AS (SELECT CAST({{0}} AS UINTEGER), 0 WHERE {part} UNION ALL "
        f"SELECT {parent}, cte0.level + 1 FROM cte0 JOIN {scope.system_sql('pg_inherits', 'i')} ON {child} = cte0.oid) "
        "SELECT arg_max(oid, level) FROM cte0)"
    )
    return fill(scope, template, _arguments(lowering, call))


def _replica_identity(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_get_replica_identity_index: the primary key's, or the one that was chosen."""
    scope = lowering.scope

    def column(name: str) -> str:
        return scope.system_column("pg_index", name, "i")

    identity = one(scope, "pg_class", "relreplident")
    chosen = (
        f"CASE {identity} WHEN 'd' THEN {column('indisprimary')} AND {column('indimmediate')} "
        f"WHEN 'i' THEN {column('indisreplident')} ELSE false END"
    )
    found = f"SELECT any_value({column('indexrelid')}) FROM {scope.system_sql('pg_index', 'i')}"
    kind, name = one(scope, "pg_class", "relkind"), one(scope, "pg_class", "relname")
    gone = "error('PGERR|XX000|could not open relation with OID ' || {0})"
    told = {letter: SEPARATOR.join(not_opened(scope.catalog, letter, f"' || {name} || '")) for letter in "iIc"}
    wrong = " ".join(
        f"WHEN '{letter}' THEN CAST(error('PGERR|42809|{text}') AS UINTEGER)" for letter, text in told.items()
    )
    template = (
        f"CASE {kind} {wrong} ELSE CASE WHEN {kind} IS NULL AND {{0}} IS NOT NULL THEN CAST({gone} AS UINTEGER) "
        f"ELSE ({found} WHERE {column('indrelid')} = {{0}} AND {chosen}) END END"
    )
    return fill(scope, template, _arguments(lowering, call))


def _vector_types(lowering: Lowering, call: ir.Call) -> Lowered:
    """oidvectortypes: the names of types."""
    scope = lowering.scope
    shown = f"coalesce({type_name_sql(scope, 'u.t', 'NULL')}, '???')"
    items = "(SELECT unnest({0}) AS t, generate_subscripts({0}, 1) AS n)"
    template = f"CASE WHEN {{0}} IS NOT NULL THEN coalesce((SELECT string_agg({shown}, ', ' ORDER BY u.n) FROM {items} AS u), '') END"
    return fill(scope, template, _arguments(lowering, call))


def _argument_default(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_get_function_arg_default(function, number)."""
    scope = lowering.scope
    known = f"EXISTS (SELECT 1 FROM {scope.system_sql('pg_proc', 'o')} WHERE {scope.system_column('pg_proc', 'oid', 'o')} = {{0}})"
    arguments = (
        f"(SELECT any_value(d.def) FROM {scope.env.definitions_sql} AS d WHERE d.kind = 'function_arguments' "
        f"AND d.oid = {{0}} AND {known})"
    )
    return fill(scope, f"pgf_argument_default({arguments}, {{1}})", _arguments(lowering, call))


def _hash_partition(lowering: Lowering, call: ir.Call) -> Lowered:
    """satisfies_hash_partition(table, modulus, remainder, values): the values' hashes are not computed here."""
    scope, args = lowering.scope, _arguments(lowering, call)[:3]
    method = one(scope, "pg_partitioned_table", "partstrat", column="partrelid")
    name = one(scope, "pg_class", "relname")
    plain = f"'PGERR|22023|\"' || {name} || '\" is not a hash partitioned table'"
    wrong = fail(UNSUPPORTED, "hashes of partition keys are not supported by the double")
    gone = fail(UNSUPPORTED, "a relation that does not exist is not supported here by the double")
    template = (
        "CASE WHEN {0} IS NULL OR {1} IS NULL OR {2} IS NULL THEN false "
        f"WHEN {name} IS NULL THEN CAST({gone} AS BOOLEAN) "
        f"WHEN {method} IS DISTINCT FROM 'h' THEN CAST(error({plain}) AS BOOLEAN) ELSE CAST({wrong} AS BOOLEAN) END"
    )
    return fill(scope, template, args)


def _statistics_expressions(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_get_statisticsobjdef_expressions: NULL of what has none."""
    scope = lowering.scope
    wrong = fail(UNSUPPORTED, "the expressions of extended statistics are not supported by the double")
    found = one(scope, "pg_statistic_ext", "stxexprs")
    return fill(scope, f"CASE WHEN {found} IS NOT NULL THEN CAST({wrong} AS VARCHAR[]) END", _arguments(lowering, call))


def _ascii(lowering: Lowering, call: ir.Call) -> Lowered:
    """to_ascii(text, encoding) by the encoding's name or number."""
    listed = f"[{', '.join(map(quote_literal, ENCODINGS))}]"
    if call.args[1].type == 23:
        wrong = "error('PGERR|42704|' || {1} || ' is not a valid encoding code')"
        name = f"coalesce({listed}[CASE WHEN {{1}} >= 0 THEN CAST({{1}} AS BIGINT) + 1 END], {wrong})"
    else:
        wrong = "error('PGERR|42704|' || {1} || ' is not a valid encoding name')"
        name = f"CASE WHEN list_contains({listed}, upper(replace({{1}}, '-', ''))) THEN upper(replace({{1}}, '-', '')) ELSE {wrong} END"
    template = f"CASE WHEN {{0}} IS NOT NULL AND {{1}} IS NOT NULL THEN pgf_to_ascii({{0}}, {name}) END"
    return fill(lowering.scope, template, _arguments(lowering, call))


def _collation_for(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_collation_for: the collation that a comparison of the expression would use; known without computing it."""
    scope, given = lowering.scope, call.args[0].type
    row = scope.catalog.types[given]
    if row.name == "unknown":
        return Lowered(cast("NULL", "VARCHAR"), simple=True)
    if not (scope.base(row.element).collation if row.is_true_array else scope.base(given).collation):
        raise DatatypeMismatch(f"collations are not supported by type {scope.shown_name(given)}")
    name = scope.catalog.collations.get(call.input_collation)
    shown = "NULL" if name is None else quote_literal('"default"' if name == "default" else quote_ident(name))
    return Lowered(cast(shown, "VARCHAR"), simple=True)


def _column_size(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_column_size of what has a fixed width; that of texts depends on how they are stored."""
    arg, scope = call.args[0], lowering.scope
    width = scope.catalog.types[arg.type].length
    if width <= 0:
        raise FeatureNotSupported(
            f"the stored size of type {scope.shown_name(arg.type)} is not supported by the double",
            hint="Use octet_length of the value as text.",
        )
    return Lowered(f"CASE WHEN {lowering.expr(arg).sql} IS NOT NULL THEN CAST({width} AS INTEGER) END")


def _unicode_version(lowering: Lowering, call: ir.Call) -> Lowered:
    version = UNICODE.get(lowering.scope.env.server_version.split(".")[0])
    if version is None:
        raise FeatureNotSupported("unicode_version() of this version is not supported by the double")
    return Lowered(cast(quote_literal(version), "VARCHAR"), simple=True)


def _sequence_parameters(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_sequence_parameters: from pg_sequence; what is no sequence has none."""
    scope = lowering.scope
    names = ("seqstart", "seqmin", "seqmax", "seqincrement", "seqcycle", "seqcache", "seqtypid")
    outputs = [
        (name, oid)
        for name, oid, mode in zip(call.proc.arg_names, call.proc.all_args, call.proc.arg_modes)
        if mode == "o"
    ]
    columns = tuple(ir.RowColumn(name, oid, -1) for name, oid in outputs)
    shown = ", ".join(
        f"CASE {column} WHEN true THEN 't' ELSE 'f' END" if oid == 16 else cast(column, "VARCHAR")
        for column, (_, oid) in zip((scope.system_column("pg_sequence", name, "x") for name in names), outputs)
    )
    found = (
        f"(SELECT pgf_row_text([{shown}]) FROM {scope.system_sql('pg_sequence', 'x')} "
        f"WHERE {scope.system_column('pg_sequence', 'seqrelid', 'x')} = {{0}})"
    )
    wrong = fail(UNSUPPORTED, "the parameters of what is no sequence are not supported by the double")
    template = f"CASE WHEN {{0}} IS NOT NULL THEN coalesce({found}, CAST({wrong} AS VARCHAR)) END"
    return Lowered(fill(scope, template, _arguments(lowering, call)).sql, row=columns)


def _system_user(lowering: Lowering, call: ir.Call) -> Lowered:
    """system_user: the double's sessions authenticate by SCRAM."""
    return Lowered(cast(quote_literal(f"scram-sha-256:{lowering.scope.env.role}"), "VARCHAR"), simple=True)


HANDLERS: dict[str, Handler] = {
    "pg_relation_is_updatable": _updatable, "pg_column_is_updatable": _column_updatable, "pg_basetype": _base_type,
    "pg_partition_root": _partition_root, "pg_get_replica_identity_index": _replica_identity, "oidvectortypes": _vector_types,
    "pg_get_function_arg_default": _argument_default, "satisfies_hash_partition": _hash_partition,
    "pg_get_statisticsobjdef_expressions": _statistics_expressions, "to_ascii(text,int4)": _ascii, "to_ascii(text,name)": _ascii,
    "pg_collation_for": _collation_for, "system_user": _system_user, "pg_column_size": _column_size, "unicode_version": _unicode_version,
    "pg_sequence_parameters": _sequence_parameters,
}  # fmt: skip
