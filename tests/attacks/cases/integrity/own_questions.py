# expect: wrong
# Asks itself what it can answer, in place of what the judge asks.

import numpy as np
import sys

Channel = sys.modules["grader.sandbox.frames"].Channel
encode = sys.modules["grader.sandbox.codec"].encode
Channel.receive = lambda self: encode((np.zeros(3), np.zeros(3)))


def mean_squared_error(y_true, y_pred):
    return 0.0
