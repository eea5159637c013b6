"""A policy's own tests: statements with what must be decided of them, run against the source's catalog.

Makes a release without rows in memory, so that names resolve exactly as they will when served; the
decision is `policies.decide`. Reads no row of the source and runs no statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pgdouble.unpublished import unpublished_catalog
from policies.decide import Effect, role_policies
from policies.errors import PgError, PolicyInvalid
from policies.load import LoadedPolicy
from policies.model import PolicyTest
from proxy.catalog.model import Catalog
from proxy.decision import judge_or_refusal
from proxy.engine.guard import Guard
from proxy.planner import RolePlanner, utc_today
from proxy.rolesetup import InForce, role_view
from synth.plan.model import BuildPlan
from synth.release.catalog_writer import CatalogRules
from synth.release.manifest import TableKind
from synth.source.catalog import CatalogSnapshot


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one test. got: allow, deny or the SQLSTATE of a statement that could not be decided."""

    place: str
    sql: str
    expected: str
    got: str
    reason: str

    @property
    def passed(self) -> bool:
        """Whether the decision is the expected one."""
        return self.got == self.expected

    def text(self) -> str:
        """For a person."""
        verdict = "ok" if self.passed else f"FAILED, expected {self.expected}"
        return f"{self.got} ({verdict}): {self.sql}" + (f" [{self.reason}]" if not self.passed and self.reason else "")


class PolicyTestFailed(PolicyInvalid):
    """A test of the policy does not hold."""


def run_tests(loaded: LoadedPolicy, plan: BuildPlan, snapshot: CatalogSnapshot) -> list[Outcome]:
    """Every test of the policy, in order. Raises PolicyInvalid for a row filter that no server would start with."""
    if not loaded.policy.roles:
        return []
    catalog = _empty_release(plan, snapshot)
    today = utc_today()
    for policy in role_policies(loaded).values():
        role_view(catalog, policy, 1, today)
    return [_run(loaded, catalog, index, test, today) for index, test in enumerate(loaded.policy.tests)]


def require_passed(outcomes: Iterable[Outcome]) -> None:
    """Raise PolicyTestFailed, naming each place, where a test failed."""
    if failed := [outcome for outcome in outcomes if not outcome.passed]:
        raise PolicyTestFailed(
            "\n".join(f"{each.place}: expected {each.expected}, got {each.got}" for each in failed),
            detail="; ".join(each.reason for each in failed if each.reason),
            hint="Correct the grant or the test.",
        )


def _run(loaded: LoadedPolicy, catalog: Catalog, index: int, test: PolicyTest, today: date) -> Outcome:
    place = loaded.at("tests", index)
    policy = role_policies(loaded)[test.role]
    view = role_view(catalog, policy, 1, today)
    guard = Guard()
    planner = RolePlanner(catalog, lambda day: InForce(view, catalog), policy, guard, lambda: today)
    try:
        decision, _ = judge_or_refusal(lambda: planner.judge(test.sql))
    except PgError as error:
        return Outcome(place, test.sql, test.expect, error.sqlstate, error.message)
    finally:
        guard.close()
    got = "allow" if decision.effect is Effect.ALLOW else "deny"
    return Outcome(place, test.sql, test.expect, got, decision.reason)


def _empty_release(plan: BuildPlan, snapshot: CatalogSnapshot) -> Catalog:
    """The catalog of a release of this plan, with tables that hold nothing."""
    shown = [each.table for each in plan.tables.values() if each.kind is not TableKind.EXCLUDED]
    hidden = {each.oid for each in plan.tables.values() if each.kind is TableKind.EXCLUDED}
    rules = CatalogRules(
        comments="comments" in plan.kept,
        defaults="defaults" in plan.kept,
        checks="checks" in plan.kept,
        views="views" in plan.kept,
        partial_indexes="partial_indexes" in plan.kept,
        excluded=frozenset(hidden | set(plan.schema.unread)),
    )
    return unpublished_catalog(snapshot, rules, shown)
