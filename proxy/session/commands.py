"""Session commands: BEGIN, SET, SHOW, DISCARD, PREPARE, cursors, LISTEN and the refusal of all that writes.

One function a node kind, found by a table; each gives a command tag, or columns and rows of text. Refuses to know messages. Facts:
PostgreSQL's command reference; tags and warnings as its server gives them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proxy.errors import InvalidSetting, ReadOnlyTransaction
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql.ir import OutputColumn
from proxy.sql.statements import Statement

if TYPE_CHECKING:
    from proxy.session.session import Session

TEXT_OID = 25
READ_ONLY_HINT = "The double cannot be written to; its rows are synthetic and made by `pgdouble build`."


@dataclass(frozen=True, slots=True)
class Outcome:
    """tag: the command tag; columns and rows: a result of text; warning: (SQLSTATE, message)."""

    tag: str
    columns: tuple[OutputColumn, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    warning: tuple[str, str] | None = None


def text_columns(*names: str) -> tuple[OutputColumn, ...]:
    """Columns of type text."""
    return tuple(OutputColumn(name=name, type=TEXT_OID, typmod=-1) for name in names)


def is_command(kind: str) -> bool:
    """Whether a statement kind is run here rather than in the engine."""
    return kind != "SelectStmt"


def allowed_when_failed(statement: Statement) -> bool:
    """COMMIT, ROLLBACK and ROLLBACK TO are all that a failed block takes."""
    kinds = ("TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK", "TRANS_STMT_ROLLBACK_TO")
    return statement.kind == "TransactionStmt" and statement.fields["kind"] in kinds


def columns_of(session: Session, statement: Statement) -> tuple[OutputColumn, ...]:
    """What a command's result will look like, for Describe."""
    if statement.kind == "VariableShowStmt":
        name = str(statement.fields["name"])
        if name.lower() == "all":
            return text_columns("name", "setting", "description")
        return text_columns(_shown_name(session, name))
    if statement.kind == "FetchStmt" and not statement.fields.get("ismove"):
        return session.portal(str(statement.fields["portalname"])).columns
    if statement.kind == "ExecuteStmt":
        return session.prepared(str(statement.fields["name"])).columns
    return ()


def run_command(session: Session, statement: Statement) -> Outcome:
    """Run a session command. Raises PgError."""
    command = _COMMANDS.get(statement.kind)
    if command is not None:
        return command(session, statement.fields)
    if statement.kind in _UNSUPPORTED:
        raise FeatureNotSupported(f"{_UNSUPPORTED[statement.kind]} is not supported by the double")
    raise ReadOnlyTransaction(
        f"cannot execute {_command_name(statement)} in a read-only transaction", hint=READ_ONLY_HINT
    )


def _command_name(statement: Statement) -> str:
    """The words Postgres' messages use: CREATE TABLE, INSERT, ..."""
    words = re.findall(r"[A-Za-z]+", statement.text)
    first = words[0].upper() if words else statement.kind
    if first in ("CREATE", "DROP", "ALTER") and len(words) > 1:
        skipped = {"OR", "REPLACE", "TEMP", "TEMPORARY", "UNLOGGED", "UNIQUE", "IF", "NOT", "EXISTS", "LOCAL", "GLOBAL"}
        kind = next((word.upper() for word in words[1:] if word.upper() not in skipped), "")
        return f"{first} {kind}"
    return "REFRESH MATERIALIZED VIEW" if first == "REFRESH" else first


def _transaction(session: Session, fields: Any) -> Outcome:
    return _TRANSACTIONS[fields["kind"]](session, fields)


def _begin(session: Session, fields: Any) -> Outcome:
    tag = "START TRANSACTION" if fields["kind"] == "TRANS_STMT_START" else "BEGIN"
    if not session.transaction.begin():
        return Outcome(tag, warning=("25001", "there is already a transaction in progress"))
    session.settings.save()
    _set_modes(session, fields.get("options", ()))
    return Outcome(tag)


def _set_modes(session: Session, options: Sequence[Any]) -> None:
    """ISOLATION LEVEL and READ ONLY; READ WRITE is taken and means nothing, for nothing can be written."""
    for option in options:
        name = option["DefElem"]["defname"]
        if name == "transaction_isolation":
            session.settings.set(name, _argument(option["DefElem"]["arg"]), local=True)


def _commit(session: Session, fields: Any) -> Outcome:
    failed = session.transaction.status == b"E"
    tag = "ROLLBACK" if failed else "COMMIT"
    session.settings.end(commit=not failed)
    if not session.transaction.end():
        return Outcome(tag, warning=("25P01", "there is no transaction in progress"))
    session.close_portals()
    return Outcome(tag)


def _rollback(session: Session, fields: Any) -> Outcome:
    session.settings.end(commit=False)
    if not session.transaction.end():
        return Outcome("ROLLBACK", warning=("25P01", "there is no transaction in progress"))
    session.close_portals()
    return Outcome("ROLLBACK")


def _savepoint(session: Session, fields: Any) -> Outcome:
    session.transaction.savepoint(str(fields["savepoint_name"]))
    session.settings.save(str(fields["savepoint_name"]))
    return Outcome("SAVEPOINT")


def _release(session: Session, fields: Any) -> Outcome:
    index = session.transaction.release(str(fields["savepoint_name"]))
    session.settings.release(index + 1)
    return Outcome("RELEASE")


def _rollback_to(session: Session, fields: Any) -> Outcome:
    index = session.transaction.rollback_to(str(fields["savepoint_name"]))
    session.settings.rollback_to(index + 1)
    return Outcome("ROLLBACK")


def _no_two_phase(session: Session, fields: Any) -> Outcome:
    raise FeatureNotSupported("prepared transactions are disabled", hint="There is nothing to commit on the double.")


_TRANSACTIONS: dict[str, Callable[[Session, Any], Outcome]] = {
    "TRANS_STMT_BEGIN": _begin, "TRANS_STMT_START": _begin, "TRANS_STMT_COMMIT": _commit,
    "TRANS_STMT_ROLLBACK": _rollback, "TRANS_STMT_SAVEPOINT": _savepoint, "TRANS_STMT_RELEASE": _release,
    "TRANS_STMT_ROLLBACK_TO": _rollback_to, "TRANS_STMT_PREPARE": _no_two_phase,
    "TRANS_STMT_COMMIT_PREPARED": _no_two_phase, "TRANS_STMT_ROLLBACK_PREPARED": _no_two_phase,
}  # fmt: skip


def _argument(node: Any) -> str:
    """The text of a SET value: a constant, a bare word, or a typed literal such as INTERVAL '-08:00'."""
    if "TypeCast" in node:
        node = node["TypeCast"]["arg"]
    value = node["A_Const"]
    for key in ("sval", "fval", "bsval"):
        if key in value:
            return str(value[key].get(key, ""))
    if "boolval" in value:
        return "on" if value["boolval"].get("boolval") else "off"
    return str(value.get("ival", {}).get("ival", 0))


def _set(session: Session, fields: Any) -> Outcome:
    kind, name, local = fields["kind"], str(fields.get("name", "")), bool(fields.get("is_local"))
    if kind == "VAR_RESET_ALL":
        session.settings.reset_all()
        return Outcome("RESET")
    if kind in ("VAR_RESET", "VAR_SET_DEFAULT"):
        session.settings.set(name, None, local=local)
        return Outcome("RESET" if kind == "VAR_RESET" else "SET")
    if kind == "VAR_SET_MULTI":
        return _set_multi(session, name, fields)
    if kind == "VAR_SET_CURRENT":
        session.settings.set(name, session.settings.show(name), local=local)
        return Outcome("SET")
    values = [_argument(node) for node in fields.get("args", ())]
    if local and session.transaction.status == b"I":
        return Outcome("SET", warning=("25P01", "SET LOCAL can only be used in transaction blocks"))
    quoted = [
        f'"{value}"' if name == "search_path" and not re.fullmatch(r"[a-z_][a-z0-9_$]*", value) else value
        for value in values
    ]
    if name.lower() in ("role", "session_authorization"):
        return _set_role(session, name.lower(), values)
    session.settings.set(name, ", ".join(quoted), local=local)
    return Outcome("SET")


def _set_multi(session: Session, name: str, fields: Any) -> Outcome:
    if name == "TRANSACTION":
        if session.transaction.status == b"I":
            return Outcome("SET", warning=("25P01", "SET TRANSACTION can only be used in transaction blocks"))
        _set_modes(session, fields.get("args", ()))
        return Outcome("SET")
    if name == "SESSION CHARACTERISTICS":
        for option in fields.get("args", ()):
            if option["DefElem"]["defname"] == "transaction_isolation":
                session.settings.set("default_transaction_isolation", _argument(option["DefElem"]["arg"]))
        return Outcome("SET")
    raise FeatureNotSupported(f"SET {name} is not supported by the double")


def _set_role(session: Session, name: str, values: list[str]) -> Outcome:
    """A session stays the role it logged in as; naming that role or NONE changes nothing."""
    if values and values[0] not in ("none", session.role):
        raise InvalidSetting(
            f'permission denied to set {name.replace("_", " ")} "{values[0]}"', hint="Connect as that role."
        )
    return Outcome("SET")


def _shown_name(session: Session, name: str) -> str:
    from proxy.session.settings import SETTINGS

    key = session.settings.key(name)
    return SETTINGS[key].name if key in SETTINGS else key


def _show(session: Session, fields: Any) -> Outcome:
    name = str(fields["name"])
    if name.lower() == "all":
        rows = tuple((spelled, value, "") for spelled, value in session.settings.all())
        return Outcome("SHOW", text_columns("name", "setting", "description"), rows)
    if name.lower() in ("role", "session_authorization"):
        return Outcome("SHOW", text_columns(name), (("none" if name.lower() == "role" else session.role,),))
    value = session.settings.show(name)
    return Outcome("SHOW", text_columns(_shown_name(session, name)), ((_with_units(name, value),),))


def _with_units(name: str, value: str) -> str:
    """SHOW prints times and sizes in their largest whole unit."""
    key, number = name.lower(), int(value) if value.isdigit() else 0
    if number and key in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000)):
            if number % size == 0:
                return f"{number // size}{unit}"
        return f"{number}ms"
    if number and key in ("work_mem",):
        for unit, size in (("GB", 1 << 20), ("MB", 1 << 10)):
            if number % size == 0:
                return f"{number // size}{unit}"
        return f"{number}kB"
    return value


def _discard(session: Session, fields: Any) -> Outcome:
    target = str(fields["target"]).removeprefix("DISCARD_")
    if target == "ALL":
        if session.transaction.status != b"I":
            raise ActiveTransaction("DISCARD ALL cannot run inside a transaction block")
        session.settings.reset_all()
        session.forget_statements()
        session.close_portals(held=True)
    return Outcome(f"DISCARD {target}")


class ActiveTransaction(ReadOnlyTransaction):
    """A command that a transaction block cannot hold."""

    sqlstate = "25001"


def _deallocate(session: Session, fields: Any) -> Outcome:
    if "name" not in fields:
        session.forget_statements()
        return Outcome("DEALLOCATE ALL")
    session.forget_statement(str(fields["name"]))
    return Outcome("DEALLOCATE")


def _close_cursor(session: Session, fields: Any) -> Outcome:
    if "portalname" not in fields:
        session.close_portals(held=True)
        return Outcome("CLOSE CURSOR ALL")
    name = str(fields["portalname"])
    session.portal(name)
    session.close_portal(name)
    return Outcome("CLOSE CURSOR")


def _tagged(tag: str) -> Callable[[Session, Any], Outcome]:
    return lambda session, fields: Outcome(tag)


_COMMANDS: dict[str, Callable[[Session, Any], Outcome]] = {
    "TransactionStmt": _transaction, "VariableSetStmt": _set, "VariableShowStmt": _show, "DiscardStmt": _discard,
    "DeallocateStmt": _deallocate, "ClosePortalStmt": _close_cursor, "ListenStmt": _tagged("LISTEN"),
    "UnlistenStmt": _tagged("UNLISTEN"), "NotifyStmt": _tagged("NOTIFY"), "CheckPointStmt": _tagged("CHECKPOINT"),
    "LockStmt": _tagged("LOCK TABLE"), "ConstraintsSetStmt": _tagged("SET CONSTRAINTS"),
}  # fmt: skip
_UNSUPPORTED = {
    "ExplainStmt": "EXPLAIN", "CopyStmt": "COPY", "DoStmt": "DO", "CallStmt": "CALL", "LoadStmt": "LOAD",
    "VacuumStmt": "VACUUM or ANALYZE",
}  # fmt: skip
