# expect: rejected
# Gives the name to a number.

import numpy as np
mean_squared_error = 0.0
