"""The report's first half: guarantee, budgets, warnings, where the budget went, tables.

Sections as functions of the manifest and the evidence. Refuses to know rows and files.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from math import exp

from synth.release.evidence import Evidence
from synth.release.labels import range_label
from synth.release.manifest import Composed, Manifest, MeasurementRow, Privacy, TableKind, TableRow
from synth.release.report_html import Markup, element, escape, join, table
from synth.release.report_plots import COLOURS, stacked, swatch
from synth.release.report_warnings import warnings
from synth.release.review_mechanism import stage

NOT_COVERED = (
    "How long the build took, its memory and its traffic, which may depend on the data. Keep them from those "
    "whom the guarantee protects against.",
    "Names of schemas, tables, columns, constraints and roles: they are shown as they are.",
    "Whoever can read the memory or the disk of the building machine while it runs, and the source itself.",
    "Facts about groups: if all units of one kind share something, the release shows it. The guarantee hides "
    "units, not what is common to many.",
    "A secret that several units share: each unit is protected, the sum of many equal rows is not.",
    "Restrictions of roles (columns, rows, group sizes): they shape what a job may ask of synthetic rows and are "
    "no part of the guarantee.",
    "Other statistics of the same data that anybody published: they compose with this release.",
)


def head(manifest: Manifest, evidence: Evidence) -> Markup:
    """Title, figures at a glance, the promise in one sentence."""
    units = manifest.units
    kinds = Counter(row.kind for row in roots(manifest))
    made = f"{manifest.created:%Y-%m-%d %H:%M} UTC"
    cards = [
        *(card for unit in units for card in _cards(unit, f" of {unit.unit}" if manifest.other_units else "")),
        (f"{kinds[TableKind.PRIVATE] + kinds[TableKind.ROW_LEVEL]:,}", "synthetic tables"),
        (f"{kinds[TableKind.PUBLIC]:,}", "public tables, verbatim"),
        (f"{len(manifest.measurements):,}", "noisy answers"),
        (f"{len(warnings(manifest, evidence)):,}", "warnings"),
    ]
    return join(
        element("h1", f"Release {manifest.release} of {manifest.source.database}"),
        element("p", f"Made {made} from PostgreSQL {manifest.source.server_version}. Ledger entry {manifest.ledger_seq}.", class_="soft"),
        element("ul", *(element("li", element("b", figure), element("span", what)) for figure, what in cards), class_="cards"),
        *(element("p", _promise(unit), class_="promise") for unit in units),
        element("p", "Every figure and plot here is made from noisy answers that were paid for, from synthetic "
                     "rows, from the policy or from the "
                "catalog. Nothing was computed from the source's rows to write it.", class_="soft"),
    )  # fmt: skip


def _cards(privacy: Privacy, of: str) -> list[tuple[str, str]]:
    return [
        (f"{privacy.epsilon:.4g}", f"epsilon{of}"),
        (f"{privacy.delta:g}", f"delta{of}"),
        (f"{privacy.rho_nano / 1e9:.5g}", f"rho (zCDP){of}"),
    ]


def _promise(privacy: Privacy) -> str:
    return (
        f"Whether any one row of {privacy.unit}, with everything it owns, was in the source changes the "
        "probability of anything this release could "
        f"show by a factor of at most e^{privacy.epsilon:.4g}{_factor(privacy.epsilon)}, but for a probability of {privacy.delta:g}."
    )


def _facts(manifest: Manifest, privacy: Privacy) -> list[tuple[str, str]]:
    """Of one unit."""
    spent = manifest.spent(privacy)
    return [
        ("Unit of privacy", f"one row of {privacy.unit}, with every row it owns through foreign keys"),
        ("Epsilon", f"{privacy.epsilon:.6g} at delta {privacy.delta:g}"),
        ("Delta", f"{privacy.delta:g}, from the policy, never from a row count"
         + (f"; of it {privacy.discovery_delta_femto / 1e15:.3g} for discoveries" if privacy.discovery_delta_femto else "")),
        ("Rho", f"{privacy.rho_nano / 1e9:.9f} zCDP reserved before the source was read; {spent / 1e9:.9f} spent"),
    ]  # fmt: skip


def guarantee(manifest: Manifest) -> Markup:
    """Units, neighbours, parameters; what this release composes with."""
    facts: list[tuple[str, str]] = [
        *(fact for unit in manifest.units for fact in _facts(manifest, unit)),
        ("Neighbouring sources", "one unit more or less, with all it owns (add or remove; the number of units is private too)"),
        ("Noise", f"discrete Gaussian on integers, exact (OpenDP {manifest.versions.get('opendp', 'unknown')}), no seed"),
        ("Trust", "central: the machine that builds sees rows; release, server and clients do not"),
        ("Row-level tables", ", ".join(name(row) for row in roots(manifest) if row.kind is TableKind.ROW_LEVEL)
         or "none"),
    ]  # fmt: skip
    parts = [table(("", ""), ((element("b", key), value) for key, value in facts))]
    if manifest.composed:
        parts += [
            element("h3", "Composed with earlier builds"),
            element("p", "All builds of the source that each budget of the policy had to cover when this release "
                         "was made, this one included.", class_="soft"),
            table(
                ("budget", "builds", "rho", "epsilon", "of at most", "at delta"),
                (
                    (_budget_name(manifest, row), row.builds, f"{row.rho_nano / 1e9:.6f}", f"{row.epsilon:.4g}", f"{row.epsilon_limit:g}",
                     f"{row.delta:g}")
                    for row in manifest.composed
                ),
                numbers=range(1, 6),
            ),
        ]  # fmt: skip
    return join(*parts)


def _budget_name(manifest: Manifest, row: Composed) -> str:
    return f"{row.unit}, {row.budget}" if manifest.other_units else row.budget


def attention(manifest: Manifest, evidence: Evidence) -> Markup:
    """Warnings, then notes of the plan and of the build."""
    found = warnings(manifest, evidence)
    parts = [
        element("ul", *(element("li", text) for text in found), class_="warnings")
        if found
        else element("p", "No warnings.")
    ]
    if manifest.notes:
        parts += [element("h3", "Notes"), element("ul", *(element("li", note) for note in manifest.notes))]
    return join(*parts)


def budget(manifest: Manifest) -> Markup:
    """Rho by table and step, as a plot and as figures with sensitivity and noise."""
    steps = list(dict.fromkeys(stage(row) for row in manifest.measurements))
    asked: dict[str, dict[str, list[MeasurementRow]]] = defaultdict(lambda: defaultdict(list))
    for row in manifest.measurements:
        asked[row.table][stage(row)].append(row)
    bars, figures = [], []
    for of, by_step in asked.items():
        parts: list[tuple[int, float, str]] = []
        whole = manifest.unit_of(of).rho_nano
        for step, rows in by_step.items():
            rho = sum(row.rho_nano for row in rows)
            shown = "" if parts else element("b", of)
            parts.append((steps.index(step), rho / whole, f"{of}, {step}: rho {rho / 1e9:.6f}"))
            figures.append((shown, step, len(rows), f"{rho / 1e9:.6f}", f"{rho / whole:.1%}", *_spread(rows)))
        bars.append((of, parts))
    legend = (element("li", swatch(f"f{i % COLOURS}"), step) for i, step in enumerate(steps))
    return join(
        element("p", "Shares of what is reserved for the unit that a table belongs to. What a table's part "
                     "leaves goes to its next step; the first scores choose which pairs are "
                "measured, the final ones say how far the result is off.", class_="soft"),
        element("ul", *legend, class_="legend"),
        stacked(bars),
        table(("table", "step", "answers", "rho", "share", "sensitivity, rows", "noise σ, rows"), figures, numbers=range(2, 7)),
        element("p", "Sensitivity is L2, for one unit more or less. Every single answer, with both in grid "
                     "units, is in manifest.json under "
                "measurements.", class_="small soft"),
    )  # fmt: skip


def tables(manifest: Manifest, evidence: Evidence) -> Markup:
    """One line a table: rows, interval, budget, contribution bound, accuracy."""
    lines = []
    for row in roots(manifest):
        fit = evidence.table(row.oid)
        scores = [score.distance for score in fit.scores] if fit else []
        verbatim = row.kind is TableKind.PUBLIC
        lines.append((
            link(row), row.kind.value, f"{row.rows:,}",
            "verbatim" if verbatim else _interval(row),
            "" if row.rho_nano is None else f"{row.rho_nano / manifest.unit_of(name(row)).rho_nano:.1%}",
            "" if row.model_mass is None else f"{row.model_mass:,} / {row.count_mass:,}",
            "" if row.truncated_share is None else f"{row.truncated_share:.2%}",
            f"{sum(scores) / len(scores):.3f}" if scores else "",
            f"{max(scores):.3f}" if scores else "",
        ))  # fmt: skip
    return join(
        table(("table", "kind", "rows here", "rows of the source, 95 %", "share of rho", "unit's rows at most, "
                                                                                         "model / count", "cut, estimated",
               "pairs off, mean", "pairs off, worst"), lines, numbers=range(2, 9)),
        element("p", "Rows here are synthetic, drawn to match a noisy count; the interval says, from noisy "
                     "answers alone, how many the source has. "
                "Where a unit owns many rows, together they weigh no more than the bound; the share that this "
                "cuts is estimated from a noisy "
                "histogram. Pairs off: total variation distance between source and model, from 0 to 1, as the "
                "paid final scores found it.", class_="small soft"),
    )  # fmt: skip


def not_covered(manifest: Manifest) -> Markup:
    """What the guarantee does not say, this release's own exceptions first."""
    public = [name(row) for row in roots(manifest) if row.kind is TableKind.PUBLIC]
    weaker = [name(row) for row in roots(manifest) if row.kind is TableKind.ROW_LEVEL]
    own = []
    if public:
        own.append(f"Public tables, copied verbatim: {', '.join(public)}.")
    if manifest.kept:
        own.append(f"Text of the source's DDL that the policy declares public: {', '.join(manifest.kept)}.")
    if weaker:
        own.append(f"Persons with several rows in tables that are protected row by row: {', '.join(weaker)}.")
    own += [f"{note}." for note in manifest.notes if "besides its owner" in note]
    return element("ul", *(element("li", text) for text in (*own, *NOT_COVERED)))


def roots(manifest: Manifest) -> list[TableRow]:
    """Tables without partitions, which repeat their root: only roots of generated tables have a part of the budget."""
    return [row for row in manifest.tables if row.kind is TableKind.PUBLIC or row.rho_nano is not None]


def name(row: TableRow) -> str:
    """As a person writes it."""
    return f"{row.schema_name}.{row.name}"


def link(row: TableRow) -> Markup:
    """To what is known of the table."""
    return element("a", name(row), href=f"#t{row.oid}")


def _factor(epsilon: float) -> str:
    return f" (that is {exp(epsilon):,.3g})" if epsilon < 20 else ""


def _interval(row: TableRow) -> str:
    return "" if row.rows_low is None else f"{row.rows_low:,} – {row.rows_high:,}"


def _spread(rows: list[MeasurementRow]) -> tuple[Markup, Markup]:
    sensitivities = [row.sensitivity / row.grid for row in rows]
    sigmas = [_fraction(row.sigma) / row.grid for row in rows]
    return _range(sensitivities), _range(sigmas)


def _range(values: list[float]) -> Markup:
    return escape(range_label(_figure(min(values)), _figure(max(values))))


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


def _fraction(text: str) -> float:
    numerator, _, denominator = text.partition("/")
    return int(numerator) / int(denominator or 1)
