"""What the demo prints: headings, and two answers side by side.

Knows rich and nothing of servers. Without a terminal the width is fixed, so that a log reads as the screen does.
"""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pgdouble.demo.psql import Answer
from pgdouble.demo.statements import Question

LOG_WIDTH = 150
GAP = 9  # rule and padding between two answers


def console() -> Console:
    """Stdout, wide enough for two answers."""
    screen = Console(highlight=False)
    return screen if screen.is_terminal else Console(highlight=False, width=LOG_WIDTH)


def heading(screen: Console, text: str) -> None:
    """A step of the demo."""
    screen.print()
    screen.rule(Text(text, style="bold"), align="left")


def side_by_side(screen: Console, number: int, question: Question, source: Answer, double: Answer) -> None:
    """One question and both answers as psql printed them; one above the other where they are too wide."""
    heading(screen, f"{number}. {question.title}")
    screen.print(Text(question.sql, style="cyan"))
    if _width(source) + _width(double) + GAP > screen.width:
        for name, answer in (("source", source), ("double", double)):
            screen.print(Text(f"-- {name}", style="bold"))
            screen.print(Text(answer.text), soft_wrap=True)
        return
    table = Table(expand=False, show_edge=False, pad_edge=False, padding=(0, 2))
    table.add_column("source", no_wrap=True)
    table.add_column("double", no_wrap=True)
    table.add_row(Text(source.text), Text(double.text))
    screen.print(table)


def _width(answer: Answer) -> int:
    return max(len(line) for line in answer.text.splitlines() or [""])
