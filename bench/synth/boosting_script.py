"""Gradient boosting trained on one CSV and tested on another; prints its accuracy. Runs in the rivals' environment.

python boosting_script.py TRAIN.csv TEST.csv TARGET
"""

import sys

import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

train, test = (pd.read_csv(path) for path in sys.argv[1:3])
target = sys.argv[3]
model = HistGradientBoostingClassifier(random_state=0)
model.fit(train.drop(columns=target), train[target])
print(model.score(test[train.columns].drop(columns=target), test[target]))
