"""The source's expressions compiled by the compiler that serves clients: the build's side of `synth.plan.expressions`.

Lives above both packages, for `synth` must not know the compiler. Its catalog is the whole snapshot, which stays in this process: what of
it a release may show is decided where it is used. Refuses to know policies and rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property

import duckdb

from pgdouble.unpublished import unpublished_catalog
from policies.errors import PgError
from proxy.catalog.model import Catalog, ColumnRow, RelationRow
from proxy.engine.functions.install import install as install_functions
from proxy.engine.settings import EXPRESSION_DEPTH
from proxy.rolesetup import as_stored
from proxy.sql import ir
from proxy.sql.analyse import AnalyseEnv, analyse
from proxy.sql.analyse.types import quote
from proxy.sql.lower import LowerEnv, lower
from synth.plan.expressions import Expression, NotComputable
from synth.release.catalog_writer import CatalogRules
from synth.source.catalog import PRINTING_PATH, CatalogSnapshot
from synth.source.schema import Schema

ROW, ROW_NUMBER = "pgdouble_row", 32_767  # the row's place as a column; a table of Postgres has at most 1,600
INT8 = 20
PATH = ("pg_catalog", PRINTING_PATH)  # of the session that printed the expressions
SETTINGS = {
    "integer_division": "true",
    "default_null_order": "'postgres'",
    "max_expression_depth": str(EXPRESSION_DEPTH),
}


class SourceExpressions:
    """Compiles expressions over the tables of one source."""

    def __init__(self, snapshot: CatalogSnapshot, schema: Schema) -> None:
        self._snapshot, self._schema = snapshot, schema

    def install(self, connection: duckdb.DuckDBPyConnection) -> None:
        """See Expressions."""
        install_functions(connection)
        for name, value in SETTINGS.items():
            connection.execute(f"SET GLOBAL {name} = {value}")

    def query(self, oid: int, expressions: Sequence[Expression]) -> str:
        """See Expressions."""
        compiled = self._analysed(oid, expressions)
        env = LowerEnv(relation_sql=_rows, only_sql=_rows, traced_sql=_rows, role="", database=self._catalog.database)
        with _computable():
            text = lower(compiled, self._catalog, env).sql
        values = (self._value(oid, each, f"q.c{place + 2}") for place, each in enumerate(expressions))
        targets = ", ".join(f"{value} AS v{place}" for place, value in enumerate(values))
        return f"SELECT q.c1 AS row, {targets} FROM ({text}) q"

    def reads(self, oid: int, expression: Expression) -> frozenset[int]:
        """See Expressions."""
        return self._analysed(oid, [expression]).access.get(oid, frozenset()) - {ROW_NUMBER}

    def _analysed(self, oid: int, expressions: Sequence[Expression]) -> ir.Analysed:
        relation = self._catalog.relations[oid]
        name = f"{quote(self._catalog.namespaces[relation.namespace])}.{quote(relation.name)}"
        subjects = {each.value_of for each in expressions}
        assert len(subjects) == 1, "VALUE stands for one column"
        if subject := subjects.pop():
            name = f"(SELECT {ROW}, {quote(_column(relation, subject).name)} AS value FROM ONLY {name}) domain"
        else:
            name = f"ONLY {name}"
        texts = ", ".join(self._text(oid, each) for each in expressions)
        with _computable():
            analysed = analyse(f"SELECT {ROW}, {texts} FROM {name}", self._catalog, AnalyseEnv(PATH))
        # Postgres has seen to it that a generated column's expression is immutable, however it is spelt.
        if analysed.relative or (analysed.volatile and not all(each.target for each in expressions)):
            raise NotComputable("the expression depends on the clock or on chance")
        return analysed

    def _text(self, oid: int, expression: Expression) -> str:
        """With the conversion to its column's type, which Postgres applies and does not print."""
        if not expression.target:
            return f"({expression.text})"
        column = self._schema.tables[oid].column(expression.target)
        return f"CAST(({expression.text}) AS {column.type_name})"

    def _value(self, oid: int, expression: Expression, text: str) -> str:
        if not expression.target:
            return text
        return as_stored(self._catalog, _column(self._catalog.relations[oid], expression.target), text)

    @cached_property
    def _catalog(self) -> Catalog:
        """Loaded when the first expression asks for it: few sources have none, and those pay nothing."""
        keep = CatalogRules(comments=True, defaults=True, checks=True, views=True, partial_indexes=True)
        catalog = unpublished_catalog(self._snapshot, keep, self._schema.tables.values())
        for oid in self._schema.tables:
            relation = catalog.relations[oid]
            row = ColumnRow(ROW_NUMBER, ROW, INT8, -1, 0, True, "BIGINT")
            catalog.relations[oid] = replace(relation, columns=(*relation.columns, row))
        return catalog.index()


@contextmanager
def _computable() -> Iterator[None]:
    """The compiler's refusals as the one that the port knows; a full disk is none of them."""
    try:
        yield
    except PgError as error:
        raise NotComputable(error.message, hint=error.hint) from error


def _rows(oid: int) -> str:
    return f"(SELECT *, rowid AS c{ROW_NUMBER} FROM t{oid})"


def _column(relation: RelationRow, attnum: int) -> ColumnRow:
    return next(column for column in relation.columns if column.attnum == attnum)
