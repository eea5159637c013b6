"""CREATE TEMPORARY TABLE → the table it defines: columns, defaults, constraints, and what LIKE takes from another.

Refuses to know rows and where they are kept. Facts: src/backend/parser/parse_utilcmd.c for checks, their order and their words;
src/backend/commands/indexcmds.c for the names of constraints that have none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from proxy.catalog.model import ColumnRow
from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.errors import (
    DuplicateColumn,
    DuplicateTable,
    FeatureNotSupported,
    InvalidColumnReference,
    InvalidTableDefinition,
    SyntaxProblem,
    TooManyColumns,
    UndefinedColumn,
)
from proxy.sql.analyse.expressions import boolean, expression
from proxy.sql.analyse.from_clause import find_relation, stored_item
from proxy.sql.analyse.scope import Scope, Statement
from proxy.sql.analyse.writes import assigned_value
from proxy.sql.lexer import tokens
from proxy.sql.parse import Node, kind_of, names_of
from proxy.sql.temporary import Check, Index, TempColumn, TempSchema, TempTable
from proxy.sql.walking import walk
from synth.release.storage import storage_type

_SERIALS = {
    "serial": t.INT4, "serial4": t.INT4, "bigserial": t.INT8, "serial8": t.INT8, "smallserial": t.INT2, "serial2": t.INT2,
}  # fmt: skip
COLUMNS_MAX = 1_600  # MaxHeapAttributeNumber
_ON_COMMIT = {"ONCOMMIT_DELETE_ROWS": "delete", "ONCOMMIT_DROP": "drop"}
_IDENTITY = {"a": "always", "d": "by default"}
# Words of a column's definition behind which its default is over.
_ENDS = frozenset("not null primary unique check constraint references generated collate deferrable initially".split())
# Of TableLikeClause.options (nodes/parsenodes.h).
_LIKE_SILENT = 0x1 | 0x2 | 0x80 | 0x100  # comments, compression, statistics, storage
_LIKE_CONSTRAINTS, _LIKE_DEFAULTS, _LIKE_GENERATED, _LIKE_IDENTITY, _LIKE_INDEXES = 0x4, 0x8, 0x10, 0x20, 0x40


@dataclass
class _Made:
    """A table while its elements are read. keys: PRIMARY KEY and UNIQUE, as (name, column names, primary, position)."""

    name: str
    columns: list[TempColumn] = field(default_factory=list)
    checks: list[tuple[str, str, Node]] = field(default_factory=list)
    keys: list[tuple[str, list[str], bool, int]] = field(default_factory=list)

    def column(self, name: str) -> TempColumn | None:
        return next((column for column in self.columns if column.row.name == name), None)


def defined(statement: Statement, fields: Any, schema: TempSchema | None) -> TempTable:
    """The table of CREATE TABLE, without OIDs. Raises PgError."""
    _require_plain(fields)
    made = _Made(str(fields["relation"]["relname"]))
    for node in fields.get("tableElts", ()):
        kind, element = kind_of(node)
        _ELEMENTS[kind](statement, made, element, schema)
    _require_room(made.columns)
    table = TempTable(made.name, tuple(made.columns), on_commit=on_commit(fields.get("oncommit")))
    names: set[str] = set()
    checks = tuple(_check(statement, table, *check, names) for check in made.checks)
    indexes = tuple(_key(table, *key, names) for key in sorted(made.keys, key=lambda key: not key[2]))
    keyed = next((index.columns for index in indexes if index.primary), ())
    columns = tuple(
        replace(column, row=replace(column.row, not_null=True)) if column.row.attnum in keyed else column
        for column in table.columns
    )
    return replace(table, columns=columns, checks=checks, indexes=indexes)


def of_query(statement: Statement, into: Any, tree: ir.Query) -> TempTable:
    """The table of CREATE TABLE AS and SELECT INTO."""
    renamed = names_of(into.get("colNames", []))
    if len(renamed) > len(tree.names):
        raise SyntaxProblem("too many column names were specified")
    names = [*renamed, *tree.names[len(renamed) :]]
    _require_room(names)
    columns: list[TempColumn] = []
    for number, (name, (_, oid, typmod)) in enumerate(zip(names, tree.columns), 1):
        if any(column.row.name == name for column in columns):
            raise DuplicateColumn(f'column "{name}" specified more than once')
        if statement.types.row(oid).kind == "p":
            raise InvalidTableDefinition(f'column "{name}" has pseudo-type {statement.types.name(oid)}')
        columns.append(TempColumn(_column_row(statement, number, name, oid, typmod)))
    return TempTable(str(into["rel"]["relname"]), tuple(columns), on_commit=on_commit(into.get("onCommit")))


def _require_room(columns: Sequence[object]) -> None:
    if len(columns) > COLUMNS_MAX:
        raise TooManyColumns(f"tables can have at most {COLUMNS_MAX} columns")


def on_commit(word: str | None) -> str:
    """What becomes of the rows when a transaction ends."""
    return _ON_COMMIT.get(word or "", "preserve")


def _require_plain(fields: Any) -> None:
    for key, what in (("inhRelations", "INHERITS"), ("partspec", "PARTITION BY"), ("partbound", "PARTITION OF"),
                      ("ofTypename", "OF type")):  # fmt: skip
        if key in fields:
            raise FeatureNotSupported(
                f"{what} of a temporary table is not supported by the double", hint="Write out its columns."
            )


def _column_row(
    statement: Statement, number: int, name: str, oid: int, typmod: int, not_null: bool = False
) -> ColumnRow:
    base, base_typmod = statement.types.base_typmod(oid, typmod)
    element = statement.types.element(base)
    inner = statement.types.base(element) if element else 0
    storage = storage_type(base, base_typmod, inner)
    return ColumnRow(number, name, oid, typmod, statement.types.row(oid).collation, not_null, storage)


# Elements


def _column_def(statement: Statement, made: _Made, fields: Any, schema: TempSchema | None) -> None:
    name = str(fields["colname"])
    if made.column(name) is not None:
        raise DuplicateColumn(f'column "{name}" specified more than once')
    node, position = fields["typeName"], statement.offset_of(int(fields["typeName"].get("location", 0)))
    words = names_of(node["names"])
    serial = _SERIALS.get(words[0]) if len(words) == 1 else None
    oid, typmod = (serial, -1) if serial else statement.types.resolve(node, position)
    if statement.types.row(oid).kind == "p":
        raise InvalidTableDefinition(f'column "{name}" has pseudo-type {statement.types.name(oid)}', position=position)
    if "collClause" in fields and names_of(fields["collClause"]["collname"])[-1] not in ("C", "POSIX", "default"):
        raise FeatureNotSupported("COLLATE of a temporary column is not supported by the double")
    row = _column_row(statement, len(made.columns) + 1, name, oid, typmod, bool(serial))
    column = TempColumn(row, counter="serial" if serial else "")
    nullable: bool | None = False if serial else None
    for one in fields.get("constraints", ()):
        constraint = one["Constraint"]
        column, nullable = _column_constraint(statement, made, column, nullable, constraint)
    made.columns.append(replace(column, row=replace(column.row, not_null=nullable is False)))


def _column_constraint(
    statement: Statement, made: _Made, column: TempColumn, nullable: bool | None, fields: Any
) -> tuple[TempColumn, bool | None]:
    kind, name = fields["contype"], column.row.name
    position = statement.offset_of(int(fields.get("location", 0)))
    if kind in ("CONSTR_NULL", "CONSTR_NOTNULL"):
        if nullable is not None and nullable != (kind == "CONSTR_NULL"):
            raise SyntaxProblem(
                f'conflicting NULL/NOT NULL declarations for column "{name}" of table "{made.name}"', position=position
            )
        return column, kind == "CONSTR_NULL"
    if kind == "CONSTR_DEFAULT":
        if column.default is not None or column.counter:
            raise SyntaxProblem(
                f'multiple default values specified for column "{name}" of table "{made.name}"', position=position
            )
        return _with_default(statement, column, fields["raw_expr"], _default_text(statement.sql, position)), nullable
    if kind == "CONSTR_IDENTITY":
        if column.row.type_oid not in (t.INT2, t.INT4, t.INT8):
            raise InvalidParameterType("identity column type must be smallint, integer, or bigint")
        return replace(column, counter=_IDENTITY[fields["generated_when"]]), False
    if kind in ("CONSTR_PRIMARY", "CONSTR_UNIQUE"):
        _add_key(made, fields, [name], position, statement)
        return column, nullable
    if kind == "CONSTR_CHECK":
        made.checks.append((str(fields.get("conname", "")), _bracketed(statement.sql, position), fields["raw_expr"]))
        return column, nullable
    if kind.startswith("CONSTR_ATTR"):
        return column, nullable
    raise _refused(kind)


def _with_default(statement: Statement, column: TempColumn, node: Node, text: str) -> TempColumn:
    expr = expression(Scope(statement, kind="DEFAULT expressions"), node) if not _names_column(node) else None
    if expr is None:
        raise FeatureNotSupported("cannot use column reference in DEFAULT expression")
    if any(isinstance(one, ir.Sublink) for one in walk(expr)):
        raise FeatureNotSupported("cannot use subquery in DEFAULT expression", position=expr.position)
    assigned_value(statement, expr, column, "default expression")
    if "sval" in node.get("A_Const", {}):
        text += f"::{statement.types.name(column.row.type_oid)}"  # as pg_get_expr prints a constant of a type
    return replace(column, default=node, default_text=text)


def _names_column(node: Any) -> bool:
    if isinstance(node, dict):
        return "ColumnRef" in node or any(_names_column(value) for value in node.values())
    return isinstance(node, list) and any(_names_column(item) for item in node)


def _default_text(sql: str, start: int) -> str:
    """What stands behind DEFAULT, up to the end of the column or its next constraint."""
    depth, first, last = 0, -1, start
    for token in tokens(sql[start:]):
        if token.word == "default" and first < 0:
            continue
        ends = token.text in (",", ")") or (token.word in _ENDS and first >= 0 and token.word != "null")
        if depth == 0 and ends:
            break
        depth += (token.text == "(") - (token.text == ")")
        first = start + token.start if first < 0 else first
        last = start + token.end
    return sql[first:last]


def _bracketed(sql: str, start: int) -> str:
    """What the first brackets behind a place enclose."""
    depth = opened = 0
    for token in tokens(sql[start:]):
        if token.text == "(":
            depth += 1
            opened = opened or start + token.end
        elif token.text == ")":
            depth -= 1
            if depth == 0:
                return sql[opened : start + token.start].strip()
    return ""


def _constraint(statement: Statement, made: _Made, fields: Any, schema: TempSchema | None) -> None:
    kind, position = fields["contype"], statement.offset_of(int(fields.get("location", 0)))
    if kind in ("CONSTR_PRIMARY", "CONSTR_UNIQUE"):
        _add_key(made, fields, names_of(fields.get("keys", [])), position, statement)
    elif kind == "CONSTR_CHECK":
        made.checks.append((str(fields.get("conname", "")), _bracketed(statement.sql, position), fields["raw_expr"]))
    elif kind == "CONSTR_NOTNULL":
        names = names_of(fields.get("keys", []))
        made.columns = [
            replace(one, row=replace(one.row, not_null=True)) if one.row.name in names else one for one in made.columns
        ]
    else:
        raise _refused(kind)


def _add_key(made: _Made, fields: Any, names: list[str], position: int, statement: Statement) -> None:
    primary = fields["contype"] == "CONSTR_PRIMARY"
    if fields.get("nulls_not_distinct") or fields.get("deferrable") or "indexname" in fields:
        raise FeatureNotSupported("NULLS NOT DISTINCT and deferrable keys are not supported by the double")
    if primary and any(known for _, _, known, _ in made.keys):
        raise InvalidTableDefinition(
            f'multiple primary keys for table "{made.name}" are not allowed', position=position
        )
    made.keys.append((str(fields.get("conname", "")), names, primary, position))


def _refused(kind: str) -> FeatureNotSupported:
    words = kind.removeprefix("CONSTR_").replace("_", " ")
    return FeatureNotSupported(
        f"a {words} constraint of a temporary table is not supported by the double", hint="Leave it out."
    )


class InvalidParameterType(InvalidTableDefinition):
    """invalid_parameter_value."""

    sqlstate = "22023"


def _like(statement: Statement, made: _Made, fields: Any, schema: TempSchema | None) -> None:
    relation, options = fields["relation"], int(fields.get("options", 0)) & 0xFFFF
    position = statement.offset_of(int(relation.get("location", 0)))
    found = find_relation(Scope(statement), str(relation.get("schemaname", "")), str(relation["relname"]), position)
    statement.check_relation(found)
    if statement.catalog.hidden_columns.get(found.oid):
        statement.refuse_columns(found)
    statement.touch(found.oid)
    known = schema.tables.get(found.oid) if schema is not None else None
    wanted = _LIKE_CONSTRAINTS | _LIKE_DEFAULTS | _LIKE_GENERATED | _LIKE_IDENTITY
    if known is None and options & wanted:
        raise FeatureNotSupported(
            "LIKE takes no defaults and constraints of the double's own tables",
            hint="Write them out.",
            position=position,
        )
    for one in known.columns if known is not None else [TempColumn(row) for row in found.columns]:
        if made.column(one.row.name) is not None:
            raise DuplicateColumn(f'column "{one.row.name}" specified more than once')
        made.columns.append(_taken(statement, one, len(made.columns) + 1, options))
        if known is None:
            statement.touch(found.oid, one.row.attnum)
    names = {row.attnum: row.name for row in found.columns}
    if known is not None and options & _LIKE_CONSTRAINTS:
        made.checks += [(check.name, check.text, {}) for check in known.checks]
    if options & _LIKE_INDEXES:
        key = statement.catalog.primary_keys.get(found.oid, ())
        unique = [index for index in known.indexes if index.unique] if known is not None else []
        keys = [(index.columns, index.primary) for index in unique] or ([(key, True)] if key else [])
        made.keys += [("", [names[attnum] for attnum in columns], primary, -1) for columns, primary in keys]


def _taken(statement: Statement, column: TempColumn, number: int, options: int) -> TempColumn:
    row = column.row
    made = _column_row(statement, number, row.name, row.type_oid, row.typmod, row.not_null)
    default = column if options & _LIKE_DEFAULTS else TempColumn(row)
    counter = column.counter if options & _LIKE_IDENTITY and column.counter != "serial" else ""
    return TempColumn(made, default.default, default.default_text, counter)


# Constraints


def _check(statement: Statement, table: TempTable, name: str, text: str, node: Node, names: set[str]) -> Check:
    scope = Scope(statement, items=[stored_item(statement.new_rte(), table.relation)], kind="check constraints")
    columns: list[str] = []
    if node:
        condition = boolean(scope, node, "CHECK")
        used = {one.attnum for one in walk(condition) if isinstance(one, ir.ColumnRef)}
        columns = [column.row.name for column in table.columns if column.row.attnum in used]
        if any(isinstance(one, ir.Sublink) for one in walk(condition)):
            raise FeatureNotSupported("cannot use subquery in check constraint")
    stem = f"{table.name}_{columns[0]}_check" if len(columns) == 1 else f"{table.name}_check"
    return Check(_named(name, stem, names), text)


def _key(table: TempTable, name: str, columns: list[str], primary: bool, position: int, names: set[str]) -> Index:
    numbers = {column.row.name: column.row.attnum for column in table.columns}
    for column in columns:
        if column not in numbers:
            raise UndefinedColumn(f'column "{column}" named in key does not exist', position=position)
    stem = f"{table.name}_pkey" if primary else f"{table.name}_{'_'.join(columns)}_key"
    found = tuple(numbers[column] for column in columns)
    return Index(_named(name, stem, names), found, unique=True, primary=primary, constraint=True)


def _named(name: str, stem: str, names: set[str]) -> str:
    """The name given, or the first of stem, stem1, stem2, ... that is free."""
    number = 0
    while not name:
        candidate = f"{stem}{number or ''}"
        name, number = "" if candidate in names else candidate, number + 1
    if name in names - {stem} and name != stem:
        raise DuplicateTable(f'relation "{name}" already exists')
    names.add(name)
    return name


def index_of(statement: Statement, fields: Any, table: TempTable) -> Index:
    """The index of CREATE INDEX. An expression is looked at and not kept."""
    columns = []
    scope = Scope(statement, items=[stored_item(statement.new_rte(), table.relation)], kind="index expressions")
    for node in fields.get("indexParams", ()):
        element = node["IndexElem"]
        if "expr" in element:
            if any(isinstance(one, ir.Sublink) for one in walk(expression(scope, element["expr"]))):
                raise FeatureNotSupported("cannot use subquery in index expression")
            columns.append(0)
            continue
        column = next((one for one in table.columns if one.row.name == element["name"]), None)
        if column is None:
            raise UndefinedColumn(f'column "{element["name"]}" does not exist')
        columns.append(column.row.attnum)
    if "whereClause" in fields:
        boolean(scope, fields["whereClause"], "WHERE")
    unique = bool(fields.get("unique"))
    if unique and (0 in columns or "whereClause" in fields or fields.get("nulls_not_distinct")):
        raise FeatureNotSupported(
            "a unique index over an expression or a part of a temporary table is not supported by the double",
            hint="Make the index over columns, or without UNIQUE.",
        )
    if not columns:
        raise InvalidColumnReference("an index must have columns")
    parts = [next((one.row.name for one in table.columns if one.row.attnum == number), "expr") for number in columns]
    return Index(str(fields.get("idxname", "")) or f"{table.name}_{'_'.join(parts)}_idx", tuple(columns), unique)


_ELEMENTS: dict[str, Callable[[Statement, _Made, Any, TempSchema | None], None]] = {
    "ColumnDef": _column_def, "Constraint": _constraint, "TableLikeClause": _like,
}  # fmt: skip
