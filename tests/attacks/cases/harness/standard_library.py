# expect: correct
# Imports what an answer may.

import numpy as np
import collections
import dataclasses
import decimal
import fractions
import functools
import itertools
import math
import random
import statistics
import typing


def mean_squared_error(y_true, y_pred):
    return math.fsum(((y_true - y_pred) ** 2).ravel().tolist()) / y_true.size
