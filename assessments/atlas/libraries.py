"""The same loss in other libraries: what each gives, by its own defaults, on the same small inputs."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from assessments.atlas import examples, words
from lossref import LossSpec, dialects
from lossref.spec import Peer

# Defaults that tell nothing: none at all, and what a library warns about.
_UNTOLD = {None, inspect.Parameter.empty, "deprecated"}
LIBRARIES = ("torch", "keras", "optax", "sklearn")


@dataclasses.dataclass(frozen=True, slots=True)
class Function:
    """One function of a library: its arguments in our words, and its defaults."""

    api: str
    arguments: tuple[tuple[str, str], ...]
    defaults: tuple[tuple[str, str], ...]
    options: str
    note: str


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What one function gives on an example; `ours` marks lossref's own rows."""

    name: str
    value: str
    gradient: str
    ours: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    """One set of inputs, worked through by everyone."""

    title: str
    inputs: tuple[tuple[str, str], ...]
    wrt: str
    readings: tuple[Reading, ...]


def of(spec: LossSpec) -> tuple[str, ...]:
    """Name the libraries that have the loss."""
    have = {library_of(peer.api) for peer in spec.peers}
    return tuple(library for library in LIBRARIES if library in have)


def library_of(api: str) -> str:
    """Give the library of an API name.

    Examples
    --------
    >>> library_of("torch.nn.functional.huber_loss")
    'torch'
    """
    return api.partition(".")[0]


def functions(spec: LossSpec) -> tuple[Function, ...]:
    """Describe the functions of other libraries that compute the loss."""
    return tuple(_function(peer) for peer in spec.peers)


def _function(peer: Peer) -> Function:
    parameters = dialects.signature(peer.api).parameters.values()
    defaults = ((p.name, words.option(p.default)) for p in parameters if p.default not in _UNTOLD)
    return Function(peer.api, tuple(peer.arguments.items()), tuple(defaults), options(peer.options), peer.note)


def options(given: Mapping[str, Any]) -> str:
    """Write options as a call has them."""
    return ", ".join(f"{name}={words.option(value)}" for name, value in given.items())


def worked(spec: LossSpec) -> tuple[Example, ...]:
    """Work examples through: an ordinary one, and one at the edge of the domain."""
    found = (("Ordinary inputs", examples.ordinary(spec)), ("At the edge", examples.edge(spec)))
    return tuple(_worked(spec, title, inputs) for title, inputs in found if inputs is not None)


def _worked(spec: LossSpec, title: str, inputs: Mapping[str, Any]) -> Example:
    wrt = _prediction(spec)
    with np.errstate(all="ignore"):
        readings = (*_ours(spec, inputs, wrt), *(_theirs(peer, inputs, wrt) for peer in spec.peers))
    return Example(title, tuple((k, words.numbers(v)) for k, v in inputs.items()), wrt, readings)


def _prediction(spec: LossSpec) -> str:
    """Name the argument of the gradients; none where the catalogue has none."""
    names = [p.name for p in spec.arrays if p.role in {"prediction", "input"} and p.name in spec.slopes]
    return names[0] if names and spec.gives == "value" else ""


def _ours(spec: LossSpec, inputs: Mapping[str, Any], wrt: str) -> Iterator[Reading]:
    yield _reading(spec, inputs, wrt, {})
    first, *_ = spec.conventions.get("reduction", ("",))
    if first not in {"none", ""}:
        yield _reading(spec, inputs, wrt, {"reduction": "none"})


def _reading(spec: LossSpec, inputs: Mapping[str, Any], wrt: str, given: Mapping[str, Any]) -> Reading:
    value = spec.value(**inputs, **given)
    gradient = words.numbers(spec.gradient(**inputs, wrt=wrt, **given)) if wrt else ""
    return Reading(f"lossref.{spec.name}({options(given)})", words.numbers(value), gradient, ours=True)


def _theirs(peer: Peer, inputs: Mapping[str, Any], wrt: str) -> Reading:
    given = {theirs: inputs[ours] for theirs, ours in peer.arguments.items() if ours in inputs}
    value = _told(lambda: dialects.call(peer.api, **given))
    name = next((theirs for theirs, ours in peer.arguments.items() if ours == wrt), "")
    gradient = _told(lambda: dialects.gradient(peer.api, name, **given), "has none") if name else ""
    return Reading(peer.api, value, gradient, ours=False)


def _told(compute: Callable[[], Any], refused: str = "raises {}") -> str:
    """Write the result; a refusal is a result too: of a call the library's own, of a gradient that there is none."""
    try:
        return words.numbers(compute())
    except (ValueError, TypeError) as error:
        return refused.format(type(error).__name__)
