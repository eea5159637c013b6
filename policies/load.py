"""policy.yaml → Policy: the file's shape, then what holds between its objects.

Every error is a PolicyInvalid that names file:line:column and says what to do; several are reported together. Refuses to
know the source: that the tables exist is the plan's matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import combinations
from pathlib import Path

from pydantic import BaseModel, ValidationError

from policies import model
from policies.entry import text_hash
from policies.errors import PolicyInvalid
from policies.model import Grant, Policy
from policies.yaml_source import Located, explain, parse_yaml

VERBATIM = frozenset({"values", "bounds", "step", "value"})


@dataclass(frozen=True, slots=True)
class LoadedPolicy:
    """A policy, where its objects stand, and the SHA-256 of its text."""

    policy: Policy
    source: Located
    sha256: str

    def at(self, *path: str | int) -> str:
        """`file:line:column` of an object, such as at("roles", "analyst", "grants", 0)."""
        return self.source.at(path)


def load_policy(path: Path) -> LoadedPolicy:
    """Read a policy file. Raises PolicyInvalid."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise PolicyInvalid(f"{path}: no such file", hint="`pgdouble init` writes a first draft.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyInvalid(f"{path}: cannot be read as UTF-8 text", hint="Check the path and its rights.") from error
    return parse_policy(text, str(path))


def parse_policy(text: str, file: str = "policy.yaml") -> LoadedPolicy:
    """The policy in `text`. Raises PolicyInvalid."""
    located = parse_yaml(text, file, VERBATIM)
    if not isinstance(located.value, dict):
        raise PolicyInvalid(f"{file}:1:1: the file is empty", hint="`pgdouble init` writes a first draft.")
    try:
        policy = Policy.model_validate(located.value)
    except ValidationError as error:
        raise explain(error, located, _known_keys()) from error
    loaded = LoadedPolicy(policy, located, text_hash(text))
    if problems := list(_problems(loaded)):
        raise PolicyInvalid("\n".join(problems), hint="Correct the file at that place.")
    return loaded


def matches(pattern: str, name: str) -> bool:
    """Whether a pattern such as `public.*` names a table or a column."""
    return fnmatchcase(name, pattern)


def flattened(policy: Policy, role: str, seen: frozenset[str] = frozenset()) -> tuple[tuple[str, int, Grant], ...]:
    """(role that says so, index, grant) of a role and of all it inherits from."""
    found = [(role, index, grant) for index, grant in enumerate(policy.roles[role].grants)]
    for parent in policy.roles[role].inherits:
        if parent in policy.roles and parent not in seen:
            found += flattened(policy, parent, seen | {role})
    return tuple(found)


def _known_keys() -> set[str]:
    """Every key some object of the file takes."""
    keys: set[str] = set()
    for value in vars(model).values():
        if isinstance(value, type) and issubclass(value, BaseModel):
            keys |= {info.alias or name for name, info in value.model_fields.items()}
    return keys


def _problems(loaded: LoadedPolicy) -> Iterator[str]:
    policy = loaded.policy
    if policy.privacy.unit not in policy.tables:
        yield f'{loaded.at("privacy", "unit")}: unit table "{policy.privacy.unit}" has no entry under tables'
    elif (unit := policy.tables[policy.privacy.unit]).public or unit.exclude or unit.row_level or unit.owner:
        yield f"{loaded.at('tables', policy.privacy.unit)}: the unit table is private and owns itself"
    for name in policy.tables:
        if name.count(".") < 1:
            yield f'{loaded.at("tables", name)}: table "{name}" needs its schema, such as public.{name}'
    if policy.privacy.release.epsilon > policy.privacy.budget.epsilon:
        yield f"{loaded.at('privacy', 'release')}: one release takes more epsilon than the whole window has"
    if policy.privacy.budget.epsilon > policy.privacy.lifetime.epsilon:
        yield f"{loaded.at('privacy', 'budget')}: the window has more epsilon than the lifetime"
    for role in policy.roles:
        yield from _role_problems(loaded, role)
    for index, test in enumerate(policy.tests):
        if test.role not in policy.roles:
            yield f'{loaded.at("tests", index, "role")}: no role "{test.role}"'
    for index, forbid in enumerate(policy.forbid):
        for role in forbid.roles:
            if role != "*" and role not in policy.roles:
                yield f'{loaded.at("forbid", index, "roles")}: no role "{role}"'
        for pattern in forbid.tables:
            if not any(matches(pattern, table) for table in policy.tables):
                yield f'{loaded.at("forbid", index, "tables")}: "{pattern}" matches no table of the policy'


def _role_problems(loaded: LoadedPolicy, role: str) -> Iterator[str]:
    policy = loaded.policy
    for parent in policy.roles[role].inherits:
        if parent not in policy.roles:
            yield f'{loaded.at("roles", role, "inherits")}: no role "{parent}"'
        elif _reaches(policy, parent, role):
            yield f'{loaded.at("roles", role, "inherits")}: role "{role}" inherits from itself'
            return
    grants = flattened(policy, role)
    for owner, index, grant in grants:
        for pattern in grant.tables:
            if not any(matches(pattern, table) for table in policy.tables):
                yield f'{loaded.at("roles", owner, "grants", index, "tables")}: "{pattern}" matches no table of the policy'
    for index, restriction in enumerate(policy.roles[role].restrict):
        for pattern in restriction.tables:
            if not any(matches(pattern, table) for table in policy.tables):
                yield f'{loaded.at("roles", role, "restrict", index, "tables")}: "{pattern}" matches no table of the policy'
    for (_, _, first), (owner, index, second) in combinations(grants, 2):
        shared = [table for table in policy.tables if _covers(first, table) and _covers(second, table)]
        if shared and first.rows != second.rows and first.columns != second.columns:
            yield (
                f'{loaded.at("roles", owner, "grants", index)}: two grants of "{role}" on {shared[0]} differ in rows and '
                "in columns; what they allow together is no table"
            )


def _covers(grant: Grant, table: str) -> bool:
    return any(matches(pattern, table) for pattern in grant.tables)


def _reaches(policy: Policy, start: str, goal: str, seen: frozenset[str] = frozenset()) -> bool:
    if start == goal:
        return True
    if start in seen or start not in policy.roles:
        return False
    return any(_reaches(policy, parent, goal, seen | {start}) for parent in policy.roles[start].inherits)
