# expect: runtime_error
# Ends the process while the judge reads what an exception says.

import os


class Last(Exception):
    def __str__(self):
        os._exit(0)


def mean_squared_error(y_true, y_pred):
    raise Last
