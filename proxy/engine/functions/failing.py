"""`pgf_fail`: DuckDB's own `error` for places that take nothing volatile, such as the order of a window.

Refuses to know which errors there are: their text comes marked, as `proxy.sql.lower.values.fail` writes it.
"""

from __future__ import annotations

from proxy.engine.functions.errors import SEPARATOR, EngineError
from proxy.engine.functions.udf import NULL, function


@function("VARCHAR", NULL)
def fail(marked: str) -> None:
    """PGERR|SQLSTATE|message."""
    _, sqlstate, told = marked.split("|", 2)
    raise EngineError(sqlstate, *told.split(SEPARATOR))
