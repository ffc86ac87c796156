# expect: runtime_error
# Raises an exception whose text is a str with manners of its own.

class Text(str):
    def __getitem__(self, key):
        while True:
            pass

    encode = __len__ = __getitem__


class Error(Exception):
    def __str__(self):
        return Text("x" * 10)


def mean_squared_error(y_true, y_pred):
    raise Error
