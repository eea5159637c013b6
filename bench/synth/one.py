"""One data set through the whole product: built, served, read back over the wire, and what came of it.

    python -m bench.synth.one --set adult [--epsilon 1] [--delta 1e-9] [--seed 1] --out FOLDER
    python -m bench.synth.one --dsn postgresql://reader@... --policy policy.yaml ... --out FOLDER

Leaves in the folder TABLE.real.csv and TABLE.synth.csv for every private table, the release's manifest.json, and result.json: a list of
{"measure", "value"}. Any Postgres will do; a set is one that `sets.py` can load into one of its own.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.synth import sets
from bench.synth.build import Built, budgeted, build, copy_out, keep_manifest, private_tables, served
from bench.synth.coded import Joined, Link, Tables, links
from bench.synth.errors import Codes, Column, across, distance, siblings, ways
from pgdouble.demo.postgres import EmbeddedPostgres
from synth.release.manifest import Manifest

Measures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """dsn: of the source, through a role that may only read. policy: its text, whatever budget it names."""

    dsn: str
    policy: str
    epsilon: float
    delta: float
    seed: int


def run(asked: Asked, out: Path, deployment: Path, more: Callable[[str], Measures] | None = None) -> Measures:
    """Build, serve, read back, measure; see the module for what is left in `out`. more: measures of the double, by its DSN."""
    out.mkdir(parents=True, exist_ok=True)
    built = build(asked.dsn, budgeted(asked.policy, asked.epsilon, asked.delta), deployment, asked.seed)
    manifest = keep_manifest(built, out)
    tables = private_tables(manifest)
    with served(built) as double:
        copy_out(double, tables, out, "synth")
        further = more(double) if more is not None else {}
    copy_out(asked.dsn, tables, out, "real")
    found = {**_costs(built), **_errors(out, manifest, links(asked.dsn, tables)), **further}
    rows = [{"measure": measure, "value": value} for measure, value in found.items()]
    (out / "result.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return found


def _costs(built: Built) -> Measures:
    return {"seconds": built.seconds, "engine_seconds": built.engine_seconds, "peak_mb": built.peak_mb}


def _errors(out: Path, manifest: Manifest, keys: list[Link]) -> Measures:
    """By table, and for a single one without its name as well."""
    tables = Tables(out, manifest)
    found: Measures = {}
    columns = {table: tables.columns(table) for table in private_tables(manifest)}
    for (_, name), each in columns.items():
        found |= {f"{measure} {name}": value for measure, value in ways(each).items()}
        if len(columns) == 1:
            found |= ways(each)
    for link in keys:
        found |= _of_link(link, tables, columns[link.parent], columns[link.child])
    for row in manifest.tables:
        table = (row.schema_name, row.name)
        owned = (link for link in keys if link.child == table and row.owner_path[1:2] == (".".join(link.parent),))
        if table in columns and (link := next(owned, None)) is not None:
            found |= _of_siblings(row.name, tables.joined(link), columns[table])
    return found


def _of_siblings(name: str, joined: Joined, columns: dict[str, Column]) -> Measures:
    """Rows of one owner; beside that, the same of real rows that are dealt to owners at random."""
    real, synth = joined.parent_rows["real"], joined.parent_rows["synth"]
    if (apart := siblings(columns, (real, synth))) is None:
        return {}
    dealt = {key: Column(c.size, c.real, c.real) for key, c in columns.items()}
    shuffled = siblings(dealt, (real, np.random.default_rng(1).permutation(real)))
    assert shuffled is not None, "the same owners have siblings"
    return {f"sibling_tvd {name}": apart, f"sibling_tvd shuffled {name}": shuffled}


def _of_link(link: Link, tables: Tables, parents: dict[str, Column], children: dict[str, Column]) -> Measures:
    """Fan-outs and pairs of a parent's and a child's column; beside that, the same of real rows whose parents are dealt anew."""
    joined = tables.joined(link)
    name = f"{link.child[1]}.{','.join(link.columns)}"
    found = {f"fan_out_tvd {name}": distance([joined.fan_outs])}
    if parents and children:
        real, synth = joined.parent_rows["real"], joined.parent_rows["synth"]
        found[f"cross_tvd {name}"] = across(_taken(parents, real, synth), _kept(children, real, synth))
        found[f"cross_tvd shuffled {name}"] = across(_dealt(parents, real), _kept(children, real, real, both=True))
    return found


def _dealt(parents: dict[str, Column], real: Codes) -> dict[str, Column]:
    owners = real[real >= 0]
    dealt = np.random.default_rng(1).permutation(owners)
    return {key: Column(c.size, c.real[owners], c.real[dealt]) for key, c in parents.items()}


def _taken(parents: dict[str, Column], real: Codes, synth: Codes) -> dict[str, Column]:
    """The parent's columns, a row of the child's."""
    return {key: Column(c.size, c.real[real[real >= 0]], c.synth[synth[synth >= 0]]) for key, c in parents.items()}


def _kept(children: dict[str, Column], real: Codes, synth: Codes, *, both: bool = False) -> dict[str, Column]:
    """The child's columns, without rows that have no parent. both: the real rows on both sides."""
    sides = {key: (c.real, c.real if both else c.synth) for key, c in children.items()}
    return {key: Column(children[key].size, a[real >= 0], b[synth >= 0]) for key, (a, b) in sides.items()}


@contextmanager
def _source(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """(DSN, policy) of what was asked for."""
    if options.dsn:
        yield options.dsn, Path(options.policy).read_text(encoding="utf-8")
        return
    with EmbeddedPostgres() as server:
        yield sets.load(server, options.set, "bench")


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(prog="bench.synth.one")
    parser.add_argument("--set", choices=sorted(sets.SETS))
    parser.add_argument("--dsn")
    parser.add_argument("--policy")
    parser.add_argument("--epsilon", type=float, default=1.0)
    parser.add_argument("--delta", type=float, default=1e-9)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    if bool(options.set) == bool(options.dsn) or bool(options.dsn) != bool(options.policy):
        parser.error("name a --set, or a --dsn with its --policy")
    try:
        with _source(options) as (dsn, policy), tempfile.TemporaryDirectory(prefix="pgdouble-bench-") as deployment:
            asked = Asked(dsn, policy, options.epsilon, options.delta, options.seed)
            found = run(asked, options.out, Path(deployment))
    except sets.NoData as missing:
        print(f"{missing}; nothing was measured", file=sys.stderr)
        return 3
    for measure, value in found.items():
        print(f"{measure:40} {value:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
