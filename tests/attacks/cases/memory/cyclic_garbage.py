# expect: memory_limit or time_limit
# Leaves garbage in circles, with the collector switched off.

import gc


def mean_squared_error(y_true, y_pred):
    gc.disable()
    while True:
        circle = [bytearray(1 << 16)]
        circle.append(circle)
