"""What a build is made for, as hashes: the policy's part of it, the source's structure, the plan. Pure.

Two builds of the same three ask the same questions of the same answers, so that one can go on where the other ended. Numbers that the
source gives (OIDs) do not count, names do; what only serving depends on (roles, tests) does not either. Refuses to know rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from policies.model import Policy
from synth.plan.model import BuildPlan
from synth.release.manifest import TableKind
from synth.source.renumber import SCHEMA_FIELDS
from synth.source.schema import ForeignKey, Schema

POLICY, STRUCTURE, PLAN = "policy", "structure", "plan"


def identity_of(policy: Policy, plan: BuildPlan) -> dict[str, str]:
    """The hashes by what they are of."""
    used = [each.table for each in plan.tables.values() if each.kind is not TableKind.EXCLUDED]
    tables = sorted((_named(table, plan.schema) for table in used), key=lambda one: str(one["name"]))
    columns = [
        [plan.tables[oid].table.qualified, plan.tables[oid].rho_nano]
        + [[column.column.name, str(column.role), repr(column.domain)] for column in plan.tables[oid].columns]
        for oid in plan.order
    ]
    return {
        POLICY: _hash(policy.model_dump(mode="json", include={"privacy", "catalog", "tables"})),
        STRUCTURE: _hash(tables),
        PLAN: _hash(
            [[each.name, each.epsilon, each.delta, each.rho_nano, each.delta_femto] for each in plan.units] + columns
        ),
    }


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """What is another one, in words for a message; '' where all is the same."""
    if before.get(POLICY) != now[POLICY]:
        return "the policy has changed since"
    if before.get(STRUCTURE) != now[STRUCTURE]:
        return "tables of the source have changed since"
    return (
        ""
        if before.get(PLAN) == now[PLAN]
        else "its plan is another one now, by its epsilon or by the version of pgdouble"
    )


def _named(value: Any, schema: Schema) -> Any:
    """A value of the schema as JSON without OIDs; a foreign key's target by its name."""
    if isinstance(value, Mapping):
        return sorted([key, _named(item, schema)] for key, item in value.items())
    if isinstance(value, tuple):
        return [_named(item, schema) for item in value]
    if not is_dataclass(value):
        return value.value if isinstance(value, Enum) else value
    named = {
        field.name: _named(getattr(value, field.name), schema)
        for field in fields(value)
        if field.name not in SCHEMA_FIELDS
    }
    if isinstance(value, ForeignKey):
        named["refers_to"] = schema.tables[value.target].qualified
    return named


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
