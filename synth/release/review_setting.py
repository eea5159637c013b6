"""Answers about the setting: query model, trust, side channels, access, and what collecting the data exposes.

Facts of policy and plan, as they were when the release was made. Refuses to know rows.
"""

from __future__ import annotations

from collections import Counter

from policies.exposure import exposure_limits
from synth.plan.model import Role, TablePlan
from synth.release.manifest import Fact, TableKind
from synth.release.review_subject import Question, Subject, counted, listed

Said = tuple[str, dict[str, Fact]]

UNREAD = (Role.FORMAT, Role.PLACEHOLDER, Role.NULL, Role.CONSTANT)


def query_model(subject: Subject) -> Said:
    text = (
        "Non-interactive: the source is read once, in one snapshot, and closed. Any number of statements to the "
        "release are post-processing; no "
        "analyst can spend budget, whatever is asked."
    )
    return text, {"interactive": False, "queries_cost": 0.0}


def trust(subject: Subject) -> Said:
    text = (
        "Central: the machine that builds reads the rows and is trusted, and so are its operator and the "
        "source's own administrators. Who serves "
        "the release and who queries it need no trust: files and server hold no credential of the source."
    )
    return text, {"model": "central", "trusted": ("builder", "administrators of the source"), "server_reads_source": False}  # fmt: skip


def collusion(subject: Subject) -> Said:
    assumed = subject.policy.privacy.collusion == "assume"
    text = (
        "Roles are taken to share what they see." if assumed else "The policy takes roles not to share what they see."
    )
    text += (
        " All of them are served the same rows, so together they have seen what one of them has; "
        "restrictions of columns, rows and group sizes "
    )
    text += "shape what a job may ask and are no part of the guarantee."
    return text, {"collusion": subject.policy.privacy.collusion}


def side_channels(subject: Subject) -> Said:
    text = (
        "Queries never touch the source, so neither their time nor their errors can tell of it. Not covered: how "
        "long the build took, its memory and "
        "its traffic, which may depend on the data; keep them from those whom the guarantee protects against. "
        "Errors of the source reach people "
        "as a code and fixed words, progress shows phases and no counts."
    )
    facts: dict[str, Fact] = {
        "query_timing": "covered",
        "build_timing": "not covered",
        "error_messages": "covered",
        "floating_point": "covered",
    }
    return text, facts


def access(subject: Subject) -> Said:
    roles = subject.policy.roles
    limits = exposure_limits(subject.policy)
    text = f"The policy (SHA-256 {subject.manifest.policy_hash[:12]}…) names {counted(len(roles), 'role')}"
    text += (
        f", {len(limits)} with a limit of what it may ever be exposed to (least epsilon {min(limits.values()):g})"
        if limits
        else ", none with a limit of what it may ever be exposed to"
    )
    text += (
        "; what is not granted is denied. The policy may change after the release, and whoever can read the "
        "release's files sees all of it. Rows of "
        "the source are in the memory of the build alone."
    )
    facts: dict[str, Fact] = {
        "roles": len(roles),
        "roles_with_exposure_limit": len(limits),
        "least_exposure_limit": min(limits.values(), default=None),
        "default": "deny",
        "policy_hash": subject.manifest.policy_hash,
    }
    return text, facts


def collection(subject: Subject) -> Said:
    roles = Counter(
        column.role
        for plan in subject.plan.tables.values()
        if plan.generated
        for column in plan.columns
        if column.column.attnum not in _referred(subject, plan)
    )
    unread = sum(roles[role] for role in UNREAD)
    excluded = sum(plan.kind is TableKind.EXCLUDED for plan in subject.plan.tables.values())
    said = tuple(f"{role.value}: {roles[role]}" for role in UNREAD if roles[role])
    text = (
        f"The build reads columns that are modelled or are keys. {counted(unread, 'column is', 'columns are')} made up without being read"
        + (f" ({listed(said)})" if said else "")
        + f"; {counted(excluded, 'table is', 'tables are')} excluded. It reads as one role that may only select; "
        "values become codes at once and "
        "live in memory for one batch. The source itself goes on holding what it holds: data that nobody needs are best not collected."
    )
    facts: dict[str, Fact] = {"columns_not_read": unread, "tables_excluded": excluded}
    return text, facts | {f"columns not read, {role.value}": roles[role] for role in UNREAD}


def _referred(subject: Subject, plan: TablePlan) -> set[int]:
    """Columns that owned tables refer to: read as keys, whatever becomes of them."""
    owners = (child.owner for child in subject.plan.children(plan.oid))
    return {attnum for owner in owners if owner is not None for attnum in owner.target_columns}


SETTING = (
    Question("query-model", "query and threat model", "May analysts ask interactively, and who accounts for it?", query_model),
    Question("trust", "query and threat model", "Who has to be trusted?", trust),
    Question("collusion", "query and threat model", "What if several analysts put together what they were given?", collusion),
    Question("side-channels", "side channels", "What could be learned from time, memory, errors or floating point?", side_channels),
    Question("access", "security and access control", "Who may see what, and where are the rows?", access),
    Question("collection", "exposure by collection", "How much is read at all?", collection),
)  # fmt: skip
