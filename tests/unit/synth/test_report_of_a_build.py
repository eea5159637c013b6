"""The report of a real build: made of manifest and evidence alone, and the evidence of what the choke point answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import duckdb
import numpy as np
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from pgdouble.expressions import SourceExpressions
from policies.privacy import epsilon_of
from policies.stores.sqlite import SqliteLedger
from synth.build import BuildRequest, build
from synth.measure.choke import Choke
from synth.measure.counts import Clique, Maps, NoisyMarginal, NoisyScores
from synth.model.fit import Target, merge_targets
from synth.release.evidence import Evidence
from synth.release.manifest import REPORT, Manifest, TableKind, require_whole
from synth.release.report import page
from tests.unit.synth.made_source import made_policy, make_source


@dataclass
class Built:
    """A release, and every noisy answer of its build in order: (purpose, answer)."""

    folder: Path
    manifest: Manifest
    evidence: Evidence
    answers: list[tuple[str, str, NoisyMarginal]] = field(default_factory=list)
    scores: list[NoisyScores] = field(default_factory=list)


@pytest.fixture(scope="module")
def built(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    state = tmp_path_factory.mktemp("reported")
    answers: list[tuple[str, str, NoisyMarginal]] = []
    scores: list[NoisyScores] = []
    marginal, scored = Choke.marginal, Choke.scores

    def remember(
        choke: Choke, table: str, columns: Clique, sigma: Fraction, purpose: str, *maps: Maps
    ) -> NoisyMarginal:
        answer = marginal(choke, table, columns, sigma, purpose, *maps)
        answers.append((table, purpose, answer))
        return answer

    def remember_scores(choke: Choke, *arguments: object) -> NoisyScores:
        scores.append(scored(choke, *arguments))  # type: ignore[arg-type]
        return scores[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Choke, "marginal", remember)
        patch.setattr(Choke, "scores", remember_scores)
        request = BuildRequest(make_source(postgres, "reported"), state / "releases", "made", seed=1)
        ledger = SqliteLedger(state / "ledger.sqlite")
        asyncio.run(build(request, made_policy(), ledger, lambda _: None, SourceExpressions))
        ledger.close()
    folder = state / "releases" / "000001"
    yield Built(folder, Manifest.read(folder), Evidence.read(folder), answers, scores)


def test_it_is_in_the_release_and_under_its_hash(built: Built) -> None:
    assert REPORT in built.manifest.sha256 and require_whole(built.folder) == built.manifest


def test_it_is_a_function_of_the_manifest_and_the_evidence(built: Built) -> None:
    """Both can be published; so the page holds nothing that cannot."""
    before = {name: digest for name, digest in built.manifest.sha256.items() if name != REPORT}
    written = page(built.manifest.model_copy(update={"sha256": before}), built.evidence)
    assert written == (built.folder / REPORT).read_text(encoding="utf-8")


def test_every_noisy_figure_is_an_answer_of_the_choke_point(built: Built) -> None:
    """Column by column: the mean of its noisy answers, weighted by their noise."""
    traced = 0
    for table in built.evidence.tables:
        own = [
            answer
            for name, purpose, answer in built.answers
            if name == table.name and purpose.startswith("one-way") and answer.columns
        ]
        asked = [Target(each.columns, each.counts, np.full(each.shape, each.sigma)) for each in own]
        means = [target.counts for target in merge_targets(asked)]
        for column in table.columns:
            assert any(len(mean) == column.cells and _holds(mean, column.noisy) for mean in means), (
                table.name,
                column.title,
            )
            traced += 1
        values = {round(float(value), 4) for each in built.scores for value in each.values}
        for score in table.scores:
            rows = score.distance * 2 * max(1.0, table.weighted)
            assert any(abs(rows - value) < 1e-4 * max(1.0, table.weighted) for value in values)
    assert traced > 15


def _holds(mean: np.ndarray, noisy: tuple[float, ...]) -> bool:
    """Cell by cell where each is shown, else by the sum."""
    if len(mean) == len(noisy):
        return bool(np.allclose(mean, noisy, atol=0.006))
    return abs(float(mean.sum()) - sum(noisy)) < 0.006 * len(noisy)


def test_synthetic_figures_are_the_replicas(built: Built) -> None:
    with duckdb.connect(str(built.folder / "replica.duckdb"), read_only=True) as connection:
        for table in built.evidence.tables:
            rows = connection.execute(f"SELECT count(*) FROM t{table.oid}").fetchone()
            assert rows == (table.rows,)
            assert all(sum(column.synthetic) == table.rows for column in table.columns)


def test_every_modelled_column_is_shown(built: Built) -> None:
    for row in built.manifest.tables:
        fit = built.evidence.table(row.oid)
        if fit is None:
            continue
        modelled = {column.attnum for column in row.columns if column.provenance.startswith("modelled")}
        shown = {attnum for column in fit.columns for attnum in column.attnums}
        named = {
            c.attnum
            for c in row.columns
            if any(f"{row.name} ({c.name}) was not measured" in note for note in built.manifest.notes)
        }
        assert modelled <= shown | named and not shown & named, row.name


def test_answers_of_the_review_are_this_releases_facts(built: Built) -> None:
    manifest = built.manifest
    assert manifest.privacy is not None
    answers = {answer.id: answer for answer in manifest.review}
    assert len(answers) == len(manifest.review) >= 20
    assert all(answer.question.endswith("?") and answer.answer.endswith(".") for answer in manifest.review)
    assert answers["parameters"].facts["epsilon"] == manifest.privacy.epsilon
    assert answers["parameters"].facts["rho_nano"] == manifest.privacy.rho_nano
    assert answers["composition"].facts["spent_rho_nano"] == sum(row.rho_nano for row in manifest.measurements)
    assert answers["unit"].facts["unit"] == "public.person"
    assert "public.staff is protected row by row" in answers["unit"].answer
    assert set(answers["other-releases"].facts["public_tables"] or ()) == {"public.country", "public.product"}  # type: ignore[arg-type]
    assert answers["choices"].facts["discovered_columns"] == ("public.person.city",)
    pairs = {
        (table.name, pair.columns) for table in built.evidence.tables for pair in table.pairs
    }  # one may be measured in two grains
    assert answers["choices"].facts["pairs_measured"] == len(pairs)
    assert answers["collection"].facts["tables_excluded"] == 1
    assert "public.secret" not in manifest.model_dump_json()


def test_what_it_composes_with(built: Built) -> None:
    window, lifetime = built.manifest.composed
    privacy = built.manifest.privacy
    assert privacy is not None
    assert (window.builds, window.rho_nano, window.epsilon_limit) == (1, privacy.rho_nano, 40)
    assert lifetime.epsilon == pytest.approx(epsilon_of(privacy.rho_nano, 1e-8, privacy.discovery_delta_femto))
    assert built.manifest.tables[0].kind is not TableKind.EXCLUDED
