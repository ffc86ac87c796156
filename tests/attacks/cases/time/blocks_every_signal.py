# expect: time_limit
# Blocks every signal that can be blocked and goes on.

import signal


def mean_squared_error(y_true, y_pred):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        pass
