"""report.html: one page for those who have to agree to a release. A pure function of the manifest and the evidence.

A conductor: it names the sections and their order. The page loads nothing, runs nothing and needs no script to be read. The manifest holds
the report's hash, so the report holds the hashes of all other files but not the manifest's. Refuses to know rows.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from synth.release.evidence import Evidence
from synth.release.manifest import REPORT, Manifest, file_sha256
from synth.release.report_fit import columns_and_fit, public_tables
from synth.release.report_html import Markup, element, join, table
from synth.release.report_overview import attention, budget, guarantee, head, not_covered, tables
from synth.release.report_style import POLICY, STYLE


def write_report(folder: Path, manifest: Manifest, evidence: Evidence) -> Manifest:
    """Write report.html into a release's folder; the manifest with its hash."""
    (folder / REPORT).write_text(page(manifest, evidence), encoding="utf-8")
    return manifest.model_copy(update={"sha256": manifest.sha256 | {REPORT: file_sha256(folder / REPORT)}})


def page(manifest: Manifest, evidence: Evidence) -> str:
    """The whole page. What the manifest says of the report itself is not in it."""
    sections = (
        ("guarantee", "Guarantee", guarantee(manifest)),
        ("attention", "Warnings and notes", attention(manifest, evidence)),
        ("tables", "Tables and accuracy", tables(manifest, evidence)),
        ("budget", "Where the budget went", budget(manifest)),
        ("public", "What is public", public_tables(manifest)),
        ("not-covered", "What is not covered", not_covered(manifest)),
        ("fit", "Columns and fit", columns_and_fit(manifest, evidence)),
        ("questions", "Questions of NIST SP 800-226", _questions(manifest)),
        ("files", "Files and versions", _files(manifest)),
    )
    links = (element("li", element("a", title, href=f"#{anchor}")) for anchor, title, _ in sections)
    body = element(
        "body",
        element("header", head(manifest, evidence), element("nav", element("ul", *links), aria_label="Sections")),
        element(
            "main", *(element("section", element("h2", title, id=anchor), inner) for anchor, title, inner in sections)
        ),
    )
    top = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"Release {manifest.release} of {manifest.source.database}: privacy report"),
        element("style", Markup(STYLE)),
    )
    return "<!DOCTYPE html>\n" + element("html", top, Markup("\n"), body, lang="en") + "\n"


def _questions(manifest: Manifest) -> Markup:
    """Answers by topic; the facts behind them are the manifest's `review`."""
    parts = [element("p", "The publication's topics, the questions in our words, answered for this release. "
                          "manifest.json holds the same under "
                     "review, with every fact as a value.", class_="soft")]  # fmt: skip
    for topic, answers in groupby(manifest.review, key=lambda answer: answer.topic):
        entries = [join(element("dt", answer.question), element("dd", answer.answer)) for answer in answers]
        parts += [element("h3", f"{topic[:1].upper()}{topic[1:]}"), element("dl", *entries)]
    return join(*parts)


def _files(manifest: Manifest) -> Markup:
    hashes = (
        (file, element("span", digest, class_="mono")) for file, digest in manifest.sha256.items() if file != REPORT
    )
    versions = ", ".join(f"{package} {version}" for package, version in sorted(manifest.versions.items()))
    pinned = [
        ("Ledger", f"entry {manifest.ledger_seq}, head ", manifest.ledger_head),
        ("Policy", "SHA-256 ", manifest.policy_hash),
    ]
    return join(
        table(("file", "SHA-256"), hashes),
        *(element("p", f"{what}: {words}", element("span", digest, class_="mono")) for what, words, digest in pinned),
        element("p", f"Made by {versions}."),
        element("p", "manifest.json holds this page's hash; the ledger holds the manifest's. `pgdouble ledger "
                     "verify --against` holds releases and "
                "ledger against each other.", class_="small soft"),
    )  # fmt: skip
