"""How a build's rho is divided, before any row is read: discoveries, then tables, then the parts of a table, refinements first.

Integers of 1e-9 rho; the parts never add up to more than the whole. Refuses to know rows. Facts: zCDP composes by
addition; the conversion is `policies.privacy`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policies.privacy import epsilon_of, rho_nano_for
from synth.plan.model import PlanRefused, TablePlan

NANO = 10**9
FEMTO = 10**15

DISCOVERY_SHARE = 0.03  # of rho, each discovery; all of them take DISCOVERIES_MOST at most
DISCOVERIES_MOST = 0.2
DISCOVERY_DELTA_SHARE = 0.1  # of the policy's delta, all discoveries together
UNIT_WEIGHT = 2.0  # a unit table's part against an owned table's
TABLE_MIN_NANO = 20_000  # below, the noise of a table's row count alone exceeds a hundred units

FAN_OUT_SHARE = 0.06  # of an owned table's part: histogram of rows an owner has
TOTAL_SHARE = 0.07  # of an owned table's part: its mass, asked directly
REFINEMENT_SHARE = 0.015  # of a table's part, each refinement; all of them take REFINEMENTS_MOST at most
REFINEMENTS_MOST = 0.06
SIBLING_SHARE = 0.03  # of an owned table's part, where an owner may have several rows: how alike they are
CHOOSING, MEASURING = "siblings: near or not", "siblings: how near"  # purposes of that
SIBLING_COLUMNS = 3  # in which siblings are measured at most


@dataclass(frozen=True, slots=True)
class Split:
    """rho_nano: reserved in one piece. tables: one part a table, in the order asked, without its refinements. discovery: of each
    discovery. refinements: of each refinement of a table, in the tables' order."""

    rho_nano: int
    delta_femto: int
    discovery_rho_nano: int
    discovery_delta_femto: int
    tables: tuple[int, ...]
    refinements: tuple[int, ...]


def split(
    epsilon: float, delta: float, weights: Sequence[float], discoveries: int, refined: Sequence[int] | None = None
) -> Split:
    """Divide what (epsilon, delta) allows. refined: columns of each table whose bins are refined. Raises PlanRefused, with the minimum,
    where parts would be too small."""
    refined = refined if refined is not None else [0] * len(weights)
    delta_femto = int(delta * FEMTO * DISCOVERY_DELTA_SHARE) // discoveries if discoveries else 0
    if discoveries and delta_femto < 1:
        raise PlanRefused(
            f"delta {delta:g} is too small for {discoveries} discoveries", hint="List the values instead."
        )
    rho_nano = rho_nano_for(epsilon, delta, delta_femto * discoveries)
    each = int(rho_nano * min(DISCOVERY_SHARE, DISCOVERIES_MOST / discoveries)) if discoveries else 0
    left = rho_nano - each * discoveries
    tables = tuple(int(left * weight / sum(weights)) for weight in weights)
    if min(tables) < TABLE_MIN_NANO or (discoveries and each < 1):
        lowest = min(weight / sum(weights) for weight in weights) * (1 - DISCOVERIES_MOST * bool(discoveries))
        least = epsilon_of(int(TABLE_MIN_NANO / lowest) + 1, delta, delta_femto * discoveries)
        raise PlanRefused(
            f"epsilon {epsilon:g} is too small for {len(weights)} private tables: the least is {least:.3g}",
            hint="Raise `privacy.release.epsilon`, or exclude tables.",
        )
    refinements = tuple(
        int(part * min(REFINEMENT_SHARE, REFINEMENTS_MOST / columns)) if columns else 0
        for part, columns in zip(tables, refined)
    )
    rest = tuple(part - cost * columns for part, cost, columns in zip(tables, refinements, refined))
    return Split(rho_nano, delta_femto * discoveries, each, delta_femto, rest, refinements)


def sibling_rho(plan: TablePlan) -> int:
    """What a table has for the likeness of siblings."""
    return int(plan.rho_nano * SIBLING_SHARE) if plan.owner is not None and not plan.at_most_one else 0


def model_rho(plan: TablePlan) -> int:
    """What an owned table has for its model."""
    return int(plan.rho_nano * (1 - TOTAL_SHARE - FAN_OUT_SHARE)) - sibling_rho(plan)
