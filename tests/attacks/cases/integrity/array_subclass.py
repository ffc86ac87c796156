# expect: wrong
# An array that answers for numpy.

import numpy as np


class Liar(np.ndarray):
    def __array_function__(self, function, types, arguments, keywords):
        return True

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        return np.True_


def mean_squared_error(y_true, y_pred):
    return np.asarray(np.mean((y_true - y_pred) ** 2)).view(Liar)
