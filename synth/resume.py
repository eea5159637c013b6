"""One run of a build under its reservations, new ones or those of an unfinished build, with the file of its answers.

Refuses to know rows and models; a private row is read after `bind` only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from policies.model import Policy
from policies.stores.answers import AnswerFile, Binding, KeptAnswer, answers_beside
from policies.stores.promised import Ask, Reservation
from policies.stores.sqlite import BoundLedger, SqliteLedger
from synth.encode.public import PublicTable
from synth.measure.choke import Choke
from synth.measure.measurement import Measurement
from synth.measure.replay import Answer, Ration, Rations, Replay
from synth.plan.identity import identity_of
from synth.plan.model import BuildPlan, ReferenceKind, TablePlan
from synth.unfinished import ANEW, NotResumable, Unfinished, find_unfinished, require_unfinished

AT_ONCE = 1 << 16  # keys of a public table that are hashed together


class Work:
    """One run of a build under its reservations, one for each of the plan's units. fresh: this run made them."""

    def __init__(self, ledger: SqliteLedger, source: str, policy: Policy, plan: BuildPlan, resume: int | None) -> None:
        """Reserve, or go on under reservation `resume`. Raises BudgetExhausted, NotResumable."""
        self._ledger = ledger
        self._plan = plan
        self.answers = AnswerFile(answers_beside(ledger.path))
        self.fresh = resume is None
        now = datetime.now(UTC)
        identity = identity_of(policy, plan)
        found = find_unfinished(ledger.entries(), self.answers, source)
        if resume is None:
            asks = [
                Ask(privacy, unit.rho_nano, unit.delta_femto) for privacy, unit in zip(policy.privacy.units, plan.units)
            ]
            self.reservations = ledger.reserve_units(source, asks, now, made_for=identity)
            self._before: Unfinished | None = None
            return
        self._before = require_unfinished(found, resume)
        self._before.require_same(identity)
        self.reservations = self._before.reservations
        reserved = list(zip(policy.privacy.units, self.reservations))
        ledger.resume(reserved, source, self._before.kept, len(self._before.lost), now)

    @property
    def reservation(self) -> Reservation:
        """The one that the build is known by."""
        return self.reservations[0]

    def bind(self, plan: BuildPlan, public: Mapping[int, PublicTable]) -> None:
        """Make the file ready, before a private row is read. Raises NotResumable where keys that its answers stand for changed."""
        digest = hash_of_keys(plan, public)
        if self._before is None or not self._before.public:
            entry = self._ledger.hash_of(self.reservation.seq)
            self.answers.begin(Binding(self.reservation.seq, entry, digest))
        elif self._before.public != digest:
            raise NotResumable(
                "the unfinished build cannot be resumed: keys of public tables have changed since",
                detail="Its answers count rows by those keys.",
                hint=f"Put them back as they were to resume at no further cost, or {ANEW}.",
            )
        else:
            self.answers.cut()

    def choke(self, jobs: int = 1) -> Choke:
        """The choke point, with what was answered before. jobs: see Choke."""
        rations = [Ration(each.rho_nano, each.delta_femto) for each in self.reservations]
        places = {plan.table.qualified: self._plan.units.index(self._plan.unit_of(plan)) for plan in self._tables()}
        past = self._before.past if self._before else ()
        spender = BoundLedger(self._ledger, {name: self.reservations[place] for name, place in places.items()})
        ration = Rations({name: rations[place] for name, place in places.items()})
        return Choke(spender, replay=Replay(ration, past, self._keep), jobs=jobs)

    def notes(self, passed_over: Sequence[Measurement]) -> list[str]:
        """For the manifest. passed_over: questions that losses left too little for."""
        if self._before is None:
            return []
        lost = len(self._before.lost)
        said = [
            f"the build was interrupted and resumed; its measurements were taken from up to {self._before.resumes + 2} snapshots "
            f"of the source, and {lost} of them were charged and their answers lost: what was left was divided among the others"
        ]
        if passed_over:
            names = ", ".join(f"{asked.table} ({asked.purpose})" for asked in passed_over)
            said.append(f"so little was left that {len(passed_over)} questions were passed over: {names}")
        return said

    def _tables(self) -> list[TablePlan]:
        return [self._plan.tables[oid] for oid in self._plan.order]

    def _keep(self, seq: int, question: str, answer: Answer) -> None:
        self.answers.keep(KeptAnswer(seq, self._ledger.hash_of(seq), question, answer))


def hash_of_keys(plan: BuildPlan, public: Mapping[int, PublicTable]) -> str:
    """Of the keys of public rows that private rows refer to, in their order: what the codes of measured references stand for."""
    digest = hashlib.sha256()
    for oid in plan.order:
        for reference in plan.tables[oid].references:
            if reference.kind is ReferenceKind.PUBLIC:
                table = public[reference.key.target]
                digest.update(json.dumps([table.table.qualified, table.rows]).encode())
                for attnum in reference.key.target_columns:
                    for start in range(0, table.rows, AT_ONCE):
                        keys = table.columns[attnum].slice(start, AT_ONCE).to_pylist()
                        digest.update(json.dumps(keys).encode())
    return digest.hexdigest()
