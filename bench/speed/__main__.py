"""Runs the cases named, all by default, and prints a line a figure as it comes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator

from bench.speed import bulk, small
from bench.speed.figures import Figure

CASES: dict[str, Callable[[], Iterator[Figure]]] = {"bulk": bulk.run, "small": small.run}


def main(names: list[str]) -> None:
    """See the module."""
    for name in names or CASES:
        for figure in CASES[name]():
            print(
                f"{figure.case:50} {figure.ours:9.4f} s  {figure.theirs:9.4f} s  {figure.ratio:6.2f}x  {figure.note}",
                file=sys.stderr,
            )
            print(json.dumps({"group": name, **figure.as_json()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
