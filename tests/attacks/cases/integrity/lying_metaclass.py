# expect: wrong
# A type that lies about its name.

import numpy as np


class Liar(type):
    @property
    def __name__(cls):
        raise SystemExit

    def __eq__(cls, other):
        return True

    __hash__ = type.__hash__


class Value(metaclass=Liar):
    pass


def mean_squared_error(y_true, y_pred):
    return Value()
