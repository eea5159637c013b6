"""PREPARE, EXECUTE and DEALLOCATE: the SQL side of prepared statements, which share their names with the protocol's.

Refuses to know messages. Facts: src/backend/commands/prepare.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies.errors import PgError
from proxy.catalog.model import Catalog
from proxy.errors import DuplicatePrepared, InternalError, NotSupported, SyntaxProblem
from proxy.pgtypes import InputSettings, engine_value, read_text
from proxy.pgtypes.errors import StackDepthExceeded
from proxy.session.answers import complete
from proxy.session.outcome import Outcome, Plan
from proxy.session.parsing import behind, inner_query
from proxy.session.planning import current, placed, prepare
from proxy.session.portals import Portal
from proxy.session.reading import read_over
from proxy.session.running import Steps, require_runnable
from proxy.session.steps import SMALL, Send
from proxy.session.surroundings import input_settings, namespaces
from proxy.session.temporary_commands import concerns
from proxy.sql.analyse import WRITES, read_only
from proxy.sql.analyse.types import Types
from proxy.sql.parse import char_offset
from proxy.sql.statements import Statement, split

if TYPE_CHECKING:
    from proxy.session.session import Session


# EXECUTEs inside each other: more of them only where one runs itself.
NESTED_MAX = 50


def prepare_statement(session: Session, portal: Portal, limit: int, describe: bool) -> Steps:
    """PREPARE name (types) AS query."""
    require_runnable(portal)
    statement = portal.prepared.statement
    assert statement is not None
    name = str(statement.fields["name"])
    types = Types(session.catalog, namespaces(session))
    oids = tuple(types.resolve(node["TypeName"], -1)[0] for node in statement.fields.get("argtypes", ()))
    inner = yield from inner_query(statement, behind("as"), writes=True)
    if inner.kind in WRITES and not concerns(session, inner):
        raise read_only(inner.kind)
    made = yield from placed(inner, prepare(session, name, inner, oids))
    if name in session.prepared_statements:
        raise DuplicatePrepared(f'prepared statement "{name}" already exists')
    session.prepared_statements[name] = made
    portal.done = True
    yield Send(complete("PREPARE"))


def plan_execute(session: Session, statement: Statement, declared: tuple[int, ...]) -> Plan:
    """EXECUTE gives what its statement gives, if there is one: else it says so when it runs."""
    found = session.prepared_statements.get(str(statement.fields["name"]))
    return Plan(found.columns if found is not None else None)


def execute(session: Session, portal: Portal, limit: int, describe: bool) -> Steps:
    """EXECUTE name (values)."""
    statement = portal.prepared.statement
    assert statement is not None
    if portal.columns is None:
        require_runnable(portal)  # once: no rows of it can be left
    if portal.inner is None:
        prepared = session.prepared(str(statement.fields["name"]))
        values = yield from read_over(
            session,
            len(statement.text),
            _values,
            prepared.name,
            prepared.parameters,
            statement,
            input_settings(session),
        )
        if prepared.statement is None:  # runs nothing, and says that it did
            require_runnable(portal)
            portal.done = True
            yield Send(complete("EXECUTE"))
            return
        if portal.nested > NESTED_MAX:
            raise StackDepthExceeded
        portal.inner = session.portal_of(
            portal.name, (yield from current(session, prepared, values)), values, portal.formats
        )
        portal.inner.nested = portal.nested + 1
    yield from session.run(portal.inner, limit, describe=describe)
    portal.done = portal.inner.done or portal.columns is None


def _values(
    name: str, parameters: tuple[int, ...], statement: Statement, settings: InputSettings, catalog: Catalog
) -> tuple[object, ...]:
    """Constants as the engine's values; a statement without parameters ignores them, as Postgres does."""
    if not parameters:
        return ()
    fields = statement.fields if len(statement.text) <= SMALL else split(statement.text)[0].fields  # see `outlined`
    nodes = fields.get("params", ())
    if len(nodes) != len(parameters):
        raise SyntaxProblem(
            f'wrong number of parameters for prepared statement "{name}"',
            detail=f"Expected {len(parameters)} parameters but got {len(nodes)}.",
        )
    values = []
    for place, (node, oid) in enumerate(zip(nodes, parameters)):
        if oid not in catalog.types:  # which Parse of a command does not look at
            raise InternalError(f"cache lookup failed for type {oid}")
        text = _constant(node)
        try:
            read = None if text is None else read_text(oid, text, catalog, -1, settings)
        except PgError as error:
            error.position = _position(statement.text, place)
            raise
        values.append(engine_value(catalog.types[oid], read, catalog))
    return tuple(values)


def _position(text: str, place: int) -> int | None:
    """Where a quoted constant stands in the statement: parsed again on its own, so that locations count from its start."""
    node = split(text)[0].fields["params"][place]
    constant = node.get("A_Const", {})
    return char_offset(text, int(constant.get("location", 0))) if "sval" in constant else None


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
        session.drop_statements()
        return Outcome("DEALLOCATE ALL")
    name = str(statement.fields["name"])
    session.prepared(name)
    del session.prepared_statements[name]
    return Outcome("DEALLOCATE")
