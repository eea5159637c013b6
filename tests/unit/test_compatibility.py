"""docs/compatibility.md holds together, and refuses nothing that the lowering has a row for."""

from __future__ import annotations

import re
from pathlib import Path

from proxy.sql.lower import calls

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "compatibility.md").read_text(encoding="utf-8")


def test_the_last_line_adds_up() -> None:
    found = re.search(
        r"^    oracle: (\d+) statements, (\d+) equal, (\d+) refused, (\d+) different$", PAGE, re.MULTILINE
    )
    assert found is not None
    asked, *verdicts = map(int, found.groups())
    assert asked >= 1500 and asked == sum(verdicts)


def test_every_chapter_adds_up() -> None:
    rows = re.findall(r"^\| ([a-z/ -]+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    assert len(rows) == 16
    counts = [tuple(map(int, row[1:])) for row in rows]
    assert all(rows == sum(rest) for rows, *rest in counts)
    assert tuple(map(sum, zip(*counts[:-1]))) == counts[-1]


def test_what_has_a_row_of_its_own_is_not_listed_as_unknown() -> None:
    """A row that was added since the page was made: `make oracle` brings it up to date."""
    listed = re.findall(
        r"^\| `([a-z0-9_]+)\(([^`]*)\)` \| function .* is not supported by the double \|$", PAGE, re.MULTILINE
    )
    assert listed
    signatures = {f"{name}({args.replace(' ', '')})" for name, args in listed}
    assert signatures & (calls.TEMPLATES.keys() | calls.HANDLERS.keys()) == set()
