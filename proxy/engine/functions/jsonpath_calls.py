"""jsonb_path_query and its kin as functions of the engine.

A silent call gives what was found before an error. Refuses to know how paths are run. Facts: the functions' own comments in
src/backend/utils/adt/jsonpath_exec.c; the operators @? and @@ are silent calls without variables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.jsonb import parsed
from proxy.engine.functions.jsonpath import NOT_SINGLE, Run, printed
from proxy.engine.functions.jsonpath_methods import Suppressed, Value
from proxy.engine.functions.jsonpath_times import Zone
from proxy.engine.functions.udf import function
from proxy.pgtypes.errors import StackDepthExceeded
from proxy.pgtypes.jsonpath_input import read_path

ARGUMENTS = "VARCHAR VARCHAR VARCHAR BOOLEAN VARCHAR BOOLEAN INTEGER"
Answer = TypeVar("Answer")


def _run(text: str, path: str, variables: str, zone: Zone, version: int) -> Run:
    given = parsed(variables) if variables else None
    if variables and not isinstance(given, dict):
        raise PgDomainError(
            "22023",
            '"vars" argument is not an object',
            'Jsonpath parameters should be encoded as key-value pairs of "vars" object.',
        )
    return Run(read_path(path), parsed(text), given if isinstance(given, dict) else None, zone, version)


def _guarded(compute: Callable[[], Answer]) -> Answer:
    try:
        return compute()
    except RecursionError:
        raise StackDepthExceeded from None


def _found(run: Run, silent: bool) -> Iterator[Value]:
    try:
        yield from run.found()
    except Suppressed:
        if not silent:
            raise


@function(ARGUMENTS, "VARCHAR[]")
def jsonpath_query(
    text: str, path: str, variables: str, silent: bool, timezone: str, zoned: bool, version: int
) -> list[str]:
    run = _run(text, path, variables, Zone(timezone, zoned), version)
    return _guarded(lambda: [printed(one) for one in _found(run, silent)])


@function(ARGUMENTS, "VARCHAR")
def jsonpath_query_array(
    text: str, path: str, variables: str, silent: bool, timezone: str, zoned: bool, version: int
) -> str:
    return f"[{', '.join(jsonpath_query(text, path, variables, silent, timezone, zoned, version))}]"


@function(ARGUMENTS, "VARCHAR")
def jsonpath_query_first(
    text: str, path: str, variables: str, silent: bool, timezone: str, zoned: bool, version: int
) -> str | None:
    """Looks at everything, for errors."""
    return next(iter(jsonpath_query(text, path, variables, silent, timezone, zoned, version)), None)


@function(ARGUMENTS, "BOOLEAN")
def jsonpath_exists(
    text: str, path: str, variables: str, silent: bool, timezone: str, zoned: bool, version: int
) -> bool | None:
    run = _run(text, path, variables, Zone(timezone, zoned), version)
    try:
        return _guarded(run.exists)
    except Suppressed:
        if not silent:
            raise
        return None


@function(ARGUMENTS, "BOOLEAN")
def jsonpath_match(
    text: str, path: str, variables: str, silent: bool, timezone: str, zoned: bool, version: int
) -> bool | None:
    run = _run(text, path, variables, Zone(timezone, zoned), version)
    found = _guarded(lambda: list(_found(run, silent)))
    if len(found) == 1 and (found[0] is None or isinstance(found[0], bool)):
        return found[0]
    if silent:
        return None
    raise PgDomainError(NOT_SINGLE, "single boolean result is expected")
