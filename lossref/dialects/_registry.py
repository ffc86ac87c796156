"""The functions of other libraries by their API names, and how a call's arguments reach them."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

from lossref.dialects import _tape as tape
from lossref.dialects._tape import Array
from lossref.errors import UnknownApi, nearest_names

Function = TypeVar("Function", bound=Callable[..., Any])
_POSITION = re.compile(r"arg(\d+)")


@dataclasses.dataclass(frozen=True, slots=True)
class Dialect:
    """One function of a library.

    Attributes
    ----------
    api : the library's name of it, as in "torch.nn.HuberLoss".
    function : what it computes, with the library's own names, order and defaults of arguments.
    positional : names of the arguments that a call gives by position (of a class: its call, not its constructor).
    renamed : other names of arguments, where a class' call names one differently from the function.
    hessian : function of the same arguments that gives the second derivative of each term, or None.
    lacks : arguments of the function that this API does not have.
    """

    api: str
    function: Callable[..., Any]
    positional: tuple[str, ...]
    renamed: Mapping[str, str]
    hessian: Callable[..., Any] | None
    lacks: tuple[str, ...]

    @property
    def signature(self) -> inspect.Signature:
        whole = inspect.signature(self.function)
        return whole.replace(parameters=[p for p in whole.parameters.values() if p.name not in self.lacks])

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.signature.parameters)

    def bound(self, args: tuple[Any, ...], keywords: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments by their names in `function`."""
        if len(args) > len(self.positional):
            raise TypeError(
                f"{self.api} takes {len(self.positional)} arguments by position "
                f"({', '.join(self.positional)}), {len(args)} came"
            )
        arguments = dict(zip(self.positional, args, strict=False))
        for given, value in keywords.items():
            name = self.named(given, value)
            if name in arguments:
                raise TypeError(f"{self.api}: the argument {name!r} came twice")
            axes = name in {"axis", "dim"} and isinstance(value, np.ndarray)
            arguments[name] = value.tolist() if axes else value  # several axes, as JSON has them
        parameters = self.signature.parameters.values()
        missing = [p.name for p in parameters if p.default is p.empty and p.name not in arguments]
        if missing:
            raise TypeError(f"{self.api} lacks the argument(s) {', '.join(missing)}")
        return arguments

    def joined(self, args: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments and options as one, for `call`: where a class has both by one name, the argument by its place."""
        return {self.named(name, value): value for part in (args, options) for name, value in part.items()}

    def named(self, given: str, value: Any = None) -> str:
        """Name in `function` of an argument; `argN` is the N-th positional one, counted from 0."""
        position = _POSITION.fullmatch(given)
        if position and int(position[1]) < len(self.positional):
            return self.positional[int(position[1])]
        # A name that is both an option (a flag) and an argument of the call (an array) is told by the value.
        if given in self.renamed and not isinstance(value, bool):
            return self.renamed[given]
        if given not in self.names:
            nearest = nearest_names(given, self.names)
            raise TypeError(
                f"{self.api} has no argument {given!r}; {_hint(nearest, 'it takes ' + ', '.join(self.names))}"
            )
        return given


_DIALECTS: dict[str, Dialect] = {}


def register(
    *apis: str,
    positional: tuple[str, ...] | None = None,
    renamed: Mapping[str, str] | None = None,
    hessian: Callable[..., Any] | None = None,
    lacks: tuple[str, ...] = (),
) -> Callable[[Function], Function]:
    """Keep the decorated function as what the APIs of these names compute.

    `positional` are the names of the arguments by position (default: all, in the function's order); a class names
    those of its call there; `lacks` are arguments of the function that these APIs do not have.
    """

    def keep(function: Function) -> Function:
        names = positional or tuple(
            parameter.name
            for parameter in inspect.signature(function).parameters.values()
            if parameter.kind is not parameter.KEYWORD_ONLY
        )
        for api in apis:
            _DIALECTS[api] = Dialect(api, function, names, renamed or {}, hessian, lacks)
        return function

    return keep


def dialect(api: str) -> Dialect:
    try:
        return _DIALECTS[api]
    except KeyError:
        raise UnknownApi(api, _DIALECTS) from None


def apis() -> tuple[str, ...]:
    """Names of all functions that can be called, sorted."""
    return tuple(sorted(_DIALECTS))


def signature(api: str) -> inspect.Signature:
    """Names, order and defaults of the arguments of one function (of a class: of call and constructor together).

    Examples
    --------
    >>> list(signature("torch.nn.functional.huber_loss").parameters)
    ['input', 'target', 'reduction', 'delta', 'weight']
    """
    return dialect(api).signature


def call(api: str, *args: Any, **kwargs: Any) -> Any:
    """Value that a function of another library gives.

    Parameters
    ----------
    api : str
        The library's name, such as "torch.nn.functional.huber_loss" or "keras.losses.Huber".
    *args, **kwargs
        The library's own arguments, arrays in place of tensors. A class takes the arguments of its
        constructor and of its call together, those of the call by position or by name.

    Raises
    ------
    UnknownApi
        With the nearest names.
    TypeError
        For an argument that the function does not have, or that is missing.

    Examples
    --------
    >>> float(call("torch.nn.functional.huber_loss", [3.0], [0.0], delta=2.0))
    4.0
    """
    chosen = dialect(api)
    with np.errstate(all="ignore"):
        value = chosen.function(**chosen.bound(args, kwargs))
    return value[()] if isinstance(value, np.ndarray) else value


def gradient(api: str, wrt: str, *args: Any, **kwargs: Any) -> Array:
    """Gradient of the sum of the value with respect to one argument, as the library differentiates.

    Where the terms are not reduced, this is the derivative of each term.

    Parameters
    ----------
    api : str
        As for `call`.
    wrt : str
        Name of a floating argument.
    *args, **kwargs
        As for `call`.

    Examples
    --------
    >>> gradient("torch.nn.functional.l1_loss", "input", [0.0, 2.0], [0.0, 0.0], reduction="sum").tolist()
    [0.0, 1.0]
    """
    chosen = dialect(api)
    arguments = chosen.bound(args, kwargs)
    name = chosen.named(wrt)
    if arguments.get(name) is None:
        raise TypeError(f"{api}: no {name!r} came, so there is nothing to differentiate with respect to")
    point = np.asarray(arguments[name])
    if point.dtype.kind not in "fiub":
        raise TypeError(f"{api}: {name!r} must be of numbers to have a gradient; its dtype is {point.dtype}")
    # Where a library takes whole numbers for real ones, it has a slope in them.
    arguments[name] = point if point.dtype.kind == "f" else point.astype(np.float64)
    with np.errstate(all="ignore"):
        return tape.gradient(chosen.function, arguments, name)


def hessian_diagonal(api: str, *args: Any, **kwargs: Any) -> Array:
    """Second derivative of each term with respect to the prediction, where the library itself gives one."""
    chosen = dialect(api)
    if chosen.hessian is None:
        have = ", ".join(name for name in apis() if _DIALECTS[name].hessian is not None)
        raise TypeError(f"{api} gives no second derivatives; these do: {have}")
    with np.errstate(all="ignore"):
        curvatures: Array = chosen.hessian(**chosen.bound(args, kwargs))
    return curvatures


def _hint(nearest: tuple[str, ...], otherwise: str) -> str:
    return f"did you mean {', '.join(nearest)}?" if nearest else otherwise
