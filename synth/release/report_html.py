"""Elements of a page, escaped by construction: text is text unless it is `Markup`, and only `element` makes markup.

Names and texts of a source are hostile until shown otherwise: besides the five characters of HTML, what has no shape of its own (controls,
directions, blanks of no width) is written as its number, so that no name can hide or turn round another. Refuses to know reports.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Sequence

Child = str | int | float | None
_VOID = frozenset({"meta", "br", "line", "rect", "circle", "path"})
_SHAPELESS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def escape(text: str) -> Markup:
    """A text as HTML that shows it."""
    return Markup(html.escape("".join(map(_shown, text)), quote=True))


def element(tag: str, /, *children: Child, **attributes: Child) -> Markup:
    """One element. Children are escaped unless they are markup; an attribute of None is left out; `class_` is class, `a_b` is a-b."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if tag in _VOID:
        inner = "".join(f"<title>{escape(str(child))}</title>" for child in children if child is not None)
        return Markup(f"<{tag}{written}>{inner}</{tag}>") if inner else Markup(f"<{tag}{written}{_end(tag)}>")
    return Markup(f"<{tag}{written}>{join(*children)}</{tag}>")


def join(*children: Child) -> Markup:
    """Children one after the other."""
    return Markup("".join(_child(child) for child in children))


def table(
    heads: Sequence[Child], rows: Iterable[Sequence[Child]], *, numbers: Iterable[int] = (), **attributes: Child
) -> Markup:
    """A table that scrolls where the page is narrow. numbers: columns that are set to the right."""
    right = set(numbers)

    def line(cells: Sequence[Child], kind: str) -> Markup:
        return element("tr", *(element(kind, cell, class_="n" if i in right else None) for i, cell in enumerate(cells)))

    head = element("thead", line(heads, "th"))
    return element(
        "div",
        element("table", head, element("tbody", *(line(row, "td") for row in rows)), **attributes),
        class_="scroll",
    )


def _child(child: Child) -> str:
    if child is None:
        return ""
    return child if isinstance(child, Markup) else escape(str(child))


def _end(name: str) -> str:
    return "" if name in ("meta", "br") else "/"


def _shown(character: str) -> str:
    return f"\\u{{{ord(character):x}}}" if unicodedata.category(character) in _SHAPELESS else character
