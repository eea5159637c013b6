"""A rival's mechanism on a table of codes; runs in an environment of its own, with `dpmm` in it, and not with this project's.

    python rival_script.py MST|AIM EPSILON DELTA SEED CODES.csv DOMAIN.json OUT.csv

The domain is given as public, the table is codes already, so that no processing of theirs is in the way.
"""

import json
import sys
from pathlib import Path

import pandas as pd
from dpmm.pipelines import AIMPipeline, MSTPipeline

mechanism, epsilon, delta, seed, table, domain, out = sys.argv[1:]
rows = pd.read_csv(table)
sizes = json.loads(Path(domain).read_text())
options = {"max_model_size": 1} if mechanism == "AIM" else {}
pipeline = {"AIM": AIMPipeline, "MST": MSTPipeline}[mechanism](
    epsilon=float(epsilon), delta=float(delta), disable_processing=True, **options
)
pipeline.fit(rows, domain=sizes, random_state=int(seed))
pipeline.generate(n_records=len(rows), random_state=int(seed))[list(rows.columns)].to_csv(out, index=False)
