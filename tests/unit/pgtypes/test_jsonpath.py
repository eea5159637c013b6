"""The grammar of jsonpath where no Postgres is needed: texts that are their own canonical form, depth, and arbitrary text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.errors import PgError
from proxy.pgtypes import read_text
from proxy.pgtypes.codec import Input
from proxy.pgtypes.errors import InvalidBinary, StackDepthExceeded
from proxy.pgtypes.jsonpath import JsonPath
from proxy.pgtypes.jsonpath_input import read_path

JSONPATH = 4072
CANONICAL = (
    "$", "strict $", '$."a"."b c"', '$[0,1 to last]', "$.**{2 to last}", '$?(@."a" == 1 && @."b" != "x")', "($ + 1 * 2)",
    '$?(exists (@."a"))', "$?((@ > 1) is unknown)", '$?(@ like_regex "^a" flag "im")', '$"v"', "(1).type()", "$.decimal(5,2).time(3)",
    "-(-1)", "(-$)",
)  # fmt: skip
PIECES = st.sampled_from(
    ["$", "@", ".a", '."b"', "[*]", "[0]", " ? (", ")", "(", "1", "1.5e3", "==", "&&", "||", "!", "+", "-", "last", "to", ".**", "{2}",
     "exists", "is unknown", "like_regex", '"x"', ".type()", "/* c */", "\\", '"', "strict ", " "]
)  # fmt: skip


@pytest.mark.parametrize("text", [text for text in CANONICAL if text != "-(-1)"])
def test_a_canonical_path_is_kept(text: str) -> None:
    assert read_path(text).text() == text


def test_a_sign_is_part_of_a_number() -> None:
    assert read_path("-(-1)").text() == "1"


def test_nesting_is_limited() -> None:
    with pytest.raises(StackDepthExceeded):
        read_path("(" * 5_000 + "$" + ")" * 5_000)
    with pytest.raises(StackDepthExceeded):
        read_path("-" * 5_000 + "$")


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        printed = read_path(text).text()
    except PgError:
        return
    assert read_path(printed).text() == printed  # what is printed means the same


def test_binary_is_a_version_and_the_text() -> None:
    codec = JsonPath("jsonpath")
    sent = codec.send(read_text(JSONPATH, "$.a", None))
    assert sent == b'\x01$."a"'
    assert codec.receive(sent, Input()) == '$."a"'
    with pytest.raises(InvalidBinary):
        codec.receive(b"\x02$", Input())
