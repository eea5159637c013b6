"""The conductor of a build: plan, reserve, read, measure, generate, write, publish. It reads like a table of contents.

Contains no arithmetic and touches no row. The whole budget is reserved before the first COPY, each answer is charged
before it exists, and progress shows phases, never counts.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from policies.book import promises
from policies.entry import EntryKind
from policies.errors import PgError
from policies.exposure import Published, check_exposure, exposure_limits
from policies.model import Policy
from policies.stores.answers import AnswerFile, answers_beside
from policies.stores.sqlite import SqliteLedger
from synth.discover import Domains, discover_domains
from synth.encode.assemble import Assembler
from synth.encode.public import PublicTable, read_public
from synth.encode.tables import EncodedTable, read_private
from synth.measure.choke import Choke
from synth.plan.expressions import Compiling, Expressions, nothing_compiles
from synth.plan.judge import Judge
from synth.plan.make import make_plan
from synth.plan.model import BuildPlan
from synth.refine import refine_domains
from synth.relational.generate import generate
from synth.relational.learn import Learned, learn_fan_outs, learn_table
from synth.relational.table import GeneratedTable
from synth.relational.values import Values
from synth.release.accuracy import ACCURACY
from synth.release.catalog_writer import CatalogRules, write_catalog
from synth.release.comparing import evidence_of
from synth.release.composition import composed_of
from synth.release.describe import describe
from synth.release.disk import writing
from synth.release.erring import accuracy_of
from synth.release.evidence import Evidence
from synth.release.manifest import (
    CATALOG,
    EVIDENCE,
    MANIFEST,
    REPLICA,
    Manifest,
    TableKind,
    file_sha256,
    folder_name,
    require_whole,
)
from synth.release.publish import building, ledger_heads, next_number, publish, seal, temporary_folder
from synth.release.report import write_report
from synth.release.writer import require_storable, write_replica
from synth.resume import Work
from synth.source.catalog import CatalogSnapshot, read_catalog
from synth.source.connect import Snapshot, open_snapshot
from synth.source.renumber import renumbering
from synth.source.rights import require_select
from synth.source.schema import read_schema
from synth.unfinished import find_unfinished, require_unfinished

Progress = Callable[[str], None]
FEWER = 0.9  # of the rows that a table should have at least: from there on somebody must know
VERSIONED = ("pgdouble", "duckdb", "opendp", "numpy", "pyarrow", "asyncpg")


class ChecksOff(PgError):
    """Python was told to leave out assertions, and codes are held to their domains by them."""

    sqlstate = "55000"


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What one build is asked to do. source: the name budgets are kept under. epsilon: instead of the policy's
    `release.epsilon`. seed: of sampling, never of noise. allow_writer: accept a role that may write; for throw-away
    databases. publish: make it the current release. resume: the reservation to go on under (`synth.unfinished`) instead of a new one.
    jobs: threads that count rows; the release does not depend on them."""

    dsn: str
    releases: Path
    source: str
    epsilon: float | None = None
    scale: float = 1.0
    seed: int | None = None
    allow_writer: bool = False
    publish: bool = True
    resume: int | None = None
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of the source and may go into a release: private rows are elsewhere, and gone when this is used."""

    catalog: CatalogSnapshot
    public: Mapping[int, PublicTable]


@dataclass(frozen=True, slots=True)
class Written:
    """What is known of a replica once it is written. rows: by OID."""

    rows: Mapping[int, int]
    notes: Sequence[str]
    evidence: Evidence


async def build(
    request: BuildRequest,
    policy: Policy,
    ledger: SqliteLedger,
    progress: Progress,
    compiling: Compiling = nothing_compiles,
) -> Manifest:
    """Make one release. compiling: what computes the source's own expressions. Raises PgError; what was spent by then stays spent, and
    nothing else is left but the noisy answers, for a build that resumes this one."""
    if not __debug__:
        raise ChecksOff("a build does not run without its checks", hint="Start Python without -O and PYTHONOPTIMIZE.")
    with writing(request.releases), building(request.releases):
        ledger.verify_against(ledger_heads(request.releases))
        if (whole := _whole(request, ledger)) is not None:
            _serve(request, policy, ledger, whole.release)
            return whole
        async with open_snapshot(request.dsn, allow_writer=request.allow_writer) as snapshot:
            progress("catalog")
            catalog = await read_catalog(snapshot)
            numbers = renumbering(catalog)
            catalog = numbers.catalog(catalog)
            schema = numbers.schema(await read_schema(snapshot))
            expressions = compiling(catalog, schema)
            plan = make_plan(policy, schema, request.epsilon, expressions)
            await _require_readable(snapshot, plan, numbers.original)
            if request.publish:
                check_exposure(exposure_limits(policy), _seen(ledger, plan, request.resume), policy.privacy)
            progress("reserve")
            work = Work(ledger, request.source, policy, plan, request.resume)
            try:
                public = await _read_public(snapshot, plan, progress)
                work.bind(plan, public)
            except PgError:
                if work.fresh:
                    ledger.void(work.reservations, datetime.now(UTC))  # no private row was read
                raise
            private = await _read_private(snapshot, plan, public, progress)
        choke = work.choke(request.jobs)
        domains, learned = _measure(plan, private, public, choke, progress)
        private.clear()
        read = Read(catalog, public)
        rng = np.random.default_rng(request.seed)
        number = next_number(request.releases, _published(ledger))
        with temporary_folder(request.releases, number) as folder:
            written = _write(folder, plan, read, domains, learned, rng, request.scale, expressions, progress)
            seq, head = ledger.head()
            entries = ledger.entries()
            promised = {each.name: promises(entries, request.source, each.name) for each in plan.units}
            manifest = describe(
                plan, learned, domains, choke.log, written.rows, [*plan.notes, *work.notes(choke.passed_over), *written.notes],
                release=number, source=catalog.source, policy=policy, evidence=written.evidence,
                composed=composed_of(policy.privacy, promised, datetime.now(UTC)), ledger_seq=seq, ledger_head=head,
                policy_hash=policy_hash(policy), versions=_versions(),
                sha256={name: file_sha256(folder / name) for name in (REPLICA, CATALOG, ACCURACY, EVIDENCE)},
            )  # fmt: skip
            manifest = write_report(folder, manifest, written.evidence)
            (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
            progress("publish")
            # Noted first: a release that a crash leaves behind is known, and `release publish` can serve it.
            ledger.publish(work.reservation, number, file_sha256(folder / MANIFEST), datetime.now(UTC), served=False)
            seal(folder, request.releases, number)
        _serve(request, policy, ledger, number)
    return manifest


def _whole(request: BuildRequest, ledger: SqliteLedger) -> Manifest | None:
    """The release of a build that was killed when all but its publication was done."""
    if request.resume is None:
        return None
    found = find_unfinished(ledger.entries(), AnswerFile(answers_beside(ledger.path)), request.source)
    folder = request.releases / folder_name(require_unfinished(found, request.resume).release)
    return require_whole(folder) if (folder / MANIFEST).exists() else None


def _serve(request: BuildRequest, policy: Policy, ledger: SqliteLedger, number: int) -> None:
    """Publish a sealed release, where that was asked for. From here on the build is finished."""
    if request.publish:
        ledger.serve(number, exposure_limits(policy), policy.privacy, datetime.now(UTC))
        publish(request.releases, number)
    AnswerFile(answers_beside(ledger.path)).remove()


def _seen(ledger: SqliteLedger, plan: BuildPlan, resume: int | None) -> list[Published]:
    """What roles will have been served once this build is published too. resume: its reservation, where it has one already."""
    before = ledger.published()
    if resume is not None and any(one.reservation == resume for one in before):
        return before
    return [*before, *(Published(0, 0, each.rho_nano, each.delta_femto, each.name) for each in plan.units)]


async def _require_readable(snapshot: Snapshot, plan: BuildPlan, original: Mapping[int, int]) -> None:
    needed = [each.table for each in plan.tables.values() if each.kind is not TableKind.EXCLUDED]
    await require_select(snapshot, ((original[table.oid], table.qualified) for table in needed))


async def _read_public(snapshot: Snapshot, plan: BuildPlan, progress: Progress) -> dict[int, PublicTable]:
    """Public tables verbatim, held against what the replica can store before anything is charged."""
    public: dict[int, PublicTable] = {}
    for table in plan.tables.values():
        if table.kind is TableKind.PUBLIC:
            progress(f"read {table.table.qualified}")
            public[table.oid] = await read_public(snapshot, table)
            require_storable(table, public[table.oid])
    return public


async def _read_private(
    snapshot: Snapshot, plan: BuildPlan, public: Mapping[int, PublicTable], progress: Progress
) -> dict[int, EncodedTable]:
    """Private tables as codes, owners first."""
    private: dict[int, EncodedTable] = {}
    for oid in plan.order:
        table = plan.tables[oid]
        progress(f"read {table.table.qualified}")
        owner = private[table.owner.target] if table.owner else None
        private[oid] = await read_private(snapshot, plan, table, public, owner)
    return private


def _measure(
    plan: BuildPlan,
    private: Mapping[int, EncodedTable],
    public: Mapping[int, PublicTable],
    choke: Choke,
    progress: Progress,
) -> tuple[Domains, dict[int, Learned]]:
    progress("discover")
    domains = discover_domains(plan, private, public, choke)
    progress("refine")
    assembler = Assembler(private)
    plan = refine_domains(plan, domains, assembler, choke)
    progress("fan-outs")
    fan_outs = learn_fan_outs(plan, assembler, choke)
    learned: dict[int, Learned] = {}
    for oid in plan.order:
        progress(f"measure {plan.tables[oid].table.qualified}")
        learned[oid] = learn_table(plan, plan.tables[oid], domains, fan_outs, assembler, choke)
    return domains, learned


def _write(
    folder: Path,
    plan: BuildPlan,
    read: Read,
    domains: Domains,
    learned: Mapping[int, Learned],
    rng: np.random.Generator,
    scale: float,
    expressions: Expressions,
    progress: Progress,
) -> Written:
    """Generate, write and verify the replica; then its catalog and what is known of its accuracy."""
    progress("generate")
    public_rows = {oid: table.rows for oid, table in read.public.items()}
    generated = generate(plan, learned, domains, public_rows, rng, scale)
    progress("write")
    evidence = evidence_of(plan, learned, domains, generated)
    values = Values(generated, read.public, domains, rng, Judge(expressions))
    rows, notes = write_replica(folder / REPLICA, plan, values, generated, read.public, expressions)
    write_catalog(read.catalog, folder / CATALOG, _catalog_rules(plan), rows)
    accuracy_of(plan, learned, domains, rows, scale).write(folder)
    evidence.write(folder)
    return Written(rows, [*_cut_short(learned, generated, scale), *notes], evidence)


def _cut_short(learned: Mapping[int, Learned], generated: Mapping[int, GeneratedTable], scale: float) -> Iterator[str]:
    """Tables of clearly fewer rows than were counted."""
    for oid, table in generated.items():
        least = round(learned[oid].rows.low * scale)
        if table.rows < FEWER * least:
            yield (
                f"{table.plan.table.qualified} has {table.rows:,} rows, where {least:,} at least were to be expected from the noisy count: "
                "its unique keys, required references or owners have no room for more."
            )


def _catalog_rules(plan: BuildPlan) -> CatalogRules:
    """Excluded tables, materialized views and foreign tables: the replica holds no rows of theirs. Partitions go with their root."""
    excluded = [oid for oid, each in plan.tables.items() if each.kind is TableKind.EXCLUDED]
    hidden = frozenset([*excluded, *plan.schema.unread])
    return CatalogRules(**{kind: kind in plan.kept for kind in _RULES}, excluded=hidden)


_RULES = ("comments", "defaults", "checks", "views", "partial_indexes")


def policy_hash(policy: Policy) -> str:
    """SHA-256 of the policy's content, whatever its layout."""
    return hashlib.sha256(policy.model_dump_json().encode()).hexdigest()


def _published(ledger: SqliteLedger) -> list[int]:
    return [int(entry.body["release"]) for entry in ledger.entries() if entry.kind is EntryKind.PUBLISH]


def _versions() -> dict[str, str]:
    """Of what made the release; a checkout that is not installed has none of its own."""
    found = {"python": platform.python_version()}
    for name in VERSIONED:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
