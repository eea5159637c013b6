"""Constants: what Postgres computes before it runs a statement, and what NULL decides."""

from __future__ import annotations

from proxy.catalog.model import ProcRow
from proxy.sql import ir
from proxy.sql.constancy import is_constant
from proxy.sql.folding import fold

INT4, BOOL = 23, 16


def proc(name: str, result: int = INT4, *, volatility: str = "i", variadic: int = 0) -> ProcRow:
    return ProcRow(
        oid=1, name=name, namespace=11, kind="f", strict=True, returns_set=False, volatility=volatility, variadic=variadic, defaults=0,
        result=result, args=(INT4, INT4),
    )  # fmt: skip


def number(value: str | None) -> ir.Const:
    return ir.Const(type=INT4, value=value)


def call(*args: ir.Expr, name: str = "int4div", volatility: str = "i", variadic: int = 0) -> ir.Call:
    return ir.Call(type=INT4, proc=proc(name, volatility=volatility, variadic=variadic), args=args)


COLUMN = ir.ColumnRef(type=INT4, rte=1, column="c1")
BROKEN = call(number("1"), number("0"))
TRUE = ir.Const(type=BOOL, value="t")
TEST = ir.Test(type=BOOL, arg=COLUMN, kind="null")


def select(expr: ir.Expr) -> ir.Select:
    return ir.Select(columns=(("c1", expr.type, -1),), names=("x",), targets=(ir.Target(name="x", expr=expr),))


def test_a_constant_is_checked_where_no_row_may_reach_it() -> None:
    case = ir.Case(type=INT4, whens=((TEST, BROKEN),), default=None)
    assert fold(select(case)).checks == (BROKEN,)


def test_what_constants_rule_out_is_neither_kept_nor_checked() -> None:
    case = ir.Case(type=INT4, whens=((TRUE, COLUMN),), default=BROKEN)
    folded = fold(select(case))
    assert folded.checks == ()
    assert isinstance(folded.query, ir.Select) and folded.query.targets[0].expr == COLUMN


def test_a_computed_condition_guards_what_comes_behind_it() -> None:
    known = ir.Test(type=BOOL, arg=BROKEN, kind="null")
    case = ir.Case(type=INT4, whens=((known, call(number("2"), number("0"))), (TEST, COLUMN)), default=COLUMN)
    first, second = fold(select(case)).checks
    assert first == known
    assert isinstance(second, ir.Case)


def test_null_decides_a_strict_call_but_not_through_a_variadic_argument() -> None:
    for given, kept in ((call(COLUMN, number(None)), False), (call(COLUMN, number(None), variadic=25), True)):
        query = fold(select(given)).query
        assert isinstance(query, ir.Select)
        assert isinstance(query.targets[0].expr, ir.Call) is kept


def test_what_depends_on_more_is_no_constant() -> None:
    assert is_constant(BROKEN)
    assert not is_constant(call(number("1"), number("0"), volatility="s"))
    assert not is_constant(call(number("1"), COLUMN))
