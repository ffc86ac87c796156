# expect: wrong
# Is equal to anything.

import numpy as np


class Anything(float):
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True
    __hash__ = float.__hash__
    __abs__ = __sub__ = __rsub__ = lambda self, other=None: self
    __float__ = lambda self: 0.0


def mean_squared_error(y_true, y_pred):
    return Anything(0.0)
