"""Analysis: the text of one query statement → a typed tree, by Postgres' own rules over the snapshot's catalog.

The public face of the package. Holds no state between statements; refuses to know roles' grants (it reports what a statement
touches), DuckDB and sessions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from proxy.catalog.model import Catalog, RelationRow
from proxy.pgtypes import InputSettings
from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.coerce import Coercer
from proxy.sql.analyse.collations import collated
from proxy.sql.analyse.constants import Reader
from proxy.sql.analyse.definitions import defined, index_of, of_query
from proxy.sql.analyse.errors import FeatureNotSupported, IndeterminateDatatype
from proxy.sql.analyse.from_clause import find_relation
from proxy.sql.analyse.full_joins import check_full_joins
from proxy.sql.analyse.functions import Resolver
from proxy.sql.analyse.inserts import insert
from proxy.sql.analyse.origins import origin
from proxy.sql.analyse.queries import ReadOnly, query
from proxy.sql.analyse.scope import Scope, Statement
from proxy.sql.analyse.simplified import shown_typmod
from proxy.sql.analyse.types import Types
from proxy.sql.analyse.writes import delete, update
from proxy.sql.older_grammar import as_of
from proxy.sql.parse import Node, parse_statement
from proxy.sql.temporary import Index, TempSchema, TempTable

# What changes rows of a temporary table, by its node.
CHANGES = {"InsertStmt": insert, "UpdateStmt": update, "DeleteStmt": delete}
WRITES = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "TruncateStmt"})


def read_only(kind: str) -> ReadOnly:
    """The refusal of a statement that writes; kind: its node's name."""
    return ReadOnly(
        f"cannot execute {kind.removesuffix('Stmt').upper()} in a read-only transaction",
        hint="The double cannot be written to; its rows are synthetic and made by `pgdouble build`.",
    )


def everything(relation: RelationRow) -> None:
    """A check that lets everything pass."""


@dataclass(frozen=True, slots=True)
class AnalyseEnv:
    """What of a session names depend on. search_path: schemas in order of lookup, pg_catalog where it is implicit.

    check_relation: called for each relation that the statement names; raises where the role may not know it.
    refuse_columns: called where it names a column that the catalog hides; raises, unless the decision is left to the policy.
    whole: views that are read as tables, for their rows are their definer's business. reading: how literals are read.
    temporary: the session's tables, which the catalog holds as well; the only ones that a statement may write.
    """

    search_path: tuple[str, ...] = ("pg_catalog", "public")
    check_relation: Callable[[RelationRow], None] = everything
    refuse_columns: Callable[[RelationRow], None] = everything
    whole: frozenset[int] = frozenset()
    reading: InputSettings = InputSettings()
    temporary: TempSchema | None = None


def analyse(sql: str, catalog: Catalog, env: AnalyseEnv, declared: Sequence[int] = ()) -> ir.Analysed:
    """The typed form of one query. declared: parameter types the client gave, 0 = infer. Raises PgError with a position."""
    kind, fields = parse_statement(sql)
    fields = as_of(sql, fields, catalog)
    statement = _statement(sql, catalog, env, declared)
    write: ir.Write | None = None
    into = fields.get("into") or fields.get("intoClause")
    if kind == "CreateTableAsStmt" or (kind == "SelectStmt" and into and is_temporary(into["rel"])):
        tree, write = _created(statement, fields), ir.Write(kind="create", table=0, columns=())
    elif kind in CHANGES:
        tree, write = CHANGES[kind](statement, fields, _target(statement, kind, fields, env.temporary))
    elif kind != "SelectStmt":
        raise (
            read_only(kind) if kind in WRITES else FeatureNotSupported(f"{kind.removesuffix('Stmt')} is not supported")
        )
    else:
        tree = query(Scope(statement), fields)
    if statement.full_joins:
        check_full_joins(tree)
    if statement.collated or catalog.whole.collated:
        tree = collated(tree, catalog)
        write = replace(write, returning=collated(write.returning, catalog)) if write and write.returning else write
    shown = tree if write is None else write.returning
    touched = {
        reader: {relation: frozenset(columns) for relation, columns in read.items()}
        for reader, read in statement.access.items()
    }
    return ir.Analysed(
        query=tree,
        columns=() if shown is None else _columns(shown, types=statement.types),
        parameters=_parameters(statement.coercer.parameters),
        access=touched.pop(0, {}),
        views=touched,
        volatile=statement.volatile,
        relative=statement.relative,
        system={rte: frozenset(names) for rte, names in statement.system.items()},
        write=write,
    )


def is_temporary(relation: Node) -> bool:
    """Whether a name that is to be made is that of a temporary table."""
    return relation.get("relpersistence") == "t" or relation.get("schemaname") == "pg_temp"


def define(sql: str, catalog: Catalog, env: AnalyseEnv) -> TempTable:
    """The table of a CREATE TABLE statement, without OIDs."""
    _, fields = parse_statement(sql)
    return defined(_statement(sql, catalog, env, ()), fields, env.temporary)


def define_index(sql: str, catalog: Catalog, env: AnalyseEnv, table: TempTable) -> Index:
    """The index of a CREATE INDEX statement, without an OID."""
    _, fields = parse_statement(sql)
    return index_of(_statement(sql, catalog, env, ()), fields, table)


def define_from(sql: str, catalog: Catalog, env: AnalyseEnv, tree: ir.Query) -> TempTable:
    """The table of CREATE TABLE AS or SELECT INTO, whose query was analysed."""
    _, fields = parse_statement(sql)
    return of_query(_statement(sql, catalog, env, ()), fields.get("into") or fields["intoClause"], tree)


def _created(statement: Statement, fields: Node) -> ir.Query:
    """The query of CREATE TABLE AS and SELECT INTO."""
    inner = fields.get("query", {"SelectStmt": fields})
    if "SelectStmt" not in inner:
        raise FeatureNotSupported(
            "CREATE TABLE AS EXECUTE is not supported by the double", hint="Write the query itself."
        )
    kept = {key: value for key, value in inner["SelectStmt"].items() if key != "intoClause"}
    return query(Scope(statement), kept)


def _target(statement: Statement, kind: str, fields: Node, schema: TempSchema | None) -> TempTable:
    """The table that is written. Raises ReadOnly for one of the double's own."""
    named = fields["relation"]
    position = statement.offset_of(int(named.get("location", 0)))
    found = find_relation(Scope(statement), str(named.get("schemaname", "")), str(named["relname"]), position)
    table = schema.tables.get(found.oid) if schema is not None else None
    if table is None:
        raise read_only(kind)
    return table


def _statement(sql: str, catalog: Catalog, env: AnalyseEnv, declared: Sequence[int]) -> Statement:
    path = [catalog.namespace_by_name[name] for name in env.search_path if name in catalog.namespace_by_name]
    types = Types(catalog, path)
    reader = Reader(types, lambda: None, lambda: env.reading)
    parameters = {index: oid or t.UNKNOWN for index, oid in enumerate(declared, 1)}
    coercer = Coercer(types, reader, parameters)
    resolver = Resolver(coercer)
    statement = Statement(types, coercer, resolver, sql, env.check_relation, env.refuse_columns, env.whole)
    reader.on_relative = statement.note_clock
    reader.settings = lambda: InputSettings() if statement.view_depth else env.reading
    return statement


def _columns(tree: ir.Query, types: Types) -> tuple[ir.OutputColumn, ...]:
    """What RowDescription says: a domain is shown as its base type."""
    found = []
    for place, (name, (_, oid, typmod)) in enumerate(zip(tree.names, tree.columns)):
        relation, attnum = origin(tree, place)
        if isinstance(tree, ir.Select) and not tree.targets[place].junk:
            typmod = shown_typmod(tree.targets[place].expr)
        base, base_typmod = types.base_typmod(oid, typmod)
        found.append(ir.OutputColumn(name=name, type=base, typmod=base_typmod, relation=relation, attnum=attnum))
    return tuple(found)


def _parameters(found: dict[int, int]) -> tuple[int, ...]:
    last = max(found, default=0)
    for index in range(1, last + 1):
        if found.get(index, t.UNKNOWN) == t.UNKNOWN:
            raise IndeterminateDatatype(f"could not determine data type of parameter ${index}")
    return tuple(found[index] for index in range(1, last + 1))
