"""What a kept constraint asks of each row: CHECKs of tables and of domains, as expressions that the replica can compute.

Only rules that the policy keeps are made; one that cannot be computed becomes a note, which `check` prints and the manifest holds. Refuses
to know rows. Facts: pg_get_constraintdef's text and the compiler behind `Expressions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from synth.plan.bounds import BOUNDS
from synth.plan.checks import check_expression
from synth.plan.expressions import Expression, Expressions, NotComputable
from synth.plan.model import Rule
from synth.source.schema import Table

_NOT_ENFORCED = re.compile(r"\bNOT ENFORCED\s*$")


def kept_rules(table: Table, expressions: Expressions) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """(rules of a table whose CHECKs are kept, notes on those that nothing can verify)."""
    rules, notes = [], []
    for label, expression in _asked(table):
        try:
            expressions.query(table.oid, [expression])
            rules.append(
                Rule(label, expressions.reads(table.oid, expression), expression, label == _label(table, BOUNDS))
            )
        except NotComputable as error:
            notes.append(f"{label} is not verified: {error.message}")
    return tuple(rules), tuple(notes)


def _asked(table: Table) -> Iterator[tuple[str, Expression]]:
    for check in table.checks:
        if not _NOT_ENFORCED.search(check.definition):
            yield _label(table, check.name), Expression(check_expression(check.definition))
    for column in table.columns:
        for definition in column.domain_checks:
            label = f"CHECK of domain {column.type_name} on {table.qualified}.{column.name}"
            yield label, Expression(check_expression(definition), value_of=column.attnum)


def _label(table: Table, check: str) -> str:
    return f"CHECK {check} of {table.qualified}"
