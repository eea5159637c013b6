"""A manifest and evidence as a small build might leave them, made by hand, with whatever names a test wants."""

from __future__ import annotations

from datetime import UTC, datetime

from synth.release.evidence import ColumnFit, Evidence, PairFit, PairScore, Shape, TableFit
from synth.release.manifest import (
    Answer,
    ColumnRow,
    Composed,
    Manifest,
    MeasurementRow,
    Privacy,
    Source,
    TableKind,
    TableRow,
)


def made_manifest(name: str = "person", *, text: str = "said so") -> Manifest:
    """name: of everything that the source names. text: of everything that the policy or a note says."""
    columns = (
        ColumnRow(attnum=1, name="id", duckdb_type="BIGINT", provenance="fresh key: generated"),
        ColumnRow(
            attnum=2,
            name=name,
            duckdb_type="VARCHAR",
            provenance="modelled: policy",
            domain_size=3,
            domain="2 values + NULL",
            source=text,
        ),
    )
    tables = (
        TableRow(
            oid=1,
            schema_name="public",
            name=name,
            kind=TableKind.PRIVATE,
            owner_path=(name,),
            rows=90,
            rows_low=80,
            rows_high=110,
            rho_nano=9_000_000,
            columns=columns,
        ),
        TableRow(
            oid=2,
            schema_name="public",
            name=f"{name}2",
            kind=TableKind.PRIVATE,
            owner_path=(f"{name}2", name),
            rows=300,
            rows_low=100,
            rows_high=400,
            rho_nano=1_000_000,
            truncated_share=0.2,
            count_mass=16,
            model_mass=4,
            columns=columns,
        ),
        TableRow(
            oid=3, schema_name="public", name=f"{name}3", kind=TableKind.PUBLIC, because=text, rows=7, columns=columns
        ),
    )
    asked = [
        ("one-way", ("c2",), 1024),
        ("first round: 3 scores", ("c2", "c3"), 1774),
        ("first round: pair", ("c2", "c3"), 1024),
    ]
    measurements = tuple(
        MeasurementRow(
            table=f"public.{name}",
            columns=columns_,
            purpose=purpose,
            sensitivity=sensitivity,
            sigma="7241/2",
            grid=1024,
            rho_nano=3_000_000,
            ledger_seq=seq,
        )
        for seq, (purpose, columns_, sensitivity) in enumerate(asked, 2)
    )
    return Manifest(
        release=1,
        created=datetime(2030, 1, 2, 3, 4, tzinfo=UTC),
        source=Source(
            server_version="18.1",
            server_version_num=180001,
            database=name,
            encoding="UTF8",
            collation="C",
            timezone="UTC",
        ),
        privacy=Privacy(unit=f"public.{name}", epsilon=0.9, delta=1e-9, rho_nano=10_000_000),
        tables=tables,
        measurements=measurements,
        kept=("checks",),
        notes=(text,),
        composed=(
            Composed(budget="lifetime", builds=2, rho_nano=20_000_000, epsilon=1.3, delta=1e-8, epsilon_limit=10),
        ),
        review=(
            Answer(
                id="unit", topic="unit of privacy", question="Who?", answer=f"One row of {name}.", facts={"unit": name}
            ),
        ),
        ledger_seq=9,
        ledger_head="ab" * 32,
        policy_hash="cd" * 32,
        versions={"opendp": "0.16.0"},
        sha256={"replica.duckdb": "ef" * 32},
    )


def made_evidence(name: str = "person") -> Evidence:
    """Of both private tables."""
    values = ColumnFit(
        title=name,
        attnums=(2,),
        shape=Shape.VALUES,
        cells=3,
        labels=(name, "b", "∅ NULL"),
        noisy=(60.5, 31.25, -2.0),
        sigma=(3.5, 3.5, 3.5),
        synthetic=(60, 30, 0),
        distance=0.02,
        noise=0.05,
    )
    ranges = ColumnFit(
        title="when",
        attnums=(3,),
        shape=Shape.RANGES,
        cells=2,
        labels=("2020-01-01 – 2020-12-31", "∅ NULL"),
        noisy=(88.0, 1.0),
        sigma=(3.5, 3.5),
        synthetic=(90, 0),
        distance=0.3,
        noise=0.05,
    )
    pair = PairFit(columns=(name, "when"), cells=6, distance=0.05, noise=0.04, residual=2.5)
    score = PairScore(columns=(name, "when"), distance=0.4)
    first = TableFit(
        oid=1,
        name=f"public.{name}",
        weighted=91.5,
        sigma=4.0,
        rows=90,
        columns=(values, ranges),
        pairs=(pair,),
        scores=(score,),
        score_sigma=0.01,
    )
    second = TableFit(
        oid=2,
        name=f"public.{name}2",
        weighted=0.0,
        sigma=40.0,
        rows=0,
        columns=(values,),
        pairs=(),
        scores=(),
        score_sigma=None,
    )
    return Evidence(tables=(first, second))
