"""A policy's file as most tests want it: whose rows, which tables, and a budget that is never in the way.

Tests of budgets, and of how a file is read, write their own.
"""

from __future__ import annotations


def policy_text(
    tables: str,
    unit: str = "public.person",
    epsilon: float = 1.0,
    catalog: str = "{}",
    rest: str = "",
    other_units: str = "{}",
) -> str:
    """The file. tables: the lines under `tables`; rest: whatever comes behind them, such as roles. other_units: as YAML."""
    return f"""
version: 1
privacy:
  unit: {unit}
  budget: {{epsilon: 50, delta: 1e-9, window: 365d}}
  lifetime: {{epsilon: 90, delta: 1e-8}}
  release: {{epsilon: {epsilon}}}
  other_units: {other_units}
catalog: {catalog}
tables:
{tables}
{rest}
"""
