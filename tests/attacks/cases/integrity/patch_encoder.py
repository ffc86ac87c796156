# expect: wrong
# Changes how the judge encodes: a value stays a value.

import numpy as np
import sys


def mean_squared_error(y_true, y_pred):
    codec = sys.modules["grader.sandbox.codec"]
    sys.modules["grader.sandbox.child"].encode = codec.encode
    return -1.0
