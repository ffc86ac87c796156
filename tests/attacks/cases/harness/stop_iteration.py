# expect: runtime_error
# Raises what ends a loop.

def mean_squared_error(y_true, y_pred):
    raise StopIteration(1.0)
