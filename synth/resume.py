"""One run of a build under its reservation, a new one or that of an unfinished build, with the file of its answers.

Refuses to know rows and models; a private row is read after `bind` only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from policies.model import Policy
from policies.stores.answers import AnswerFile, Binding, KeptAnswer, answers_beside
from policies.stores.sqlite import BoundLedger, SqliteLedger
from synth.encode.public import PublicTable
from synth.measure.choke import Choke
from synth.measure.measurement import Measurement
from synth.measure.replay import Answer, Ration, Replay
from synth.plan.identity import identity_of
from synth.plan.model import BuildPlan, ReferenceKind
from synth.unfinished import ANEW, NotResumable, Unfinished, find_unfinished, require_unfinished

AT_ONCE = 1 << 16  # keys of a public table that are hashed together


class Work:
    """One run of a build under its reservation. fresh: this run made the reservation."""

    def __init__(self, ledger: SqliteLedger, source: str, policy: Policy, plan: BuildPlan, resume: int | None) -> None:
        """Reserve, or go on under reservation `resume`. Raises BudgetExhausted, NotResumable."""
        self._ledger = ledger
        self.answers = AnswerFile(answers_beside(ledger.path))
        self.fresh = resume is None
        now = datetime.now(UTC)
        identity = identity_of(policy, plan)
        found = find_unfinished(ledger.entries(), self.answers, source)
        if resume is None:
            self.reservation = ledger.reserve(
                source, policy.privacy, plan.rho_nano, plan.delta_femto, now, made_for=identity
            )
            self._before: Unfinished | None = None
            return
        self._before = require_unfinished(found, resume)
        self._before.require_same(identity)
        self.reservation = self._before.reservation
        ledger.resume(self.reservation, source, policy.privacy, self._before.kept, len(self._before.lost), now)

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
        ration = Ration(self.reservation.rho_nano, self.reservation.delta_femto)
        past = self._before.past if self._before else ()
        return Choke(BoundLedger(self._ledger, self.reservation), replay=Replay(ration, past, self._keep), jobs=jobs)

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
