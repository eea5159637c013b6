"""What a review looks at, and what a question of it is.

Holds the shapes of questions and a few words for sentences. Refuses to know the questions themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from policies.model import Policy
from synth.plan.model import BuildPlan
from synth.release.evidence import Evidence
from synth.release.manifest import Fact, Manifest, Privacy, TableKind, TableRow


@dataclass(frozen=True, slots=True)
class Subject:
    """What is reviewed. manifest: without its review."""

    manifest: Manifest
    plan: BuildPlan
    policy: Policy
    evidence: Evidence

    @property
    def privacy(self) -> Privacy:
        """The guarantee."""
        assert self.manifest.privacy is not None, "only a mirror has none, and nobody reviews it"
        return self.manifest.privacy

    def tables(self, *kinds: TableKind) -> list[TableRow]:
        """Tables of these kinds; partitions, which the manifest lists too, go with their roots."""
        return [row for row in self.manifest.tables if row.kind in kinds and row.oid in self.plan.tables]


Answering = Callable[[Subject], tuple[str, dict[str, Fact]]]


@dataclass(frozen=True, slots=True)
class Question:
    """One question, and what answers it: a sentence or two, and facts."""

    id: str
    topic: str
    text: str
    answering: Answering


def names(rows: list[TableRow]) -> tuple[str, ...]:
    """Tables as facts."""
    return tuple(f"{row.schema_name}.{row.name}" for row in rows)


def listed(texts: tuple[str, ...], most: int = 8) -> str:
    """Texts in a sentence: `a, b and 3 more`."""
    if len(texts) > most:
        return f"{', '.join(texts[:most])} and {len(texts) - most} more"
    return ", ".join(texts[:-1]) + " and " + texts[-1] if len(texts) > 1 else "".join(texts)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 table`, `3 tables`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
