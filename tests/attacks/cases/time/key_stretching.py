# expect: time_limit
# Stretches a key for minutes, in C and without the interpreter's lock.

import hashlib


def mean_squared_error(y_true, y_pred):
    return float(hashlib.pbkdf2_hmac("sha256", b"a", b"b", 500_000_000)[0])
