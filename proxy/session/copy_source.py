"""What `COPY name (columns) TO` reads, checked as Postgres checks it, written out as the query that gives the same rows.

Refuses to know formats and how rows leave. Facts: the catalog that the role knows; src/backend/commands/copy.c (DoCopy,
CopyGetAttnums) and copyto.c (BeginCopyTo) for messages and their order.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from policies.errors import PgError
from proxy.catalog.model import Catalog, RelationRow
from proxy.catalog.versions import Since
from proxy.session.parsing import parse
from proxy.session.planning import plan_query
from proxy.session.running import note_refusal
from proxy.session.steps import Step
from proxy.session.surroundings import namespaces
from proxy.sql.analyse.errors import (
    DuplicateColumn,
    InvalidColumnReference,
    UndefinedColumn,
    UndefinedSchema,
    WrongObjectType,
)
from proxy.sql.analyse.scope import SYSTEM_COLUMNS
from proxy.sql.statements import Statement

if TYPE_CHECKING:
    from proxy.session.session import Session

_QUERY_HINT = "Try the COPY (SELECT ...) TO variant."
_REFUSED = {
    "v": ("view", _QUERY_HINT),
    "p": ("partitioned table", _QUERY_HINT),
    "f": ("foreign table", _QUERY_HINT),
    "S": ("sequence", ""),
}


def table_query(session: Session, statement: Statement) -> Generator[Step, object, Statement]:
    """The query behind `COPY name TO`; its positions mean nothing to the client. Raises PgError where Postgres refuses the table."""
    named, names = statement.fields["relation"], _names(statement)
    try:
        row = _relation(session, named)
        if row is not None:
            unknown = _first_unknown(row, names)
            if unknown is None:
                _require_kind(row, session.catalog)
    except PgError as error:
        note_refusal(session, statement, error)
        raise
    if row is None:  # none, or none that the role may know: the planner says which
        return (yield from _parsed(_select(named, names)))
    if unknown is not None:
        yield from _refuse_column(session, named, row, unknown)
    columns = names or [column.name for column in row.columns if not column.generated]
    return (yield from _parsed(_select(named, columns)))


def _names(statement: Statement) -> list[str]:
    return [str(node["String"]["sval"]) for node in statement.fields.get("attlist", ())]


def _parsed(sql: str) -> Generator[Step, object, Statement]:
    (found,) = yield from parse(sql)
    return found


def _relation(session: Session, named: Any) -> RelationRow | None:
    """What the name means along the search path. Raises UndefinedSchema."""
    catalog, path = session.catalog, namespaces(session)
    if schema := named.get("schemaname"):
        if schema not in catalog.namespace_by_name:
            raise UndefinedSchema(f'schema "{schema}" does not exist')
        path = (catalog.namespace_by_name[schema],)
    known = (catalog.relation_by_name.get((namespace, named["relname"])) for namespace in path)
    return next((row for row in known if row is not None), None)


def _first_unknown(row: RelationRow, names: list[str]) -> str | None:
    """The first name that is no column's. Raises for one that is named twice or generated before that."""
    seen: set[str] = set()
    for name in names:
        column = row.column(name)
        if column is None:
            return name
        if column.generated:
            raise InvalidColumnReference(
                f'column "{name}" is a generated column', detail="Generated columns cannot be used in COPY."
            )
        if name in seen:
            raise DuplicateColumn(f'column "{name}" specified more than once')
        seen.add(name)
    return None


def _refuse_column(session: Session, named: Any, row: RelationRow, name: str) -> Generator[Step, object, None]:
    """There is no such column, or none that the role may know of: the planner says which. Raises PgError."""
    try:
        if name not in SYSTEM_COLUMNS:
            query = yield from _parsed(_select(named, [name]))
            yield from plan_query(session, query, ())
    except UndefinedColumn:
        pass  # told below in COPY's own words
    raise UndefinedColumn(f'column "{name}" of relation "{row.name}" does not exist')


def _require_kind(row: RelationRow, catalog: Catalog) -> None:
    if row.kind == "m" and not catalog.has(Since.VIEWS_COPIED):
        raise WrongObjectType(f'cannot copy from materialized view "{row.name}"', hint=_QUERY_HINT)
    if row.kind in _REFUSED:
        what, hint = _REFUSED[row.kind]
        raise WrongObjectType(f'cannot copy from {what} "{row.name}"', hint=hint)


def _select(named: Any, columns: list[str]) -> str:
    """ONLY, for COPY leaves out the rows of heirs."""
    name = ".".join(_quote(named[key]) for key in ("schemaname", "relname") if key in named)
    return f"SELECT {', '.join(map(_quote, columns)) or '*'} FROM ONLY {name}"


def _quote(name: str) -> str:
    return '"' + str(name).replace('"', '""') + '"'
