"""The made-up source of the build tests: every shape of key in ten small tables, and a role that may only read."""

from __future__ import annotations

from pathlib import Path

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.load import load_policy
from policies.model import Policy

DATA = Path(__file__).parent / "data"
READER = ("build_reader", "only-reads")


def make_source(postgres: EmbeddedPostgres, name: str, *, empty: bool = False) -> str:
    """A database with the made-up schema; the reader's DSN. empty: without rows in private tables."""
    postgres.create_database(name)
    postgres.psql("-f", str(DATA / "made.sql"), database=name)
    if empty:
        postgres.psql("-c", "TRUNCATE person, orders, line, profile, message, staff, ev", database=name)
    make_reader(postgres, name)
    return postgres.dsn(name, *READER)


def make_reader(postgres: EmbeddedPostgres, database: str) -> None:
    """Let the reader see every table of the database."""
    user, password = READER
    exists = postgres.psql("-Atc", f"SELECT 1 FROM pg_roles WHERE rolname = '{user}'").strip()
    if not exists:
        postgres.psql("-c", f"CREATE ROLE {user} LOGIN PASSWORD '{password}'")
    postgres.psql("-c", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}", database=database)


def made_policy() -> Policy:
    """The policy of the made-up source."""
    return load_policy(DATA / "made.yaml").policy
