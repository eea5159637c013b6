"""What a kept CHECK says of single columns: bounds and lists of values. Used only where the policy keeps checks.

Reads the constraint's text as a tree and takes its conjuncts `column op constant`, `column IN (...)` and BETWEEN;
what it does not understand shapes nothing here and is verified on the replica. Refuses to know rows.
"""

from __future__ import annotations

from dataclasses import dataclass

VALUE = "value"  # how a domain's check names its value


@dataclass(frozen=True, slots=True)
class Fact:
    """A conjunct on one column. op is one of < <= > >= in; values are texts of constants."""

    column: str
    op: str
    values: tuple[str, ...]


def check_expression(definition: str) -> str:
    """The expression inside `CHECK (...)`, without NO INHERIT and NOT VALID."""
    text = definition.strip()
    for ending in (" NOT VALID", " NO INHERIT"):
        text = text.removesuffix(ending)
    return text.removeprefix("CHECK").strip()


def facts(definition: str) -> list[Fact]:
    """Facts that every row with non-NULL columns satisfies; none where the text is not understood."""
    from synth.plan.check_tree import facts_in

    return facts_in(check_expression(definition))
