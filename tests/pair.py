"""A source and its double, by DSN."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import pq


@dataclass(frozen=True, slots=True)
class Pair:
    """A source and its double."""

    source: str
    double: str

    def connect(self) -> tuple[pq.PGconn, pq.PGconn]:
        """Raw libpq connections to both."""
        source, double = pq.PGconn.connect(self.source.encode()), pq.PGconn.connect(self.double.encode())
        for connection in (source, double):
            assert connection.status == pq.ConnStatus.OK, connection.error_message
        return source, double
