# expect: wrong
# Has the collector change the argument and the answer while the judge encodes them.

import gc

import numpy as np

held = []


def spoil(phase, information):
    for array in held:
        array[...] = 0.0


gc.callbacks.append(spoil)
gc.set_threshold(1)


def mean_squared_error(y_true, y_pred):
    held.extend([y_true, y_pred])
    return np.full(y_true.shape, 1.0)
