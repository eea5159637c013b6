"""What a DuckDB statement reads, by DuckDB's own parser and without binding it: the compiler's independent check.

Refuses to know roles; the planner says which names are a role's own. Facts: DuckDB's json_serialize_sql.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb

Table = tuple[str, str, str]


class Guard:
    """A parser of its own; nothing is attached to it and nothing is run in it but the parser."""

    def __init__(self) -> None:
        self._connection = duckdb.connect()

    def reads(self, sql: str) -> set[Table]:
        """(catalog, schema, name) of every table named, wherever; a table function is (its name, '()', ''). Raises ValueError
        for what is not one SELECT."""
        found = self._connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
        tree = json.loads(found[0]) if found else {}
        if tree.get("error") is not False or len(tree["statements"]) != 1:
            raise ValueError("not one SELECT statement")
        return set(_tables(tree))

    def close(self) -> None:
        """Close the parser."""
        self._connection.close()


def _tables(tree: Any) -> Iterator[Table]:
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            kind = node.get("type")
            if kind == "BASE_TABLE":
                yield node["catalog_name"], node["schema_name"], node["table_name"]
            elif kind == "TABLE_FUNCTION":
                yield node["function"]["function_name"], "()", ""
            pending += node.values()
        elif isinstance(node, list):
            pending += node
