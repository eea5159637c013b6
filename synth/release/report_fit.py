"""The report's second half, a table at a time: columns and where their values come from, fit of each column, pairs, scores.

Sections as functions of the manifest and the evidence. Refuses to know rows and files.
"""

from __future__ import annotations

from synth.release.evidence import ColumnFit, Evidence, PairScore, Shape, TableFit
from synth.release.manifest import ColumnRow, Manifest, TableKind, TableRow
from synth.release.report_html import Markup, element, join, table
from synth.release.report_overview import name, roots
from synth.release.report_plots import lying, scatter, shortened, standing, swatch, whisker_key

HEAT_MOST = 16  # columns that a square of scores has room for
LISTED = 12  # pairs that are listed one by one
_STEPS = (0.02, 0.05, 0.1, 0.2, 0.35)  # of the square's shades

# What becomes of a column, by the role that the plan gave it.
MECHANISMS = {
    "fresh key": "new number, nothing of the source",
    "line number": "1, 2, 3, … inside its owner",
    "owner's key": "the generated owner's key",
    "key of a public row": "a noisy category over public rows",
    "key of a generated row": "a generated row's key; only whether it is there is measured",
    "modelled": "drawn from noisy counts",
    "format": "made up, nothing of the source",
    "placeholder": "made up, nothing of the source",
    "null": "NULL",
    "constant": "one value, from the policy",
    "computed": "computed from the row's other columns",
    "public": "copied verbatim",
}
ORIGINS = {
    "type": "the column's type",
    "catalog": "the catalog (ENUM, CHECK, default bounds)",
    "policy": "the policy",
    "discovered": "paid discovery",
    "refined": "the column's type, divided by paid answers",
    "public": "a public table",
    "generated": "generated rows",
    "none": "",
}


def columns_and_fit(manifest: Manifest, evidence: Evidence) -> Markup:
    """Every table, generated ones first."""
    rows = sorted(roots(manifest), key=lambda row: row.kind is TableKind.PUBLIC)
    return join(_legend(), *(_table(row, evidence.table(row.oid)) for row in rows))


def public_tables(manifest: Manifest) -> Markup:
    """What is copied verbatim and why; what of the DDL's text is."""
    rows = [row for row in roots(manifest) if row.kind is TableKind.PUBLIC]
    kept = element(
        "p", f"Text of the source's DDL that the policy declares public: {', '.join(manifest.kept) or 'none'}."
    )
    if not rows:
        return join(element("p", "No table is copied verbatim."), kept)
    lines = ((name(row), f"{row.rows:,}", row.because) for row in rows)
    return join(table(("table", "rows", "reason given in the policy"), lines, numbers=(1,)), kept)


def _legend() -> Markup:
    items = [
        (swatch("s"), "share of the synthetic rows"),
        (whisker_key(), "noisy answer, with 95 % of its noise"),
    ]
    said = (
        "Noisy answers are counts of rows under the contribution bound, as shares of the noisy whole; of long "
        "lists and grids neighbours are shown "
        "together. A synthetic bar outside its noise is a misfit; below zero there is noise alone. Synthetic "
        "rows as the model gave them, before kept "
        "rules moved any."
    )
    return join(
        element("ul", *(element("li", *item) for item in items), class_="legend"),
        element("p", said, class_="small soft"),
    )


def _table(row: TableRow, fit: TableFit | None) -> Markup:
    parts = [element("h3", f"{name(row)} ({row.kind.value})", id=f"t{row.oid}")]
    if row.because:
        parts.append(element("p", f"Reason: {row.because}", class_="soft"))
    if len(row.owner_path) > 1:
        parts.append(element("p", f"Owner path: {' → '.join(row.owner_path)}", class_="soft"))
    if fit is None:
        parts.append(
            element(
                "p", f"Copied verbatim, {len(row.columns)} columns: {', '.join(column.name for column in row.columns)}."
            )
        )
        return join(*parts)
    lines = (_column(column) for column in row.columns)
    parts.append(table(("column", "what becomes of it", "values come from", "domain", "cells"), lines, numbers=(4,)))
    if fit.columns:
        parts.append(element("div", *(_figure(column, fit) for column in fit.columns), class_="figures"))
    return join(*parts, _pairs(fit), _scores(fit))


def _column(column: ColumnRow) -> tuple[Markup | str, ...]:
    role, _, origin = column.provenance.partition(": ")
    source = ORIGINS.get(origin, origin)
    if column.source:
        source += f": {column.source}"
    size = "" if column.domain_size is None else f"{column.domain_size:,}"
    return element("span", column.name, class_="mono"), MECHANISMS.get(role, role), source, column.domain, size


def _figure(column: ColumnFit, fit: TableFit) -> Markup:
    whole, rows = max(1.0, fit.weighted), max(1, fit.rows)
    noisy, sigma = [value / whole for value in column.noisy], [value / whole for value in column.sigma]
    draw = lying if column.shape is Shape.VALUES else standing
    cells = "1 cell" if column.cells == 1 else f"{column.cells:,} cells"
    said = f"{cells}; distance {column.distance:.3f}, by noise alone {column.noise:.3f}"
    caption = element("figcaption", element("b", column.title), element("span", said, class_="soft small"))
    return element("figure", caption, draw(column.labels, noisy, sigma, [value / rows for value in column.synthetic]))


def _pairs(fit: TableFit) -> Markup | None:
    if not fit.pairs:
        return None
    ranked = sorted(fit.pairs, key=lambda pair: (-pair.residual, pair.columns))
    points = [(pair.noise, pair.distance, f"{' × '.join(pair.columns)}: {pair.residual:.2f} σ") for pair in ranked]
    lines = (
        (
            " × ".join(pair.columns),
            f"{pair.cells:,}",
            f"{pair.residual:.2f}",
            f"{pair.distance:.3f}",
            f"{pair.noise:.3f}",
        )
        for pair in ranked[:LISTED]
    )
    more = f" The {LISTED} of {len(ranked)} with the largest residuals are listed." if len(ranked) > LISTED else ""
    said = (
        f"{len({pair.columns for pair in ranked})} measured pairs of {fit.name}, each answer over the cells that were asked for: "
        "noisy answers against synthetic rows. On the dashed line "
        "the distance is what noise alone "
        "makes; above it the model falls short of what was measured. Residual: root mean square over the cells, "
        "in standard deviations of the noise; about 1 "
        f"is a fit to within the noise.{more}"
    )
    return join(
        element("h4", "Measured pairs"),
        element("p", said, class_="small soft"),
        scatter(points, "distance by noise alone", "distance, noisy to synthetic"),
        table(("pair", "cells", "residual, σ", "distance", "by noise"), lines, numbers=range(1, 5), class_="pair"),
    )


def _scores(fit: TableFit) -> Markup | None:
    if not fit.scores:
        return None
    ranked = sorted(fit.scores, key=lambda score: (-score.distance, score.columns))
    titles = list(dict.fromkeys(title for score in fit.scores for title in score.columns))
    said = (
        f"Total variation distance between source and model for {len(ranked)} pairs of columns of {fit.name}, answered with noise of ± "
        f"{1.96 * (fit.score_sigma or 0):.3f} (95 %). 0 is exact, 1 is disjoint; a value below 0 is noise."
    )
    if len(titles) <= HEAT_MOST:
        shown = _square(titles, fit.scores)
    else:
        lines = ((" × ".join(score.columns), f"{score.distance:.3f}") for score in ranked[:LISTED])
        shown = table(("furthest pairs", "distance"), lines, numbers=(1,), class_="pair")
    mean = sum(score.distance for score in ranked) / len(ranked)
    summary = f"Mean {mean:.3f}; furthest {' × '.join(ranked[0].columns)} ({ranked[0].distance:.3f})."
    return join(
        element("h4", "Accuracy of pairs"),
        element("p", said, class_="small soft"),
        shown,
        element("p", summary, class_="small"),
    )


def _square(titles: list[str], scores: tuple[PairScore, ...]) -> Markup:
    found = {frozenset(score.columns): score.distance for score in scores}
    lines = []
    for i, title in enumerate(titles[1:], 1):
        cells = [element("th", shortened(title), scope="row", title=title)]
        for other in titles[:i]:
            value = found.get(frozenset((title, other)))
            shade = "" if value is None else f"h{sum(value >= step for step in _STEPS)}"
            cells.append(element("td", "–" if value is None else f"{value:.2f}", class_=shade or None))
        lines.append(element("tr", *cells))
    head = element(
        "tr", element("th", ""), *(element("th", shortened(title), scope="col", title=title) for title in titles[:-1])
    )
    return element(
        "div", element("table", element("thead", head), element("tbody", *lines), class_="heat"), class_="scroll"
    )
