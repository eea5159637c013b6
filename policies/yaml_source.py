"""YAML text → plain values that remember where they stood.

YAML 1.2 by ruamel.yaml, read as a node tree so that every value has a line and a column and a duplicate key is an error.
Refuses to know what the values mean. Shared by the policy and the deployment's configuration.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from policies.errors import PolicyInvalid

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """1-based line and column."""

    line: int
    column: int


@dataclass
class Located:
    """The values of a file and where each of them stands."""

    file: str
    value: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    _nodes: set[int] = field(default_factory=set)

    def enter(self, node: Node) -> None:
        """Refuse a node that was met before: an alias can hold itself, or grow without end, and hides from a reviewer."""
        if id(node) in self._nodes:
            mark = node.start_mark
            raise PolicyInvalid(
                f"{self.file}:{mark.line + 1}:{mark.column + 1}: anchors and aliases are not taken",
                hint="Write the value out at each place.",
            )
        self._nodes.add(id(node))

    def at(self, path: Iterable[str | int]) -> str:
        """`file:line:column` of a path, or of the nearest object that holds it."""
        known = tuple(path)
        while known not in self.places and known:
            known = known[:-1]
        place = self.places.get(known, Place(1, 1))
        return f"{self.file}:{place.line}:{place.column}"


def parse_yaml(text: str, file: str, verbatim: frozenset[str] = frozenset()) -> Located:
    """Parse one document. Scalars below a key named in `verbatim` stay text. Raises PolicyInvalid with the place."""
    try:
        node = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        raise PolicyInvalid(f"{place}: {error.problem}", hint="Correct the YAML at that place.") from error
    except YAMLError as error:
        raise PolicyInvalid(f"{file}: not YAML", hint="The file must be YAML 1.2 in UTF-8.") from error
    except RecursionError as error:
        raise PolicyInvalid(
            f"{file}: nested too deeply", hint="No object of the file is deeper than a few levels."
        ) from error
    located = Located(file)
    if node is not None:
        located.value = _value(node, (), located, verbatim, False)
    return located


def _value(node: Node, path: Path, located: Located, verbatim: frozenset[str], as_text: bool) -> Any:
    located.enter(node)
    located.places.setdefault(path, Place(node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, ScalarNode):
        return node.value if as_text else _scalar(node)
    if isinstance(node, SequenceNode):
        return [_value(item, (*path, index), located, verbatim, as_text) for index, item in enumerate(node.value)]
    assert isinstance(node, MappingNode)
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, ScalarNode):
            raise PolicyInvalid(f"{located.at(path)}: a key must be a scalar", hint="Write `key: value`.")
        key = str(key_node.value)
        place = Place(key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        if key in found:
            first = located.places[*path, key]
            raise PolicyInvalid(
                f'{located.file}:{place.line}:{place.column}: key "{key}" appears twice',
                hint=f"It stands first in line {first.line}; keep one of the two.",
            )
        located.places[*path, key] = place
        found[key] = _value(value_node, (*path, key), located, verbatim, key in verbatim)
    return found


def _scalar(node: ScalarNode) -> Any:
    kind, text = str(node.tag).rsplit(":", 1)[-1], str(node.value)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    try:
        if kind == "int":
            return int(text.replace("_", ""), 0)
        if kind == "float":
            return float(text.replace("_", ""))
    except ValueError:
        return text
    return text


def explain(error: ValidationError, located: Located, known_keys: Iterable[str]) -> PolicyInvalid:
    """All of pydantic's findings as one error: a line each, with its place and, for an unknown key, the nearest one."""
    lines, hints = [], []
    for finding in error.errors():
        path = _real_path(finding["loc"], located)
        lines.append(f"{located.at(path)}: {_sentence(finding, path)}")
        if finding["type"] == "extra_forbidden":
            near = difflib.get_close_matches(str(finding["loc"][-1]), list(known_keys), n=1)
            hints.append(f'Did you mean "{near[0]}"?' if near else "Remove the key.")
    return PolicyInvalid("\n".join(lines), hint=hints[0] if hints else "Correct the file at that place.")


def _real_path(location: tuple[int | str, ...], located: Located) -> Path:
    """pydantic names validators and aliases in its paths; keep what the file has."""
    path: Path = ()
    for step in location:
        if (*path, step) in located.places:
            path = (*path, step)
    return path


def _sentence(finding: Mapping[str, Any], path: Path) -> str:
    where = ".".join(str(step) for step in path) or "the file"
    if finding["type"] == "extra_forbidden":
        return f'unknown key "{finding["loc"][-1]}" in {where.rsplit(".", 1)[0]}'
    if finding["type"] == "missing":
        return f'{where} lacks the key "{finding["loc"][-1]}"'
    message = str(finding["msg"]).removeprefix("Value error, ")
    return f"{where}: {message[0].lower()}{message[1:]}"
