# expect: runtime_error
# Raises an exception that lies about its class, its name and its traceback.

class Lying(type):
    __name__ = property(lambda cls: 1 / 0)
    __mro__ = property(lambda cls: 1 / 0)


class Error(Exception, metaclass=Lying):
    __class__ = property(lambda self: 1 / 0)
    __traceback__ = property(lambda self: 1 / 0)
    __cause__ = property(lambda self: 1 / 0)


def mean_squared_error(y_true, y_pred):
    raise Error("hidden")
