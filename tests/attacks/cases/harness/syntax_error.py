# expect: rejected
# Is no Python.

def mean_squared_error(y_true, y_pred:
    return 0
