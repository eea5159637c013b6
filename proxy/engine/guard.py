"""What a DuckDB statement reads, by DuckDB's own parser and without binding it: the compiler's independent check.

Refuses to know roles; the planner says which names are a role's own. Any thread may ask. Facts: DuckDB's json_serialize_sql, which
writes each node's type first; where that does not hold for every node of interest, the whole tree is read instead.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import duckdb

from proxy.engine.settings import EXPRESSION_DEPTH
from proxy.errors import OutOfMemory
from proxy.pgtypes.errors import StackDepthExceeded

Table = tuple[str, str, str]
# Words without which no table can be named: a computation over constants holds none of them.
_NAMING = re.compile(r"from|join|table|pivot|show|describe|summarize|with|values|;", re.IGNORECASE)
SHORT = 2_000  # characters in which nothing is nested too deep
KINDS = ("BASE_TABLE", "TABLE_FUNCTION")
_NODE = re.compile(r'\{"type":"(?:' + "|".join(KINDS) + r')"')
_DECODER = json.JSONDecoder()


class Guard:
    """A parser of its own; nothing is attached to it and nothing is run in it but the parser."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(
            config={"threads": 1}
        )  # what it runs is a call; to share it out would take longer
        self._connection.execute(f"SET GLOBAL max_expression_depth = {EXPRESSION_DEPTH}")
        self._own = threading.local()

    def reads(self, sql: str) -> set[Table]:
        """(catalog, schema, name) of every table named, wherever; a table function is (its name, '()', ''). Raises ValueError
        for what is not one SELECT, StackDepthExceeded and OutOfMemory for what the parser cannot take."""
        if len(sql) < SHORT and sql.startswith("SELECT ") and not _NAMING.search(sql):
            return set()
        cursor = self._cursor()
        try:
            if ";" in sql and len(cursor.extract_statements(sql)) != 1:
                raise ValueError("not one statement")
            found = cursor.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
        except duckdb.OutOfMemoryException as error:
            raise _out_of_memory() from error
        except duckdb.ParserException as error:
            raise ValueError("no statement") from error
        text = str(found[0]) if found else "{}"
        if not text.startswith('{"error":false,"statements":[{'):
            raise _refusal(json.loads(text))
        # INVARIANT: quotation marks inside of strings are escaped, so that no client's text looks like a node.
        if sum(text.count(f'"{kind}"') for kind in KINDS) != len(_NODE.findall(text)):
            return set(_tables(json.loads(text)))
        nodes = (_DECODER.raw_decode(text, match.start())[0] for match in _NODE.finditer(text))
        return {table for node in nodes for table in _tables(node)}

    def close(self) -> None:
        """Close the parser."""
        self._connection.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """Each thread's own: a connection does one thing at a time."""
        if not hasattr(self._own, "cursor"):
            self._own.cursor = self._connection.cursor()
        cursor: duckdb.DuckDBPyConnection = self._own.cursor
        return cursor


def _refusal(answer: Any) -> Exception:
    """What the parser's refusal means."""
    if answer.get("error_type") == "out of memory":
        return _out_of_memory()
    if "expression depth" in str(answer.get("error_message")):
        return StackDepthExceeded()
    return ValueError("no SELECT statement")


def _out_of_memory() -> OutOfMemory:
    return OutOfMemory("out of memory", hint="Make the statement smaller.")


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
