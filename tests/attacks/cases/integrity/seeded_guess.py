# expect: wrong
# Hopes that the judge draws from the generator that it shares.

import numpy as np
import random


def mean_squared_error(y_true, y_pred):
    return random.random() + np.random.rand()
