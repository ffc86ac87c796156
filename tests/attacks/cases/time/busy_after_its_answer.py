# expect: correct
# Answers, and then computes for ever instead of waiting to be ended.

import sys

import numpy as np


def busy(seconds):
    while True:
        pass


sys.modules["grader.sandbox.child"]._sleep = busy


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
