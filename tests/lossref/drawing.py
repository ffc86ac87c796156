"""Batches drawn from the domains that the catalogue states."""

import numpy as np

from lossref._sampling import drawn_arrays

ROWS, CLASSES = 6, 4


def batch_of(spec, rng, rows=ROWS, classes=CLASSES):
    """Drawn array arguments of a loss, without hyper-parameters."""
    return drawn_arrays(spec, rng, rows, classes)


def middle_of(parameter):
    """A plausible value of a hyper-parameter that is not its default."""
    return 0.3 * parameter.plausible[0] + 0.7 * parameter.plausible[1]


def place_of(spec, wrt=None):
    """Position among the arrays of the argument that a gradient is taken in."""
    return [p.name for p in spec.arrays].index(spec.argument(wrt).name)


def step_of(spec, arguments, wrt, index, size):
    """Arguments with one entry of one argument moved by `size`."""
    position = place_of(spec, wrt)
    moved = [np.array(a, dtype=np.float64) if i == position else a for i, a in enumerate(arguments)]
    moved[position][index] += size
    return moved


def differences(function, spec, arguments, wrt, size=1e-6):
    """Central differences of a function of the arguments along each entry of one of them."""
    result = np.empty(np.shape(arguments[place_of(spec, wrt)]))
    for index in np.ndindex(result.shape):
        up, down = (function(*step_of(spec, arguments, wrt, index, sign * size)) for sign in (1, -1))
        result[index] = (up - down) / (2 * size)
    return result
