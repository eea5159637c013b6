"""PREPARE, EXECUTE and DEALLOCATE: the SQL side of prepared statements, which share their names with the protocol's.

Refuses to know messages. Facts: src/backend/commands/prepare.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies.errors import PgError
from proxy.errors import DuplicatePrepared, NotSupported, SyntaxProblem
from proxy.pgtypes import engine_value, read_text
from proxy.session.outcome import Outcome, Plan
from proxy.session.portals import Portal, Prepared
from proxy.session.running import Steps, run_query
from proxy.session.surroundings import input_settings, namespaces
from proxy.sql.analyse import WRITES, read_only
from proxy.sql.analyse.types import Types
from proxy.sql.lexer import after_word
from proxy.sql.statements import Statement, split

if TYPE_CHECKING:
    from proxy.session.session import Session


def inner_query(statement: Statement, start: int, end: int | None = None) -> Statement:
    """The query between two places of a command's text. Raises ReadOnly where it writes, NotSupported where it is no SELECT."""
    found = split(statement.text[start:end])[0]
    if found.kind in WRITES:
        raise read_only(found.kind)
    if found.kind != "SelectStmt":
        raise NotSupported("the double runs queries only", hint="Write a SELECT here.")
    return Statement(found.kind, found.fields, found.text, start + found.offset)


def moved(error: PgError, offset: int) -> PgError:
    """The error with its position in the enclosing text."""
    if error.position is not None:
        error.position += offset
    return error


def prepare(session: Session, statement: Statement) -> Outcome:
    """PREPARE name (types) AS query."""
    name = str(statement.fields["name"])
    if name in session.prepared_statements:
        raise DuplicatePrepared(f'prepared statement "{name}" already exists')
    types = Types(session.planner.catalog, namespaces(session))
    oids = tuple(types.resolve(node["TypeName"], -1)[0] for node in statement.fields.get("argtypes", ()))
    inner = inner_query(statement, after_word(statement.text, "as"))
    try:
        session.prepared_statements[name] = session.prepare(name, inner, oids)
    except PgError as error:
        raise moved(error, inner.offset) from None
    return Outcome("PREPARE")


def plan_execute(session: Session, statement: Statement, declared: tuple[int, ...]) -> Plan:
    """EXECUTE gives what its statement gives."""
    return Plan(session.prepared(str(statement.fields["name"])).columns)


def execute(session: Session, portal: Portal, limit: int, describe: bool) -> Steps:
    """EXECUTE name (values)."""
    statement = portal.prepared.statement
    assert statement is not None
    if portal.inner is None:
        prepared = session.prepared(str(statement.fields["name"]))
        values = _values(session, prepared, statement.fields.get("params", ()))
        portal.inner = session.portal_of("", session.current(prepared), values, portal.formats)
    if portal.inner.compiled is None:
        from proxy.session.commands import run_command

        yield from run_command(session, portal.inner, limit, describe=describe)
        return
    yield from run_query(session, portal.inner, limit, describe=describe)
    portal.done = portal.inner.done


def _values(session: Session, prepared: Prepared, nodes: Any) -> tuple[object, ...]:
    """Constants as the engine's values; a statement without parameters ignores them, as Postgres does."""
    if not prepared.parameters:
        return ()
    if len(nodes) != len(prepared.parameters):
        raise SyntaxProblem(
            f'wrong number of parameters for prepared statement "{prepared.name}"',
            detail=f"Expected {len(prepared.parameters)} parameters but got {len(nodes)}.",
        )
    catalog, settings = session.planner.catalog, input_settings(session)
    values = []
    for node, oid in zip(nodes, prepared.parameters):
        text = _constant(node)
        read = None if text is None else read_text(oid, text, catalog, -1, settings)
        values.append(engine_value(catalog.types[oid], read, catalog))
    return tuple(values)


def _constant(node: Any) -> str | None:
    """The text of a constant; anything else is refused."""
    if "TypeCast" in node:
        return _constant(node["TypeCast"]["arg"])
    if "A_Expr" in node and node["A_Expr"]["name"][0]["String"]["sval"] == "-" and "lexpr" not in node["A_Expr"]:
        return f"-{_constant(node['A_Expr']['rexpr'])}"
    value = node.get("A_Const")
    if value is None:
        raise NotSupported("EXECUTE takes constants only on the double", hint="Write the values out.")
    if value.get("isnull"):
        return None
    for key in ("sval", "fval", "bsval"):
        if key in value:
            return str(value[key].get(key, ""))
    if "boolval" in value:
        return "t" if value["boolval"].get("boolval") else "f"
    return str(value.get("ival", {}).get("ival", 0))


def deallocate(session: Session, statement: Statement) -> Outcome:
    """DEALLOCATE name or ALL."""
    if "name" not in statement.fields:
        session.prepared_statements.clear()
        return Outcome("DEALLOCATE ALL")
    name = str(statement.fields["name"])
    session.prepared(name)
    del session.prepared_statements[name]
    return Outcome("DEALLOCATE")
