"""Catalog and session functions: what clients ask about the server, answered from the snapshot and the session.

Facts: Postgres' "System Information Functions"; the engine's pgd_* functions know the release.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from policies.errors import PgError
from proxy.engine.routines.privileges import WORDS, Asked
from proxy.sql import ir
from proxy.sql.lower.emitter import Emitter
from proxy.sql.lower.strings import constant_text
from proxy.sql.lower.value import Sql, cast, quote


class UnknownSetting(PgError):
    """current_setting of what is not there."""

    sqlstate = "42704"


_ALWAYS = "(({0}) IS NOT NULL OR NULL)"
_NULL_TEXT = "CAST(NULL AS VARCHAR)"


def _definition(kind: str, sub: str = "0", pretty: str = "false") -> str:
    return f"pgd_def({{role}}, '{kind}', CAST({{0}} AS UINTEGER), {sub}, {pretty})"


TEMPLATES: Mapping[str, str] = {
    "pg_has_role": _ALWAYS,
    "format_type(oid,int4)": "pgd_format_type({role}, {0}, {1}, {path})",
    "pg_get_expr(pg_node_tree,oid)": "{0}", "pg_get_expr(pg_node_tree,oid,bool)": "{0}",
    "pg_get_constraintdef(oid)": _definition("constraintdef"), "pg_get_constraintdef(oid,bool)": _definition("constraintdef", pretty="{1}"),
    "pg_get_indexdef(oid)": _definition("indexdef"), "pg_get_indexdef(oid,int4,bool)": _definition("indexdef", "{1}", "{2}"),
    "pg_get_viewdef(oid)": _definition("viewdef"), "pg_get_viewdef(oid,bool)": _definition("viewdef", pretty="{1}"),
    "pg_get_ruledef(oid)": _definition("ruledef"), "pg_get_ruledef(oid,bool)": _definition("ruledef", pretty="{1}"),
    "pg_get_triggerdef(oid)": _definition("triggerdef"), "pg_get_triggerdef(oid,bool)": _definition("triggerdef", pretty="{1}"),
    "pg_get_partkeydef(oid)": _definition("partkeydef"), "pg_get_functiondef(oid)": _definition("functiondef"),
    "pg_get_function_arguments(oid)": _definition("function_arguments"), "pg_get_function_result(oid)": _definition("function_result"),
    "pg_get_function_identity_arguments(oid)": _definition("function_identity_arguments"),
    "pg_get_function_sqlbody(oid)": _NULL_TEXT, "pg_get_statisticsobjdef(oid)": _NULL_TEXT,
    "pg_get_statisticsobjdef_columns(oid)": _NULL_TEXT, "pg_get_serial_sequence(text,text)": _NULL_TEXT,
    "pg_table_is_visible(oid)": "pgd_is_visible({role}, 'table', {0}, {path})",
    "pg_type_is_visible(oid)": "pgd_is_visible({role}, 'type', {0}, {path})",
    "pg_function_is_visible(oid)": "pgd_is_visible({role}, 'function', {0}, {path})", "pg_operator_is_visible(oid)": "true",
    "pg_collation_is_visible(oid)": "true", "pg_opclass_is_visible(oid)": "true", "pg_conversion_is_visible(oid)": "true",
    "pg_ts_config_is_visible(oid)": "true", "pg_ts_dict_is_visible(oid)": "true", "pg_statistics_obj_is_visible(oid)": "true",
    "pg_opfamily_is_visible(oid)": "true", "pg_ts_parser_is_visible(oid)": "true", "pg_ts_template_is_visible(oid)": "true",
    "pg_get_userbyid(oid)": "pgd_user_name({0})",
    "obj_description(oid)": "pgd_description({role}, {0}, 0::UINTEGER, 0)",
    "col_description(oid,int4)": "pgd_description({role}, {0}, 1259::UINTEGER, {1})",
    "shobj_description(oid,name)": _NULL_TEXT,
    "pg_relation_size(regclass)": "pgd_size({role}, {0})", "pg_relation_size(regclass,text)": "pgd_size({role}, {0})",
    "pg_table_size(regclass)": "pgd_size({role}, {0})", "pg_total_relation_size(regclass)": "pgd_size({role}, {0})",
    "pg_indexes_size(regclass)": "pgd_size({role}, {0}) * 0", "pg_database_size(name)": "CAST(8388608 AS BIGINT)",
    "pg_database_size(oid)": "CAST(8388608 AS BIGINT)", "pg_size_pretty(int8)": "pgd_size_pretty({0})",
    "pg_relation_is_publishable(regclass)": "(pgd_size({role}, {0}) < 0)",
    "pg_is_in_recovery()": "false", "pg_is_other_temp_schema(oid)": "false",
    "pg_my_temp_schema()": "CAST(0 AS UINTEGER)", "pg_relation_is_updatable(regclass,bool)": "0",
    "pg_encoding_to_char(int4)": "CASE {0} WHEN 6 THEN 'UTF8' WHEN 0 THEN 'SQL_ASCII' WHEN 8 THEN 'LATIN1' ELSE '' END",
    "pg_char_to_encoding(name)": "CASE upper({0}) WHEN 'UTF8' THEN 6 WHEN 'SQL_ASCII' THEN 0 WHEN 'LATIN1' THEN 8 ELSE -1 END",
    "to_regclass(text)": "pgd_to_reg({role}, 2205::UINTEGER, {0}, {path})",
    "to_regtype(text)": "pgd_to_reg({role}, 2206::UINTEGER, {0}, {path})",
    "to_regproc(text)": "pgd_to_reg({role}, 24::UINTEGER, {0}, {path})",
    "to_regnamespace(text)": "pgd_to_reg({role}, 4089::UINTEGER, {0}, {path})",
    "pg_get_partition_constraintdef(oid)": _definition("partition_constraintdef"), "pg_tablespace_location(oid)": "''",
    "inet_client_addr()": _NULL_TEXT, "inet_server_addr()": _NULL_TEXT,
    "inet_server_port()": "CAST(NULL AS INTEGER)", "inet_client_port()": "CAST(NULL AS INTEGER)",
    "pg_stat_get_numscans(oid)": "CAST(0 AS BIGINT)", "pg_index_column_has_property(regclass,int4,text)": "NULL",
    "pg_advisory_unlock_all()": "NULL", "txid_current()": "CAST(1 AS BIGINT)",
    "oidvectortypes(oidvector)": "array_to_string(list_transform({0}, lambda e: pgd_format_type({role}, e, NULL, {path})), ', ')",
    "pg_indexam_has_property(oid,text)": "NULL",
}  # fmt: skip


def _session(get: Callable[[Emitter], str]) -> Callable[[Emitter, ir.Call], Sql]:
    return lambda emitter, node: Sql(cast(quote(get(emitter)), "VARCHAR"), literal=get(emitter))


def _current_schema(emitter: Emitter, node: ir.Call) -> Sql:
    known = emitter.catalog.namespace_by_name
    found = next((name for name in emitter.env.search_path if name in known and name != "pg_catalog"), None)
    return Sql(cast(quote(found) if found else "NULL", "VARCHAR"))


def _current_schemas(emitter: Emitter, node: ir.Call) -> Sql:
    known = emitter.catalog.namespace_by_name
    names = [name for name in emitter.env.search_path if name in known]
    implicit = constant_text(node.args[0]) == "t"
    shown = names if implicit else [name for name in names if name != "pg_catalog"]
    return Sql(f"CAST([{', '.join(quote(name) for name in shown)}] AS VARCHAR[])")


def _current_setting(emitter: Emitter, node: ir.Call) -> Sql:
    name = constant_text(node.args[0])
    if name is None:
        raise emitter.unsupported("current_setting of a computed name", node.position)
    value = emitter.env.settings.get(name.lower())
    if value is None:
        if len(node.args) > 1 and constant_text(node.args[1]) == "t":
            return Sql("CAST(NULL AS VARCHAR)")
        raise UnknownSetting(f'unrecognized configuration parameter "{name}"', position=node.position)
    return Sql(cast(quote(value), "VARCHAR"), literal=value)


def _version(emitter: Emitter) -> str:
    return f"PostgreSQL {emitter.env.server_version} on x86_64-pc-linux-gnu, compiled by gcc, 64-bit"


def _pid(emitter: Emitter, node: ir.Call) -> Sql:
    return Sql(cast(str(emitter.env.backend_pid), "INTEGER"))


def _obj_description(emitter: Emitter, node: ir.Call) -> Sql:
    name = constant_text(node.args[1])
    relation = emitter.catalog.relation_by_name.get((emitter.catalog.namespace_by_name["pg_catalog"], name or ""))
    if relation is None:
        raise emitter.unsupported("obj_description of a computed catalog", node.position)
    return Sql(f"pgd_description({emitter.env.role_number}, {emitter.text(node.args[0])}, {relation.oid}::UINTEGER, 0)")


def _privilege(emitter: Emitter, node: ir.Call) -> Sql:
    """has_<kind>_privilege([user,] object, [column,] privileges), each object by name or OID; the user is the session's."""
    kind = node.proc.name.removeprefix("has_").removesuffix("_privilege")
    own = 3 if kind == "column" else 2
    types = [emitter.catalog.types[oid].name for oid in node.proc.args][-own:]
    *user, what, wanted = (emitter.text(arg) for arg in (*node.args[:-own], node.args[-own], node.args[-1]))
    column = emitter.text(node.args[-2]) if kind == "column" else "''"
    asked = Asked(kind, by_oid=types[0] == "oid", by_number=types[-2] == "int2")
    texts = ", ".join((cast(what, "VARCHAR"), cast(column, "VARCHAR"), wanted, emitter.path()))
    call = f"pgd_may({emitter.env.role_number}, '{asked.text}', {texts})"
    return Sql(f"CASE WHEN {user[0]} IS NOT NULL THEN {call} END" if user else call)


def _pg_typeof(emitter: Emitter, node: ir.Call) -> Sql:
    return Sql(cast(str(node.args[0].type), "UINTEGER"))


def _started(emitter: Emitter, node: ir.Call) -> Sql:
    return Sql(f"CAST({quote(emitter.env.transaction_timestamp.isoformat(sep=' '))} AS TIMESTAMPTZ)")


def _set_config(emitter: Emitter, node: ir.Call) -> Sql:
    """set_config of constants: the session sets it when the statement runs."""
    name, value, local = (constant_text(arg) for arg in node.args)
    if name is None or value is None or local is None:
        raise emitter.unsupported("set_config of computed values", node.position)
    emitter.settings.append((name, value, local == "t"))
    return Sql(cast(quote(value), "VARCHAR"), literal=value)


BUILDERS: Mapping[str, Callable[[Emitter, ir.Call], Sql]] = {
    "set_config": _set_config, **{f"has_{kind}_privilege": _privilege for kind in WORDS},
    "current_user": _session(lambda emitter: emitter.env.role), "session_user": _session(lambda emitter: emitter.env.role),
    "current_database": _session(lambda emitter: emitter.env.database), "current_catalog": _session(lambda emitter: emitter.env.database),
    "version": _session(_version), "current_schema": _current_schema, "current_schemas": _current_schemas,
    "current_setting": _current_setting, "pg_backend_pid": _pid, "obj_description(oid,name)": _obj_description,
    "pg_typeof": _pg_typeof, "pg_postmaster_start_time": _started, "pg_conf_load_time": _started,
    "getdatabaseencoding": _session(lambda emitter: "UTF8"), "pg_client_encoding": _session(lambda emitter: "UTF8"),
}  # fmt: skip
