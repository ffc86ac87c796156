"""What the options of a call mean; resolved once for each set of options, since callers repeat them."""

from __future__ import annotations

import dataclasses
import functools
import math
import operator
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lossref._numerics import EXACT, Logs
from lossref.errors import DomainError, OptionError

if TYPE_CHECKING:
    from lossref.spec import LossSpec

# Every other convention goes to the kernel by its name.
_HANDLED_HERE = {"reduction", "log_base", "eps_policy", "label_encoding"}
_LOG_BASES = {"e": 1.0, 2: math.log(2.0), 10: math.log(10.0)}


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Options of one call, weights apart."""

    reduction: str
    unit: float  # ln of the log base
    label_encoding: str | None
    extras: Mapping[str, Any]  # for the kernel
    axis: int
    batched: bool
    checked: bool


def resolve(spec: LossSpec, given: tuple[tuple[str, Any], ...]) -> Settings:
    """Resolve options given as pairs; OptionError where a value is none that the option takes."""
    try:
        return _resolve(spec, given)
    except TypeError as error:  # such as an axis of 1.5
        raise OptionError(f"{spec.name}: expected plain values for {', '.join(dict(given))}; {error}") from error


@functools.lru_cache(maxsize=1024)
def _resolve(spec: LossSpec, given: tuple[tuple[str, Any], ...]) -> Settings:
    options = dict(given)
    handled = _HANDLED_HERE if spec.gives != "metric" else {"eps_policy"}  # a metric takes its logarithms itself
    extras = {name: _convention(spec, options, name) for name in spec.options if name not in handled}
    policy = _convention(spec, options, "eps_policy")
    if policy == "exact" and options.get("eps") is not None:
        raise OptionError(f"{spec.name}: eps goes with eps_policy clip or log_clamp; without one it has no effect")
    if policy:
        extras["logs"] = EXACT if policy == "exact" else Logs.named(policy, _checked_eps(options.get("eps")))
    return Settings(
        reduction=_convention(spec, options, "reduction") or "none",
        unit=_LOG_BASES[_convention(spec, options, "log_base") or "e"],
        label_encoding=_convention(spec, options, "label_encoding"),
        extras=extras,
        axis=-1 if "axis" in spec.options else operator.index(options.get("axis", -1)),
        batched=_flag(spec, options, "batch"),
        checked=_flag(spec, options, "check_domain"),
    )


def _convention(spec: LossSpec, options: Mapping[str, Any], name: str) -> Any:
    """Value of a convention, its default where it is not given, None where the loss has no such convention."""
    allowed = spec.conventions.get(name)
    if allowed is None:
        return None
    value = options.get(name, allowed[0])
    for candidate in allowed:
        if value == candidate or _spelled(value) == _spelled(candidate):
            return candidate
    if name == "axis" and _is_axes(value):
        return value  # the few that are listed are the usual ones
    raise OptionError(f"{spec.name}: {name} is one of {', '.join(map(str, allowed))}; got {value!r}")


def _spelled(value: Any) -> str:
    """Spell "non-saturating" as "non_saturating", None as "none" and 2 as "2"."""
    return str(value).lower().replace("-", "_")


def _is_axes(value: Any) -> bool:
    axes = value if isinstance(value, tuple) else (value,)
    return all(isinstance(axis, int | np.integer) and not isinstance(axis, bool) for axis in axes)


def _flag(spec: LossSpec, options: Mapping[str, Any], name: str) -> bool:
    value = options.get(name, True)
    if not isinstance(value, bool | np.bool_):
        raise OptionError(f"{spec.name}: {name} is True or False; got {value!r}")
    return bool(value)


def _checked_eps(eps: Any) -> float | None:
    if eps is None:
        return None
    if not 0.0 < float(eps) < 0.5:
        raise DomainError("eps", "a number in (0, 0.5)", (), float(eps))
    return float(eps)
