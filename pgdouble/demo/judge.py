"""Whether the double's answer is what a question expects beside the source's.

Pure: two answers and an expectation in, one sentence out. Refuses to judge how close figures are; the release's own
accuracy report does that.
"""

from __future__ import annotations

from pgdouble.demo.psql import Answer
from pgdouble.demo.statements import Expect

_REFUSALS = {Expect.DENIED: "42501", Expect.READ_ONLY: "25006"}


def fault(expect: Expect, source: Answer, double: Answer) -> str:
    """What is wrong with the double's answer; '' where nothing is."""
    if expect in _REFUSALS:
        wanted = _REFUSALS[expect]
        return (
            ""
            if double.sqlstate == wanted
            else f"expected a refusal with {wanted}, got {double.sqlstate or 'an answer'}"
        )
    if source.sqlstate:
        return f"the source failed with {source.sqlstate}"
    if double.sqlstate:
        return f"the double failed with {double.sqlstate}"
    if expect is Expect.EQUAL:
        return "" if double.text == source.text else "the answers differ"
    if double.header != source.header:
        return f"columns differ: {double.header}"
    return "" if double.has_rows else "the double answered no row"
