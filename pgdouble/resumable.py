"""The unfinished build of a state folder, as `check` tells of it and `build` goes on with it.

Reads ledger and answers, and changes neither. Refuses to know rows.
"""

from __future__ import annotations

from collections.abc import Mapping

from pgdouble.config import Config
from pgdouble.cost import SOURCE, entries_of
from policies.stores.answers import AnswerFile, answers_beside
from synth.release.manifest import MANIFEST, folder_name
from synth.unfinished import Unfinished, find_unfinished


def unfinished_build(config: Config, identity: Mapping[str, str]) -> Unfinished | None:
    """The one that is in the way of a build of that identity, or can be resumed by it."""
    found = find_unfinished(entries_of(config.ledger), AnswerFile(answers_beside(config.ledger)), SOURCE)
    if found is None or (
        found.made_for != identity and (config.releases / folder_name(found.release) / MANIFEST).exists()
    ):
        return None  # a release that is whole can be published as it is, and is in nobody's way
    return found
