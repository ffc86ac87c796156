# expect: runtime_error or memory_limit or time_limit
# Raises from what it raised before, a hundred thousand times.

def mean_squared_error(y_true, y_pred):
    error = ValueError("first")
    for number in range(100_000):
        try:
            raise KeyError(number) from error
        except KeyError as raised:
            error = raised
    raise error
