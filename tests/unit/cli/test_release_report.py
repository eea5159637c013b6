"""`release report`: where it is, a copy, the page itself; and releases that have none, or not what their build wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgdouble.cli.main import run
from synth.release.manifest import MANIFEST, REPORT
from synth.release.report import write_report
from tests.unit.synth.made_report import made_evidence, made_manifest

CONFIG = "policy: policy.yaml\nstate: state\nsource_dsn_env: NOBODYS_DSN\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The report of release 1; release 2 has none."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pgdouble.yaml").write_text(CONFIG, encoding="utf-8")
    first, second = (tmp_path / "state" / "releases" / name for name in ("000001", "000002"))
    for folder in (first, second):
        folder.mkdir(parents=True)
    manifest = write_report(first, made_manifest(), made_evidence())
    (first / MANIFEST).write_text(manifest.model_dump_json(), encoding="utf-8")
    (second / MANIFEST).write_text(
        made_manifest().model_copy(update={"release": 2}).model_dump_json(), encoding="utf-8"
    )
    return first / REPORT


def test_its_path(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["release", "report", "1"]) == 0
    assert Path(capsys.readouterr().out.strip()).resolve() == place


def test_a_copy_that_replaces_nothing(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.html"
    assert run(["release", "report", "1", "--output", str(target)]) == 0
    assert target.read_bytes() == place.read_bytes()
    target.write_text("mine", encoding="utf-8")
    assert run(["release", "report", "1", "--output", str(target)]) == 1
    assert "is there already" in capsys.readouterr().err and target.read_text(encoding="utf-8") == "mine"


def test_the_page_itself(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["release", "report", "1", "--output", "-"]) == 0
    assert capsys.readouterr().out == place.read_text(encoding="utf-8")


def test_one_that_was_changed_is_not_handed_out(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place.write_text("<p>all is well</p>", encoding="utf-8")
    assert run(["release", "report", "1", "--output", "-"]) == 1
    said = capsys.readouterr()
    assert "missing or damaged" in said.err and not said.out


def test_a_release_without_one(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["release", "report", "2"]) == 1
    assert "has no report" in capsys.readouterr().err
