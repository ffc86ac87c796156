# expect: wrong or runtime_error
# Makes float another type, by the memory of the interpreter.

import ctypes


class Equal(float):
    def __eq__(self, other):
        return True


def mean_squared_error(y_true, y_pred):
    value = float("1e9")
    ctypes.c_void_p.from_address(id(value) + 8).value = id(Equal)
    return value
