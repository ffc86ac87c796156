# expect: rejected
# Takes one argument where two come.

import numpy as np
def mean_squared_error(errors):
    return float(np.mean(errors ** 2))
