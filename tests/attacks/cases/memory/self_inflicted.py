# expect: memory_limit
# Raises what an allocation would raise: it accuses itself.

import numpy as np


def mean_squared_error(y_true, y_pred):
    raise MemoryError
