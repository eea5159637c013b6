"""Where the containers of a document lie in jsonb's binary form, which .keyvalue() of a jsonpath shows as an object's identity.

Computes sizes and alignment only; refuses to build the form. Facts: convertJsonbValue in src/backend/utils/adt/jsonb_util.c: a header,
an entry of four bytes for each key and value, then keys, then values; containers and numbers start at multiples of four.
"""

from __future__ import annotations

from proxy.pgtypes.jsonb import Json
from proxy.pgtypes.numeric import send_numeric

WORD = 4
NUMERIC_HEADER = 4  # a length word
SHORT_WEIGHT, SHORT_SCALE = 64, 63  # numerics beyond these have a longer header
WIRE_HEADER = 8


def offsets(document: list[Json] | dict[str, Json]) -> dict[int, int]:
    """id() of each container in it -> bytes from its start."""
    found: dict[int, int] = {}
    _place(document, 0, found)
    return found


def _place(value: Json, at: int, found: dict[int, int]) -> int:
    """Where the value ends that may start at `at`."""
    if isinstance(value, str):
        return at + len(value.encode())
    if isinstance(value, tuple):
        return _aligned(at) + _numeric_size(value[0])
    if not isinstance(value, list | dict):
        return at
    at = _aligned(at)
    found[id(value)] = at
    names = list(value) if isinstance(value, dict) else []
    at += WORD + WORD * (len(value) + len(names))
    at += sum(len(name.encode()) for name in names)
    for item in value.values() if isinstance(value, dict) else value:
        at = _place(item, at, found)
    return at


def _aligned(at: int) -> int:
    return -(-at // WORD) * WORD


def _numeric_size(text: str) -> int:
    """Bytes of a numeric as it is stored."""
    sent = send_numeric(text)
    groups, weight = int.from_bytes(sent[:2]), int.from_bytes(sent[2:4], signed=True)
    scale = int.from_bytes(sent[6:8])
    short = scale <= SHORT_SCALE and -SHORT_WEIGHT <= weight < SHORT_WEIGHT
    return NUMERIC_HEADER + (2 if short else 4) + 2 * groups
