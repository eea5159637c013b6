"""A synthesis that dies at any of its measurements, before or behind the answer, and is resumed: nothing is paid twice, nothing beyond the
reservation, and the same answers lead to the same questions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import pytest

from policies.errors import BudgetExhausted
from synth.measure.choke import Choke
from synth.measure.counts import NothingLeft
from synth.measure.measurement import Measurement, sigma_for
from synth.measure.replay import Answer, Diverged, Past, Ration, Replay
from synth.measure.rows import WeightedCodes, unit_rows
from synth.model.domain import Domain
from synth.model.fitted import FittedTable
from synth.model.shares import Limits
from synth.model.table import fit_table

RHO = 50_000_000
SIZES = {"a": 3, "b": 4, "c": 2}
SMALL = Limits(iterations=5)


class Killed(Exception):
    """What stands for SIGKILL."""


@dataclass
class State:
    """What is on the disk: charges in order, and the answers by their numbers. dies: at which charge of a run, and on which side of it."""

    limit_nano: int = RHO
    charges: list[Measurement] = field(default_factory=list)
    answers: dict[int, tuple[str, Answer]] = field(default_factory=dict)
    dies: tuple[int, str] = (0, "")
    run: int = 0

    @property
    def seq(self) -> int:
        return len(self.charges)

    def spend(self, charge: Measurement) -> State:
        if sum(each.rho_nano for each in self.charges) + charge.rho_nano > self.limit_nano:
            raise BudgetExhausted("beyond the reservation")
        self.charges.append(charge)
        self.run += 1
        if self.dies == (self.run, "spent"):
            raise Killed
        return self

    def keep(self, seq: int, question: str, answer: Answer) -> None:
        self.answers[seq] = (question, answer)
        if self.dies == (self.run, "answered"):
            raise Killed

    def replay(self) -> Replay:
        past = [Past(seq, each, *self.answers.get(seq, ("", None))) for seq, each in enumerate(self.charges, 1)]
        return Replay(Ration(self.limit_nano, 0), past, self.keep)

    def lost(self) -> int:
        return len(self.charges) - len(self.answers)


def table(rows: int = 400) -> WeightedCodes:
    draw = np.random.default_rng(rows)
    codes = {name: draw.integers(0, size, rows).astype(np.int32) for name, size in SIZES.items()}
    codes["b"] = (codes["a"] + (codes["b"] > 2)).astype(np.int32)
    return unit_rows("t", SIZES, codes, rows)


def fit(state: State, dies: tuple[int, str] = (0, ""), rows: int = 400) -> tuple[FittedTable, Choke] | None:
    """One run; None where it died."""
    state.dies, state.run = dies, 0
    choke = Choke(state, [table(rows)], state.replay())
    try:
        return fit_table(choke, "t", Domain.of(SIZES), RHO, limits=SMALL), choke
    except Killed:
        return None


def require_sound(state: State, choke: Choke) -> None:
    assert sum(each.rho_nano for each in state.charges) <= RHO
    answered = Counter((state.charges[seq - 1].columns, state.charges[seq - 1].purpose) for seq in state.answers)
    assert max(answered.values()) == 1, "asked again for one charge"
    assert [row.ledger_seq for row in choke.log] == list(range(1, len(state.charges) + 1)), "every charge is told of"
    assert sum(row.purpose.startswith("lost: ") for row in choke.log) == state.lost()


@pytest.mark.parametrize("side", ["spent", "answered"])
def test_dying_at_every_measurement_in_turn(side: str) -> None:
    """Each run gets one answer further, and its next one is lost or kept: the last run is told all that was told before."""
    state = State()
    runs = 0
    while (done := fit(state, (2, side))) is None:
        runs += 1
        assert runs < 100
    require_sound(state, done[1])
    assert runs >= 3 and state.lost() == (runs if side == "spent" else 0)
    assert len(state.charges) > 6
    again = fit(state)
    assert again is not None and again[0].total == done[0].total
    np.testing.assert_array_equal(again[0].model.marginal(("a", "b")), done[0].model.marginal(("a", "b")))


def test_every_single_loss_leaves_a_sound_table() -> None:
    """The last one too, for which nothing is left: its question is passed over."""
    index = 1
    while fit(state := State(), (index, "spent")) is None:  # how many there are depends on their noise
        done = fit(state)
        assert done is not None
        require_sound(state, done[1])
        assert state.lost() == 1 and done[0].total_sigma > 0
        index += 1
    assert index > 6


def test_a_question_that_is_passed_over_is_told_of() -> None:
    state = State(charges=[Measurement("t", ("a",), "one-way", 1024, sigma_for(1024, RHO * 999 // 1000))])
    choke = Choke(state, [table()], state.replay())
    with pytest.raises(NothingLeft):
        choke.marginal("t", ("b",), sigma_for(1024, RHO // 2), "first round: pair")
    assert [asked.purpose for asked in choke.passed_over] == ["first round: pair"] and len(state.charges) == 1


def test_losses_without_end_stay_inside_the_reservation_and_end_in_a_refusal() -> None:
    """Every run loses what it asks first. The ledger, which would refuse the excess, never has to."""
    state = State()
    with pytest.raises(NothingLeft, match="too little is left") as refusal:
        for _ in range(2000):
            assert fit(state, (1, "spent")) is None
    assert "--fresh" in refusal.value.hint and state.lost() == len(state.charges) > 10
    spent = sum(each.rho_nano for each in state.charges)
    assert RHO / 2 < spent <= RHO
    with pytest.raises(NothingLeft):
        fit(state)
    assert spent == sum(each.rho_nano for each in state.charges), "from here on nothing is spent"


def test_what_was_lost_is_asked_again_with_what_is_left() -> None:
    """All that follows pays alike for it, and nothing that came before."""
    state = State()
    fit(state, (3, "spent"))
    lost = state.charges[2]
    fit(state)
    again = state.charges[3]
    assert (again.columns, again.purpose) == (lost.columns, lost.purpose)
    left = RHO - sum(each.rho_nano for each in state.charges[:3])
    wanted = left + lost.rho_nano
    assert again.rho_nano <= lost.rho_nano * left // wanted < lost.rho_nano
    assert again.sigma == sigma_for(again.sensitivity, lost.rho_nano * left // wanted)


def test_rows_that_changed_between_do_not_change_old_answers() -> None:
    """A new snapshot is measured by what is still to come; what was answered stays, and is not paid for again."""
    state = State()
    fit(state, (4, "answered"))
    kept = dict(state.answers)
    done = fit(state, rows=900)
    assert done is not None
    require_sound(state, done[1])
    assert {seq: state.answers[seq] for seq in kept} == kept


def test_another_question_is_refused_and_costs_nothing() -> None:
    state = State()
    fit(state, (5, "answered"))
    question, answer = state.answers[4]
    state.answers[4] = (question[::-1], answer)
    before = len(state.charges)
    with pytest.raises(Diverged, match="charge 4 was for another question"):
        fit(state)
    assert len(state.charges) == before


def test_nothing_is_asked_with_more_than_eight_times_the_noise() -> None:
    asked = Measurement("t", ("a",), "one-way", 1024, sigma_for(1024, 1_000_000))
    ration = Ration(1_000_000, 0)
    assert ration.afford(asked) == asked
    ration.lost(replace(asked, sigma=sigma_for(1024, 900_000)))
    weaker = ration.afford(asked)
    assert asked.sigma < weaker.sigma <= 8 * asked.sigma
    ration.lost(replace(asked, sigma=sigma_for(1024, 99_000)))
    with pytest.raises(NothingLeft, match="too little is left"):
        ration.afford(asked)


def test_a_discovery_can_be_lost_many_times_within_its_delta() -> None:
    asked = Measurement("t", ("a",), "discovery", 1024, Fraction(10**6), delta_femto=1000)
    ration = Ration(10**9, 1000)
    spent = 0
    for _ in range(9):
        charge = ration.afford(asked)
        assert charge.delta_femto >= 1
        ration.lost(charge)
        spent += charge.delta_femto
    assert spent <= 1000
    assert Ration(10**9, 1000).afford(asked).delta_femto == 500
