"""`pgdouble check`: policy against catalog, without reading a row or spending anything.

Prints the plan, an estimate of its build, the build that could be resumed, the cost against both budgets, and what the policy's own tests
say. Ends with 3 where the policy is wrong or a test fails, 4 where the budget does not cover the build.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from pgdouble.cli.numbers import Finite


@click.command()
@click.option("--epsilon", type=Finite(min=0, min_open=True), help="Instead of the policy's release.epsilon.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_obj
def check(config_file: Path | None, epsilon: float | None, as_json: bool) -> None:
    """Plan, estimate, cost and policy tests; reads no row, spends nothing. Says which build can be resumed."""
    from pgdouble.cli.source import source_structure
    from pgdouble.config import load_config
    from pgdouble.cost import cost_of
    from pgdouble.expressions import SourceExpressions
    from pgdouble.policy_tests import require_passed, run_tests
    from pgdouble.resumable import unfinished_build
    from policies.load import load_policy
    from synth.plan.estimate import estimate
    from synth.plan.identity import identity_of
    from synth.plan.make import plan_of
    from synth.plan.render import render_json, render_lines

    config = load_config(config_file)
    loaded = load_policy(config.policy)
    structure = source_structure(config.source_dsn(), allow_writer=config.settings.allow_writer)
    expressions = SourceExpressions(structure.catalog, structure.schema)
    plan = plan_of(loaded, structure.schema, epsilon, expressions)
    structure.require_readable(plan)
    cost = cost_of(plan, loaded, config.ledger, datetime.now(UTC))
    identity = identity_of(loaded.policy, plan)
    unfinished = unfinished_build(config, identity)
    resumable = unfinished is not None and unfinished.made_for == identity
    outcomes = run_tests(loaded, plan, structure.catalog)
    if as_json:
        tests = [{"place": each.place, "sql": each.sql, "passed": each.passed, "got": each.got} for each in outcomes]
        shown = {
            "plan": render_json(plan), "estimate": estimate(plan).as_json(), "budgets": cost.as_json(),
            "unfinished": unfinished and {**unfinished.as_json(), "resumable": resumable},
            "tests": tests, "warnings": loaded.warnings,
        }  # fmt: skip
        click.echo(json.dumps(shown, indent=2))
    else:
        for line in render_lines(plan):
            click.echo(line)
        for line in estimate(plan).lines():
            click.echo(line)
        for line in unfinished.offer(identity) if unfinished else ():
            click.echo(line)
        for budget in cost.budgets:
            click.echo(f"started afresh: {budget.text()}" if resumable else budget.text())
        for warning in loaded.warnings:
            click.echo(f"warning: {warning}")
        for outcome in outcomes:
            click.echo(f"test {outcome.place}: {outcome.text()}")
    require_passed(outcomes)
    if not resumable:  # what would be resumed is reserved already
        cost.require()
