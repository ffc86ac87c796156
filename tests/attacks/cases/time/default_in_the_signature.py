# expect: time_limit
# Takes the wrong arguments, and a default whose text never ends.

class Endless:
    def __repr__(self):
        while True:
            pass


def mean_squared_error(y_true, y_pred, weights, scale=Endless()):
    return 0.0
