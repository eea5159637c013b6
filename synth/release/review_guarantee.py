"""Answers about the guarantee itself: unit, neighbours, epsilon and delta, composition, what else is known of the same data.

Facts of the plan and of the ledger's sums. Refuses to know rows.
"""

from __future__ import annotations

from synth.plan.model import ReferenceKind
from synth.release.manifest import Fact, Privacy, TableKind
from synth.release.review_subject import Question, Subject, counted, listed, names

Said = tuple[str, dict[str, Fact]]

CONSERVATIVE = 1.0  # epsilon up to which the publication finds little to argue
UNCLEAR = 20.0  # and beyond which it finds little protection


def unit(subject: Subject) -> Said:
    owned = [row for row in subject.tables(TableKind.PRIVATE) if len(row.owner_path) > 1]
    weaker = subject.tables(TableKind.ROW_LEVEL)
    said = []
    for privacy in subject.manifest.units:
        its = tuple(name for name in names(owned) if subject.manifest.unit_of(name) == privacy)
        together = (
            f" with every row it owns in {listed(its)}: all of it together, not one event or one row" if its else ""
        )
        said.append(f"One row of {privacy.unit}{together}.")
    text = " ".join(said)
    if len(said) > 1:
        text += " Each has its own epsilon; who is a row of several of them is protected by the sum."
    if weaker:
        text += f" Weaker: {listed(names(weaker))} is protected row by row only, whoever the rows belong to."
    text += " Whether that unit covers the harm that is feared is for the data's owner to say."
    facts: dict[str, Fact] = {
        "unit": subject.privacy.unit,
        "other_units": tuple(each.unit for each in subject.manifest.other_units),
        "owned_tables": names(owned),
        "row_level_tables": names(weaker),
        "owner_paths": tuple(" -> ".join(row.owner_path) for row in owned),
    }
    return text, facts


def mentioned(subject: Subject) -> Said:
    found = tuple(
        f"{plan.table.qualified} ({', '.join(plan.table.names(reference.key.columns))}) -> "
        f"{subject.plan.schema.tables[reference.key.target].qualified}"
        for plan in subject.plan.tables.values()
        for reference in plan.references
        if reference.kind is ReferenceKind.OTHER and reference.within is None
    )
    if not found:
        return "No row refers to the row of another unit.", {"references": ()}
    text = (
        f"{counted(len(found), 'reference')} to rows that may be another unit's: {listed(found)}. They lead to "
        "generated rows, attributes of the "
        "one who is mentioned are not joined in, and that somebody was mentioned is protected as the owner's "
        "secret, not as the mentioned one's."
    )
    return text, {"references": found}


def neighbours(subject: Subject) -> Said:
    text = (
        "Two sources are neighbours where one has one unit more, with all it owns, and is otherwise the same (add or remove, unbounded). "
        "The number of units is private too: every total is noisy."
    )
    facts: dict[str, Fact] = {
        "definition": subject.privacy.neighbours,
        "bounded": False,
        "size_of_source_is_private": True,
    }
    return text, facts


def parameters(subject: Subject) -> Said:
    said = [_strength(privacy, bool(subject.manifest.other_units)) for privacy in subject.manifest.units]
    text = " ".join([*said, "Compare it only with releases of the same unit and the same delta."])
    privacy = subject.privacy
    facts: dict[str, Fact] = {
        "epsilon": privacy.epsilon,
        "delta": privacy.delta,
        "rho_nano": privacy.rho_nano,
        "discovery_delta_femto": privacy.discovery_delta_femto,
        "variant": "zCDP",
        "delta_comes_from": "policy",
    }
    for other in subject.manifest.other_units:
        facts |= {f"{other.unit}: epsilon": other.epsilon, f"{other.unit}: delta": other.delta}
        facts |= {f"{other.unit}: rho_nano": other.rho_nano}
    return text, facts


def _strength(privacy: Privacy, several: bool) -> str:
    if privacy.epsilon <= CONSERVATIVE:
        verdict = "which is in the range that is taken as conservative"
    elif privacy.epsilon <= UNCLEAR:
        verdict = "above the conservative range of at most 1, where protection in practice depends on the setting: say why it is enough"
    else:
        verdict = "so large that the number alone promises little"
    text = (
        f"{privacy.unit + ': e' if several else 'E'}psilon {privacy.epsilon:.4g} at delta {privacy.delta:g}, {verdict}. "
        "Accounting is zero-concentrated differential privacy: rho "
        f"{privacy.rho_nano / 1e9:.6g} is the figure to compare; epsilon is its conversion (Canonne, Kamath, Steinke 2020, Corollary 13)."
    )
    if privacy.discovery_delta_femto:
        text += (
            f" Of delta, {privacy.discovery_delta_femto / 1e15:.2g} is the failure probability of "
            "discoveries, taken off before the conversion."
        )
    return text


def composition(subject: Subject) -> Said:
    manifest = subject.manifest
    sums = [
        f"{manifest.spent(privacy) / 1e9:.6g} of the {privacy.rho_nano / 1e9:.6g}"
        + (f" for {privacy.unit}" if manifest.other_units else "")
        for privacy in manifest.units
    ]
    text = (
        f"Within the release: {counted(len(manifest.measurements), 'noisy answer')}, chosen one after "
        f"the other, whose rho add up to {' and '.join(sums)} that were reserved before the source was read."
    )
    if manifest.other_units:
        text += " No row belongs to two units, so what one's answers cost is no cost to the other."
    facts: dict[str, Fact] = {
        "answers": len(manifest.measurements),
        "spent_rho_nano": sum(manifest.spent(privacy) for privacy in manifest.units),
        "reserved_rho_nano": sum(privacy.rho_nano for privacy in manifest.units),
        "adaptive": True,
    }
    for row in subject.manifest.composed:
        of = f" of {row.unit}" if manifest.other_units else ""
        text += (
            f" {row.budget[:1].upper()}{row.budget[1:]}{of}: {counted(row.builds, 'build')}, together epsilon "
            f"{row.epsilon:.4g} of {row.epsilon_limit:g} "
            f"at delta {row.delta:g}."
        )
        key = row.budget.split(" ")[0]
        key = key if row.unit in ("", subject.privacy.unit) else f"{row.unit}: {key}"
        facts |= {
            f"{key}_builds": row.builds,
            f"{key}_rho_nano": row.rho_nano,
            f"{key}_epsilon": row.epsilon,
            f"{key}_epsilon_limit": row.epsilon_limit,
            f"{key}_delta": row.delta,
        }
    text += f" The ledger stood at entry {subject.manifest.ledger_seq} when the release was made; its head pins all of that."
    facts |= {"ledger_seq": subject.manifest.ledger_seq, "ledger_head": subject.manifest.ledger_head}
    return text, facts


def other_releases(subject: Subject) -> Said:
    public = subject.tables(TableKind.PUBLIC)
    kept = subject.manifest.kept
    text = (
        f"Copied verbatim, outside the guarantee: {listed(names(public))}, each with its reason. " if public
        else "No table is copied verbatim. "
    )  # fmt: skip
    text += f"Text of the source's DDL that the policy declares public: {', '.join(kept) if kept else 'none'}. "
    text += (
        "Names of schemas, tables, columns, constraints and roles are shown as they are. Whether anybody "
        "published other statistics of the same "
        "data, with or without noise, is for the data's owner to say; they compose with this release."
    )
    return text, {"public_tables": names(public), "kept_ddl_text": kept, "names_are_shown": True}


GUARANTEE = (
    Question("unit", "unit of privacy", "Who or what is protected, and is it the person rather than the event?", unit),
    Question("mentioned", "unit of privacy", "What of those whom a row mentions besides its owner?", mentioned),
    Question("neighbours", "unit of privacy", "Which two data sets must not be told apart?", neighbours),
    Question("parameters", "epsilon and delta", "How strong is the guarantee, in which variant, and what may it "
                                                "be compared with?", parameters),
    Question("composition", "epsilon and delta", "How do the answers of this release, and all releases, compose?", composition),
    Question("other-releases", "epsilon and delta", "What else of the same data is released without noise?", other_releases),
)  # fmt: skip
