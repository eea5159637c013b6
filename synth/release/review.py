"""The questions of NIST SP 800-226, answered for one release: what is protected, how, and what is left to those who run it.

A conductor: each answer is a function of the manifest as it stands, the plan, the policy and the evidence, none of which holds a row of the
source. Sentences state this release's facts; what no machine can know is said to be its owner's to answer. Facts: the publication's topics,
from the top of its pyramid (epsilon) to the bottom (exposure by collection); the questions are in our words.
"""

from __future__ import annotations

from policies.model import Policy
from synth.plan.model import BuildPlan
from synth.release.evidence import Evidence
from synth.release.manifest import Answer, Manifest
from synth.release.review_guarantee import GUARANTEE
from synth.release.review_mechanism import MECHANISM
from synth.release.review_setting import SETTING
from synth.release.review_subject import Subject


def review(manifest: Manifest, plan: BuildPlan, policy: Policy, evidence: Evidence) -> tuple[Answer, ...]:
    """All questions, in order."""
    subject = Subject(manifest, plan, policy, evidence)
    answers = []
    for question in (*GUARANTEE, *MECHANISM, *SETTING):
        text, facts = question.answering(subject)
        answers.append(Answer(id=question.id, topic=question.topic, question=question.text, answer=text, facts=facts))
    return tuple(answers)
