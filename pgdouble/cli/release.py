"""`pgdouble release list|show|report|publish`: what was built, what a reviewer reads of it, and which of it is served.

Reads manifests, hands out reports and swaps the pointer. Refuses to open a replica. Facts: `synth.release.manifest`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policies.errors import PgError

if TYPE_CHECKING:
    from synth.release.manifest import Manifest


class NoSuchRelease(PgError):
    """A release that the folder does not hold."""

    sqlstate = "58P01"


class NoReport(PgError):
    """A release that was made without one."""

    sqlstate = "58P01"


class NotWritten(PgError):
    """A report that could not be copied."""

    sqlstate = "58030"


@click.group()
def release() -> None:
    """List, show and publish releases, and their reports."""


@release.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_obj
def list_releases(config_file: Path | None, as_json: bool) -> None:
    """Every release, the published one marked."""
    from pgdouble.config import load_config
    from synth.release.manifest import current_release

    folder = load_config(config_file).releases
    current = current_release(folder)
    rows = [_summary(manifest, manifest.release == current) for manifest in _manifests(folder)]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    if not rows:
        click.echo("no release yet; `pgdouble build` makes one", err=True)
    for row in rows:
        mark = "*" if row["published"] else " "
        cost = "mirror" if row["epsilon"] is None else f"epsilon {row['epsilon']:.4g}, delta {row['delta']:g}"
        click.echo(f"{mark} {row['release']:>6}  {row['created']}  {row['tables']:>4} tables  {cost}")


@release.command()
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="The manifest as it is.")
@click.pass_obj
def show(config_file: Path | None, number: int, as_json: bool) -> None:
    """One release: guarantee, tables, where domains come from."""
    from pgdouble.config import load_config

    manifest = _manifest(load_config(config_file).releases, number)
    if as_json:
        click.echo(manifest.model_dump_json(indent=2))
        return
    for line in _description(manifest):
        click.echo(line)


@release.command()
@click.argument("number", type=int)
@click.option("--output", metavar="PATH", help="Copy it there, a new file; `-` prints it.")
@click.option("--open", "open_it", is_flag=True, help="In a browser.")
@click.pass_obj
def report(config_file: Path | None, number: int, output: str | None, open_it: bool) -> None:
    """Where a release's report is: one page for those who have to agree to it."""
    from pgdouble.config import load_config
    from synth.release.manifest import REPORT, folder_name, require_unchanged

    folder = load_config(config_file).releases
    manifest = _manifest(folder, number)
    if REPORT not in manifest.sha256:
        raise NoReport(
            f"release {number} has no report", hint="It was made before there were any; the next build writes one."
        )
    place = require_unchanged(folder / folder_name(number), manifest, REPORT)
    if output == "-":
        click.echo(place.read_text(encoding="utf-8"), nl=False)
        return
    if output is not None:
        place = _copied(place, Path(output))
    if open_it:
        click.launch(str(place))
    click.echo(str(place))


@release.command()
@click.argument("number", type=int)
@click.pass_obj
def publish(config_file: Path | None, number: int) -> None:
    """Serve this release from now on; sessions keep theirs until they end."""
    from pgdouble.config import load_config
    from policies.exposure import exposure_limits
    from policies.load import load_policy
    from policies.stores.sqlite import SqliteLedger
    from synth.release.publish import publish as swap

    config = load_config(config_file)
    folder = config.releases
    _manifest(folder, number)
    policy = load_policy(config.policy).policy
    ledger = SqliteLedger(config.ledger)
    try:
        ledger.serve(number, exposure_limits(policy), policy.privacy, datetime.now(UTC))
        swap(folder, number)
    finally:
        ledger.close()
    click.echo(f"release {number} is published")


def _copied(report: Path, target: Path) -> Path:
    """A copy; a file that is there stays as it is."""
    try:
        with target.open("xb") as file:
            file.write(report.read_bytes())
    except FileExistsError:
        raise NotWritten(f"{target} is there already", hint="Choose another name, or remove it.") from None
    except OSError as error:
        raise NotWritten(f"cannot write {target}: {error.strerror}") from None
    return target


def _manifest(folder: Path, number: int) -> Manifest:
    from synth.release.manifest import MANIFEST, Manifest, folder_name

    place = folder / folder_name(number)
    if not (place / MANIFEST).exists():
        raise NoSuchRelease(f"there is no release {number} in {folder}", hint="`pgdouble release list` shows them.")
    return Manifest.read(place)


def _manifests(folder: Path) -> Iterator[Manifest]:
    from synth.release.manifest import MANIFEST, Manifest

    for file in sorted(folder.glob(f"[0-9]*/{MANIFEST}")):
        yield Manifest.read(file.parent)


def _summary(manifest: Manifest, published: bool) -> dict[str, object]:
    privacy = manifest.privacy
    return {
        "release": manifest.release,
        "published": published,
        "created": manifest.created.isoformat(timespec="seconds"),
        "database": manifest.source.database,
        "tables": len(manifest.tables),
        "epsilon": privacy.epsilon if privacy else None,
        "delta": privacy.delta if privacy else None,
    }


def _description(manifest: Manifest) -> Iterator[str]:
    yield f"release {manifest.release} of {manifest.source.database}, {manifest.created.isoformat(timespec='seconds')}"
    if manifest.privacy is None:
        yield "MIRROR: holds the source's own rows; for tests only"
    else:
        for unit in manifest.units:
            asked = sum(manifest.unit_of(row.table) == unit for row in manifest.measurements)
            cost = f"epsilon {unit.epsilon:.4g}, delta {unit.delta:g}, rho {unit.rho_nano / 1e9:.6g}"
            yield f"unit {unit.unit}: {cost}, {asked} measurements"
        yield f"ledger entry {manifest.ledger_seq}, head {manifest.ledger_head}"
    for table in manifest.tables:
        interval = "" if table.rows_low is None else f" (source: {table.rows_low:,} to {table.rows_high:,} with 95 %)"
        because = f", {table.because}" if table.because else ""
        yield f"  {table.schema_name}.{table.name}: {table.kind}{because}, {table.rows:,} rows{interval}"
        for column in table.columns:
            size = "" if column.domain_size is None else f", {column.domain_size} cells"
            yield f"    {column.name}: {column.provenance}{size}"
    for text in (*(f"kept: {kept}" for kept in manifest.kept), *manifest.notes):
        yield f"  {text}"
