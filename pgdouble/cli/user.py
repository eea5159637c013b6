"""`pgdouble user add|list`: who may connect to the double.

Stores SCRAM verifiers and never a password. A user is a role of the policy; the password comes from a prompt or from stdin, not
from the command line, where others could read it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from policies.errors import PgError


class UserRefused(PgError):
    """A user that the policy does not know, or a password that is none."""

    sqlstate = "28000"


@click.group()
def user() -> None:
    """Add and list the users of `serve`."""


@user.command()
@click.argument("role")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of stdin instead of asking."
)
@click.pass_obj
def add(config_file: Path | None, role: str, password_stdin: bool) -> None:
    """Let ROLE of the policy log in, or change its password."""
    from pgdouble.config import load_config
    from policies.load import load_policy
    from proxy.server.users import add_user

    config = load_config(config_file)
    known = load_policy(config.policy).policy.roles
    if role not in known:
        raise UserRefused(
            f'the policy has no role "{role}"',
            hint=f"Its roles are: {', '.join(sorted(known)) or 'none'}. Add it there first.",
        )
    password = _password(password_stdin)
    config.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    add_user(config.users, role, password)
    click.echo(f'"{role}" may log in; a running `pgdouble serve` knows it from the next connection on')


@user.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_obj
def list_users(config_file: Path | None, as_json: bool) -> None:
    """Roles that may log in."""
    from pgdouble.config import load_config
    from proxy.server.users import load_users

    names = sorted(load_users(load_config(config_file).users))
    if as_json:
        click.echo(json.dumps(names))
        return
    for name in names:
        click.echo(name)
    if not names:
        click.echo("no user yet; `pgdouble user add` makes one", err=True)


def _password(from_stdin: bool) -> str:
    """One line, not empty. A prompt asks twice."""
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    if not password:
        raise UserRefused("the password is empty", hint="Give one line of text.")
    return password
