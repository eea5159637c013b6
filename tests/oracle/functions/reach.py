"""Which rows of the lowering's tables a run has looked up."""

from __future__ import annotations

from types import ModuleType, TracebackType
from typing import Any


class Watched(dict[str, Any]):
    """A table that remembers which of its rows were taken."""

    def __init__(self, rows: dict[str, Any]) -> None:
        super().__init__(rows)
        self.taken: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.taken.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        if key in self:
            self.taken.add(key)
        return super().get(key, default)


class Reached:
    """Watches tables while inside; tables: title -> (module, name of the table)."""

    def __init__(self, tables: dict[str, tuple[ModuleType, str]]) -> None:
        self.tables = tables
        self.watched: dict[str, Watched] = {}

    def __enter__(self) -> Reached:
        for title, (module, name) in self.tables.items():
            self.watched[title] = Watched(getattr(module, name))
            setattr(module, name, self.watched[title])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for title, (module, name) in self.tables.items():
            setattr(module, name, dict(self.watched[title]))

    def missing(self) -> set[str]:
        """Rows that nothing took."""
        return {row for table in self.watched.values() for row in table.keys() - table.taken}
