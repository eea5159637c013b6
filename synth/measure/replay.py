"""A build's earlier charges in their order: a resumed build asks nothing again that was answered, and losses leave less for the rest.

A charge without its answer is lost: it stays paid, and what is left of the reservation is divided among what is still to be asked, in
proportion to the plan. Both depend on the ledger and on noisy answers alone, so that every resumption walks the same path. Pure; refuses to
know rows and files.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from policies.errors import PgError
from synth.measure.counts import NothingLeft
from synth.measure.measurement import Measurement, sigma_for

LEAST_PART = 64  # of its planned cost that a question must be worth, that is, at most eight times the planned noise

Answer = list[Any]  # integers, or texts that a discovery named


class Diverged(PgError):
    """What is asked now is not what was asked then."""

    sqlstate = "55000"


@dataclass(frozen=True, slots=True)
class Past:
    """A charge of an earlier run and its answer; None where that was lost. question: hash of what was asked."""

    seq: int
    charge: Measurement
    question: str = ""
    answer: Answer | None = None


class Ration:
    """What is left of a reservation against what the plan still wants of it. Only losses make the first smaller."""

    def __init__(self, rho_nano: int, delta_femto: int) -> None:
        self._left_nano = self._wanted_nano = rho_nano
        self._left_delta = self._wanted_delta = delta_femto

    def afford(self, planned: Measurement) -> Measurement:
        """The measurement as it can be had: with more noise where losses have to be made up for. Raises NothingLeft.

        A discovery takes half of the delta' that is left for it, so that one that is lost can be asked again: the threshold is hardly
        higher for it, and the plan's delta' is never exceeded.
        """
        rho_nano, delta = planned.rho_nano, planned.delta_femto
        sigma = planned.sigma
        if self._left_nano < self._wanted_nano:
            part = rho_nano * self._left_nano // self._wanted_nano
            if part * LEAST_PART < rho_nano:
                self._skip(planned)
            sigma = sigma_for(planned.sensitivity, part)
        if delta:
            share = min(delta, delta * self._left_delta // self._wanted_delta)
            if share < 1:
                self._skip(planned)
            delta = (share + 1) // 2
        return replace(planned, sigma=sigma, delta_femto=delta)

    def spent(self, planned: Measurement, charge: Measurement) -> None:
        """A question of the plan was answered at that charge."""
        self._wanted_nano -= planned.rho_nano
        self._wanted_delta -= planned.delta_femto
        self.lost(charge)

    def lost(self, charge: Measurement) -> None:
        """A charge is gone."""
        self._left_nano -= charge.rho_nano
        self._left_delta -= charge.delta_femto

    def _skip(self, planned: Measurement) -> None:
        self._wanted_nano -= planned.rho_nano
        self._wanted_delta -= planned.delta_femto
        raise NothingLeft(
            f'too little is left of the reservation to measure "{planned.table}": answers that were paid for are lost',
            hint="Start anew with `pgdouble build --fresh`, which reserves and pays again.",
        )


class Rations:
    """A ration a unit: what one's lost answers cost, another's need not make up for. of: the ration of a table's charges."""

    def __init__(self, of: Mapping[str, Ration]) -> None:
        self._of = of

    def afford(self, planned: Measurement) -> Measurement:
        """See Ration."""
        return self._of[planned.table].afford(planned)

    def spent(self, planned: Measurement, charge: Measurement) -> None:
        """See Ration."""
        self._of[planned.table].spent(planned, charge)

    def lost(self, charge: Measurement) -> None:
        """See Ration."""
        self._of[charge.table].lost(charge)


class Replay:
    """What the choke point asks before it charges. ration: None where nothing bounds a build but its ledger. keep: makes (seq, question,
    answer) durable."""

    def __init__(
        self,
        ration: Ration | Rations | None = None,
        past: Sequence[Past] = (),
        keep: Callable[[int, str, Answer], None] | None = None,
    ) -> None:
        self._ration = ration
        self._past = deque(past)
        self._keep = keep

    def losses(self) -> Iterator[Past]:
        """Charges that were lost before the question that comes now."""
        while self._past and self._past[0].answer is None:
            lost = self._past.popleft()
            if self._ration is not None:
                self._ration.lost(lost.charge)
            yield lost

    def afford(self, planned: Measurement) -> Measurement:
        """See Ration.afford."""
        return planned if self._ration is None else self._ration.afford(planned)

    def answered(self, planned: Measurement, charge: Measurement, question: str) -> Past | None:
        """The answer that was paid for in an earlier run; None where the question is new. Raises Diverged."""
        if not self._past:
            return None
        past = self._past.popleft()
        if (past.charge, past.question) != (charge, question):
            raise Diverged(
                f"the unfinished build cannot be resumed: charge {past.seq} was for another question",
                detail="Another version of pgdouble or of its libraries began it.",
                hint="Resume it with that version, or start anew with `pgdouble build --fresh`, which reserves and pays again.",
            )
        self._spent(planned, charge)
        return past

    def keep(self, planned: Measurement, charge: Measurement, seq: int, question: str, answer: Answer) -> None:
        """Make a new answer durable before anything follows from it."""
        if self._keep is not None:
            self._keep(seq, question, answer)
        self._spent(planned, charge)

    def _spent(self, planned: Measurement, charge: Measurement) -> None:
        if self._ration is not None:
            self._ration.spent(planned, charge)
