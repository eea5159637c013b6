"""Drafting a policy from a catalog: what `init` proposes.

Pure functions from the source's structure to a commented YAML text. Never sees a row or a statistic; whatever it
takes from the DDL's literals or guesses from a name is marked REVIEW, since only a person can declare it public.
"""
