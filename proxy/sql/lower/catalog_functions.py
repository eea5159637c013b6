"""Functions over the catalog: pg_get_*def, visibility, comments, privileges, sizes; answered from the role's own catalog.

Definitions were taken from the source at build time and are looked up; node trees are stored as text, so pg_get_expr
is the identity. Refuses to know sessions. A role that may not read a relation finds no row for it, hence NULL, as
Postgres answers for an unknown OID.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.sql import ir
from proxy.sql.lower import privileges
from proxy.sql.lower.apply import fill
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.registered import to_registered, type_name_sql, visible_sql
from proxy.sql.lower.scope import PG_CATALOG, Scope
from proxy.sql.lower.values import Lowered, cast

Handler = Callable[[Lowering, ir.Call], Lowered]
FALSE, ZERO = Lowered("false", simple=True), Lowered("0", simple=True)
# function -> (kind in pgd_def, where its column number stands, where its pretty flag stands); -1 = it has none
DEFINITIONS = {
    "pg_get_constraintdef": ("constraintdef", -1, 1), "pg_get_indexdef": ("indexdef", 1, 2), "pg_get_viewdef": ("viewdef", -1, 1),
    "pg_get_ruledef": ("ruledef", -1, 1), "pg_get_triggerdef": ("triggerdef", -1, 1), "pg_get_functiondef": ("functiondef", -1, -1),
    "pg_get_function_arguments": ("function_arguments", -1, -1),
    "pg_get_function_identity_arguments": ("function_identity_arguments", -1, -1),
    "pg_get_function_result": ("function_result", -1, -1), "pg_get_partkeydef": ("partkeydef", -1, -1),
    "pg_get_statisticsobjdef": ("statisticsobjdef", -1, -1), "pg_get_statisticsobjdef_columns": ("statisticsobjdef_columns", -1, -1),
    "pg_get_function_sqlbody": ("function_sqlbody", -1, -1), "pg_get_partition_constraintdef": ("partition_constraintdef", -1, -1),
}  # fmt: skip
# what the object must still be found in, so that a role learns nothing of what is hidden from it
OWNERS = {
    "constraintdef": ("pg_constraint", "oid"), "indexdef": ("pg_class", "oid"), "viewdef": ("pg_class", "oid"),
    "triggerdef": ("pg_trigger", "oid"), "ruledef": ("pg_rewrite", "oid"), "partkeydef": ("pg_class", "oid"),
    "functiondef": ("pg_proc", "oid"), "function_arguments": ("pg_proc", "oid"), "function_identity_arguments": ("pg_proc", "oid"),
    "function_result": ("pg_proc", "oid"),
}  # fmt: skip
VISIBLE = {
    "pg_table_is_visible": ("pg_class", "relnamespace"), "pg_type_is_visible": ("pg_type", "typnamespace"),
    "pg_function_is_visible": ("pg_proc", "pronamespace"), "pg_operator_is_visible": ("pg_operator", "oprnamespace"),
    "pg_opclass_is_visible": ("pg_opclass", "opcnamespace"), "pg_opfamily_is_visible": ("pg_opfamily", "opfnamespace"),
    "pg_collation_is_visible": ("pg_collation", "collnamespace"), "pg_conversion_is_visible": ("pg_conversion", "connamespace"),
    "pg_statistics_obj_is_visible": ("pg_statistic_ext", "stxnamespace"), "pg_ts_config_is_visible": ("pg_ts_config", "cfgnamespace"),
    "pg_ts_dict_is_visible": ("pg_ts_dict", "dictnamespace"), "pg_ts_parser_is_visible": ("pg_ts_parser", "prsnamespace"),
    "pg_ts_template_is_visible": ("pg_ts_template", "tmplnamespace"),
}  # fmt: skip
TO_REG = {
    "to_regclass": 2205, "to_regtype": 2206, "to_regproc": 24, "to_regnamespace": 4089, "to_regrole": 4096, "to_regoper": 2203,
    "to_regcollation": 4191,
}  # fmt: skip
ENCODINGS = ("SQL_ASCII", "EUC_JP", "EUC_CN", "EUC_KR", "EUC_TW", "EUC_JIS_2004", "UTF8", "MULE_INTERNAL", "LATIN1", "LATIN2", "LATIN3",
             "LATIN4", "LATIN5", "LATIN6", "LATIN7", "LATIN8", "LATIN9", "LATIN10", "WIN1256", "WIN1258", "WIN866", "WIN874",
             "KOI8R", "WIN1251", "WIN1252", "ISO_8859_5", "ISO_8859_6", "ISO_8859_7", "ISO_8859_8", "WIN1250", "WIN1253", "WIN1254",
             "WIN1255", "WIN1257", "KOI8U", "SJIS", "BIG5", "GBK", "UHC", "GB18030", "JOHAB", "SHIFT_JIS_2004")  # fmt: skip
PAGE_BYTES = 8192
PG_CLASS = 1259

TEMPLATES: dict[str, str] = {
    "pg_get_expr": "{0}",
    "pg_encoding_to_char": "CASE WHEN {0} < 0 THEN '' WHEN {0} IS NOT NULL THEN coalesce(([" + ", ".join(f"'{name}'" for name in ENCODINGS)
                           + "])[CAST({0} AS BIGINT) + 1], '') END",
    "pg_char_to_encoding": "CASE WHEN {0} IS NOT NULL THEN CAST(coalesce(list_position([" + ", ".join(f"'{name}'" for name in ENCODINGS)
                           + "], upper(replace({0}, '-', ''))), 0) - 1 AS INTEGER) END",
    "pg_size_pretty(int8)": "pgf_size_pretty({0})",
    "pg_size_pretty(numeric)": "pgf_size_pretty_numeric({0})",
    "pg_is_other_temp_schema": "({0} IS NULL AND NULL OR false)",
    "pg_tablespace_location": "CASE WHEN {0} IS NOT NULL THEN '' END",
    "pg_collation_actual_version": "CAST(NULL AS VARCHAR)", "pg_stat_get_numscans": "CAST(0 AS BIGINT)",
    "pg_sequence_last_value": "CAST(NULL AS BIGINT)",
}  # fmt: skip


def _definition(name: str) -> Handler:
    kind, column_at, pretty_at = DEFINITIONS[name]

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        scope = lowering.scope
        args = [lowering.expr(arg) for arg in call.args]
        column = args[column_at] if 0 < column_at < len(args) else ZERO
        # pg_get_viewdef's second argument may be a wrap column instead of the flag
        flag = 0 < pretty_at < len(args) and call.args[pretty_at].type == 16
        pretty = args[pretty_at] if flag else FALSE
        shown = ""
        if kind in OWNERS:
            owner, key = OWNERS[kind]
            shown = f" AND EXISTS (SELECT 1 FROM {scope.system_sql(owner, 'o')} WHERE {scope.system_column(owner, key, 'o')} = {{0}})"
        template = (
            f"(SELECT any_value(d.def ORDER BY d.pretty = {{2}} DESC) FROM {scope.env.definitions_sql} AS d WHERE d.kind = '{kind}' "
            f"AND d.oid = {{0}} AND d.sub = {{1}}{shown})"
        )
        if kind == "indexdef" and len(args) > 1:  # a column that the index has not
            index = f"{scope.system_sql('pg_index', 'i')} WHERE {scope.system_column('pg_index', 'indexrelid', 'i')} = {{0}}"
            template = (
                f"coalesce({template}, CASE WHEN {{1}} IS NOT NULL AND EXISTS (SELECT 1 FROM {index}) THEN '' END)"
            )
        if flag and not isinstance(call.args[pretty_at], ir.Const):
            template = f"CASE WHEN {{2}} IS NOT NULL THEN {template} END"
        return fill(scope, template, [args[0], column, pretty])

    return lower


def _visible(name: str) -> Handler:
    relation, namespace = VISIBLE[name]

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        scope = lowering.scope
        oid = scope.system_column(relation, "oid", "x")
        seen = visible_sql(scope, scope.system_column(relation, namespace, "x"), oid, relation)
        return fill(
            scope,
            f"(SELECT {seen} FROM {scope.system_sql(relation, 'x')} WHERE {oid} = {{0}})",
            [lowering.expr(call.args[0])],
        )

    return lower


def lookup(scope: Scope, relation: str, target: str, key: str = "oid") -> str:
    """Template: a column of the catalog row whose key is {0}."""
    return (
        f"(SELECT {scope.system_column(relation, target, 'x')} FROM {scope.system_sql(relation, 'x')} "
        f"WHERE {scope.system_column(relation, key, 'x')} = {{0}})"
    )


def _user_by_id(lowering: Lowering, call: ir.Call) -> Lowered:
    found = lookup(lowering.scope, "pg_roles", "rolname")
    return fill(
        lowering.scope,
        f"coalesce({found}, 'unknown (OID=' || CAST({{0}} AS VARCHAR) || ')')",
        [lowering.expr(call.args[0])],
    )


def _description(lowering: Lowering, call: ir.Call) -> Lowered:
    """obj_description(oid [, catalog]), col_description(oid, column), shobj_description(oid, catalog)."""
    scope, name = lowering.scope, call.proc.name
    args = [lowering.expr(arg) for arg in call.args]
    relation = "pg_shdescription" if name == "shobj_description" else "pg_description"

    def column(target: str) -> str:
        return scope.system_column(relation, target, "x")

    where = [f"{column('objoid')} = {{0}}"]
    if name == "col_description":
        where += [f"{column('objsubid')} = {{1}}", f"{column('classoid')} = {PG_CLASS}"]
    elif relation == "pg_description":
        where.append(f"{column('objsubid')} = 0")
    if name != "col_description" and len(args) > 1:
        where.append(f"{column('classoid')} = {_catalog_by_name(scope)}")
    text = (
        f"SELECT any_value({column('description')}) FROM {scope.system_sql(relation, 'x')} WHERE {' AND '.join(where)}"
    )
    return fill(scope, f"({text})", args)


def _catalog_by_name(scope: Scope) -> str:
    """Template: the OID of the relation of pg_catalog named {1}."""

    def column(target: str) -> str:
        return scope.system_column("pg_class", target, "k")

    found = f"{column('relname')} = {{1}} AND {column('relnamespace')} = {PG_CATALOG}"
    return f"(SELECT {column('oid')} FROM {scope.system_sql('pg_class', 'k')} WHERE {found})"


def _format_type(lowering: Lowering, call: ir.Call) -> Lowered:
    scope = lowering.scope
    args = [lowering.expr(arg) for arg in call.args]
    template = f"CASE WHEN {{0}} IS NULL THEN NULL WHEN {{0}} = 0 THEN '-' ELSE coalesce({type_name_sql(scope, '{0}', '{1}')}, '???') END"
    return fill(scope, template, args)


def _given(lowering: Lowering, call: ir.Call) -> Lowered:
    """True of whatever is given: a role is a member of itself, and row security is never in force."""
    given = " AND ".join(f"{lowering.expr(arg).sql} IS NOT NULL" for arg in call.args)
    return Lowered(f"CASE WHEN {given} THEN {'true' if call.proc.name == 'pg_has_role' else 'false'} END")


def _size(lowering: Lowering, call: ir.Call) -> Lowered:
    """Sizes are the replica's: pages of pg_class."""
    scope = lowering.scope
    if call.proc.name == "pg_database_size":
        total = scope.system_column("pg_class", "relpages", "x")
        return Lowered(f"(SELECT CAST(sum({total}) * {PAGE_BYTES} AS BIGINT) FROM {scope.system_sql('pg_class', 'x')})")
    found = lookup(scope, "pg_class", "relpages")
    if call.proc.name == "pg_indexes_size":
        return fill(scope, f"CASE WHEN {found} IS NOT NULL THEN CAST(0 AS BIGINT) END", [lowering.expr(call.args[0])])
    return fill(scope, f"CAST({found} * {PAGE_BYTES} AS BIGINT)", [lowering.expr(call.args[0])])


def _of_relation(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_relation_filenode, which is the OID, and pg_relation_is_publishable: of relations that are there."""
    scope = lowering.scope
    oid, kind = (scope.system_column("pg_class", name, "x") for name in ("oid", "relkind"))
    target = oid if call.proc.name == "pg_relation_filenode" else f"{kind} IN ('r', 'p') AND {oid} >= 16384"
    template = f"(SELECT {target} FROM {scope.system_sql('pg_class', 'x')} WHERE {oid} = {{0}})"
    return fill(scope, template, [lowering.expr(call.args[0])])


def _to_reg(name: str) -> Handler:
    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        return to_registered(lowering.scope, lowering.expr(call.args[0]), TO_REG[name], missing_fails=False)

    return lower


def _serial_sequence(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_get_serial_sequence(table, column): the sequence that depends on the column."""
    scope = lowering.scope
    table, wanted = (lowering.expr(arg) for arg in call.args)
    relation = to_registered(scope, table, 2205, missing_fails=True)
    relations = {"d": "pg_depend", "c": "pg_class", "n": "pg_namespace", "a": "pg_attribute"}

    def column(alias: str, name: str) -> str:
        return scope.system_column(relations[alias], name, alias)

    template = (
        f"(SELECT any_value(pgf_qualified({column('n', 'nspname')}, {column('c', 'relname')})) FROM {scope.system_sql('pg_depend', 'd')} "
        f"JOIN {scope.system_sql('pg_class', 'c')} ON {column('c', 'oid')} = {column('d', 'objid')} AND {column('c', 'relkind')} = 'S' "
        f"JOIN {scope.system_sql('pg_namespace', 'n')} ON {column('n', 'oid')} = {column('c', 'relnamespace')} "
        f"JOIN {scope.system_sql('pg_attribute', 'a')} ON {column('a', 'attrelid')} = {column('d', 'refobjid')} "
        f"AND {column('a', 'attnum')} = {column('d', 'refobjsubid')} "
        f"WHERE {column('d', 'classid')} = 1259 AND {column('d', 'refclassid')} = 1259 AND {column('d', 'deptype')} IN ('a', 'i') "
        f"AND {column('d', 'refobjid')} = {{0}} AND {column('a', 'attname')} = {{1}})"
    )
    return fill(scope, template, [Lowered(cast(relation.sql, "UINTEGER")), wanted])


def _num_nulls(nulls: bool) -> Handler:
    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        test = "IS NULL" if nulls else "IS NOT NULL"
        parts = [f"CAST({lowering.expr(arg).sql} {test} AS INTEGER)" for arg in call.args]
        return Lowered(cast(f"({' + '.join(parts)})", "INTEGER"))

    return lower


HANDLERS: dict[str, Handler] = {
    **{name: _definition(name) for name in DEFINITIONS},
    **{name: _visible(name) for name in VISIBLE},
    **{name: _to_reg(name) for name in TO_REG},
    **privileges.HANDLERS, "pg_has_role": _given, "row_security_active": _given,
    **dict.fromkeys(("obj_description", "col_description", "shobj_description"), _description),
    **dict.fromkeys(("pg_relation_size", "pg_total_relation_size", "pg_table_size", "pg_indexes_size", "pg_database_size"), _size),
    "pg_get_userbyid": _user_by_id, "format_type": _format_type, "pg_get_serial_sequence": _serial_sequence,
    **dict.fromkeys(("pg_relation_filenode", "pg_relation_is_publishable"), _of_relation),
    "num_nulls": _num_nulls(True), "num_nonnulls": _num_nulls(False),
}  # fmt: skip
