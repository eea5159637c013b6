"""The release's format: what `build` writes and `serve` reads, and nothing else of either.

    <releases>/CURRENT                 the number of the published release, one line
    <releases>/000007/manifest.json    this module
    <releases>/000007/report.html      what a reviewer reads, made of the manifest and of evidence.json alone
    <releases>/000007/accuracy.json    how far columns and pairs are expected to be off
    <releases>/000007/evidence.json    noisy answers beside what the synthetic rows hold
    <releases>/000007/replica.duckdb   main.t<oid>(c<attnum>, ...): one table for each table of the source
    <releases>/000007/catalog.duckdb   main.t<oid>(c<attnum>, ...): pg_catalog and information_schema relations;
                                       main.pgd_def: what pg_get_*def() answered at build time

Refuses to know how a release is made or served. `proxy` imports this module and `storage` from `synth`, no other.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from policies.errors import PgError

FORMAT = 1
MANIFEST = "manifest.json"
REPLICA = "replica.duckdb"
CATALOG = "catalog.duckdb"
EVIDENCE = "evidence.json"
REPORT = "report.html"
CURRENT = "CURRENT"

Fact = bool | int | float | str | None | tuple[str, ...]


class ReleaseDamaged(PgError):
    """A file of a release is not what its build wrote."""

    sqlstate = "XX001"


class Row(BaseModel):
    """Base of every manifest object: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TableKind(StrEnum):
    """What the policy says of a table."""

    PRIVATE = "private"
    PUBLIC = "public"
    ROW_LEVEL = "row_level"
    EXCLUDED = "excluded"


class Source(Row):
    """What may be known of the source: declared or catalog facts, no data."""

    server_version: str
    server_version_num: int
    database: str
    encoding: str
    collation: str
    timezone: str


class Privacy(Row):
    """The guarantee: zCDP total and its conversion. Costs are integers of 1e-9 rho; delta' of discoveries of 1e-15."""

    unit: str
    neighbours: Literal["add-remove-one-unit"] = "add-remove-one-unit"
    epsilon: float
    delta: float
    rho_nano: int
    discovery_delta_femto: int = 0


class MeasurementRow(Row):
    """One noisy answer: query, L2 sensitivity in grid units, noise sigma in grid units, cost."""

    table: str
    columns: tuple[str, ...]
    purpose: str
    sensitivity: int
    sigma: str
    grid: int
    rho_nano: int
    ledger_seq: int


class ColumnRow(Row):
    """One column of a release: its domain's provenance and size, and the DuckDB type that stores it. domain: in words. source: where the
    policy says that its values come from."""

    attnum: int
    name: str
    duckdb_type: str
    provenance: str
    domain_size: int | None = None
    domain: str = ""
    source: str = ""


class TableRow(Row):
    """One table of a release.

    rows: rows of the replica. rows_low, rows_high: 95 % interval for the source's rows, from noisy answers only;
    None where the table is public. truncated_share: estimated share of mass cut by the contribution bound.
    rho_nano: its part of the reservation. count_mass, model_mass: rows that one unit weighs at most when rows are
    counted and when the model is measured; None where its rows are units.
    """

    oid: int
    schema_name: str
    name: str
    kind: TableKind
    because: str = ""
    owner_path: tuple[str, ...] = ()
    rows: int
    rows_low: int | None = None
    rows_high: int | None = None
    truncated_share: float | None = None
    rho_nano: int | None = None
    count_mass: int | None = None
    model_mass: int | None = None
    columns: tuple[ColumnRow, ...] = ()


class Composed(Row):
    """All builds that a budget had to cover when this release was made, itself included, against the budget's limit. unit: whose budget,
    '' in releases that were made before there could be several."""

    budget: str
    unit: str = ""
    builds: int
    rho_nano: int
    epsilon: float
    delta: float
    epsilon_limit: float


class Answer(Row):
    """A question that NIST SP 800-226 would have asked of a release, answered for this one: in a sentence or two, and as facts for
    machines."""

    id: str
    topic: str
    question: str
    answer: str
    facts: dict[str, Fact] = {}


class Manifest(Row):
    """The whole of manifest.json. privacy is None for a mirror: a release with the source's rows, made by tests only. other_units:
    the guarantee to further units. composed and review are empty in releases that were made before there were any."""

    format: Literal[1] = 1
    release: int
    created: datetime
    mirror: bool = False
    source: Source
    privacy: Privacy | None
    other_units: tuple[Privacy, ...] = ()
    tables: tuple[TableRow, ...]
    measurements: tuple[MeasurementRow, ...] = ()
    kept: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    composed: tuple[Composed, ...] = ()
    review: tuple[Answer, ...] = ()
    ledger_seq: int = 0
    ledger_head: str = ""
    policy_hash: str = ""
    versions: dict[str, str] = {}
    sha256: dict[str, str] = {}

    @property
    def units(self) -> tuple[Privacy, ...]:
        """The guarantee to each unit, the policy's first; none of a mirror."""
        return (self.privacy, *self.other_units) if self.privacy else ()

    def unit_of(self, table: str) -> Privacy:
        """The unit whose budget paid for a generated table, which is named with its schema."""
        paths = (row.owner_path for row in self.tables if f"{row.schema_name}.{row.name}" == table)
        path = next(paths, ())
        return next((each for each in self.other_units if each.unit in path), self.units[0])

    def spent(self, unit: Privacy) -> int:
        """The unit's rho, in 1e-9, that measurements took."""
        return sum(row.rho_nano for row in self.measurements if self.unit_of(row.table) == unit)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of a release folder. Raises FileNotFoundError, ReleaseDamaged."""
        try:
            return cls.model_validate_json((folder / MANIFEST).read_bytes())
        except ValidationError:
            raise ReleaseDamaged(
                f"the manifest of release {folder.name} is damaged",
                hint="Publish another release, or restore this one.",
            ) from None


def require_whole(folder: Path) -> Manifest:
    """The manifest of a release whose files have the hashes it states. Raises ReleaseDamaged."""
    manifest = Manifest.read(folder)
    for name in manifest.sha256:
        require_unchanged(folder, manifest, name)
    return manifest


def require_unchanged(folder: Path, manifest: Manifest, name: str) -> Path:
    """One file of a release, which has the hash that the manifest states. Raises ReleaseDamaged."""
    if not (folder / name).exists() or file_sha256(folder / name) != manifest.sha256[name]:
        raise ReleaseDamaged(
            f"{name} of release {folder.name} is missing or damaged",
            hint="Publish another release, or restore this one.",
        )
    return folder / name


def folder_name(release: int) -> str:
    """Release 7 lives in `000007`."""
    return f"{release:06d}"


def current_release(releases: Path) -> int | None:
    """The number of the published release, or None where nothing was published."""
    pointer = releases / CURRENT
    if not pointer.exists():
        return None
    return int(pointer.read_text(encoding="ascii").strip())


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
