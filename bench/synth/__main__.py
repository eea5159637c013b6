"""Runs the groups named, all by default: a line a figure as it comes, and with `--write FILE` a table of all in a document.

python -m bench.synth [--write docs/benchmarks.md] [adult] [rivals] [others] [boosting] [tpch] [stats] [large] [coverage]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.parts import SYNTH, replace_parts
from bench.synth.groups import GROUPS
from bench.synth.rows import Row, part
from bench.synth.sets import NoData


def main(names: list[str], document: Path | None) -> None:
    """See the module."""
    for name in names or GROUPS:
        rows: list[Row] = []
        try:
            for row in GROUPS[name]():
                rows.append(row)
                print(f"{row.case:64} {row.figure:34} {row.must:14} {row.note}", flush=True)
        except NoData as missing:
            print(f"{name}: left out; {missing}", file=sys.stderr)
            continue
        if document is not None:
            replace_parts(document, {SYNTH[name]: part(name, rows)})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bench.synth")
    parser.add_argument("--write", type=Path)
    parser.add_argument("groups", nargs="*", help=", ".join(GROUPS))
    arguments = parser.parse_args()
    main(list(arguments.groups), arguments.write)
