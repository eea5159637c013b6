"""The report's plots as inline SVG: numbers and labels in, markup out.

No script, no style of their own beyond class names, nothing that is loaded. Refuses to know releases. Coordinates are in the plot's own
units, 400 wide; a browser scales them.
"""

from __future__ import annotations

from collections.abc import Sequence

from synth.release.labels import NULL
from synth.release.report_html import Markup, element, join

WIDTH = 400.0
Z95 = 1.96
_LABEL, _ROW = 138.0, 17.0  # width of labels and height of a row, of bars that lie
_TALL = 150.0  # height of bars that stand
_LEFT = 34.0
COLOURS = 10  # of parts that are told apart
_SHOWN = 22  # characters of a label


def lying(labels: Sequence[str], noisy: Sequence[float], sigma: Sequence[float], synthetic: Sequence[float]) -> Markup:
    """A bar a value. All in shares of the whole; the noisy answer is a dot with its 95 % interval."""
    low, high = _span(noisy, sigma, synthetic)
    plot = WIDTH - _LABEL - 42

    def x(share: float) -> float:
        return _LABEL + (min(max(share, low), high) - low) / (high - low) * plot

    parts = []
    for i, label in enumerate(labels):
        y = i * _ROW
        said = _said(label, noisy[i], sigma[i], synthetic[i])
        parts += [
            element("text", shortened(label), x=_LABEL - 6, y=y + 12, text_anchor="end"),
            element(
                "rect",
                said,
                class_="s",
                x=_p(x(0)),
                y=y + 3,
                width=_p(max(0.0, x(synthetic[i]) - x(0))),
                height=_ROW - 6,
            ),
            _whisker(x(noisy[i] - Z95 * sigma[i]), y + _ROW / 2, x(noisy[i] + Z95 * sigma[i]), y + _ROW / 2),
            element("circle", said, class_="d", cx=_p(x(noisy[i])), cy=y + _ROW / 2, r=2.4),
            element("text", f"{synthetic[i]:.1%}", class_="t", x=WIDTH, y=y + 12, text_anchor="end"),
        ]
    height = len(labels) * _ROW
    parts.append(element("line", class_="zero", x1=_p(x(0)), x2=_p(x(0)), y1=0, y2=height))
    return _svg(join(*parts), WIDTH, height + 2)


def standing(
    labels: Sequence[str], noisy: Sequence[float], sigma: Sequence[float], synthetic: Sequence[float]
) -> Markup:
    """A bar a range, in their order."""
    low, high = _span(noisy, sigma, synthetic)
    step = (WIDTH - _LEFT) / max(1, len(labels))

    def y(share: float) -> float:
        return 6 + (high - min(max(share, low), high)) / (high - low) * (_TALL - 6)

    parts: list[Markup | None] = []
    for share in (0.0, _round(high / 2), _round(high)):
        if share <= high:
            parts.append(element("line", class_="axis", x1=_LEFT, x2=WIDTH, y1=_p(y(share)), y2=_p(y(share))))
            parts.append(
                element("text", f"{100 * share:g} %", class_="t", x=_LEFT - 4, y=_p(y(share) + 3.5), text_anchor="end")
            )
    for i, label in enumerate(labels):
        x, middle = _LEFT + i * step, _LEFT + (i + 0.5) * step
        said = _said(label, noisy[i], sigma[i], synthetic[i])
        parts += [
            element(
                "rect",
                said,
                class_="s",
                x=_p(x + step * 0.1),
                y=_p(y(synthetic[i])),
                width=_p(step * 0.8),
                height=_p(y(0) - y(synthetic[i])),
            ),
            _whisker(middle, y(noisy[i] - Z95 * sigma[i]), middle, y(noisy[i] + Z95 * sigma[i])),
            element("circle", said, class_="d", cx=_p(middle), cy=_p(y(noisy[i])), r=min(2.4, max(1.2, step / 4))),
        ]
    parts.append(element("line", class_="zero", x1=_LEFT, x2=WIDTH, y1=_p(y(0)), y2=_p(y(0))))
    if labels:
        parts += [
            element("text", shortened(labels[0].split(" – ")[0]), class_="t", x=_LEFT, y=_TALL + 14),
            element("text", shortened(_end_of(labels)), class_="t", x=WIDTH, y=_TALL + 14, text_anchor="end") if len(labels) > 1 else None,
        ]  # fmt: skip
    return _svg(join(*parts), WIDTH, _TALL + 20)


def scatter(points: Sequence[tuple[float, float, str]], across: str, up: str) -> Markup:
    """Points (x, y, what they are) against the diagonal, both axes alike."""
    most = _round(1.05 * max([0.001, *(max(x, y) for x, y, _ in points)]), up=True)
    left, width, height = 40.0, 440.0, 210.0

    def x(value: float) -> float:
        return left + value / most * (width - left - 8)

    def y(value: float) -> float:
        return 6 + (1 - value / most) * height

    parts = [element("line", class_="diagonal", x1=x(0), y1=y(0), x2=x(most), y2=y(most))]
    for tick in (0.0, most / 2, most):
        parts += [
            element("line", class_="axis", x1=left, x2=x(most), y1=_p(y(tick)), y2=_p(y(tick))),
            element("text", f"{tick:.3g}", class_="t", x=left - 5, y=_p(y(tick) + 3.5), text_anchor="end"),
            element(
                "text",
                f"{tick:.3g}",
                class_="t",
                x=_p(x(tick)),
                y=height + 20,
                text_anchor="end" if tick == most else "middle",
            ),
        ]
    parts += [element("circle", said, class_="p", cx=_p(x(a)), cy=_p(y(b)), r=3.6) for a, b, said in points]
    parts += [
        element("text", across, class_="t", x=x(most), y=height + 34, text_anchor="end"),
        element("text", up, class_="t", x=left + 4, y=15),
    ]
    return _svg(join(*parts), width, height + 40)


def stacked(rows: Sequence[tuple[str, Sequence[tuple[int, float, str]]]]) -> Markup:
    """A bar a row; each of its parts is (colour, share of the whole, what it is). The longest row is as wide as the plot."""
    width, row = 640.0, 34.0
    most = max([1e-9, *(sum(share for _, share, _ in parts) for _, parts in rows)])
    drawn = []
    for i, (label, parts) in enumerate(rows):
        at, y = 0.0, i * row
        whole = sum(share for _, share, _ in parts)
        drawn.append(element("text", f"{shortened(label, 60)}: {whole:.1%}", x=0, y=y + 12))
        for colour, share, said in parts:
            length = share / most * width
            drawn.append(
                element("rect", said, class_=f"f{colour % COLOURS}", x=_p(at), y=y + 16, width=_p(length), height=11)
            )
            at += length
    return _svg(join(*drawn), width, len(rows) * row, "wide")


def swatch(colour: str) -> Markup:
    """A square of a legend."""
    return element(
        "svg", element("rect", class_=colour, x=0, y=0, width=10, height=10), viewBox="0 0 10 10", aria_hidden="true"
    )


def whisker_key() -> Markup:
    """A dot with its interval, of a legend."""
    parts = join(_whisker(1, 5, 19, 5), element("circle", class_="d", cx=10, cy=5, r=2.4))
    return element("svg", parts, class_="key", viewBox="0 0 20 10", aria_hidden="true")


def shortened(text: str, most: int = _SHOWN) -> str:
    """A label that fits."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _end_of(labels: Sequence[str]) -> str:
    """Where ranges end, and what stands beyond them."""
    ends = [label.split(" – ")[-1] for label in labels[-2:]]
    return ends[-1] if labels[-1] != NULL else f"{ends[0]}, {NULL}"


def _svg(inner: Markup, width: float, height: float, class_: str | None = None) -> Markup:
    return element("svg", inner, class_=class_, viewBox=f"0 0 {width:g} {height:g}", role="img")


def _whisker(x1: float, y1: float, x2: float, y2: float) -> Markup:
    return element("path", class_="w", d=f"M{_p(x1)} {_p(y1)}L{_p(x2)} {_p(y2)}")


def _span(noisy: Sequence[float], sigma: Sequence[float], synthetic: Sequence[float]) -> tuple[float, float]:
    """Least and greatest share that is drawn: noise may reach beyond, but must not press the bars flat."""
    most = max([1e-6, *noisy, *synthetic])
    reach = max([most, *(n + Z95 * s for n, s in zip(noisy, sigma))])
    below = min([0.0, *(n - Z95 * s for n, s in zip(noisy, sigma))])
    high = min(reach, 2 * most)
    return max(below, -0.15 * high), high * 1.03


def _round(value: float, *, up: bool = False) -> float:
    """A tick of one or two leading digits at or below (above) a value."""
    unit = 1.0
    while unit > value:
        unit /= 10
    while unit * 10 <= value:
        unit *= 10
    found = max((step for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8) if step * unit <= value), default=1) * unit
    if up and found < value:
        return next((step for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * unit >= value), 10) * unit
    return found


def _said(label: str, noisy: float, sigma: float, synthetic: float) -> str:
    return f"{label}: noisy {noisy:.2%} ± {Z95 * sigma:.2%}, synthetic {synthetic:.2%}"


def _p(value: float) -> str:
    return f"{value:.1f}"
