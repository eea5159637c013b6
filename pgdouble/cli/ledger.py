"""`pgdouble ledger show|verify`: every charge, what they compose to, and whether nobody edited them.

Opens the ledger to read it. Refuses to write an entry. Facts: `policies.stores.sqlite`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policies.errors import LedgerBroken

if TYPE_CHECKING:
    from pgdouble.config import Config
    from policies.stores.sqlite import SqliteLedger


@click.group()
def ledger() -> None:
    """Show and verify the record of every charge."""


@ledger.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--spends/--no-spends", default=False, help="Also every single measurement.")
@click.pass_obj
def show(config_file: Path | None, as_json: bool, spends: bool) -> None:
    """What was reserved, spent and published, and the totals of each source and unit."""
    from pgdouble.config import load_config
    from policies.entry import EntryKind

    config = load_config(config_file)
    with _opened(config) as book:
        entries = [entry for entry in book.entries() if spends or entry.kind is not EntryKind.SPEND]
        totals = _totals(config, book)
    rows = [
        {"seq": entry.seq, "kind": str(entry.kind), "time": entry.time, "refers": entry.refers, **entry.body}
        for entry in entries
    ]
    if as_json:
        click.echo(json.dumps({"totals": totals, "entries": rows}, indent=2))
        return
    for row in rows:
        fields = ", ".join(
            f"{key} {value}" for key, value in row.items() if key not in ("seq", "kind", "time") and value
        )
        click.echo(f"{row['seq']:>6}  {row['time'][:19]}  {row['kind']:<8} {fields}")
    for total in totals:
        click.echo(
            f"{total['source']}, {total['unit']}: rho {total['reserved_nano'] / 1e9:.6f} reserved, {total['spent_nano'] / 1e9:.6f} spent; "
            f"epsilon {total['epsilon']:.4g} at delta {total['delta']:g}, {total['budget_epsilon']:g} allowed for all time"
        )


@ledger.command()
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of releases that embed its head.",
)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_obj
def verify(config_file: Path | None, against: Path | None, as_json: bool) -> None:
    """Find any edit, deletion or reorder; with --against, a cut tail too. Says which build is unfinished."""
    from pgdouble.config import load_config
    from pgdouble.cost import SOURCE
    from policies.stores.answers import AnswerFile, answers_beside
    from synth.release.manifest import MANIFEST, Manifest
    from synth.unfinished import find_unfinished

    config = load_config(config_file)
    with _opened(config) as book:
        seq, head = book.verify()
        manifests = (
            [Manifest.read(file.parent) for file in sorted(against.glob(f"[0-9]*/{MANIFEST}"))] if against else []
        )
        book.verify_against((manifest.ledger_seq, manifest.ledger_head) for manifest in manifests)
        unfinished = find_unfinished(book.entries(), AnswerFile(answers_beside(config.ledger)), SOURCE)
    if as_json:
        left = unfinished and unfinished.as_json()
        row = {"entries": seq, "head": head, "releases": len(manifests), "unfinished": left}
        click.echo(json.dumps(row))
        return
    checked = f", agrees with {len(manifests)} releases" if against else ""
    click.echo(f"the ledger holds: {seq} entries{checked}; head {head}")
    if unfinished:
        click.echo(f"the build of entry {unfinished.reservation.seq} is unfinished: {unfinished.paid()}")


@contextmanager
def _opened(config: Config) -> Iterator[SqliteLedger]:
    from policies.stores.sqlite import SqliteLedger

    if not config.ledger.exists():
        raise LedgerBroken(f"there is no ledger at {config.ledger}", hint="The first `pgdouble build` starts one.")
    book = SqliteLedger(config.ledger)
    try:
        yield book
    finally:
        book.close()


def _totals(config: Config, book: SqliteLedger) -> list[dict[str, Any]]:
    """Of each source and unit that something was reserved for, converted at the unit's lifetime delta."""
    from policies.entry import EntryKind
    from policies.load import load_policy
    from policies.privacy import epsilon_of

    privacy = load_policy(config.policy).policy.privacy
    lifetimes = {each.unit: each.lifetime for each in privacy.units}
    reserved = (entry.body for entry in book.entries() if entry.kind is EntryKind.RESERVE)
    rows = []
    for source, unit in dict.fromkeys((body["source"], body["unit"]) for body in reserved):
        totals, lifetime = book.totals(source, unit), lifetimes.get(unit, privacy.lifetime)
        rows.append(
            {
                "source": source,
                "unit": unit,
                "reserved_nano": totals.reserved_nano,
                "spent_nano": totals.spent_nano,
                "epsilon": epsilon_of(totals.reserved_nano, lifetime.delta, totals.reserved_delta_femto),
                "delta": lifetime.delta,
                "budget_epsilon": lifetime.epsilon,
            }
        )
    return rows
