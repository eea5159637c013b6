"""SET, RESET, SHOW and DISCARD over a session's settings.

Refuses to know messages and what a parameter accepts. Facts: src/backend/utils/misc/guc_funcs.c for how lists are kept;
src/backend/commands/discard.c.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from policies.errors import PolicyDenied
from proxy.errors import ActiveTransaction, InvalidSetting, NotSupported
from proxy.pgtypes import read_text
from proxy.session.blocks import set_modes
from proxy.session.outcome import Outcome, Plan, Warned, text_columns
from proxy.session.setting_kinds import posix_zone
from proxy.sql.statements import Statement

if TYPE_CHECKING:
    from proxy.session.session import Session

_LISTS = frozenset(("search_path", "temp_tablespaces", "local_preload_libraries"))
_SILENT = ("error", "fatal", "panic")
_ROLES = ("role", "session_authorization")
INTERVAL_OID = 1186


def wants_warnings(session: Session) -> bool:
    """Whether client_min_messages lets warnings through."""
    return session.settings.value("client_min_messages") not in _SILENT


def misplaced(session: Session, statement: Statement, nested: bool) -> Warned | None:
    """What holds for a transaction alone is warned of where there is no block; it is done all the same."""
    fields = statement.fields
    words = (
        "SET TRANSACTION"
        if (fields["kind"], fields.get("name")) == ("VAR_SET_MULTI", "TRANSACTION")
        else "SET LOCAL"
        if fields.get("is_local")
        else ""
    )
    if not words or nested or session.transaction.in_block:
        return None
    return "25P01", f"{words} can only be used in transaction blocks"


def set_variable(session: Session, statement: Statement) -> Outcome:
    """SET and RESET in all forms."""
    fields = statement.fields
    kind, name, local = fields["kind"], str(fields.get("name", "")), bool(fields.get("is_local"))
    tag = "RESET" if kind in ("VAR_RESET", "VAR_RESET_ALL") else "SET"
    if kind == "VAR_SET_MULTI":
        return _set_modes(session, name, fields)
    if kind == "VAR_RESET_ALL":
        session.settings.reset_all()
    elif name.lower() in _ROLES:
        values = [_argument(node) for node in fields.get("args", ())]
        _require_own(session, name.lower(), values)
        if name.lower() == "role":
            session.settings.assume_role(values[0] if values else "none", local=local)
    elif kind in ("VAR_RESET", "VAR_SET_DEFAULT"):
        session.settings.set(name, None, local=local)
    elif kind == "VAR_SET_CURRENT":
        session.settings.set(name, session.settings.value(name), local=local)
    else:
        session.settings.set(name, _value(name, [_argument(node) for node in fields.get("args", ())]), local=local)
    return Outcome(tag)


def _value(name: str, arguments: list[str]) -> str:
    """A list is kept as SHOW prints it: names that need quotes have them."""
    if name.lower() in _LISTS:
        arguments = [
            one if re.fullmatch(r"[a-z_][a-z0-9_$]*", one) else '"' + one.replace('"', '""') + '"' for one in arguments
        ]
    elif len(arguments) > 1 and name.lower() != "datestyle":
        raise InvalidSetting(f"SET {name} takes only one argument")
    return ", ".join(arguments)


def _argument(node: Any) -> str:
    """The text of a SET value: a constant, a bare word, or INTERVAL '-08:00' of SET TIME ZONE."""
    if "TypeCast" in node:
        # The grammar lets no other type in.
        return _interval_zone(_argument(node["TypeCast"]["arg"]))
    value = node["A_Const"]
    for key in ("sval", "fval", "bsval"):
        if key in value:
            return str(value[key].get(key, ""))
    if "boolval" in value:
        return "true" if value["boolval"].get("boolval") else "false"
    return str(value.get("ival", {}).get("ival", 0))


def _interval_zone(text: str) -> str:
    """INTERVAL '-08:00' -> the zone's POSIX form."""
    canonical = read_text(INTERVAL_OID, text, None)
    found = re.fullmatch(r"(-?)(\d+):(\d\d):(\d\d)(?:\.\d+)?", canonical)
    if found is None:
        raise InvalidSetting(
            'invalid value for parameter "TimeZone"', detail="Cannot specify days or months in time zone interval."
        )
    seconds = int(found[2]) * 3600 + int(found[3]) * 60 + int(found[4])
    return posix_zone(-seconds if found[1] else seconds)


def _set_modes(session: Session, name: str, fields: Any) -> Outcome:
    if name == "TRANSACTION":
        set_modes(session, fields.get("args", ()), local=True)
        return Outcome("SET")
    if name == "SESSION CHARACTERISTICS":
        set_modes(session, fields.get("args", ()), local=False)
        return Outcome("SET")
    raise NotSupported(
        f"SET {name} is not supported by the double", hint="Every transaction sees the same release already."
    )


def _require_own(session: Session, name: str, values: list[str]) -> None:
    """A session stays the role it logged in as: it may name that role, NONE or DEFAULT."""
    if values and values[0] not in ("none", session.role):
        if values[0] not in session.catalog.roles.values():
            raise InvalidSetting(f'role "{values[0]}" does not exist')
        raise PolicyDenied(
            f'permission denied to set {name.replace("_", " ")} "{values[0]}"', hint="Connect as that role."
        )


def plan_show(session: Session, statement: Statement, declared: tuple[int, ...]) -> Plan:
    """SHOW's columns."""
    name = str(statement.fields["name"])
    if name.lower() == "all":
        return Plan(text_columns("name", "setting", "description"))
    session.settings.key(name)
    return Plan(text_columns(session.settings.spelled(name)))


def show(session: Session, statement: Statement) -> Outcome:
    """SHOW name and SHOW ALL."""
    name = str(statement.fields["name"])
    if name.lower() == "all":
        return Outcome("SHOW", [(spelled, value, "") for spelled, value in session.settings.all()])
    return Outcome("SHOW", [(session.settings.show(name),)])


def discard(session: Session, statement: Statement) -> Outcome:
    """DISCARD ALL makes the session new; TEMP drops temporary tables; the other forms have nothing to drop."""
    target = str(statement.fields["target"]).removeprefix("DISCARD_")
    from proxy.session import temporary_commands

    if target == "ALL":
        if session.transaction.in_block:
            raise ActiveTransaction("DISCARD ALL cannot run inside a transaction block")
        session.settings.reset_all()
        session.settings.assume_role("none")
        session.drop_statements()
        session.close_portals(lambda portal: not portal.running)
    if target in ("ALL", "TEMP"):
        temporary_commands.discard(session)
    if target == "ALL":
        session.finish(commit=True)  # as a command that no transaction can hold
    return Outcome(f"DISCARD {target}")
