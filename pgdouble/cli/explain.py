"""`pgdouble explain --role R "SQL"`: what would be decided of a statement, why, and what it would run as.

Asks the same backend that serves, over the published release; runs nothing. Ends with 2 where the statement is denied.
"""

from __future__ import annotations

import json

import click

from pgdouble.cli.exits import DENIED


@click.command()
@click.option("--role", required=True, help="Who would ask.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.argument("sql")
@click.pass_context
def explain(context: click.Context, role: str, as_json: bool, sql: str) -> None:
    """Show what a role's statement would be decided and compiled to."""
    from pgdouble.config import load_config
    from policies.load import load_policy
    from proxy.app import open_app

    config = load_config(context.obj)
    backend = open_app(config.releases, load_policy(config.policy))
    try:
        explained = backend.explain(role, sql)
    finally:
        backend.close()
    decision = explained.decision
    fields = {
        "effect": str(decision.effect),
        "rules": list(decision.rules),
        "reason": decision.reason,
        "remedy": decision.remedy,
        "relations": list(explained.relations),
        "min_groups": [f"{name} {rows}" for name, rows in sorted(decision.min_groups.items())],
        "sql": explained.sql,
    }
    if as_json:
        click.echo(json.dumps(fields, indent=2))
    else:
        for name, value in fields.items():
            if value:
                click.echo(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
    if decision.effect == "deny":
        context.exit(DENIED)
