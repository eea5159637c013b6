"""Statements → what can be bound: a query compiled, a command with what it says of its rows.

Compiling is work for another thread, so that all of this are steps. Refuses to know messages and how commands run. Facts: the
planner's answer; src/backend/utils/cache/plancache.c for when a prepared statement is planned anew.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from policies.errors import PgError
from proxy.catalog.model import Catalog
from proxy.errors import StalePlan, UndefinedParameter, UndefinedType
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.session.configuring import UNTYPED
from proxy.session.outcome import Plan
from proxy.session.parsing import first_parameter, moved
from proxy.session.portals import Prepared
from proxy.session.running import note_refusal
from proxy.session.steps import Call, Step, apart, worked_out
from proxy.session.surroundings import environment
from proxy.sql.analyse.errors import IndeterminateDatatype
from proxy.sql.compiled import Compiled
from proxy.sql.statements import Statement

if TYPE_CHECKING:
    from proxy.session.session import Session

Made = TypeVar("Made")
WithParameters = TypeVar("WithParameters", bound="Parametrised")
# Characters of a statement that is compiled where it is: a millisecond or two, which a change of threads would not make shorter.
SHORT = 250
# Commands whose query is analysed with them; of the others nothing is looked up before their parameters.
ANALYSED = frozenset(
    "SelectStmt DeclareCursorStmt ExplainStmt InsertStmt UpdateStmt DeleteStmt CreateTableAsStmt".split()
)
# Commands whose columns are those of something else, which may be another thing by now.
FOLLOWING = frozenset(("FetchStmt", "ExecuteStmt"))
VECTORS = frozenset((22, 30))  # int2vector, oidvector
ONE_DIMENSION = "Use arrays of one dimension."
Depths = tuple[tuple[int, int], ...]
Planning = Generator[Step, object, Plan]


def prepare(
    session: Session, name: str, statement: Statement, declared: Sequence[int]
) -> Generator[Step, object, Prepared]:
    """A statement ready to be bound. Raises PgError, its position relative to the statement's text."""
    from proxy.session.commands import is_query, plan_command

    if is_query(statement):
        compiled = yield from plan_query(session, statement, declared)
        return Prepared(name, statement, tuple(declared), compiled.parameters, compiled.columns, compiled)
    parameters = () if statement.kind in ANALYSED else _declared(declared)
    plan = yield from plan_command(session, statement, tuple(declared))
    parameters = plan.parameters or parameters or _declared(declared)
    return Prepared(name, statement, tuple(declared), parameters, plan.columns, plan.compiled)


def _declared(declared: Sequence[int]) -> tuple[int, ...]:
    """The parameters of a command that uses none: it takes as many as the client announced. Raises IndeterminateDatatype."""
    for number, oid in enumerate(declared, 1):
        if oid in UNTYPED:
            raise IndeterminateDatatype(f"could not determine data type of parameter ${number}")
    return tuple(declared)


def plan_query(
    session: Session, statement: Statement, declared: Sequence[int], depths: Depths = ()
) -> Generator[Step, object, Compiled]:
    """The planner's answer; a refusal is noted. Raises PgError, its position relative to the statement's text."""
    session.transaction.has_snapshot = True
    planner, asked, now = session.planner, tuple(declared), environment(session)
    if depths:
        now = replace(now, depths=depths)
    unknown = next((oid for oid in asked if oid and not session.catalog.knows_type(oid)), None)
    if unknown is not None:
        raise UndefinedType(f"type with OID {unknown} does not exist")
    held = planner.held(statement.text, asked, now)
    if held is not None:
        return held
    try:
        if len(statement.text) <= SHORT:
            made: object = planner.plan(statement.text, asked, now)
        else:
            made = yield Call(planner.plan, (statement.text, asked, now), apart(len(statement.text)))
    except PgError as error:
        note_refusal(session, statement, error)
        raise
    compiled = cast("Compiled", made)
    planner.keep(statement.text, asked, now, compiled)
    return compiled


def current(session: Session, prepared: Prepared, values: Sequence[object] = ()) -> Generator[Step, object, Prepared]:
    """The statement planned anew: the clock, the settings or the policy may have moved. The planner keeps what has not.

    values: of its parameters; arrays of several dimensions are another thing to the engine than those of one.
    """
    from proxy.session.commands import is_query, plan_command

    statement, held = prepared.statement, prepared.compiled
    depths = _depths(session.catalog, prepared.parameters, values)
    if statement is not None and statement.kind in FOLLOWING:
        plan = yield from placed(statement, plan_command(session, statement, prepared.declared))
        return replace(prepared, columns=plan.columns)
    if statement is None or held is None or not (is_query(statement) or held.write is not None):
        if depths:
            raise FeatureNotSupported(
                "arrays of several dimensions are not supported by the double", hint=ONE_DIMENSION
            )
        return prepared
    compiled = yield from placed(statement, plan_query(session, statement, prepared.parameters, depths))
    if [(column.type, column.name) for column in compiled.columns] != [
        (column.type, column.name) for column in held.columns
    ]:
        raise StalePlan("cached plan must not change result type")
    # A write without RETURNING has no columns, which is another thing than a row of none.
    return replace(prepared, columns=compiled.columns if prepared.columns is not None else None, compiled=compiled)


def _depths(catalog: Catalog, types: Sequence[int], values: Sequence[object]) -> Depths:
    """Dimensions of the parameters that have more than one. A vector is a list, but no dimension."""
    found = []
    for number, (oid, value) in enumerate(zip(types, values), 1):
        depth = 0
        while isinstance(value, list):
            depth, value = depth + 1, next((item for item in value if item is not None), None)
        if depth > 1 and (depth := depth - (catalog.base_type(oid).element in VECTORS)) > 1:
            found.append((number, depth))
    return tuple(found)


class Parametrised(Protocol):
    """What is known of a statement's parameters."""

    @property
    def parameters(self) -> tuple[int, ...]:
        """Their types."""


def without_parameters(
    statement: Statement, steps: Generator[Step, object, WithParameters]
) -> Generator[Step, object, WithParameters]:
    """The same steps where nobody can give values. Raises UndefinedParameter for a statement that wants some."""
    try:
        made = yield from steps
        if not made.parameters:
            return made
    except IndeterminateDatatype as error:
        if "$" not in error.message:
            raise
    name, place = yield from worked_out(len(statement.text), first_parameter, statement.text)
    raise UndefinedParameter(f"there is no parameter {name}", position=place)


def placed(statement: Statement, steps: Generator[Step, object, Made]) -> Generator[Step, object, Made]:
    """The same steps; an error's position is moved from the statement's text to the whole string."""
    try:
        return (yield from steps)
    except PgError as error:
        raise moved(error, statement.offset) from None
