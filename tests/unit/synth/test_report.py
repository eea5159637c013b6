"""The report as a page: nothing is loaded, nothing runs, every name is text; and what it warns of."""

from __future__ import annotations

import ast
import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from synth.release.evidence import Evidence
from synth.release.manifest import Manifest, TableKind
from synth.release.report import page
from synth.release.report_html import element, escape
from synth.release.report_plots import lying, scatter, standing
from synth.release.report_warnings import warnings
from tests.unit.synth.made_report import made_evidence, made_manifest

RELEASE = Path(__file__).parents[3] / "synth" / "release"
WRITERS = sorted([*RELEASE.glob("report*.py"), *RELEASE.glob("review*.py"), RELEASE / "evidence.py"])
VOID = {"meta", "br"}
HOSTILE = (
    "<script>document.title='owned'</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</style><style>*{display:none}</style>",
    "</title></svg><iframe src=//x>",
    "&lt;b&gt; &amp; & <!-- --> ]]>",
    "javascript:alert(1)",
    "x" * 500,
)  # fmt: skip
SHAPELESS = {"a\u202eb": "a\\u{202e}b", "a\x1b[31mb": "a\\u{1b}[31mb", "a\u200bb": "a\\u{200b}b", "a\nb": "a\\u{a}b"}


class Page(HTMLParser):
    """Elements, attributes and text of a page; fails where tags do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)


def made(name: str = "person", text: str = "said so") -> Page:
    return Page(page(made_manifest(name, text=text), made_evidence(name)))


def test_it_loads_nothing_and_runs_nothing() -> None:
    parsed = made()
    assert not parsed.tags & {
        "script",
        "img",
        "iframe",
        "object",
        "embed",
        "link",
        "base",
        "form",
        "video",
        "use",
        "image",
    }
    for tag, name, value in parsed.attributes:
        assert not name.startswith("on") and name not in ("src", "style", "srcset", "action", "xlink:href"), (tag, name)
        assert name != "href" or (tag == "a" and value.startswith("#")), value
    text = page(made_manifest(), made_evidence())
    assert "url(" not in text and "@import" not in text and "http" not in text.replace("http-equiv", "")


def test_its_own_rule_admits_its_style_sheet_and_nothing_else() -> None:
    text = page(made_manifest(), made_evidence())
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    rule = dict(part.strip().split(" ", 1) for part in next(
        value for _, name, value in made().attributes if name == "content" and "default-src" in value).split(";"))  # fmt: skip
    assert rule["default-src"] == "'none'" and rule["style-src"] == f"'sha256-{digest}'"
    assert text.index("Content-Security-Policy") < text.index("<style>")


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: text[:20])
def test_hostile_names_and_texts_are_text(hostile: str) -> None:
    plain, parsed = made(), made(hostile, hostile)
    assert parsed.tags == plain.tags
    assert len(parsed.attributes) == len(plain.attributes)
    assert "".join(parsed.text).count(hostile) >= 10


@pytest.mark.parametrize("name", SHAPELESS, ids=SHAPELESS.values())
def test_what_has_no_shape_is_written_as_its_number(name: str) -> None:
    text = page(made_manifest(name, text=name), made_evidence(name))
    assert name not in text and SHAPELESS[name] in text


def test_places_that_are_linked_to_are_there_once() -> None:
    ids = [value for _, name, value in made().attributes if name == "id"]
    links = {value[1:] for _, name, value in made().attributes if name == "href"}
    assert len(ids) == len(set(ids)) and links <= set(ids) and len(links) > 8


def test_what_it_says() -> None:
    said = " ".join(made(text="their own catalogue").text)
    facts = (
        "public.person",
        "0.9",
        "1e-09",
        "80 – 110",
        "their own catalogue",
        "16",
        "20.00%",
        "lifetime",
        "OpenDP 0.16.0",
    )
    for fact in (*facts, "ab" * 32, "ef" * 32, "One row of person.", "2 values + NULL", "0.400"):
        assert fact in said, fact


def test_warnings_name_what_must_not_be_overlooked() -> None:
    found = warnings(made_manifest(), made_evidence())
    assert [text.split(" ")[0] for text in found] == [
        "public.person2:",
        "public.person2:",
        "public.person.when:",
        "public.person:",
        "public.person:",
    ]
    calm = made_manifest().model_copy(update={"tables": made_manifest().tables[:1]})
    assert warnings(calm, Evidence(tables=())) == []


def test_warnings_of_the_guarantee() -> None:
    manifest = made_manifest()
    assert manifest.privacy is not None
    strained = manifest.composed[0].model_copy(update={"epsilon": 9.0})
    weaker = manifest.tables[0].model_copy(update={"kind": TableKind.ROW_LEVEL})
    loud = manifest.model_copy(update={
        "privacy": manifest.privacy.model_copy(update={"epsilon": 3.0}), "composed": (strained,), "tables": (weaker,)})  # fmt: skip
    found = " ".join(warnings(loud, Evidence(tables=())))
    assert "Epsilon is 3" in found and "epsilon 9 of 10" in found and "row by row" in found


@pytest.mark.parametrize("draw", [lying, standing])
@pytest.mark.parametrize(
    ("noisy", "sigma", "synthetic"),
    [
        ([], [], []),
        ([0.0], [0.0], [0.0]),
        ([-5.0, 1.0], [100.0, 100.0], [0.0, 1.0]),
        ([1.0, 0.0], [1e-9, 1e-9], [1.0, 0.0]),
    ],
)
def test_plots_of_extremes_are_finite(
    draw: object, noisy: list[float], sigma: list[float], synthetic: list[float]
) -> None:
    drawn = draw([f"v{i}" for i in range(len(noisy))], noisy, sigma, synthetic)  # type: ignore[operator]
    assert "nan" not in drawn and "inf" not in drawn
    assert not re.search(r'(width|height)="-', drawn)


def test_a_scatter_of_nothing() -> None:
    assert "nan" not in scatter([], "a", "b")


def test_only_elements_are_markup() -> None:
    assert element("p", "<b>", element("b", 1), None, title='"') == '<p title="&quot;">&lt;b&gt;<b>1</b></p>'
    assert escape("a'b") == "a&#x27;b"


@pytest.mark.parametrize("path", WRITERS, ids=lambda path: path.name)
def test_what_writes_it_cannot_reach_a_row(path: Path) -> None:
    """Neither source, codes nor the choke point; and the page itself not even the plan."""
    allowed = {"synth.release", "synth.plan", "synth.model.shares", "policies.model", "policies.exposure"}
    if path.name.startswith(("report", "evidence")):
        allowed = {"synth.release"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        if module.split(".")[0] in ("synth", "policies", "proxy", "pgdouble", "duckdb", "asyncpg"):
            assert any(module == each or module.startswith(each + ".") for each in allowed), module


OLD = """
{"format": 1, "release": 7, "created": "2026-01-01T00:00:00Z",
 "source": {"server_version": "18", "server_version_num": 180000, "database": "d", "encoding": "UTF8", "collation": "C", "timezone": "UTC"},
 "privacy": {"unit": "public.person", "epsilon": 1.0, "delta": 1e-9, "rho_nano": 5},
 "tables": [{"oid": 1, "schema_name": "public", "name": "person", "kind": "private", "rows": 3, "rows_low": 1, "rows_high": 5,
             "columns": [{"attnum": 1, "name": "id", "duckdb_type": "BIGINT", "provenance": "fresh key: generated"}]}],
 "sha256": {"replica.duckdb": "00"}}
"""


def test_a_manifest_from_before_reports_still_loads(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(OLD, encoding="utf-8")
    manifest = Manifest.read(tmp_path)
    assert (manifest.review, manifest.composed, manifest.tables[0].rho_nano) == ((), (), None)
