"""Commands on temporary tables: CREATE TABLE [AS], SELECT INTO, INSERT, UPDATE, DELETE, TRUNCATE, DROP, CREATE INDEX, ANALYZE.

`concerns` tells them from those on the double's own tables, which are refused elsewhere. Refuses to know rows, SQL texts of the engine and
messages' order. Facts: src/backend/commands/tablecmds.c, createas.c, indexcmds.c for checks and notices; tcop/utility.c for tags.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from policies.errors import PgError
from proxy.errors import ActiveTransaction, NotSupported, ReadOnlyTransaction
from proxy.session import copy_in
from proxy.session.answers import complete, notice
from proxy.session.outcome import Plan
from proxy.session.planning import Planning, plan_query
from proxy.session.portals import Portal
from proxy.session.ports import StatementEnd
from proxy.session.running import Steps, describe_rows, metered, require_runnable
from proxy.session.setting import wants_warnings
from proxy.session.setting_kinds import engine_zone
from proxy.session.steps import Fetch, Send, Step, at_once
from proxy.session.surroundings import environment, namespaces
from proxy.session.temporary import with_index, without_index
from proxy.session.transaction import IDLE
from proxy.sql.analyse import CHANGES, is_temporary
from proxy.sql.analyse.errors import (
    DuplicateTable,
    InvalidTableDefinition,
    UndefinedObject,
    UndefinedSchema,
    UndefinedTable,
    WrongObjectType,
)
from proxy.sql.compiled import CompiledWrite
from proxy.sql.statements import Statement
from proxy.sql.temporary import ALIAS, Index, TempSchema, TempTable
from proxy.sql.temporary_rules import unique_rule
from proxy.wire import messages as wire

if TYPE_CHECKING:
    from proxy.session.session import Session

_ONE, _MANY = frozenset(("IndexStmt", "CopyStmt", "AlterTableStmt", "RenameStmt")), frozenset(("TruncateStmt",))
_TAGS = {"insert": "INSERT 0 {}", "update": "UPDATE {}", "delete": "DELETE {}", "create": "SELECT {}"}
HINT = "Make another temporary table as you want it."


def concerns(session: Session, statement: Statement) -> bool:
    """Whether a command is about temporary tables."""
    kind, fields = statement.kind, statement.fields
    if kind in ("CreateStmt", "CreateTableAsStmt", "SelectStmt"):
        return (named := made_by(statement)) is not None and is_temporary(named)
    if kind == "DropStmt" and fields.get("removeType") in ("OBJECT_TABLE", "OBJECT_INDEX"):
        meant = [_dropped_means(session, fields, node) for node in fields.get("objects", ())]
        # Without a table of its own a session may say IF EXISTS of what is not there, and nothing else.
        known = session.temporary.schema is not None or bool(fields.get("missing_ok"))
        return known and any(one is not False for one in meant)
    if session.temporary.schema is None:
        return False
    if kind in CHANGES or kind == "MergeStmt":
        return _means(session, fields.get("relation", {})) is not False
    if kind in _ONE:
        is_out = kind == "CopyStmt" and not fields.get("is_from")
        return not is_out and isinstance(_means(session, fields.get("relation", {})), TempTable)
    if kind in _MANY:
        return any(isinstance(_means(session, node["RangeVar"]), TempTable) for node in fields.get("relations", ()))
    if kind == "VacuumStmt":
        named = [node["VacuumRelation"].get("relation", {}) for node in fields.get("rels", ())]
        return bool(named) and all(isinstance(_means(session, one), TempTable) for one in named)
    return False


def made_by(statement: Statement) -> Any:
    """The name that a statement gives to a table it makes; None where it makes none."""
    fields = statement.fields
    if statement.kind == "CreateStmt":
        return fields.get("relation")
    if statement.kind == "CreateTableAsStmt" and fields.get("objtype") != "OBJECT_TABLE":
        return None
    return fields.get("into", fields.get("intoClause", {})).get("rel")


def is_compiled(statement: Statement) -> bool:
    """Whether there is a query in it, for the planner."""
    return statement.kind in CHANGES or (statement.kind != "CreateStmt" and made_by(statement) is not None)


def _means(session: Session, named: Any) -> TempTable | bool:
    """What a name means: a temporary table, False for another relation, True for none at all."""
    name, schema, own = str(named.get("relname", "")), named.get("schemaname"), session.temporary.schema
    catalog, path = session.catalog, namespaces(session)
    if schema is not None:
        path = (catalog.namespace_by_name[schema],) if schema in catalog.namespace_by_name else ()
    for namespace in path:
        if own is not None and namespace == own.namespace and (table := own.find(name)) is not None:
            return table
        if (namespace, name) in catalog.relation_by_name or (namespace, name) in catalog.denied:
            return False
    return True


def plan(session: Session, statement: Statement, declared: tuple[int, ...]) -> Planning:
    """What Describe says."""
    if not is_compiled(statement):
        return Plan()
    compiled = yield from plan_query(session, statement, declared)
    return Plan(compiled.columns or None, compiled.parameters, compiled)


def run(session: Session, portal: Portal, limit: int, describe: bool) -> Steps:
    """Whatever the command does."""
    statement = portal.prepared.statement
    assert statement is not None
    if portal.columns is None:
        require_runnable(portal)
    if is_compiled(statement):
        yield from metered(session, portal, _written(session, portal, limit, describe))
        return
    if statement.kind == "CopyStmt":
        table = _table(session, statement.fields["relation"])
        portal.done = True
        yield from copy_in.start(session, statement, table)
        return
    handler = _HANDLERS.get(statement.kind)
    if handler is None:
        raise NotSupported(f"{_words(statement)} of a temporary table is not supported by the double", hint=HINT)
    with _noted(session, statement):
        tag = yield from handler(session, statement)
    portal.done = True
    yield Send(complete(tag))


def _words(statement: Statement) -> str:
    from proxy.session.commands import command_name

    return command_name(statement)


@contextmanager
def _noted(session: Session, statement: Statement) -> Iterator[None]:
    """A command under quota and audit."""
    began, sqlstate = time.monotonic(), "XX000"
    session.limits.begin()
    try:
        yield
        sqlstate = "00000"
    except PgError as error:
        sqlstate = error.sqlstate
        raise
    finally:
        seconds = time.monotonic() - began
        session.limits.end(StatementEnd(statement.fingerprint(), frozenset(), 0, seconds, sqlstate))


# Statements that write rows


def _written(session: Session, portal: Portal, limit: int, describe: bool) -> Steps:
    """Write, then RETURNING's rows up to the limit."""
    compiled = portal.compiled
    assert compiled is not None and compiled.write is not None
    if not portal.started:
        portal.started = True
        portal.tag = yield from _write(session, portal, compiled.write)
        if compiled.sql:
            portal.results = session.temporary.open(compiled, portal.params, _zone(session))
    if portal.columns is None:
        portal.done = True
        yield Send(complete(portal.tag))
        return
    if describe:
        yield from describe_rows(session, portal)
    yield from portal.rows(limit)
    yield Send(complete(portal.tag) if portal.done else wire.encode(wire.PortalSuspended()))


def _write(session: Session, portal: Portal, write: CompiledWrite) -> Generator[Step, object, str]:
    """Run it; the tag."""
    temporary, statement = session.temporary, portal.prepared.statement
    assert statement is not None
    table = None
    if write.kind == "create":
        assert write.definition is not None
        _require_temporary(session, made_by(statement))
        if (yield from _exists(session, write.definition.name, statement)):
            return "CREATE TABLE AS"
        table = temporary.numbered(write.definition)
        if statement.fields.get("into", {}).get("skipData"):
            temporary.store.create(temporary.require_schema(), table)
            temporary.add(table)
            return "CREATE TABLE AS"
    schema = temporary.with_table(table) if table is not None else temporary.require_schema()
    moment, oid = temporary.next_moment(), table.oid if table is not None else write.table
    temporary.note_written(oid, ends=write.kind in ("update", "delete"))
    work = temporary.store.writing(schema, write, oid, portal.params, moment, _zone(session))
    count = yield Fetch(work, work.run)
    if table is not None:
        temporary.add(table)
    return _TAGS[write.kind].format(count)


def _zone(session: Session) -> str:
    return engine_zone(session.settings.value("TimeZone"))


def _require_temporary(session: Session, named: Any) -> None:
    """A temporary table is made in no other schema."""
    schema, own = named.get("schemaname"), session.temporary.schema
    if schema is None or schema == ALIAS or (own is not None and own.is_called(schema)):
        return
    if schema not in session.catalog.namespace_by_name:
        raise UndefinedSchema(f'schema "{schema}" does not exist', position=_place(named))
    raise InvalidTableDefinition("cannot create temporary relation in non-temporary schema", position=_place(named))


def _place(named: Any) -> int | None:
    """Where a name stands; bytes, which are characters in all but odd statements."""
    return int(named["location"]) if "location" in named else None


def _exists(session: Session, name: str, statement: Statement) -> Generator[Step, object, bool]:
    """Whether a table need not be made. Raises DuplicateTable where it cannot be."""
    schema = session.temporary.schema
    if schema is None or not schema.has_relation(name):
        return False
    if not statement.fields.get("if_not_exists"):
        raise DuplicateTable(f'relation "{name}" already exists')
    if wants_notices(session):
        yield from at_once(notice("42P07", f'relation "{name}" already exists, skipping', "NOTICE"))
    return True


def wants_notices(session: Session) -> bool:
    """Whether client_min_messages lets notices through."""
    return wants_warnings(session) and session.settings.value("client_min_messages") != "warning"


# Definitions

Tagged = Generator[Step, object, str]


def _create(session: Session, statement: Statement) -> Tagged:
    temporary = session.temporary
    name = str(statement.fields["relation"]["relname"])
    _require_temporary(session, statement.fields["relation"])
    if (yield from _exists(session, name, statement)):
        return "CREATE TABLE"
    table = temporary.numbered(session.planner.define(statement.text, environment(session)))
    temporary.store.create(temporary.require_schema(), table)
    temporary.add(table)
    return "CREATE TABLE"


def _create_index(session: Session, statement: Statement) -> Tagged:
    temporary, fields = session.temporary, statement.fields
    table, schema = _table(session, fields["relation"]), temporary.require_schema()
    if fields.get("concurrent") and session.transaction.status != IDLE:
        raise ActiveTransaction("CREATE INDEX CONCURRENTLY cannot run inside a transaction block")
    index = session.planner.define_index(statement.text, environment(session), table)
    if schema.has_relation(index.name):
        if "idxname" not in fields:
            index = _renamed(schema, index)
        elif fields.get("if_not_exists"):
            yield from at_once(notice("42P07", f'relation "{index.name}" already exists, skipping', "NOTICE"))
            return "CREATE INDEX"
        else:
            raise DuplicateTable(f'relation "{index.name}" already exists')
    if index.unique:
        rule = session.planner.rule(unique_rule(table, index, built=True), environment(session))
        work = temporary.store.checking(rule, temporary.moment)
        yield Fetch(work, work.run)
    temporary.add(with_index(table, index))
    return "CREATE INDEX"


def _renamed(schema: TempSchema, index: Index) -> Index:
    """An index that was given no name gets one that is free."""
    number = next(number for number in range(1, 10_000) if not schema.has_relation(f"{index.name}{number}"))
    return replace(index, name=f"{index.name}{number}")


def _truncate(session: Session, statement: Statement) -> Tagged:
    temporary, fields = session.temporary, statement.fields
    named = (_table(session, node["RangeVar"]) for node in fields["relations"])
    tables = {table.oid: table for table in named}  # once, however often it is named
    moment = temporary.next_moment()
    for table in tables.values():
        temporary.note_written(table.oid, ends=True)
        temporary.store.truncate(temporary.require_schema(), table, moment, restart=bool(fields.get("restart_seqs")))
    return "TRUNCATE TABLE"
    yield


def _table(session: Session, named: Any) -> TempTable:
    """The temporary table of a command that names several relations."""
    found = _means(session, named)
    if isinstance(found, TempTable):
        return found
    if found:
        raise UndefinedTable(f'relation "{named["relname"]}" does not exist')
    raise NotSupported(
        "a command on temporary tables and others is not supported by the double",
        hint="The double's own tables cannot be written to.",
    )


def _drop(session: Session, statement: Statement) -> Tagged:
    temporary, fields = session.temporary, statement.fields
    is_index = fields["removeType"] == "OBJECT_INDEX"
    word = "index" if is_index else "table"
    gone: list[TempTable] = []
    for node in fields["objects"]:
        name = str(node["List"]["items"][-1]["String"]["sval"])
        table = _dropped_means(session, fields, node)
        if table is False:
            raise ReadOnlyTransaction(
                f"cannot execute DROP {word.upper()} in a read-only transaction",
                hint="The double's own tables cannot be dropped.",
            )
        if not isinstance(table, TempTable):
            if not fields.get("missing_ok"):
                raise (
                    UndefinedObject(f'index "{name}" does not exist')
                    if is_index
                    else UndefinedTable(f'table "{name}" does not exist')
                )
            if wants_notices(session):
                yield from at_once(notice("00000", f'{word} "{name}" does not exist, skipping', "NOTICE"))
        elif is_index:
            index = next((one for one in table.indexes if one.name == name), None)
            if index is None:
                raise WrongObjectType(f'"{name}" is not an index', hint="Use DROP TABLE to remove a table.")
            if index.constraint:
                raise _needed(index.name, table.name)
            temporary.add(without_index(table, name))
        else:
            gone.append(table)
    if gone:
        temporary.remove(*(table.oid for table in gone))
    return f"DROP {word.upper()}"


def _needed(index: str, table: str) -> PgError:
    error = NeededObject(
        f"cannot drop index {index} because constraint {index} on table {table} requires it",
        hint=f"You can drop constraint {index} on table {table} instead.",
    )
    return error


class NeededObject(PgError):
    """Something else needs it."""

    sqlstate = "2BP01"


def _dropped_means(session: Session, fields: Any, node: Any) -> TempTable | bool:
    """What a name in DROP means; of an index, its table."""
    names = [str(part["String"]["sval"]) for part in node["List"]["items"]]
    own = session.temporary.schema
    if fields["removeType"] == "OBJECT_INDEX" and own is not None and (len(names) == 1 or own.is_called(names[-2])):
        for table in own.tables.values():
            if any(index.name == names[-1] for index in table.indexes):
                return table
    return _means(session, {"relname": names[-1], **({"schemaname": names[-2]} if len(names) > 1 else {})})


def _analyze(session: Session, statement: Statement) -> Tagged:
    """Accepted: the engine keeps its own statistics."""
    return "ANALYZE" if not statement.fields.get("is_vacuumcmd") else "VACUUM"
    yield


def discard(session: Session) -> None:
    """DISCARD TEMP: every table goes, as DROP would have it."""
    if (schema := session.temporary.schema) is not None:
        session.temporary.remove(*schema.tables)


_HANDLERS: dict[str, Callable[[Session, Statement], Tagged]] = {
    "CreateStmt": _create, "IndexStmt": _create_index, "TruncateStmt": _truncate, "DropStmt": _drop, "VacuumStmt": _analyze,
}  # fmt: skip
