"""Functions of the session and the server: their answers are literals from the environment.

Refuses to know where the values come from. What the double has not (locks, replication, advisory locks) is refused or answered as an idle
server would.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.catalog.setting_flags import FLAGS
from proxy.catalog.versions import Since
from proxy.kept import kept_if_short
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered, cast, quote_literal

Handler = Callable[[Lowering, ir.Call], Lowered]
CANCELS = "-9223372036854775808"  # no timeout that anybody can write
VERSION = "PostgreSQL {version} on x86_64-pc-linux-gnu, compiled by gcc, 64-bit"
TEMPLATES: dict[str, str] = {
    # The engine's own function sleeps in slices and can be interrupted.
    "pg_sleep": "CASE WHEN {0} IS NOT NULL AND sleep_ms(CAST("
    "CASE WHEN isnan({0}) THEN 0 ELSE least(greatest({0}, 0) * 1000, 1e15) END AS BIGINT)) IS NULL THEN '' END",
    "pg_is_in_recovery": "false", "pg_is_wal_replay_paused": "false",
    "pg_export_snapshot": "'00000003-00000001-1'", "txid_current": "CAST(1 AS BIGINT)",
    "txid_current_if_assigned": "CAST(NULL AS BIGINT)", "pg_current_xact_id": "'1'",
    "pg_current_xact_id_if_assigned": "CAST(NULL AS VARCHAR)", "pg_trigger_depth": "CAST(0 AS INTEGER)",
    "pg_blocking_pids": "CAST([] AS INTEGER[])", "pg_notification_queue_usage": "CAST(0 AS DOUBLE)",
    "pg_jit_available": "false", "pg_last_wal_receive_lsn": "CAST(NULL AS VARCHAR)", "pg_last_wal_replay_lsn": "CAST(NULL AS VARCHAR)",
    "pg_current_wal_lsn": "'0/0'", "pg_client_encoding": "'UTF8'",
    "getdatabaseencoding": "'UTF8'",
    "inet_server_addr": "CAST(NULL AS VARCHAR)", "inet_server_port": "CAST(NULL AS INTEGER)", "pg_advisory_unlock_all": "NULL",
}  # fmt: skip


def _text(pick: Callable[[Scope], str]) -> Handler:
    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        return Lowered(cast(quote_literal(pick(lowering.scope)), "VARCHAR"), simple=True)

    return lower


def _current_schema(lowering: Lowering, call: ir.Call) -> Lowered:
    path = lowering.scope.env.search_path
    return Lowered(cast(quote_literal(path[0]) if path else "NULL", "VARCHAR"), simple=True)


def _current_schemas(lowering: Lowering, call: ir.Call) -> Lowered:
    path = list(lowering.scope.env.search_path)
    plain = ", ".join(map(quote_literal, path))
    schema = lowering.scope.env.temporary[0]
    first = [schema] if schema and schema not in path else []
    implicit = ", ".join(map(quote_literal, [*first, *([] if "pg_catalog" in path else ["pg_catalog"]), *path]))
    flag = lowering.expr(call.args[0]).sql
    return Lowered(
        f"CASE {flag} WHEN true THEN CAST([{implicit}] AS VARCHAR[]) WHEN false THEN CAST([{plain}] AS VARCHAR[]) END"
    )


def _current_setting(lowering: Lowering, call: ir.Call) -> Lowered:
    """current_setting(name [, missing_ok]); the name is usually a constant. Names and values are arguments, for a user wrote them."""
    settings, name = lowering.scope.env.settings, call.args[0]
    wanted = lowering.expr(name)
    if not isinstance(name, ir.Const):
        table = ", ".join(f"{quote_literal(key)}: {quote_literal(value)}" for key, value in sorted(settings.items()))
        found = Lowered(f"(MAP {{{table}}})[lower({wanted.sql})]")
    elif name.value is None:
        return Lowered("CAST(NULL AS VARCHAR)", simple=True)
    else:
        value = settings.get(name.value.lower())
        found = Lowered(cast(quote_literal(value) if value is not None else "NULL", "VARCHAR"), simple=True)
    missing = "error('PGERR|42704|unrecognized configuration parameter \"' || {0} || '\"')"
    strict = f"CASE WHEN {{0}} IS NOT NULL THEN coalesce({{1}}, CAST({missing} AS VARCHAR)) END"
    flag = call.args[1] if len(call.args) > 1 else None
    if isinstance(flag, ir.Const):
        strict = {"t": "{1}", "f": strict}.get(flag.value or "", "CAST(NULL AS VARCHAR)")
    elif flag is not None:
        strict = f"CASE {{2}} WHEN true THEN {{1}} WHEN false THEN {strict} END"
    return fill(lowering.scope, strict, [wanted, found, *([lowering.expr(flag)] if flag is not None else [])])


def _setting_flags(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_settings_get_flags: NULL of what is no setting."""
    names = {name.lower() for name in lowering.scope.env.settings}
    unknown = () if lowering.scope.catalog.has(Since.TRANSACTION_NOT_RESET) else ("NO_RESET",)
    flags_of = {name: tuple(flag for flag in _flags_of(name) if flag not in unknown) for name in names}
    whens = []
    for flags in sorted({*flags_of.values()} - {()}):
        listed = ", ".join(quote_literal(name) for name in sorted(names) if flags_of[name] == flags)
        whens.append(
            f"WHEN lower({{0}}) IN ({listed}) THEN CAST([{', '.join(map(quote_literal, flags))}] AS VARCHAR[])"
        )
    known = ", ".join(map(quote_literal, sorted(names)))
    template = f"CASE {' '.join(whens)} WHEN lower({{0}}) IN ({known}) THEN CAST([] AS VARCHAR[]) END"
    return fill(lowering.scope, template, [lowering.expr(call.args[0])])


@kept_if_short(1024)
def _flags_of(name: str) -> tuple[str, ...]:
    return tuple(flag for flag, settings in FLAGS.items() if name in settings.lower().split())


def _started(lowering: Lowering, call: ir.Call) -> Lowered:
    return Lowered(f"TIMESTAMPTZ '{lowering.scope.env.transaction_timestamp.isoformat(sep=' ')}'", simple=True)


def _client_address(lowering: Lowering, call: ir.Call) -> Lowered:
    found = lowering.scope.env.client_address
    return Lowered(cast(quote_literal(found) if found else "NULL", "VARCHAR"), simple=True)


def _client_port(lowering: Lowering, call: ir.Call) -> Lowered:
    return Lowered(cast(str(lowering.scope.env.client_port or "NULL"), "INTEGER"), simple=True)


def _set_config(lowering: Lowering, call: ir.Call) -> Lowered:
    """set_config of constants: the session sets it when the statement runs."""
    texts = [arg.value if isinstance(arg, ir.Const) else None for arg in call.args]
    name, value, local = texts
    if name is None or value is None or local is None:
        raise FeatureNotSupported(
            "set_config of computed values is not supported by the double", hint="Write the name and the value out."
        )
    setting = (name, value, local == "t")
    if setting not in lowering.scope.settings:
        lowering.scope.settings.append(setting)
    return Lowered(cast(quote_literal(value), "VARCHAR"), simple=True)


def _temporary_schema(lowering: Lowering, call: ir.Call) -> Lowered:
    return Lowered(cast(str(lowering.scope.env.temporary[1]), "UINTEGER"), simple=True)


def _backend_pid(lowering: Lowering, call: ir.Call) -> Lowered:
    return Lowered(cast(str(lowering.scope.env.backend_pid), "INTEGER"), simple=True)


def _typeof(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_typeof: known at compile time."""
    return Lowered(f"CAST({call.args[0].type} AS UINTEGER)", simple=True)


def _signal(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_cancel_backend(pid), pg_terminate_backend(pid [, timeout]): done where the row is computed."""
    pid, *timeout = (lowering.expr(arg).sql for arg in call.args)
    patience = CANCELS if call.proc.name == "pg_cancel_backend" else timeout[0] if timeout else "0"
    return Lowered(f"pgf_signal({lowering.scope.env.backend_pid}, {pid}, {patience})")


def _refused(lowering: Lowering, call: ir.Call) -> Lowered:
    raise FeatureNotSupported(
        f"{call.proc.name}() is not supported by the double", hint="The double has no state to change."
    )


CHANGING = ("nextval", "setval", "currval", "lastval", "pg_advisory_lock", "pg_advisory_unlock",
            "pg_reload_conf", "lo_create", "pg_notify", "dblink", "pg_read_file", "pg_ls_dir")  # fmt: skip

HANDLERS: dict[str, Handler] = {
    "current_user": _text(lambda scope: scope.env.role), "getpgusername": _text(lambda scope: scope.env.role),
    "session_user": _text(lambda scope: scope.env.role),
    "current_database": _text(lambda scope: scope.env.database),
    "version": _text(lambda scope: scope.catalog.version_text or VERSION.format(version=scope.env.server_version)),
    "current_schema": _current_schema, "current_schemas": _current_schemas, "current_setting": _current_setting,
    "pg_postmaster_start_time": _started, "pg_conf_load_time": _started, "inet_client_addr": _client_address,
    "inet_client_port": _client_port, "set_config": _set_config, "pg_backend_pid": _backend_pid, "pg_typeof": _typeof,
    "pg_my_temp_schema": _temporary_schema, "pg_cancel_backend": _signal, "pg_terminate_backend": _signal,
    "pg_settings_get_flags": _setting_flags,
    **dict.fromkeys(CHANGING, _refused),
}  # fmt: skip
