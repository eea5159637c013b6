"""Named data sets: how a database is filled with one, and the policy of its build.

A set is a folder of the data folder (`DATA`, by default beside the checkout) that its `load_pg.sh` knows, or one that is generated from a
seed. Policies lie in `policies/`; that of a table of codes follows from its domain file. Refuses to know what is measured.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.synth import network
from pgdouble.demo.postgres import EmbeddedPostgres

DATA = Path(os.environ.get("DATA", Path(__file__).parents[3] / "shared" / "data"))
POLICIES = Path(__file__).parent / "policies"
TPCH_SCALE = "0.1"  # of everything but `large`
SOURCE_READER, PASSWORD = "source_reader", "reads"
CODES = """version: 1
privacy:
  unit: public.{table}
  budget:   {{epsilon: 1, delta: 1e-9, window: 1d}}
  lifetime: {{epsilon: 1, delta: 1e-9}}
  release:  {{epsilon: 1}}
tables:
  public.{table}:
    columns:
{columns}
"""
ROLE = f"""
CREATE ROLE {SOURCE_READER} LOGIN PASSWORD '{PASSWORD}';
ALTER ROLE {SOURCE_READER} SET default_transaction_read_only = on;
"""
READS = f"""{ROLE}
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {SOURCE_READER};
"""


class NoData(Exception):
    """The data of a set are not there; says what is missing."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """load: fills a new database of a server, of that name. policy: its text, for any budget."""

    load: Callable[[EmbeddedPostgres, str], None]
    policy: Callable[[], str]


def load(server: EmbeddedPostgres, name: str, database: str) -> tuple[str, str]:
    """A new database with the set; (DSN of a role that may only read, policy). Raises NoData."""
    chosen = SETS[name]
    server.create_database(database)
    chosen.load(server, database)
    server.psql(database=database, stdin=READS)
    return server.dsn(database, SOURCE_READER, PASSWORD), chosen.policy()


def codes_policy(table: str, sizes: Mapping[str, int]) -> str:
    """The policy of one table whose columns are codes below these sizes."""
    lines = [f'      "{name}": {{as: number, bounds: [0, {size - 1}], step: 1}}' for name, size in sizes.items()]
    return CODES.format(table=table, columns="\n".join(lines))


def _script(name: str, *arguments: str) -> Callable[[EmbeddedPostgres, str], None]:
    def run(server: EmbeddedPostgres, database: str) -> None:
        script = DATA / "load_pg.sh"
        if not script.exists() or not (DATA / name).exists():
            raise NoData(f"no data set {name} in {DATA}")
        where = psycopg.conninfo.conninfo_to_dict(server.dsn(database))
        keys = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password"}
        environment = {**os.environ, **{key: str(where[of]) for key, of in keys.items()}, "PGDATABASE": database}
        environment["PATH"] = f"{server.psql_path.parent}:{environment['PATH']}"
        subprocess.run(["bash", str(script), name, *arguments], check=True, env=environment, stdout=subprocess.DEVNULL)

    return run


def tpch_folder(scale: str) -> Path:
    """TPC-H of that scale factor, made once: that of 0.1 in TPCH if that is set, else beside what is built here. Raises NoData."""
    beside = Path(__file__).parents[2] / "build" / f"tpch-{scale}"
    made = Path(os.environ.get("TPCH", beside)) if scale == TPCH_SCALE else beside
    if not (made / "lineitem.csv.gz").exists():
        if not (DATA / "tpch" / "make_tpch.sh").exists():
            raise NoData(f"no data set tpch in {DATA}")
        script = str(DATA / "tpch" / "make_tpch.sh")
        subprocess.run(["bash", script, str(made), scale], check=True, stdout=subprocess.DEVNULL)
    return made


def _tpch(server: EmbeddedPostgres, database: str) -> None:
    _script("tpch", str(tpch_folder(os.environ.get("SF", TPCH_SCALE))))(server, database)


def _network(server: EmbeddedPostgres, database: str) -> None:
    network.write(server.dsn(database), int(os.environ.get("NETWORK_SEED", network.SEED)))


def _adult() -> str:
    sizes: dict[str, int] = json.loads((DATA / "adult" / "adult-domain.json").read_text())
    return codes_policy("adult", sizes)


def _written(name: str) -> Callable[[], str]:
    return lambda: (POLICIES / f"{name}.yaml").read_text(encoding="utf-8")


SETS: dict[str, DataSet] = {
    "adult": DataSet(_script("adult"), _adult),
    "stats": DataSet(_script("stats"), _written("stats")),
    "users": DataSet(_script("stats"), _written("users")),
    "tpch": DataSet(_tpch, _written("tpch")),
    "network": DataSet(
        _network, lambda: codes_policy("network", network.sizes(int(os.environ.get("NETWORK_SEED", network.SEED))))
    ),
}
