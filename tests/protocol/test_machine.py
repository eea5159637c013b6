"""Random conversations: a Hypothesis state machine draws messages one after the other, and shrinks to the shortest that differ."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.protocol.__main__ import differences
from tests.protocol.duel import Difference, Duel, played, shortest
from tests.protocol.vocabulary import FAMILIES, batch
from tests.transcripts.player import Address

Both = tuple[Address, Address]
SEED = int(os.environ.get("PROTOCOL_SEED", "20"))


def machine(both: Both, steps: list[int]) -> type[RuleBasedStateMachine]:
    """A machine of one conversation a run; steps: how many messages were sent so far."""

    class Conversation(RuleBasedStateMachine):
        @initialize()
        def connect(self) -> None:
            self.duel = Duel(*both)

        def say(self, lines: list[str]) -> None:
            for line in lines:
                if self.duel.is_over:
                    return
                steps[0] += 1
                self.expect_none(self.duel.say(line))

        def expect_none(self, difference: Difference | None) -> None:
            assert difference is None, f"\n{difference}"

        @rule(data=st.data())
        def some_message(self, data: st.DataObject) -> None:
            self.say(batch(_choosing(data)))

        def teardown(self) -> None:
            if hasattr(self, "duel"):
                with self.duel as duel:
                    self.expect_none(duel.finish())

    for name, (_, draw) in FAMILIES.items():
        setattr(Conversation, name, _rule_of(name, draw))
    return Conversation


def _choosing(data: st.DataObject) -> Callable[[Sequence[str]], str]:
    return lambda options: str(data.draw(st.sampled_from(list(options))))


def _rule_of(name: str, draw: Callable[[Callable[[Sequence[str]], str]], str]) -> object:
    def say(self: object, data: st.DataObject) -> None:
        self.say([draw(_choosing(data))])  # type: ignore[attr-defined]

    say.__name__ = name
    return rule(data=st.data())(say)


def test_no_difference(both: Both) -> None:
    """Some hundred messages, drawn by Hypothesis."""
    steps = [0]
    Conversation = seeded(SEED)(machine(both, steps))
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Conversation,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert steps[0] >= 100, "hardly anything was said"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_difference_in_ten_thousand_steps(both: Both) -> None:
    """As `make protocol-fuzz` draws them."""
    sent, found = differences(*both, SEED, 10_000)
    assert (sent, [str(difference) for difference in found]) == (10_000, [])


def test_a_difference_is_found_and_made_short(both: Both) -> None:
    """Two databases with other names differ where they are asked for them, and only there."""
    source, double = both
    rng = random.Random(SEED)
    lines = ["Query \"select 1\"", *batch(rng.choice), "Sync", "Query \"select current_user\"", "Query \"select 2\""]  # fmt: skip
    assert played(source, source, lines) is None
    other = Address(source.port, "someone", "secret", source.database)
    with Duel(source, source) as duel:
        duel.say("Query \"create role someone login password 'secret'\"")
    try:
        difference = played(source, other, lines)
        assert difference is not None
        assert shortest(source, other, difference).lines == ('Query "select current_user"',)
    finally:
        with Duel(source, source) as duel:
            duel.say('Query "drop role someone"')
