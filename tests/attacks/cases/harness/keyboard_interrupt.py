# expect: runtime_error
# Raises what a key would.

def mean_squared_error(y_true, y_pred):
    raise KeyboardInterrupt
