"""EXPLAIN: the relations a statement reads, as lines of text. There are no costs: the engine plans when it runs. With (ACCURACY), which is
the double's own: how far the answer may be from the source's.

Refuses to show the engine's own plan, whose names are nobody's. Facts: the compiled statement's relations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies.errors import PgError
from proxy.errors import NotSupported, SyntaxProblem
from proxy.session import accuracy
from proxy.session.outcome import Plan, text_columns
from proxy.session.parsing import inner_query, moved
from proxy.session.planning import Planning, plan_query
from proxy.session.portals import Portal
from proxy.session.running import Steps, run_rows
from proxy.sql.lexer import tokens
from proxy.sql.statements import Statement

if TYPE_CHECKING:
    from proxy.session.session import Session

ACCURACY = "accuracy"
_ALLOWED = frozenset("format costs verbose settings summary generic_plan memory".split())
_WORDS = frozenset(("explain", "analyze", "analyse", "verbose"))


def plan(session: Session, statement: Statement, declared: tuple[int, ...]) -> Planning:
    """One column of text. Raises NotSupported for ANALYZE and, but for that of the accuracy, for other formats."""
    asked = _asks_accuracy(statement)
    for option in statement.fields.get("options", ()):
        _check(option["DefElem"], accuracy=asked)
    inner = yield from inner_query(statement, query_place)
    try:
        compiled = yield from plan_query(session, inner, declared)
    except PgError as error:
        raise moved(error, inner.offset) from None
    return Plan(text_columns("QUERY PLAN"), compiled.parameters, compiled)


def _check(option: Any, *, accuracy: bool) -> None:
    name = option["defname"]
    if name == "format" and _word(option) in (("text", "json") if accuracy else ("text",)):
        return
    if name == ACCURACY:
        _boolean(option)
    elif name not in _ALLOWED or name == "format":
        raise NotSupported(f"EXPLAIN option {name.upper()} is not supported by the double", hint="Use plain EXPLAIN.")


def _word(option: Any) -> str:
    """An option's value as a word, '' where there is none."""
    value = option.get("arg", {})
    if "Integer" in value:
        return str(value["Integer"].get("ival", 0))
    return str(value.get("String", value.get("Boolean", {})).get("sval", "")).lower()


def _boolean(option: Any) -> bool:
    """defGetBoolean. Raises SyntaxProblem."""
    word = _word(option)
    if word in ("", "true", "on", "1"):
        return True
    if word in ("false", "off", "0"):
        return False
    raise SyntaxProblem(f"{option['defname']} requires a Boolean value")


def _asks_accuracy(statement: Statement) -> bool:
    """Whether (ACCURACY) is there; of several, the last one counts."""
    options = [option["DefElem"] for option in statement.fields.get("options", ())]
    return any([_boolean(option) for option in options if option["defname"] == ACCURACY][-1:])


def _wants_json(statement: Statement) -> bool:
    options = [option["DefElem"] for option in statement.fields.get("options", ())]
    return [_word(option) for option in options if option["defname"] == "format"][-1:] == ["json"]


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
    statement = portal.prepared.statement
    assert portal.compiled is not None and statement is not None
    if not portal.started and _asks_accuracy(statement):
        portal.started, portal.tag = True, "EXPLAIN"
        inner = yield from inner_query(statement, query_place)
        lines = yield from accuracy.lines(session, portal, inner, as_json=_wants_json(statement))
        portal.hold_rows([[line.encode()] for line in lines])
    elif not portal.started:
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
