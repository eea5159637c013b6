"""Answers about the mechanism: noise, sensitivity, processing before and after, choices, utility, bias.

Facts of the plan, of the measurements' log and of the evidence. Refuses to know rows.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict

from synth.model.shares import Limits, Shares
from synth.plan.budget import CHOOSING, MEASURING
from synth.plan.domains import Discovered, Provenance
from synth.plan.model import ColumnPlan, Role
from synth.release.labels import axis_title
from synth.release.manifest import Fact, MeasurementRow, TableKind
from synth.release.review_subject import Question, Subject, counted, listed, names

Said = tuple[str, dict[str, Fact]]

_NUMBERS = re.compile(r"\b\d+ ")


def stage(row: MeasurementRow) -> str:
    """A measurement's purpose without its numbers: what the same step is called in every table."""
    return _NUMBERS.sub("", row.purpose)


def mechanisms(subject: Subject) -> Said:
    counts = Counter(stage(row) for row in subject.manifest.measurements)
    steps = "; ".join(f"{number:,} {name}" for name, number in counts.items())
    text = (
        f"Discrete Gaussian noise on integer counts, nothing else. Answers by step: {steps}. A score is the L1 "
        "distance between a marginal and "
        "the model, answered with noise too. "
    )
    text += _discoveries(subject)
    facts: dict[str, Fact] = {f"answers of {name}": number for name, number in counts.items()}
    return text, {"mechanism": "discrete Gaussian", **facts}


def _discoveries(subject: Subject) -> str:
    found = subject.plan.discoveries
    if not found:
        return "No values are discovered, so no threshold is part of it."
    return (
        f"{counted(len(found), 'column')}: values come from a discovery, a noisy count above a threshold, "
        "which may fail with the delta' above."
    )


def noise(subject: Subject) -> Said:
    version = subject.manifest.versions.get("opendp", "unknown")
    text = (
        f"OpenDP {version}'s exact sampler (make_gaussian on 64-bit integers), from the operating system's "
        "entropy, without a seed. Noise is drawn "
        "for every integer, empty cells included, and no floating-point number is ever added to a private value. "
        "No other code draws noise."
    )
    facts: dict[str, Fact] = {
        "library": "opendp",
        "version": version,
        "primitive": "make_gaussian i64",
        "floating_point": False,
        "seeded": False,
    }
    return text, facts


def sensitivity(subject: Subject) -> Said:
    private = subject.tables(TableKind.PRIVATE, TableKind.ROW_LEVEL)
    owned = [row for row in private if row.model_mass is not None]
    text = (
        "A row of the unit's own table counts once, so one unit changes a marginal of it by one row. "
        "Noise is scaled to the L2 sensitivity of each answer, which the list of measurements states in grid units (1024 are one row)."
    )
    if owned:
        bounds = tuple(
            f"{row.schema_name}.{row.name} (counting: {row.count_mass}, model: {row.model_mass})" for row in owned
        )
        text += (
            f" In owned tables all rows of one unit together weigh at most as many rows as {listed(bounds)}: "
            "beyond that each row weighs less, "
            "none is dropped. The bounds come from a noisy histogram."
        )
    if any(row.purpose in (CHOOSING, MEASURING) for row in subject.manifest.measurements):
        text += " Where rows of one owner are compared, all pairs of one unit together weigh one row at most."
    facts: dict[str, Fact] = {
        f"{row.schema_name}.{row.name}: rows of one unit at most": row.model_mass for row in owned
    }
    facts |= {
        f"{row.schema_name}.{row.name}: truncated share, estimated": row.truncated_share
        for row in owned
        if row.truncated_share is not None
    }
    return text, facts


def preprocessing(subject: Subject) -> Said:
    modelled = [(plan, column) for plan, column in _columns(subject) if column.role is Role.MODEL]
    sources = Counter(column.provenance.value for _, column in modelled)
    said = tuple(f"{name}: {number}" for name, number in sources.items())
    text = (
        f"{counted(len(modelled), 'modelled column')}; their values or bins come from "
        f"{listed(said) or 'nowhere'}, fixed before a row is read but "
        "for discoveries and refinements. A value outside the bounds is clamped to them, one outside the list counts as `other`, "
        "NULL is a cell of its own where "
        "the catalog allows it. No minimum, maximum, distinct count or statistic of a private column shapes anything."
    )
    return text, {f"domains from {name}": number for name, number in sources.items()}


def _columns(subject: Subject) -> list[tuple[str, ColumnPlan]]:
    return [
        (plan.table.qualified, column)
        for plan in subject.plan.tables.values()
        if plan.generated
        for column in plan.columns
    ]


def choices(subject: Subject) -> Said:
    discovered = tuple(
        f"{name}.{column.column.name}"
        for name, column in _columns(subject)
        if column.provenance is Provenance.DISCOVERED or isinstance(column.domain, Discovered)
    )
    refined = tuple(f"{name}.{column.column.name}" for name, column in _columns(subject) if column.refine)
    pairs = sum(len({pair.columns for pair in table.pairs}) for table in subject.evidence.tables)
    owned = names([row for row in subject.tables(TableKind.PRIVATE) if row.model_mass is not None])
    alike = _alike(subject)
    text = (
        f"Chosen by noisy answers that were paid for: which {counted(pairs, 'pair')} of columns were measured, "
        "and which rare cells were merged"
        + (f"; how much a unit may weigh in {listed(owned)}" if owned else "")
        + (f"; the values of {listed(discovered)}" if discovered else "")
        + (f"; which edges of a public grid bound the bins of {listed(refined)}" if refined else "")
        + (f"; in which columns rows of one owner are made alike: {listed(alike)}" if alike else "")
        + ". Everything else follows from the policy and the catalog."
    )
    facts: dict[str, Fact] = {
        "pairs_measured": pairs,
        "contribution_bounds_from_noisy_histogram": owned,
        "discovered_columns": discovered,
        "refined_columns": refined,
        "columns_alike_within_an_owner": alike,
        "unpaid_choices": (),
    }
    return text, facts


def _alike(subject: Subject) -> tuple[str, ...]:
    """Columns in which rows of one owner were measured to be alike."""
    plans = {plan.table.qualified: plan for plan in subject.plan.tables.values()}
    return tuple(
        f"{row.table}.{axis_title(subject.plan, plans[row.table], axis)}"
        for row in subject.manifest.measurements
        if row.purpose == MEASURING
        for axis in row.columns
    )


def hyper_parameters(subject: Subject) -> Said:
    version = subject.manifest.versions.get("pgdouble", "as checked out")
    lifetime = next((row for row in subject.manifest.composed if row.budget == "lifetime"), None)
    text = f"Constants of the engine (version {version}), the same for every source; none was tuned on this one."
    if lifetime is not None and lifetime.builds > 1:
        text += (
            f" {counted(lifetime.builds, 'build')} of this source were paid for, so if one was chosen among "
            "them, that choice is paid for too."
        )
    elif lifetime is not None:
        text += " This is the first build of its source in this ledger, so none was chosen among several."
    shares: dict[str, Fact] = {f"share of {name}": value for name, value in asdict(Shares()).items()}
    limits: dict[str, Fact] = {f"limit of {name}": value for name, value in asdict(Limits()).items()}
    return text, {"tuned_on_this_source": False, **shares, **limits}


def postprocessing(subject: Subject) -> Said:
    text = (
        "A model of the joint distribution is fitted to the noisy answers, rows are drawn from it and dealt to owners, keys are made "
        "anew, foreign keys lead to drawn "
        "rows, kept rules are made to hold. None of it reads the source again, so it costs nothing, and neither "
        "does any query of the release. "
        "It biases: counts below zero become zero, so that rare values come out somewhat too common where noise is large."
    )
    facts: dict[str, Fact] = {
        "synthetic_rows": sum(row.rows for row in subject.tables(TableKind.PRIVATE, TableKind.ROW_LEVEL)),
        "reads_source": False,
        "non_negative": True,
    }
    return text, facts


def synthetic(subject: Subject) -> Said:
    text = (
        "Yes: rows are drawn from a model that noisy answers alone have shaped, so what it may hold of anybody "
        "is within the guarantee, and whatever "
        "is trained on the rows inherits it. That data are synthetic is not what protects; the noise is."
    )
    return text, {"method": "marginals, junction tree", "deep_model": False}


def unstructured(subject: Subject) -> Said:
    roles = Counter(column.role for plan in subject.plan.tables.values() if plan.generated for column in plan.columns)
    made = roles[Role.PLACEHOLDER] + roles[Role.FORMAT]
    text = f"Its content is not modelled: {counted(made, 'column holds', 'columns hold')} made-up text."
    return text, {"placeholder_columns": roles[Role.PLACEHOLDER], "format_columns": roles[Role.FORMAT]}


def utility(subject: Subject) -> Said:
    facts: dict[str, Fact] = {}
    worst: list[tuple[float, str]] = []
    for table in subject.evidence.tables:
        if table.scores:
            mean = sum(score.distance for score in table.scores) / len(table.scores)
            facts[f"{table.name}: mean distance of pairs"] = round(mean, 4)
            worst.append((mean, table.name))
    for row in subject.tables(TableKind.PRIVATE, TableKind.ROW_LEVEL):
        facts[f"{row.schema_name}.{row.name}: rows of the source, low"] = row.rows_low
        facts[f"{row.schema_name}.{row.name}: rows of the source, high"] = row.rows_high
    text = (
        "Row counts have 95 % intervals, and the last part of each table's budget asks, with noise, how far "
        "every pair of columns is off."
    )
    if worst:
        least, most = min(worst), max(worst)
        text += f" The mean total variation distance of pairs is {least[0]:.3f} in {least[1]}"
        text += f", the best table, and {most[0]:.3f} in {most[1]}, the worst." if len(worst) > 1 else "."
    text += " Whether that is enough for a purpose is for its users to judge. No distance to a real row was ever taken."
    return text, facts


def bias(subject: Subject) -> Said:
    cut = [row for row in subject.tables(TableKind.PRIVATE) if row.truncated_share]
    said = tuple(f"{row.schema_name}.{row.name} {row.truncated_share:.1%}" for row in cut)
    text = (
        "Small groups carry the same noise as large ones, so their shares are the least certain; what is too "
        "rare to be told from noise is merged "
        "with its neighbours. What the source itself misrepresents, the release misrepresents too."
    )
    if said:
        text += (
            f" Units with many rows count for less than they have: estimated share of rows that is cut: {listed(said)}."
        )
    return text, {f"{row.schema_name}.{row.name}: truncated share, estimated": row.truncated_share for row in cut}


MECHANISM = (
    Question("mechanisms", "algorithms and correctness", "Which mechanisms answer, and how often?", mechanisms),
    Question("noise", "algorithms and correctness", "What draws the noise, and is it safe from floating point?", noise),
    Question("sensitivity", "algorithms and correctness", "How is what one unit can change bounded?", sensitivity),
    Question("preprocessing", "algorithms and correctness", "What happens to values before they are counted; "
                                                            "were domains fixed in advance?", preprocessing),
    Question("choices", "algorithms and correctness", "Which choices depend on the data, and are they paid for?", choices),
    Question("hyper-parameters", "algorithms and correctness", "How were the parameters of the method chosen?", hyper_parameters),
    Question("postprocessing", "algorithms and correctness", "What happens to the noisy answers?", postprocessing),
    Question("synthetic", "algorithms and correctness", "Does the guarantee cover the synthetic data, and what "
                                                        "is trained on it?", synthetic),
    Question("unstructured", "algorithms and correctness", "What becomes of text and other unstructured data?", unstructured),
    Question("utility", "utility and bias", "How accurate is it, and how is that known?", utility),
    Question("bias", "utility and bias", "Whom does the error hit most?", bias),
)  # fmt: skip
