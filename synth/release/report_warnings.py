"""What a reviewer should not overlook: warnings that follow from the manifest and the evidence by fixed limits.

Each is a sentence with its figure. Refuses to know rows and how a page looks.
"""

from __future__ import annotations

from collections.abc import Iterator

from synth.release.evidence import Evidence
from synth.release.manifest import Manifest, TableKind

EPSILON = 1.0  # of a release, beyond which the guarantee needs words
BUDGET = 0.8  # part of a budget that is used up
TRUNCATED = 0.1  # share of rows cut
ROWS = 0.25  # half width of the interval of rows, of its middle
PAIR = 0.25  # total variation of a pair, beyond the noise of its score
COLUMN = 0.05  # total variation of a column, beyond what noise explains
RESIDUAL = 2.0  # of a measured pair, in standard deviations


def warnings(manifest: Manifest, evidence: Evidence) -> list[str]:
    """All of them, the guarantee's first."""
    return [*_guarantee(manifest), *_tables(manifest), *_fit(evidence)]


def _guarantee(manifest: Manifest) -> Iterator[str]:
    for privacy in manifest.units:
        if privacy.epsilon > EPSILON:
            of = f" of {privacy.unit}" if manifest.other_units else ""
            yield (
                f"Epsilon{of} is {privacy.epsilon:.4g}. Up to {EPSILON:g} is commonly taken as conservative; beyond it, "
                "whoever owns the data should say why "
                "the protection is enough."
            )
    for row in manifest.composed:
        if row.epsilon > BUDGET * row.epsilon_limit:
            of = f" of {row.unit}" if manifest.other_units else ""
            yield (
                f"Of the budget{of} for the {row.budget}, epsilon {row.epsilon:.4g} of {row.epsilon_limit:g} is used by {row.builds} "
                f"{'build' if row.builds == 1 else 'builds'}, this one included."
            )


def _tables(manifest: Manifest) -> Iterator[str]:
    for row in manifest.tables:
        name = f"{row.schema_name}.{row.name}"
        if row.kind is TableKind.ROW_LEVEL and row.rho_nano is not None:
            yield f"{name} is protected row by row, which is weaker: all rows of one person together are not covered."
        if row.truncated_share is not None and row.truncated_share > TRUNCATED:
            yield (
                f"{name}: an estimated {row.truncated_share:.0%} of the rows weigh less in the model, since no unit may weigh more than "
                f"{row.model_mass:,} rows. Units with many rows are under-represented."
            )
        if row.rows_low is not None and row.rows_high is not None:
            half, middle = (row.rows_high - row.rows_low) / 2, (row.rows_high + row.rows_low) / 2
            if half > ROWS * middle:
                yield f"{name}: how many rows the source has is known to ± {half:,.0f} only ({row.rows_low:,} to {row.rows_high:,})."
        for column in row.columns:
            if column.provenance.endswith(": discovered") and column.domain.startswith("0 values"):
                yield f"{name}.{column.name}: the discovery found no value that enough units share, so the column says nothing."


def _fit(evidence: Evidence) -> Iterator[str]:
    for table in evidence.tables:
        for column in table.columns:
            if column.distance > column.noise + COLUMN:
                yield (
                    f"{table.name}.{column.title}: synthetic shares are {column.distance:.3f} (total variation) "
                    "from the noisy answer, where noise "
                    f"explains {column.noise:.3f}."
                )
        off = [score for score in table.scores if score.distance > PAIR + 2 * (table.score_sigma or 0)]
        if off:
            worst = max(off, key=lambda score: score.distance)
            yield (
                f"{table.name}: {len(off)} of {len(table.scores)} pairs of columns are further than {PAIR:g} "
                "from the source, the furthest "
                f"{' × '.join(worst.columns)} ({worst.distance:.3f}). Do not rely on how these columns hang together."
            )
        strained = [pair for pair in table.pairs if pair.residual > RESIDUAL]
        if strained:
            worst_pair = max(strained, key=lambda pair: pair.residual)
            yield (
                f"{table.name}: {len(strained)} of {len(table.pairs)} measured pairs are met less well than "
                "their noise would allow, the worst "
                f"{' × '.join(worst_pair.columns)} ({worst_pair.residual:.1f} standard deviations)."
            )
