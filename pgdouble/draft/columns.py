"""What a private column might be: from its type, its constraints and its name.

Sees structure only. A proposal that rests on a literal of the DDL or on a guess carries a question for the reviewer;
one that rests on the type alone carries none. Facts: the source's types by OID, which Postgres fixes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from synth.plan.checks import Fact, facts
from synth.source.schema import Column, Table

BOOLEAN, UUID, DATE, NUMERIC = 16, 2950, 1082, 1700
TIMESTAMPS = (1114, 1184)
INTEGERS = (20, 21, 23)
FLOATS = (700, 701)
TEXTS = (25, 1042, 1043)

# A part of a column's name -> a made-up format. The first hit counts.
FORMATS = (
    ("email", "email"), ("e_mail", "email"), ("phone", "phone"), ("mobile", "phone"), ("fax", "phone"), ("url", "url"),
    ("website", "url"), ("first_name", "name"), ("last_name", "name"), ("full_name", "name"), ("surname", "name"),
)  # fmt: skip
LONG_AGO = ("birth", "dob", "born")
STEPS = tuple(lead * 10**power for power in range(19) for lead in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A column's entry in the policy, as YAML flow text, and what to ask of the reviewer ('' for nothing)."""

    entry: str
    question: str = ""


def propose(table: Table, column: Column) -> Proposal:
    """The safest useful entry for a private column."""
    if _is_key(table, column) or column.base_oid == BOOLEAN or column.typtype == "e":
        return Proposal("auto")
    known = [] if column.element_oid else _facts(table, column)
    if values := next((fact.values for fact in known if fact.op == "in"), ()):
        listed = ", ".join(_quoted(value) for value in values)
        question = "the values come from the DDL; may everybody know them?"
        return Proposal(f"{{as: category, values: [{listed}], source: its CHECK constraint}}", question)
    if column.element_oid == 0 and (number := _number(column, known)):
        return number
    if column.base_oid == UUID and column.element_oid == 0:
        return Proposal("{as: format, format: uuid}")
    if column.base_oid in TEXTS and column.element_oid == 0:
        return _text(table, column)
    return Proposal("{as: text}", f"a {column.type_name} is released as a placeholder")


def _is_key(table: Table, column: Column) -> bool:
    keys = [table.primary_key, *(key.columns for key in table.foreign_keys)]
    natural = column.base_oid == UUID or column.base_oid in TEXTS
    return any(column.attnum in key for key in keys) and not (natural and not _is_foreign(table, column))


def _is_foreign(table: Table, column: Column) -> bool:
    return any(column.attnum in key.columns for key in table.foreign_keys)


def _text(table: Table, column: Column) -> Proposal:
    name = column.name.lower()
    for part, template in FORMATS:
        if part in name:
            return Proposal(f"{{as: format, format: {template}}}")
    if (column.attnum,) in (table.primary_key, *table.uniques):
        return Proposal("{as: format, format: code}", "UNIQUE, so each row gets a made-up code")
    return Proposal(
        "{as: text}",
        "placeholder; if it is a code: {as: category, values: [...], source: ...} "
        "or {as: category, discover: {max_values: 100}}",
    )


def _number(column: Column, known: list[Fact]) -> Proposal | None:
    if column.base_oid in (DATE, *TIMESTAMPS):
        past = any(part in column.name.lower() for part in LONG_AGO)
        bounds = "[1920-01-01, 2015-12-31], step: 1 year" if past else "[2000-01-01, 2035-12-31], step: 1 month"
        return Proposal(f"{{as: number, bounds: {bounds}}}", "which dates are possible?")
    if column.base_oid not in (*INTEGERS, *FLOATS, NUMERIC):
        return None
    low = next((fact.values[0] for fact in known if fact.op in (">", ">=")), None)
    high = next((fact.values[0] for fact in known if fact.op in ("<", "<=")), None)
    if low is not None and high is not None:
        step = _step(float(low), float(high))
        question = "the bounds come from the DDL; may everybody know them?"
        return Proposal(f"{{as: number, bounds: [{low}, {high}], step: {step}}}", question)
    return Proposal("auto", f"powers of ten; finer with {{as: number, bounds: [{low or 0}, ...], step: ...}}")


def _step(low: float, high: float) -> str:
    """At most a hundred steps; 1 where that is fine enough, a tenth where the whole range is less than that."""
    rough = (high - low) / 100
    if high - low <= 1:
        return "0.1"
    return next(str(step) for step in STEPS if step >= rough)


def _facts(table: Table, column: Column) -> list[Fact]:
    """What the column's own CHECKs and its domain's say in whole; a constraint of several columns says nothing here."""
    own = [fact for check in table.checks if check.columns == (column.attnum,) for fact in facts(check.definition)]
    return own + [fact for definition in column.domain_checks for fact in facts(definition)]


def _quoted(value: str) -> str:
    """A YAML scalar that stays text whatever it looks like."""
    if re.fullmatch(r"[A-Za-z][A-Za-z_-]*", value) and value.lower() not in ("true", "false", "null"):
        return value
    return "'" + value.replace("'", "''") + "'"
