"""The plan of a column under the rules that its values must satisfy alone: found before a row is read, or refused with the line to write.

Candidates come from the type, the policy and the rules' own texts; the rules themselves choose among them (`judge.py`). What no candidate
satisfies becomes NULL where that may be. Refuses to know rows; rules over several columns are the replica's matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from synth.encode.formats import WORDS, make_texts, placeholder
from synth.encode.patterns import PatternUnknown, from_like, texts_of
from synth.plan.checks import VALUE, facts
from synth.plan.columns import TEXT_TYPES
from synth.plan.domains import Categories, Provenance
from synth.plan.judge import Judge
from synth.plan.model import ColumnPlan, PlanRefused, Role, Rule
from synth.plan.values import parse_tick
from synth.source.binary import INT_TYPES, NUMERIC
from synth.source.schema import Column, Table

TRIED = 64  # candidates of one kind
SHAPES_SEED = 0  # candidates are the same in `check` and in `build`
_MATCH = re.compile(r"(?<![!~*])(~\*|~~\*|~~|~)\s*'((?:[^']|'')*)'")
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_NUMBER = re.compile(r"(?<![\w.'])\d{1,4}(?![\w.'])")
_LENGTH_MAX = 1_000


def without_refused_nulls(table: Table, rules: Sequence[Rule], judge: Judge) -> Table:
    """The table with NOT NULL where a rule refuses NULL: `CHECK (VALUE IS NOT NULL)` says the same."""
    columns = tuple(
        column
        if column.not_null or None in judge.texts(table, column, rules, [None])
        else replace(column, not_null=True)
        for column in table.columns
    )
    return replace(table, columns=columns)


def admit(table: Table, plan: ColumnPlan, rules: Sequence[Rule], judge: Judge) -> ColumnPlan:
    """The column's plan with values that its own rules admit. Raises PlanRefused where there are none."""
    own = [rule for rule in rules if rule.columns == {plan.column.attnum}]
    if not own:
        return plan
    if plan.role in (Role.KEY, Role.LINE):
        return _key(table, plan, own, judge)
    if plan.role is Role.FORMAT:
        return _format(table, plan, own, judge)
    if plan.role is Role.CONSTANT and not judge.texts(table, plan.column, own, [plan.text]):
        raise _refused(table, plan, own, "the constant does not satisfy")
    if plan.role is Role.PLACEHOLDER:
        return _placeholder(table, plan, own, judge)
    if isinstance(plan.domain, Categories):
        return _categories(table, plan, plan.domain, own, judge)
    return plan


def _placeholder(table: Table, plan: ColumnPlan, rules: Sequence[Rule], judge: Judge) -> ColumnPlan:
    column = plan.column
    usual = (
        [f"{one} {other}" for one in WORDS for other in WORDS]
        if column.base_oid in TEXT_TYPES and not column.element_oid
        else []
    )
    if usual and len(judge.texts(table, column, rules, list(_fitted(column, usual)))) == len(usual):
        return plan
    found = judge.texts(table, column, rules, list(dict.fromkeys(_candidates(column, rules))))
    bank = tuple(text for text in found if text is not None)[:TRIED]
    if bank:
        return replace(plan, bank=bank)
    if column.not_null:
        raise _refused(table, plan, rules, "no placeholder satisfies")
    return replace(plan, role=Role.NULL)


def _categories(table: Table, plan: ColumnPlan, domain: Categories, rules: Sequence[Rule], judge: Judge) -> ColumnPlan:
    found = judge.texts(table, plan.column, rules, domain.values)
    values = tuple(text for text in found if text is not None)
    if values == domain.values:
        return plan
    if not values:
        raise _refused(table, plan, rules, "no value satisfies")
    return replace(plan, domain=replace(domain, values=values, outside=True))


def _format(table: Table, plan: ColumnPlan, rules: Sequence[Rule], judge: Judge) -> ColumnPlan:
    """A policy's format must make admitted texts; one that nobody asked for gives way to the rules' own shape."""
    column = plan.column
    made = make_texts(plan.text, TRIED, column.length, plan.unique, np.random.default_rng(SHAPES_SEED))
    if judge.texts(table, column, rules, made):
        return plan
    shape = "" if plan.provenance is Provenance.POLICY else _shape(table, column, rules, judge)
    if not shape:
        raise _refused(table, plan, rules, f'the format "{plan.text}" does not satisfy')
    return replace(plan, shape=shape)


def _key(table: Table, plan: ColumnPlan, rules: Sequence[Rule], judge: Judge) -> ColumnPlan:
    column = plan.column
    if column.base_oid in INT_TYPES or column.base_oid == NUMERIC:
        first, step = _numbered(column, rules)
        plan = plan if plan.role is Role.LINE else replace(plan, first=first, step=step)
        numbers: list[str | None] = [str(plan.first + plan.step * place) for place in range(TRIED)]
        if not judge.texts(table, column, rules, numbers):
            raise _refused(table, plan, rules, f"no {plan.role.value} satisfies")
        return plan
    if column.base_oid in TEXT_TYPES:
        plain = make_texts("code", TRIED, column.length, True, np.random.default_rng(SHAPES_SEED))
        if not judge.texts(table, column, rules, plain):
            shape = _shape(table, column, rules, judge)
            if not shape:
                raise _refused(table, plan, rules, f"no {plan.role.value} satisfies")
            return replace(plan, shape=shape)
    return plan


def _numbered(column: Column, rules: Sequence[Rule]) -> tuple[int, int]:
    """(first, step) of numbers between the bounds that the rules state; upwards from 1 where 1 is between them."""
    low, high = None, None
    for fact in (fact for rule in rules for fact in facts(rule.expression.text)):
        if fact.column.lower() != VALUE and fact.column != column.name:
            continue
        try:
            ticks = [parse_tick(column, value, 0) for value in fact.values]
        except ValueError:
            continue
        if fact.op in (">", ">=", "in"):
            low = max(min(ticks) + (fact.op == ">"), low if low is not None else min(ticks))
        if fact.op in ("<", "<=", "in"):
            high = min(max(ticks) - (fact.op == "<"), high if high is not None else max(ticks))
    if low is not None and low > 1:
        return low, 1
    return (high, -1) if high is not None and high < 1 else (1, 1)


def _shape(table: Table, column: Column, rules: Sequence[Rule], judge: Judge) -> str:
    """A regular expression of the rules that makes admitted texts; '' where there is none."""
    for pattern in _patterns(rules):
        if judge.texts(table, column, rules, _drawn(pattern)):
            return pattern
    return ""


def _patterns(rules: Sequence[Rule]) -> Iterator[str]:
    """Regular expressions that the rules match with, those of LIKE included."""
    for rule in rules:
        for operator, text in _MATCH.findall(rule.expression.text):
            pattern = text.replace("''", "'")
            yield from_like(pattern) if operator.startswith("~~") else pattern


def _drawn(pattern: str) -> list[str]:
    try:
        return texts_of(pattern, 0, TRIED)
    except PatternUnknown:
        return []


def _candidates(column: Column, rules: Sequence[Rule]) -> Iterator[str]:
    """Texts that may stand for any value of the column, plain ones first."""
    if column.element_oid:
        inner = replace(column, base_oid=column.element_oid, element_oid=0)
        yield "[]"
        for text in [*_texts(inner, rules), "0", "1"]:
            quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
            yield from (f"[{quoted}]", f"[{quoted}, {quoted}]")
    elif column.base_oid in TEXT_TYPES:
        yield from _texts(column, rules)
    else:
        plain = placeholder(column.base_oid, column.typtype, column.typmod, False)
        yield from ([plain] if plain is not None else [])
        yield from ("[]", "null", "0", "1", '""', "true", "10.0.0.1", "01:00:00", "1 day")
        yield from _literals(rules)


def _texts(column: Column, rules: Sequence[Rule]) -> Iterator[str]:
    return _fitted(column, _plain_texts(rules))


def _fitted(column: Column, texts: Iterable[str]) -> Iterator[str]:
    """Cut and padded as the type stores them."""
    length = column.length
    for text in texts:
        fitted = text if length is None else text[:length]
        yield fitted.ljust(length) if column.base_oid == 1042 and length else fitted


def _plain_texts(rules: Sequence[Rule]) -> Iterator[str]:
    rng = np.random.default_rng(SHAPES_SEED)
    yield from WORDS
    yield from ("0", "1")  # what a rule reads as a number
    for pattern in _patterns(rules):
        yield from _drawn(pattern)
    yield from _literals(rules)
    for made in ("email", "phone", "name", "url", "postcode", "iban", "code", "ip", "uuid", "username"):
        yield from make_texts(made, 4, None, False, rng)
    for length in _lengths(rules):
        yield from (("sample" * length)[:length], ("SAMPLE" * length)[:length], ("1234567890" * length)[:length])


def _literals(rules: Sequence[Rule]) -> Iterator[str]:
    for rule in rules:
        yield from (text.replace("''", "'") for text in _LITERAL.findall(rule.expression.text))


def _lengths(rules: Sequence[Rule]) -> list[int]:
    """Lengths that a rule may mean: the small ones, and those beside a number that it names."""
    named = [int(each) for rule in rules for each in _NUMBER.findall(rule.expression.text)]
    near = {number + beside for number in named for beside in (-1, 0, 1)}
    return sorted(length for length in near | set(range(9)) if 0 <= length <= _LENGTH_MAX)


def _refused(table: Table, plan: ColumnPlan, rules: Sequence[Rule], what: str) -> PlanRefused:
    return PlanRefused(
        f'"{table.qualified}.{plan.column.name}": {what} {", ".join(rule.label for rule in rules)}',
        hint="Give it a `format`, `values` or a `constant` that does, or write `checks: drop` in the policy's `catalog`.",
        path=("tables", table.qualified, "columns", plan.column.name),
    )
