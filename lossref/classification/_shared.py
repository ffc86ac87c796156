"""What the cross-entropies have in common."""

from __future__ import annotations

LOG_BASE = {"log_base": ("e", 2, 10)}
FROM_PROBABILITIES = {**LOG_BASE, "eps_policy": ("exact", "clip", "log_clamp")}
PROPERTIES = frozenset({"non_negative", "convex_in_prediction", "permutation_invariant"})
FITS = frozenset({"zero_at_perfect_fit"})
LOGIT_RANGE = (-6.0, 6.0)
PROBABILITY_RANGE = (0.02, 0.98)
