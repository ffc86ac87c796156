"""What the losses of a discriminator's or critic's scores share."""

from __future__ import annotations

from lossref.spec import Parameter

REAL = Parameter("real", "prediction", "real")
FAKE = Parameter("fake", "prediction", "real")
CONVEX = frozenset({"convex_in_prediction", "permutation_invariant"})
