# expect: wrong
# Crashes by the interpreter's own test of crashes, which sends a signal and may not.

import faulthandler


def mean_squared_error(y_true, y_pred):
    faulthandler._sigsegv()
