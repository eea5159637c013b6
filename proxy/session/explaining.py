"""EXPLAIN: the relations a statement reads, as lines of text. There are no costs: the engine plans when it runs.

Refuses to show the engine's own plan, whose names are nobody's. Facts: the compiled statement's relations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies.errors import PgError
from proxy.errors import NotSupported
from proxy.session.outcome import Plan, text_columns
from proxy.session.parsing import inner_query, moved
from proxy.session.planning import Planning, plan_query
from proxy.session.portals import Portal
from proxy.session.running import Steps, run_rows
from proxy.sql.lexer import tokens
from proxy.sql.statements import Statement

if TYPE_CHECKING:
    from proxy.session.session import Session

_ALLOWED = frozenset("format costs verbose settings summary generic_plan memory".split())
_WORDS = frozenset(("explain", "analyze", "analyse", "verbose"))


def plan(session: Session, statement: Statement, declared: tuple[int, ...]) -> Planning:
    """One column of text. Raises NotSupported for ANALYZE and for other formats."""
    for option in statement.fields.get("options", ()):
        _check(option["DefElem"])
    inner = yield from inner_query(statement, query_place)
    try:
        compiled = yield from plan_query(session, inner, declared)
    except PgError as error:
        raise moved(error, inner.offset) from None
    return Plan(text_columns("QUERY PLAN"), compiled.parameters, compiled)


def _check(option: Any) -> None:
    name, value = option["defname"], option.get("arg", {})
    if name == "format" and value.get("String", {}).get("sval", "").lower() == "text":
        return
    if name not in _ALLOWED or name == "format":
        raise NotSupported(f"EXPLAIN option {name.upper()} is not supported by the double", hint="Use plain EXPLAIN.")


def query_place(text: str) -> tuple[int, int | None]:
    """Where the query is: behind EXPLAIN, its old-style words and a list of options in brackets."""
    depth, seen_options = 0, False
    for token in tokens(text):
        if depth == 0 and token.word in _WORDS:
            continue
        if token.text == "(" and (depth or not seen_options and _is_options(text, token.start)):
            depth, seen_options = depth + 1, True
        elif token.text == ")" and depth:
            depth -= 1
        elif depth == 0:
            return token.start, None
    return len(text), None


def _is_options(text: str, start: int) -> bool:
    """Brackets behind EXPLAIN hold options, unless they begin a query."""
    words = [token.word for token in tokens(text[start:]) if token.text != "("][:1]
    return words[0] not in ("select", "with", "values", "table") if words else False


def explain(session: Session, portal: Portal, limit: int, describe: bool) -> Steps:
    """The lines."""
    assert portal.compiled is not None
    if not portal.started:
        portal.started, portal.tag = True, "EXPLAIN"
        catalog = session.catalog
        names = sorted(
            f"{catalog.namespaces[row.namespace]}.{row.name}"
            for row in (catalog.relations.get(oid) for oid in portal.compiled.relations)
            if row is not None  # not what a view reads that the role may not know
        )
        lines = ["Query on a synthetic replica", *(f"  ->  Columnar Scan on {name}" for name in names)]
        portal.hold_rows([[line.encode()] for line in lines])
    yield from run_rows(session, portal, limit, describe=describe)
