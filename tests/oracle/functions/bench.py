"""One statement on a real Postgres and through analyse, lower and DuckDB, in the text that clients would see.

Holds a DuckDB over a mirror's files and a connection to its source. Refuses to know roles, sessions and the wire.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import psycopg
from psycopg import pq

from policies.errors import PgError
from proxy.catalog.load import load_catalog
from proxy.engine.functions.errors import map_duckdb_error
from proxy.engine.functions.install import install
from proxy.pgtypes import RowEncoder, engine_value
from proxy.sql.analyse import AnalyseEnv, analyse
from proxy.sql.lower import LowerEnv, lower
from synth.release.manifest import CATALOG, REPLICA

NOW = datetime(2024, 2, 29, 12, 34, 56, 789012, tzinfo=UTC)
Rows = list[tuple[str | None, ...]]
Params = Sequence[tuple[int, str | None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows as text with their type OIDs, or an error."""

    rows: Rows
    types: tuple[int, ...] = ()
    sqlstate: str = ""
    message: str = ""

    @property
    def failed(self) -> bool:
        """Whether it is an error."""
        return bool(self.sqlstate)


class Bench:
    """A source by DSN and the files of its mirror."""

    def __init__(self, dsn: str, release: Path) -> None:
        self.source = psycopg.connect(dsn, autocommit=True)
        self.catalog = load_catalog(release)
        self.engine = duckdb.connect()
        for name, file in (("replica", REPLICA), ("catalog", CATALOG)):
            self.engine.execute(f"ATTACH '{release / file}' AS {name} (READ_ONLY)")
        install(self.engine)
        self.last_sql = ""  # what the last statement was lowered to; '' where it was refused
        self.engine.execute("SET TimeZone = 'UTC'")
        settings = {name.lower(): value for name, value in self.catalog.settings.items() if value is not None}
        self.env = LowerEnv(
            relation_sql=self._relation, only_sql=self._relation, traced_sql=self._relation,
            role="postgres", database=self.catalog.database,
            transaction_timestamp=NOW,
            statement_timestamp=NOW, settings=settings, server_version=self.catalog.server_version,
        )  # fmt: skip

    def close(self) -> None:
        """Close both sides."""
        self.source.close()
        self.engine.close()

    def _relation(self, oid: int) -> str:
        return f"{self.catalog.relations[oid].stored}.main.t{oid}"

    def real(self, sql: str, params: Params = ()) -> Answer:
        """What Postgres answers; params are (type OID, text)."""
        connection = self.source.pgconn
        if params:
            texts = [None if text is None else text.encode() for _, text in params]
            result = connection.exec_params(sql.encode(), texts, [oid for oid, _ in params])
        else:
            result = connection.exec_(sql.encode())
        if result.status != pq.ExecStatus.TUPLES_OK:
            state = result.error_field(pq.DiagnosticField.SQLSTATE) or b""
            message = result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b""
            return Answer([], sqlstate=state.decode(), message=message.decode(errors="replace"))
        rows = [
            tuple(
                None if (value := result.get_value(row, column)) is None else value.decode()
                for column in range(result.nfields)
            )
            for row in range(result.ntuples)
        ]
        return Answer(rows, tuple(result.ftype(column) for column in range(result.nfields)))

    def double(self, sql: str, params: Params = ()) -> Answer:
        """What the double's back end answers. A DuckDB error of planning is ours and is not caught."""
        self.last_sql = ""
        try:
            analysed = analyse(sql, self.catalog, AnalyseEnv(), [oid for oid, _ in params])
            printed = lower(analysed, self.catalog, self.env)
        except PgError as error:
            return Answer([], sqlstate=error.sqlstate, message=error.message)
        self.last_sql = printed.sql
        try:
            values = [engine_value(oid, value, self.catalog) for oid, value in params]
            bound = {str(index): values[index - 1] for index in printed.used}
            for check in printed.checks:
                self.engine.sql(check).to_arrow_table()
            reader = self.engine.sql(printed.sql, params=bound or None)
            batches = list(reader.to_arrow_reader(4096)) if reader is not None else []
        except (duckdb.CatalogException, duckdb.BinderException, duckdb.ParserException):
            raise
        except duckdb.Error as error:
            mapped = map_duckdb_error(error)
            return Answer([], sqlstate=mapped.sqlstate, message=mapped.message)
        encoder = RowEncoder(analysed.columns, (), self.catalog)
        rows: Rows = []
        for batch in batches:
            fields = encoder.fields(batch)
            rows += [tuple(None if value is None else bytes(value).decode() for value in row) for row in zip(*fields)]
        return Answer(rows, tuple(column.type for column in analysed.columns))
