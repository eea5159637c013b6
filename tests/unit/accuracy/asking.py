"""A session over a real engine, in process: what it is asked and what it answers, without a wire."""

from __future__ import annotations

from proxy.session.session import Session
from proxy.session.steps import Call, Fetch, Send
from proxy.wire import messages as wire
from proxy.wire.framing import Framer


def ask(session: Session, sql: str) -> list[wire.Message]:
    """What a query is answered."""
    framer, steps, answer = Framer(wire.BACKEND), session.handle(wire.Query(sql)), None
    sent = b""
    while True:
        try:
            step = steps.send(answer)
        except StopIteration:
            break
        answer = None
        if isinstance(step, Send):
            sent += bytes(step.data)
            session.limits.rows(step.rows) if step.rows else None
        elif isinstance(step, Call):
            answer = step.function(*step.arguments)
        elif isinstance(step, Fetch):
            answer = step.work()
    framer.feed(sent)
    found = []
    while (message := framer.message()) is not None:
        found.append(message)
    return found


def explained(session: Session, sql: str, options: str = "ACCURACY") -> list[str]:
    return [
        str(row.values[0], "utf-8")
        for row in ask(session, f"EXPLAIN ({options}) {sql}")
        if isinstance(row, wire.DataRow)
    ]
