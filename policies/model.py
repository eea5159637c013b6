"""policy.yaml as frozen pydantic models, one class a YAML object: what a security team reviews.

Holds shapes and the checks a single object can make. Refuses to know YAML text, the source and the clock. Unknown keys are
errors. Scalars of `values`, `bounds` and `step` stay the text that was written; the column's type reads them later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

_DURATION = re.compile(r"^(\d+)\s*(ms|s|m|h|d)$")
_UNITS = {"ms": timedelta(milliseconds=1), "s": timedelta(seconds=1), "m": timedelta(minutes=1),
          "h": timedelta(hours=1), "d": timedelta(days=1)}  # fmt: skip


def _duration(value: object) -> object:
    """`365d`, `60s`, `5m`, `12h`, `500ms`."""
    if not isinstance(value, str):
        return value
    found = _DURATION.match(value.strip())
    if found is None:
        raise ValueError("a duration is a whole number and ms, s, m, h or d, such as 365d")
    return int(found.group(1)) * _UNITS[found.group(2)]


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Epsilon = Annotated[float, Field(gt=0, le=100)]
Delta = Annotated[float, Field(gt=0, lt=1e-2)]


class PolicyObject(BaseModel):
    """Base of every object: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Budget(PolicyObject):
    """All releases inside the window compose to at most (epsilon, delta)."""

    epsilon: Epsilon
    delta: Delta
    window: Annotated[Duration, Field(gt=timedelta(0))]


class Lifetime(PolicyObject):
    """All releases ever made; never renews."""

    epsilon: Epsilon
    delta: Delta


class ReleaseShare(PolicyObject):
    """What one build takes unless told otherwise. delta: the budget's where absent."""

    epsilon: Epsilon
    delta: Delta | None = None


class UnitBudget(PolicyObject):
    """How much of one privacy unit may ever be told."""

    budget: Budget
    lifetime: Lifetime
    release: ReleaseShare

    @property
    def release_delta(self) -> float:
        """Delta of one release."""
        return self.release.delta if self.release.delta is not None else self.budget.delta


class PrivacyPolicy(UnitBudget):
    """Who is protected and by how much. other_units: further tables whose rows are units, each with all it owns and a budget of its own."""

    unit: str
    neighbours: Literal["add-remove-one-unit"] = "add-remove-one-unit"
    collusion: Literal["assume", "ignore"] = "assume"
    other_units: dict[str, UnitBudget] = {}

    @property
    def units(self) -> tuple[PrivacyPolicy, ...]:
        """What is said of each unit, as if it were the only one: `unit` first."""
        said: dict[str, UnitBudget] = {self.unit: self, **self.other_units}
        return tuple(
            PrivacyPolicy(
                unit=unit, neighbours=self.neighbours, collusion=self.collusion,
                budget=one.budget, lifetime=one.lifetime, release=one.release,
            )
            for unit, one in said.items()
        )  # fmt: skip


class Keep(StrEnum):
    """`keep` declares source-written text public."""

    KEEP = "keep"
    DROP = "drop"


class CatalogPolicy(PolicyObject):
    """What of the text in the source's DDL a release holds."""

    comments: Keep = Keep.DROP
    defaults: Keep = Keep.DROP
    checks: Keep = Keep.DROP
    views: Keep = Keep.DROP
    partial_indexes: Keep = Keep.DROP
    enums: Keep = Keep.KEEP

    def keeps(self, what: str) -> bool:
        """Whether the text of that kind is declared public."""
        return bool(getattr(self, what) is Keep.KEEP)

    @field_validator("enums")
    @classmethod
    def _enums_stay(cls, value: Keep) -> Keep:
        if value is Keep.DROP:
            raise ValueError("enum labels cannot be dropped; exclude the tables that use the type instead")
        return value


class Discover(PolicyObject):
    """Paid discovery of a column's values."""

    max_values: Annotated[int, Field(gt=0, le=100_000)]


class ColumnPolicy(PolicyObject):
    """What a private column becomes. `as: auto` leaves it to type, keys and constraints."""

    as_: Annotated[
        Literal["auto", "format", "number", "category", "text", "null", "constant", "key"], Field(alias="as")
    ] = "auto"
    format: str | None = None
    bounds: tuple[str, str] | None = None
    step: str | None = None
    values: tuple[str, ...] | None = None
    value: str | None = None
    source: str | None = None
    discover: Discover | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        """`column: auto` stands for `column: {as: auto}`; YAML reads `null` as no value, the kind is meant."""
        if isinstance(value, str):
            return {"as": value}
        if value is None:
            return {"as": "null"}
        if isinstance(value, dict) and "as" in value and value["as"] is None:
            return {**value, "as": "null"}
        return value

    @model_validator(mode="after")
    def _complete(self) -> ColumnPolicy:
        needs: Mapping[str, tuple[str, ...]] = {
            "format": ("format",), "number": ("bounds", "step"), "category": (), "constant": ("value",),
        }  # fmt: skip
        for name in needs.get(self.as_, ()):
            if getattr(self, name) is None:
                raise ValueError(f"`as: {self.as_}` needs `{name}`")
        if self.as_ == "category" and (self.values is None) == (self.discover is None):
            raise ValueError("`as: category` needs either `values` with their public `source`, or `discover`")
        if self.values is not None:
            if not self.values or len(set(self.values)) != len(self.values):
                raise ValueError("`values` must be different and at least one")
            if not self.source:
                raise ValueError("`values` need a `source`: why anybody may know them")
        allowed = {
            "auto": set(), "text": set(), "null": set(), "key": set(), "format": {"format"}, "constant": {"value"},
            "number": {"bounds", "step", "source"}, "category": {"values", "source", "discover"},
        }[self.as_]  # fmt: skip
        given = {name for name in ("format", "bounds", "step", "values", "value", "source", "discover")
                 if getattr(self, name) is not None}  # fmt: skip
        if extra := sorted(given - allowed):
            raise ValueError(f"`as: {self.as_}` takes no `{extra[0]}`")
        return self


class TablePolicy(PolicyObject):
    """What a table is: public, excluded, row_level, or private through its owner path (the default)."""

    public: Literal[True] | None = None
    because: str | None = None
    exclude: Literal[True] | None = None
    row_level: Literal[True] | None = None
    owner: tuple[str, ...] | None = None
    columns: dict[str, ColumnPolicy] = {}

    @model_validator(mode="before")
    @classmethod
    def _nothing_said(cls, value: Any) -> Any:
        """`public.t:` alone names the table and leaves it private."""
        return {} if value is None else value

    @field_validator("owner", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_kind(self) -> TablePolicy:
        kinds = [name for name in ("public", "exclude", "row_level") if getattr(self, name)]
        if len(kinds) > 1:
            raise ValueError(f"a table is either `{kinds[0]}` or `{kinds[1]}`")
        if self.public and not (self.because and self.because.strip()):
            raise ValueError("a public table needs `because`: why anybody may see every row")
        if self.because and not self.public:
            raise ValueError("`because` belongs to a public table")
        if (self.public or self.exclude) and self.columns:
            raise ValueError(f"a table that is `{kinds[0]}` takes no `columns`")
        if self.owner and kinds:
            raise ValueError(f"a table that is `{kinds[0]}` has no `owner`")
        return self


class ColumnSet(PolicyObject):
    """Columns by name, bare (any table of the grant) or qualified: exactly one of allow, deny."""

    allow: tuple[str, ...] | None = None
    deny: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one_side(self) -> ColumnSet:
        if (self.allow is None) == (self.deny is None):
            raise ValueError("`columns` takes either `allow` or `deny`")
        return self


class Grant(PolicyObject):
    """What a role may read. rows: an SQL condition; min_group: aggregates only, over at least so many rows."""

    tables: Annotated[tuple[str, ...], Field(min_length=1)]
    columns: ColumnSet | None = None
    rows: str | None = None
    aggregates_only: bool = False
    min_group: Annotated[int, Field(ge=1)] | None = None
    expires: date | None = None
    definer: bool = False


class Restriction(PolicyObject):
    """A condition that every row a role sees must meet besides its grants'."""

    tables: Annotated[tuple[str, ...], Field(min_length=1)]
    rows: str


class Forbid(PolicyObject):
    """What no grant can allow. columns absent: the whole table."""

    roles: Annotated[tuple[str, ...], Field(min_length=1)]
    tables: Annotated[tuple[str, ...], Field(min_length=1)]
    columns: tuple[str, ...] | None = None


class Exposure(PolicyObject):
    """The composed cost of all releases that a role may see."""

    epsilon: Epsilon


class Quota(PolicyObject):
    """Limits on use; absent = none."""

    sessions: Annotated[int, Field(ge=1)] | None = None
    concurrent: Annotated[int, Field(ge=1)] | None = None
    statement_timeout: Duration | None = None
    rows_per_day: Annotated[int, Field(ge=1)] | None = None
    statements_per_minute: Annotated[int, Field(ge=1)] | None = None


class Role(PolicyObject):
    """A Postgres user of the double."""

    inherits: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    restrict: tuple[Restriction, ...] = ()
    exposure: Exposure | None = None
    quota: Quota = Quota()


class PolicyTest(PolicyObject):
    """A statement and what must be decided about it."""

    role: str
    sql: str
    expect: Literal["allow", "deny"]
    sqlstate: str | None = None


class Policy(PolicyObject):
    """The whole file. Tables are named `schema.table`."""

    version: Literal[1]
    privacy: PrivacyPolicy
    catalog: CatalogPolicy = CatalogPolicy()
    tables: dict[str, TablePolicy]
    forbid: tuple[Forbid, ...] = ()
    roles: dict[str, Role] = {}
    tests: tuple[PolicyTest, ...] = ()

    def ancestors(self, role: str) -> tuple[str, ...]:
        """All roles that a role inherits from, nearest first, without itself."""
        found: dict[str, None] = {}
        waiting = list(self.roles[role].inherits)
        while waiting:
            name = waiting.pop(0)
            if name in self.roles and name not in found:
                found[name] = None
                waiting += self.roles[name].inherits
        found.pop(role, None)
        return tuple(found)

    def grants_of(self, role: str) -> tuple[tuple[str, int, Grant], ...]:
        """(role that says so, index there, grant) of a role and of its ancestors, each once."""
        return tuple(
            (name, index, grant)
            for name in (role, *self.ancestors(role))
            for index, grant in enumerate(self.roles[name].grants)
        )
