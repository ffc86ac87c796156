# expect: time_limit or memory_limit
# Prints nothing, without end: no byte is ever counted.

def mean_squared_error(y_true, y_pred):
    while True:
        print(end="")
