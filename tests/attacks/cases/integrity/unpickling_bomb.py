# expect: wrong
# An object that runs code when it is unpickled.

import numpy as np
import os


class Bomb:
    def __reduce__(self):
        return os._exit, (0,)


def mean_squared_error(y_true, y_pred):
    return Bomb()
