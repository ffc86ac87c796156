# expect: wrong
# Sends a frame of its own before the answer, so that every answer stands in the place of the next.

import sys

import numpy as np

child = sys.modules["grader.sandbox.child"]
frame = sys._getframe()
while "channel" not in frame.f_locals:
    frame = frame.f_back
channel = frame.f_locals["channel"]
sent = []


def mean_squared_error(y_true, y_pred):
    if not sent:
        sent.append(True)
        channel.send(child.encode(("value", child.encode(0.0))))
    return float(np.mean((y_true - y_pred) ** 2))
