"""policy.yaml → LoadedPolicy: the file's text, its shape, then what `review.py` holds of its objects together.

Every error is a PolicyInvalid that names file:line:column and says what to do; several are reported together. Refuses to
know the source: that the tables exist is the plan's matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ValidationError

from policies import model, review
from policies.entry import text_hash
from policies.errors import PolicyInvalid
from policies.model import Policy
from policies.yaml_source import Located, explain, parse_yaml

VERBATIM = frozenset({"values", "bounds", "step", "value"})


@dataclass(frozen=True, slots=True)
class LoadedPolicy:
    """A policy, where its objects stand, the SHA-256 of its text, and what a reviewer should look at twice."""

    policy: Policy
    source: Located
    sha256: str
    warnings: tuple[str, ...] = ()

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
    if problems := list(review.problems(policy, located)):
        raise PolicyInvalid("\n".join(problems), hint="Correct the file at that place.")
    return replace(loaded, warnings=tuple(review.warnings(policy, located)))


def _known_keys() -> set[str]:
    """Every key some object of the file takes."""
    keys: set[str] = set()
    for value in vars(model).values():
        if isinstance(value, type) and issubclass(value, BaseModel):
            keys |= {info.alias or name for name, info in value.model_fields.items()}
    return keys
