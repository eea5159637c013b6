"""The report in a real browser: nothing is refused, nothing runs, light and dark, wide and narrow, on paper.

Chromium without a window; skipped where there is none. It gets a folder of its own and no network.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from synth.release.report import page
from tests.unit.synth.made_report import made_evidence, made_manifest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOSTILE = "<script>document.title='owned'</script>\"><img src=x onerror=\"document.title='owned'\">"

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A page whose every name and text is hostile."""
    path = tmp_path / "report.html"
    path.write_text(page(made_manifest(HOSTILE, text=HOSTILE), made_evidence(HOSTILE)), encoding="utf-8")
    return path


def browse(report: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the browser over the page."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [str(BROWSER), "--headless", *sandbox, "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={report.parent / 'profile'}",
         "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", *arguments, report.as_uri()],
        capture_output=True, text=True, timeout=120, check=False, cwd=report.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Content Security Policy" not in done.stderr, "the page asks for what its own rule refuses"
    return done


def test_no_name_becomes_an_element(report: Path) -> None:
    dom = browse(report, "--dump-dom").stdout
    assert "<script" not in dom and "<img" not in dom
    assert "<title>owned" not in dom and dom.count("&lt;script&gt;") > 10


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 500])
def test_a_picture_in_each_scheme_and_width(report: Path, scheme: str, width: int) -> None:
    """The corner's colour tells that the style sheet was admitted and followed the scheme."""
    preferred = f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"
    browse(
        report,
        preferred,
        "--hide-scrollbars",
        f"--window-size={width},1600",
        f"--screenshot={report.parent / 'shot.png'}",
    )
    shot = (report.parent / "shot.png").read_bytes()
    assert corner(shot) == {"light": (255, 255, 255), "dark": (13, 17, 23)}[scheme]
    assert len(shot) > 20_000, "an empty page is a small picture"


def test_it_prints(report: Path) -> None:
    browse(report, "--no-pdf-header-footer", f"--print-to-pdf={report.parent / 'report.pdf'}")
    assert (report.parent / "report.pdf").read_bytes().startswith(b"%PDF-")


def corner(png: bytes) -> tuple[int, ...]:
    """The first pixel: no filter changes it, for there is nothing before or above it."""
    at, data = 8, b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    return tuple(zlib.decompress(data)[1:4])
