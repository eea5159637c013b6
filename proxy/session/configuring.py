"""SELECT set_config(...): the one kind of query that changes the session.

Looks at the parse tree, not at the text: a SELECT without FROM whose columns are calls of set_config and current_setting over constants
or parameters is run here, in order. Any other use of set_config reaches the engine's compiler, which refuses it. Facts:
src/backend/utils/misc/guc_funcs.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proxy.errors import InvalidSetting
from proxy.session.outcome import Plan, text_columns
from proxy.session.portals import Portal
from proxy.session.running import Steps, run_rows
from proxy.sql.analyse.errors import IndeterminateDatatype
from proxy.sql.statements import Statement

if TYPE_CHECKING:
    from proxy.session.planning import Planning
    from proxy.session.session import Session

TEXT_OID, BOOL_OID = 25, 16
UNTYPED = (0, 705)  # declared types that say nothing
ARGUMENT_TYPES = {"set_config": (TEXT_OID, TEXT_OID, BOOL_OID), "current_setting": (TEXT_OID, BOOL_OID)}
# What is one of these, or becomes one by an implicit cast: "char", name, text, character and character varying.
TAKEN = {TEXT_OID: (18, 19, 25, 1042, 1043), BOOL_OID: (BOOL_OID,)}
_PLAIN = frozenset(("targetList", "limitOption", "op"))
_TRUE = frozenset(("t", "true", "on", "1", "yes"))


def is_configuring(statement: Statement) -> bool:
    """Whether the statement is a list of such calls with set_config among them."""
    fields = statement.fields
    if not set(fields) <= _PLAIN or fields.get("op") != "SETOP_NONE":
        return False
    names = [_call(target["ResTarget"]["val"]) for target in fields.get("targetList", ())]
    return "set_config" in names and "" not in names


def _call(node: Any) -> str:
    """The name of a call this module runs; '' for anything else."""
    function = node.get("FuncCall")
    if function is None:
        return ""
    path = [part["String"]["sval"] for part in function["funcname"]]
    arguments = function.get("args", ())
    counts = {"set_config": (3,), "current_setting": (1, 2)}
    known = path[-1] in counts and path[:-1] in ([], ["pg_catalog"]) and len(arguments) in counts[path[-1]]
    extras = set(function) - {"funcname", "args", "funcformat", "location"}
    return path[-1] if known and not extras and all(_is_value(one) for one in arguments) else ""


def _is_value(node: Any) -> bool:
    if "TypeCast" in node:
        return _is_value(node["TypeCast"]["arg"])
    return "A_Const" in node or "ParamRef" in node


def plan(session: Session, statement: Statement, declared: tuple[int, ...]) -> Planning:
    """Names as Postgres gives them; parameters have the types of their places."""
    from proxy.session.planning import plan_query

    names, types = [], dict(enumerate(declared, 1))
    for target in statement.fields["targetList"]:
        call = target["ResTarget"]["val"]["FuncCall"]
        function = call["funcname"][-1]["String"]["sval"]
        names.append(target["ResTarget"].get("name", function))
        for node, oid in zip(call["args"], ARGUMENT_TYPES[function]):
            if not (number := _parameter(node)):
                continue
            if types.get(number, 0) in UNTYPED:
                types[number] = oid
            elif "ParamRef" in node and types[number] not in TAKEN[oid]:
                yield from plan_query(session, statement, declared)  # which finds no such function
    parameters = tuple(types.get(number, 0) for number in range(1, max(types, default=0) + 1))
    for number, oid in enumerate(parameters, 1):
        if oid in UNTYPED:
            raise IndeterminateDatatype(f"could not determine data type of parameter ${number}")
    return Plan(text_columns(*names), parameters)


def _parameter(node: Any) -> int:
    inner = node["TypeCast"]["arg"] if "TypeCast" in node else node
    return int(inner["ParamRef"]["number"]) if "ParamRef" in inner else 0


def run(session: Session, portal: Portal, limit: int, describe: bool) -> Steps:
    """Apply the calls, and answer what they give."""
    if not portal.started:
        carry_out(session, portal)
    yield from run_rows(session, portal, limit, describe=describe)


def carry_out(session: Session, portal: Portal) -> None:
    """Apply the calls, left to right; what they give is the portal's row then."""
    statement = portal.prepared.statement
    assert statement is not None
    portal.started = True
    row = [
        _apply(session, target["ResTarget"]["val"]["FuncCall"], portal.params)
        for target in statement.fields["targetList"]
    ]
    portal.hold_rows([[None if value is None else value.encode() for value in row]])


def _apply(session: Session, call: Any, params: tuple[object, ...]) -> str | None:
    values = [_text(node, params) for node in call["args"]]
    name = values[0]
    if call["funcname"][-1]["String"]["sval"] == "current_setting":
        lenient = len(values) > 1 and (values[1] or "").lower() in _TRUE
        if name is None or (lenient and not session.settings.exists(name)):
            return None
        return session.settings.show(name)
    if name is None:
        raise NoName("SET requires parameter name")
    # Local outside a block: in force until this implicit transaction ends.
    session.settings.set(name, values[1], local=(values[2] or "f").lower() in _TRUE)
    return session.settings.show(name)


def _text(node: Any, params: tuple[object, ...]) -> str | None:
    inner = node["TypeCast"]["arg"] if "TypeCast" in node else node
    if "ParamRef" in inner:
        value = params[int(inner["ParamRef"]["number"]) - 1]
        return None if value is None else str(value)
    constant = inner["A_Const"]
    if constant.get("isnull"):
        return None
    if "boolval" in constant:
        return "t" if constant["boolval"].get("boolval") else "f"
    for key in ("sval", "fval", "bsval"):
        if key in constant:
            return str(constant[key].get(key, ""))
    return str(constant.get("ival", {}).get("ival", 0))


class NoName(InvalidSetting):
    """A NULL name."""

    sqlstate = "22004"
