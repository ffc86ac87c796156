# expect: runtime_error
# Hands the interpreter bytecode that takes more from its stack than there is.

import dis


def mean_squared_error(y_true, y_pred):
    return 0.0


code = bytes([dis.opmap["POP_TOP"], 0]) * 2000 + bytes([dis.opmap["RETURN_VALUE"], 0])
mean_squared_error.__code__ = mean_squared_error.__code__.replace(co_code=code)
