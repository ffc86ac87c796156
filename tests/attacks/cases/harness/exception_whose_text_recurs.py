# expect: runtime_error
# Raises an exception whose text asks for itself.

class Mirror:
    def __repr__(self):
        return repr(self)


def mean_squared_error(y_true, y_pred):
    raise ValueError(Mirror())
