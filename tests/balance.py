"""Which files of tests go to which worker of `pytest -n`, and in which order: a file at a time, but for those that share what is dear.

A worker has its own session fixtures, so files that ask for the same data set, mirror and server are one unit of work. Units that start
servers go first, and what is short is left for the end, when one worker would wait for the other. Knows nothing of what is tested:
any order and any division has to pass.
"""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

# Files by what they share: the whole shop, its mirror and a server; the public data sets, theirs; a table of every type, its.
TOGETHER: dict[str, tuple[str, ...]] = {
    "shop": tuple(
        f"tests/oracle/test_{name}.py"
        for name in ("analysis", "errors", "hostile", "known", "nesting", "statements", "styles")
    ),
    "data sets": (
        *(f"tests/clients/test_{name}.py" for name in ("psql", "drivers", "session")),
        "tests/e2e/test_public_data.py",
    ),
    "typed": tuple(f"tests/clients/test_{name}.py" for name in ("types", "round_trips", "pgjdbc", "psqlodbc")),
}
UNIT_OF = {file: unit for unit, files in TOGETHER.items() for file in files}
# The longest first; what is not here comes last.
DEAR = (
    *TOGETHER, "tests/oracle/test_another_version.py", "tests/faults/test_heavy_statements.py", "tests/unit/synth/test_build.py",
    "tests/e2e", "tests/oracle", "tests/privacy", "tests/faults", "tests/clients", "tests/transcripts", "tests/protocol", "tests/codec",
    "tests/unit/policing", "tests/unit/synth", "tests/unit/policies", "tests/unit/pgtypes", "tests/unit/cli",
)  # fmt: skip


class ByWhatIsShared(LoadFileScheduling):  # type: ignore[misc]
    """`--dist loadfile` with units of several files, the dear ones first."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return UNIT_OF.get(file, file)

    def _assign_work_unit(self, node: WorkerController) -> None:
        self.workqueue.move_to_end(min(self.workqueue, key=rank), last=False)
        super()._assign_work_unit(node)


def rank(unit: str) -> int:
    """Of a unit's name: the place of the first of DEAR that it is or lies in."""
    return next((place for place, dear in enumerate(DEAR) if unit.startswith(dear)), len(DEAR))
