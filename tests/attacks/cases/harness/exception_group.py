# expect: runtime_error
# Raises several at once.

def mean_squared_error(y_true, y_pred):
    raise ExceptionGroup('many', [ValueError(1), ExceptionGroup('more', [KeyError(2)])])
