# expect: time_limit
# Reads an integer of forty million digits.

import sys


def mean_squared_error(y_true, y_pred):
    sys.set_int_max_str_digits(0)
    return float(int("9" * 40_000_000) % 7)
