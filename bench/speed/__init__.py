"""Speed as ratios against a real Postgres on the same machine: same client, same statements, same rows, in one run.

python -m bench.speed [CASES]        runs cases (all by default) and writes docs/benchmarks.md's tables as JSON lines
"""
