"""A build that ended before its release: what its reservation was made for, what it has paid, and which answers of that are kept.

The ledger says what was reserved and spent, the file beside it what was answered; a charge without its answer is lost and stays paid.
Reads both and changes neither; refuses to know rows and noise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from policies.book import newest_build
from policies.entry import Entry
from policies.errors import PgError
from policies.stores.answers import AnswerFile, KeptAnswer
from policies.stores.promised import Reservation
from synth.measure.measurement import NANO, Measurement
from synth.measure.replay import Past
from synth.plan.identity import changed

ANEW = "start anew with `pgdouble build --fresh`, which reserves and pays again"


class NotResumable(PgError):
    """An unfinished build that this one does not go on with."""

    sqlstate = "55000"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """reservations, entry: what it has reserved, one a unit, and the first entry's hash. began: when. made_for: hashes. public: of
    what the answers' codes stand for, '' where none is kept. past: its charges in order. resumes: times it was gone on with. release:
    noted under it, 0 = none."""

    reservations: tuple[Reservation, ...]
    entry: str
    began: datetime
    made_for: Mapping[str, str]
    public: str
    past: tuple[Past, ...]
    resumes: int
    release: int

    @property
    def reservation(self) -> Reservation:
        """The one that it is known by."""
        return self.reservations[0]

    @property
    def reserved_nano(self) -> int:
        """All that it has reserved."""
        return sum(each.rho_nano for each in self.reservations)

    @property
    def kept(self) -> int:
        """Answers that need not be asked for again."""
        return sum(past.answer is not None for past in self.past)

    @property
    def lost(self) -> list[Past]:
        """Charges whose answers are not there."""
        return [past for past in self.past if past.answer is None]

    def require_same(self, identity: Mapping[str, str]) -> None:
        """Raise NotResumable where it was made for something else."""
        if why := changed(self.made_for, identity):
            raise NotResumable(
                f"the build of {self.began:%Y-%m-%d %H:%M} UTC is unfinished and cannot be resumed: {why}",
                detail=f"{self.paid()} Its reservation, entry {self.reservation.seq} of the ledger, stays charged.",
                hint=f"Put it back as it was to resume at no further cost, or {ANEW}.",
            )

    def lines(self) -> list[str]:
        """What going on means and costs, for a person."""
        said = [
            f"the build of {self.began:%Y-%m-%d %H:%M} UTC is unfinished (entry {self.reservation.seq} of the ledger) and is resumed: "
            "this costs nothing beyond what it has reserved",
            f"  {self.paid()}",
        ]
        if self.lost:
            left = self.reserved_nano - sum(past.charge.rho_nano for past in self.past)
            said.append(f"  rho {left / NANO:.6f} is left and is divided among what is still to be measured")
        return said

    def offer(self, identity: Mapping[str, str]) -> list[str]:
        """What can be done with it by a build of that identity, for a person who spends nothing yet."""
        spent = sum(past.charge.rho_nano for past in self.past)
        why = changed(self.made_for, identity)
        choice = (
            f"it cannot be resumed: {why}; put it back as it was, or {ANEW}"
            if why
            else f"`pgdouble build` resumes it at no further cost; or {ANEW}"
        )
        return [
            f"the build of {self.began:%Y-%m-%d %H:%M} UTC is unfinished (entry {self.reservation.seq} of the ledger): "
            f"rho {spent / NANO:.6f} of {self.reservation.rho_nano / NANO:.6f} is spent",
            f"  {self.paid()}",
            f"  {choice}",
        ]

    def as_json(self) -> dict[str, Any]:
        """For a machine."""
        return {"reservation": self.reservation.seq, "kept": self.kept, "lost": len(self.lost)}

    def paid(self) -> str:
        """What became of its charges, as a sentence."""
        gone = sum(past.charge.rho_nano for past in self.lost)
        loss = f", {len(self.lost)} lost (rho {gone / NANO:.6f} of {self.reserved_nano / NANO:.6f})"
        return f"{self.kept} answers are kept{loss if self.lost else ''}."


def find_unfinished(entries: Sequence[Entry], answers: AnswerFile, source: str) -> Unfinished | None:
    """The source's newest build, where it has not come to its end. Raises LedgerBroken where answers are kept that the ledger does not
    know."""
    answers.require_paid(entries)
    build = newest_build(entries, source)
    if build is None or "made_for" not in build.reserve.body:
        return None
    mine = answers.binding is not None and answers.binding.reservation == build.reserve.seq
    if build.release and not mine:  # the file goes when all is done
        return None
    kept = {answer.seq: answer for answer in answers.answers} if mine else {}
    reserves = (build.reserve, *build.beside)
    return Unfinished(
        tuple(Reservation(each.seq, each.body["rho_nano"], each.body["delta_femto"]) for each in reserves),
        build.reserve.hash,
        datetime.fromisoformat(build.reserve.time),
        build.reserve.body["made_for"],
        answers.binding.public if mine and answers.binding is not None else "",
        tuple(_past(spend, kept.get(spend.seq)) for spend in build.spends),
        build.resumes,
        build.release,
    )


def require_unfinished(found: Unfinished | None, resume: int) -> Unfinished:
    """The build that was agreed to be resumed. Raises NotResumable where another one, or none, is unfinished by now."""
    if found is None or found.reservation.seq != resume:
        raise NotResumable(
            f"the build of entry {resume} of the ledger is not unfinished any more", hint="Run the command again."
        )
    return found


def _past(spend: Entry, kept: KeptAnswer | None) -> Past:
    body = spend.body
    charge = Measurement(
        body["table"], tuple(body["columns"]), body["purpose"], body["sensitivity"], Fraction(body["sigma"]),
        body["grid"], body["delta_femto"],
    )  # fmt: skip
    return Past(spend.seq, charge, kept.question, kept.answer) if kept else Past(spend.seq, charge)
