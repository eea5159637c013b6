"""Runs the groups named, all by default: a line a figure as it comes, and with `--write FILE` a table of all in a document.

python -m bench.speed [--write docs/benchmarks.md] [bulk] [small] [tpch] [compiling] [control]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.speed import bulk, compiling, control, small, tpch
from bench.speed.document import write
from bench.speed.figures import Figure

GROUPS: dict[str, Callable[[], Iterator[Figure]]] = {
    "bulk": bulk.run, "small": small.run, "tpch": tpch.run, "compiling": compiling.run, "control": control.run,
}  # fmt: skip


def main(names: list[str], document: Path | None) -> None:
    """See the module."""
    found: dict[str, list[Figure]] = {}
    for name in names or GROUPS:
        for figure in GROUPS[name]():
            found.setdefault(name, []).append(figure)
            print(f"{figure.case:52} {figure.shown()}", file=sys.stderr)
            print(json.dumps({"group": name, **figure.as_json()}), flush=True)
    if document is not None:
        write(document, found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bench.speed")
    parser.add_argument("--write", type=Path)
    parser.add_argument("groups", nargs="*", help=", ".join(GROUPS))
    arguments = parser.parse_args()
    main(list(arguments.groups), arguments.write)
