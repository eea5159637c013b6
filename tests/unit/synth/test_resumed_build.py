"""A build that goes on where another ended, on a real Postgres whose rows, keys or tables are other ones by then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.entry import EntryKind
from policies.errors import BudgetExhausted, LedgerBroken
from policies.load import parse_policy
from policies.stores.answers import AnswerFile, KeptAnswer, answers_beside
from policies.stores.sqlite import SqliteLedger
from synth.build import BuildRequest, build
from synth.measure.measurement import GRID, Measurement, sigma_for
from synth.release.manifest import Manifest, require_whole
from synth.release.publish import BuildRunning, building
from synth.unfinished import NotResumable, Unfinished, find_unfinished
from tests.faults.resuming import TABLES, make_people
from tests.policy_text import policy_text

SOURCE = "source"


class Died(BaseException):
    """Behind the answer that was kept last."""


@dataclass
class Begun:
    """A state folder with a build that died, and its source."""

    dsn: str
    database: str
    state: Path
    ledger: SqliteLedger
    other_units: str = "{}"

    @property
    def found(self) -> Unfinished | None:
        return find_unfinished(self.ledger.entries(), AnswerFile(answers_beside(self.ledger.path)), SOURCE)

    def build(self, resume: int | None) -> Manifest:
        request = BuildRequest(self.dsn, self.state / "releases", SOURCE, resume=resume)
        policy = parse_policy(policy_text(TABLES, other_units=self.other_units)).policy
        return asyncio.run(build(request, policy, self.ledger, lambda phase: None))

    def kinds(self) -> list[str]:
        return [str(entry.kind) for entry in self.ledger.entries()]


@pytest.fixture
def begin(
    postgres: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Begun]]:
    ledger = SqliteLedger(tmp_path / "ledger.sqlite")

    def begun(database: str, answers: int, other_units: str = "{}") -> Begun:
        keep = AnswerFile.keep

        def keep_and_die(file: AnswerFile, answer: KeptAnswer) -> None:
            keep(file, answer)
            if len(AnswerFile(file.path).answers) == answers:
                raise Died

        started = Begun(make_people(postgres, database), database, tmp_path, ledger, other_units)
        with monkeypatch.context() as patch, pytest.raises(Died):
            patch.setattr(AnswerFile, "keep", keep_and_die)
            started.build(None)
        return started

    yield begun
    ledger.close()


def test_another_snapshot_is_measured_by_what_is_still_to_come(
    begin: Callable[..., Begun], postgres: EmbeddedPostgres
) -> None:
    """More rows for a unit than the bound that was learned before: they get lighter, and every check of the choke point holds."""
    begun = begin("resumed_rows", 4)
    before = AnswerFile(answers_beside(begun.ledger.path)).answers
    more = "INSERT INTO purchase SELECT 5000 + i, 7, true, 'a' FROM generate_series(1, 500) i; DELETE FROM person WHERE id > 450"
    postgres.psql("-c", more, database=begun.database)
    assert begun.found is not None and (begun.found.kept, begun.found.lost) == (4, [])
    with building(begun.state / "releases"), pytest.raises(BuildRunning):
        begun.build(1)
    manifest = begun.build(1)
    require_whole(begun.state / "releases" / "000001")
    assert [row.ledger_seq for row in manifest.measurements[:4]] == [answer.seq for answer in before]
    spent = sum(row.rho_nano for row in manifest.measurements)
    assert (
        spent
        == begun.ledger.totals(SOURCE, "public.person").spent_nano
        <= begun.ledger.totals(SOURCE, "public.person").reserved_nano
    )
    assert begun.kinds().count("reserve") == begun.kinds().count("resume") == 1 and begun.found is None
    assert any("from up to 2 snapshots" in note for note in manifest.notes)
    with pytest.raises(NotResumable, match="is not unfinished any more"):
        begun.build(1)


def test_keys_or_tables_that_changed_are_refused_and_cost_nothing(
    begin: Callable[..., Begun], postgres: EmbeddedPostgres
) -> None:
    begun = begin("resumed_keys", 3)
    spends = begun.kinds().count(str(EntryKind.SPEND))
    postgres.psql("-c", "INSERT INTO country VALUES ('AT', 'Austria')", database=begun.database)
    with pytest.raises(NotResumable, match="keys of public tables have changed"):
        begun.build(1)
    postgres.psql("-c", "DELETE FROM country WHERE code = 'AT'", database=begun.database)
    postgres.psql("-c", "ALTER TABLE person ADD CHECK (city <> '')", database=begun.database)
    with pytest.raises(NotResumable, match="tables of the source have changed") as refusal:
        begun.build(1)
    assert "3 answers are kept" in refusal.value.detail and "--fresh" in refusal.value.hint
    assert begun.kinds().count(str(EntryKind.SPEND)) == spends and "void" not in begun.kinds()
    begun.build(None)
    assert begun.kinds().count("reserve") == 2 and begun.found is None, "a new one is in the place of the old one"


def test_without_its_answers_a_build_goes_on_with_what_is_left_or_says_that_nothing_is(
    begin: Callable[..., Begun],
) -> None:
    begun = begin("resumed_lost", 5)
    path = answers_beside(begun.ledger.path)
    path.write_bytes(b"\0" * 100)
    assert begun.found is not None and (begun.found.kept, len(begun.found.lost)) == (0, 5)
    manifest = begun.build(1)
    assert [row.purpose.startswith("lost: ") for row in manifest.measurements[:6]] == [True] * 5 + [False]
    assert (
        begun.ledger.totals(SOURCE, "public.person").spent_nano
        <= begun.ledger.totals(SOURCE, "public.person").reserved_nano
    )
    reserve = begun.ledger.entries()[0]
    assert reserve.kind is EntryKind.RESERVE and begun.found is None


def test_an_older_copy_of_the_ledger_is_no_way_to_be_answered_twice(
    begin: Callable[..., Begun], tmp_path: Path
) -> None:
    """Answers without charges: whoever puts an older ledger and its head in the place of both is told."""
    begun = begin("resumed_older", 3)
    older = SqliteLedger(tmp_path / "older" / "ledger.sqlite")
    answers_beside(older.path).write_bytes(answers_beside(begun.ledger.path).read_bytes())
    begun.ledger = older
    with pytest.raises(LedgerBroken, match="behind ledger.answers"):
        begun.build(None)
    assert older.entries() == []
    older.close()


def test_a_reservation_that_is_used_up_asks_for_a_new_one(
    begin: Callable[..., Begun],
) -> None:
    begun = begin("resumed_spent", 2)
    answers_beside(begun.ledger.path).unlink()
    totals = begun.ledger.totals(SOURCE, "public.person")
    rest = (totals.reserved_nano - totals.spent_nano) * 999 // 1000
    assert begun.found is not None
    begun.ledger.spend(
        begun.found.reservation, Measurement("public.person", (), "lost too", GRID, sigma_for(GRID, rest))
    )
    with pytest.raises(BudgetExhausted, match="too little is left") as refusal:
        begun.build(1)
    assert "--fresh" in refusal.value.hint and begun.kinds().count("spend") == 3


def test_a_build_of_two_units_goes_on_under_both_reservations(begin: Callable[..., Begun]) -> None:
    """Answers of one unit are lost: it makes up for them out of its own reservation."""
    unit = "{budget: {epsilon: 5, delta: 1e-9, window: 9d}, lifetime: {epsilon: 9, delta: 1e-9}, release: {epsilon: 1}}"
    begun = begin("resumed_units", 3, f"{{public.purchase: {unit}}}")
    answers_beside(begun.ledger.path).write_bytes(b"\0" * 100)
    assert begun.found is not None and len(begun.found.reservations) == 2 and len(begun.found.lost) == 3
    manifest = begun.build(1)
    assert begun.kinds().count("reserve") == begun.kinds().count("resume") == 2 and begun.found is None
    for privacy in manifest.units:
        totals = begun.ledger.totals(SOURCE, privacy.unit)
        assert 0 < manifest.spent(privacy) == totals.spent_nano <= totals.reserved_nano == privacy.rho_nano
    begun.ledger.verify()
