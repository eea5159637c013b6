"""Adult through the whole product: a real Postgres, `build` as a process of its own, the replica judged by an evaluator.

    python -m bench.adult_release [--data ../shared/data] [--evaluator ../shared/bench/synth_eval.py]

Prints mean 1-, 2- and 3-way TVD, the build's time and its peak memory. Skips with a sentence where data or evaluator are missing.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from pgdouble.demo.postgres import EmbeddedPostgres
from synth.release.manifest import REPLICA, Manifest, folder_name

ROOT = Path(__file__).parents[1]
POLICY = """version: 1
privacy:
  unit: public.adult
  budget:   {{epsilon: 1, delta: 1e-9, window: 1d}}
  lifetime: {{epsilon: 1, delta: 1e-9}}
  release:  {{epsilon: 1}}
tables:
  public.adult:
    columns:
{columns}
"""


def main() -> None:
    """Build and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--evaluator", type=Path, default=ROOT.parent / "shared" / "bench" / "synth_eval.py")
    options = parser.parse_args()
    adult = options.data / "adult"
    if not adult.exists() or not options.evaluator.exists():
        print(f"no Adult data in {options.data}; nothing was measured")
        return
    with EmbeddedPostgres() as server, tempfile.TemporaryDirectory() as folder:
        release, seconds, peak = build(server, adult, Path(folder))
        print(f"build {seconds:.1f} s, peak {peak:.0f} MB")
        evaluate(release, adult, options.evaluator, Path(folder))


def build(server: EmbeddedPostgres, adult: Path, folder: Path) -> tuple[Path, float, float]:
    """Load, write a policy from the domain, build; (release folder, seconds, MB)."""
    server.create_database("adult")
    server.psql("-f", str(adult / "schema.sql"), database="adult")
    with gzip.open(adult / "adult.csv.gz", "rt") as file:
        server.psql("-c", "COPY adult FROM STDIN CSV HEADER", database="adult", stdin=file.read())
    server.psql(
        "-c", "CREATE ROLE reader LOGIN PASSWORD 'reads'", "-c", "GRANT SELECT ON adult TO reader", database="adult"
    )
    domain = json.loads((adult / "adult-domain.json").read_text())
    columns = "\n".join(
        f'      "{name}": {{as: number, bounds: [0, {size - 1}], step: 1}}' for name, size in domain.items()
    )
    (folder / "policy.yaml").write_text(POLICY.format(columns=columns))
    (folder / "pgdouble.yaml").write_text("policy: policy.yaml\nstate: state\nsource_dsn_env: SOURCE_DSN\n")
    environment = {**os.environ, "SOURCE_DSN": server.dsn("adult", "reader", "reads"), "PYTHONPATH": str(ROOT)}
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "pgdouble", "build", "--yes"], cwd=folder, env=environment, check=True)
    seconds = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return folder / "state" / "releases" / folder_name(1), seconds, peak


def evaluate(release: Path, adult: Path, evaluator: Path, folder: Path) -> None:
    """The replica as CSV beside the source's, through the evaluator."""
    table = Manifest.read(release).tables[0]
    targets = ", ".join(f'c{column.attnum} AS "{column.name}"' for column in table.columns)
    with duckdb.connect(str(release / REPLICA), read_only=True) as replica:
        replica.execute(f"COPY (SELECT {targets} FROM t{table.oid}) TO '{folder / 'synthetic.csv'}' (HEADER)")
    (folder / "real.csv").write_bytes(gzip.decompress((adult / "adult.csv.gz").read_bytes()))
    files = [str(folder / "real.csv"), str(folder / "synthetic.csv"), str(adult / "adult-domain.json")]
    subprocess.run([sys.executable, str(evaluator), *files], check=True)


if __name__ == "__main__":
    main()
