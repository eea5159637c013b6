"""Whether a cursor that says neither SCROLL nor NO SCROLL can go back: where the query's plan could be read backward at no cost.

Postgres asks its plan; this asks the statement what plan it would have, as far as the statement decides it: scans, and what a Sort or
a Limit stands on top of, go back; joins, groups, DISTINCT and functions that give rows do not. Refuses to know cursors. Facts:
src/backend/executor/execAmi.c (ExecSupportsBackwardScan).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from proxy.catalog.model import Catalog

_GROUPING = ("groupClause", "havingClause", "distinctClause", "windowClause")


def goes_back(query: Any, catalog: Catalog) -> bool:
    """query: the fields of a SelectStmt, or nothing where they were not kept: then it may."""
    if not query:
        return True
    if query.get("op", "SETOP_NONE") != "SETOP_NONE":
        return "sortClause" in query or (
            query["op"] == "SETOP_UNION"
            and bool(query.get("all"))
            and all(goes_back(query[side], catalog) for side in ("larg", "rarg"))
        )
    if "valuesLists" in query:
        return "sortClause" in query or len(query["valuesLists"]) > 1
    calls = list(_calls(query.get("targetList", ())))
    if any(_is(call, catalog, lambda row: bool(row.returns_set)) for call in calls):
        return False
    if _sorts_rows(query, calls, catalog):
        return True
    grouped = any(word in query for word in _GROUPING) or any(
        "over" in call or _is(call, catalog, lambda row: row.kind == "a") for call in calls
    )
    sources = query.get("fromClause", ())
    return not grouped and len(sources) == 1 and _source_goes_back(sources[0], query, catalog)


def _sorts_rows(query: Any, calls: list[Any], catalog: Catalog) -> bool:
    """Whether a Sort is on top: of one group there is nothing to sort, and DISTINCT sorts below itself."""
    if "sortClause" not in query or "distinctClause" in query or "fromClause" not in query:
        return False
    return "groupClause" in query or not any(
        "over" not in call and _is(call, catalog, lambda row: row.kind == "a") for call in calls
    )


def _source_goes_back(node: Any, query: Any, catalog: Catalog) -> bool:
    if "RangeSubselect" in node:
        return not node["RangeSubselect"].get("lateral") and goes_back(
            node["RangeSubselect"]["subquery"]["SelectStmt"], catalog
        )
    if "RangeVar" in node:
        named = {
            cte["CommonTableExpr"]["ctename"]: cte["CommonTableExpr"]
            for cte in query.get("withClause", {}).get("ctes", ())
        }
        cte = named.get(node["RangeVar"]["relname"]) if "schemaname" not in node["RangeVar"] else None
        if cte is None:
            return True
        materialized = cte.get("ctematerialized") == "CTEMaterializeAlways" or query["withClause"].get("recursive")
        return bool(materialized) or goes_back(cte["ctequery"].get("SelectStmt"), catalog)
    return "RangeFunction" in node


def _calls(node: Any) -> Iterator[Any]:
    """Calls of functions, those of subqueries left out."""
    if isinstance(node, dict):
        if "SubLink" in node or "SelectStmt" in node:
            return
        if "FuncCall" in node:
            yield node["FuncCall"]
        for value in node.values():
            yield from _calls(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _calls(value)


def _is(call: Any, catalog: Catalog, holds: Callable[[Any], bool]) -> bool:
    name = call["funcname"][-1]["String"]["sval"]
    return any(holds(row) for row in catalog.procs_by_name.get(name, ()))
