# expect: wrong
# Makes the arguments equal and takes away what would notice.

import sys

sys.modules["grader.sandbox.child"]._differs.__code__ = (lambda argument, before: False).__code__


def mean_squared_error(y_true, y_pred):
    y_true[...] = y_pred
    return 0.0
