# expect: wrong
# Gives a function of numpy's, which is no function of Python's and tells no signature.

import numpy as np

mean_squared_error = np.subtract
