"""What the catalogue says of one loss, and how it is evaluated.

A loss is written as small kernels on blocks of float arrays: `terms`, one number for each element (or row); `slopes`,
for each argument the interval of the derivative of a term; `curvatures`, its second derivative. Everything else
(domains, shapes, dtypes, options, masks, weights, reductions) is the same for all: `_binding` checks and converts,
`_blocks` cuts, `_evaluation` runs the kernels and reduces.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from lossref import _evaluation
from lossref._binding import bind
from lossref._evaluation import within_limits
from lossref._numerics import Array
from lossref._reduction import REDUCTIONS, denominators
from lossref.errors import OptionError

Terms = Callable[..., Any]  # an array; a number for a metric; a tuple of arrays for a step
Slopes = Callable[..., tuple[Array, Array]]
Fused = Callable[..., tuple[float, Array, Array]]
Total = Callable[..., float]
Guard = Literal["itself", "sigmoid", "softmax", "norm", "surprise", "logarithm", "root"]


@dataclasses.dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a loss.

    Attributes
    ----------
    role : what it is to the loss; `input` is what a transform, a penalty or a step works on, `state` what a step
        carries from one call to the next.
    domain : name of the set it is drawn from (a key of `lossref.domains.DOMAINS`, or `class_index`).
    shape : `elements` any shape, the same for all arguments; `rows` (N, C) with classes on `axis`; `row` one entry
        for each row, (N,); `scalar` a single number; `whole` a shape that the loss itself checks.
    width : rows of the same width name have the same length.
    admits : name of the set it may come from, where that is larger than `domain` (soft labels, logits of −inf).
    default : value of a hyper-parameter that is not given.
    plausible : range to draw from.
    """

    name: str
    role: Literal["target", "prediction", "hyper", "input", "state"]
    domain: str
    shape: Literal["elements", "rows", "row", "scalar", "whole"] = "elements"
    admits: str = ""
    default: float | None = None
    plausible: tuple[float, float] = (-3.0, 3.0)
    dtype: Literal["float64", "int64"] = "float64"
    width: str = "classes"

    @property
    def accepted_domain(self) -> str:
        """Name of the set that values are checked against."""
        return self.admits or self.domain


@dataclasses.dataclass(frozen=True, slots=True)
class Peer:
    """A function of another library that computes this loss.

    Attributes
    ----------
    api : its name, as in `lossref.dialects`.
    arguments : its argument names → ours.
    options : our options that give what the library gives by default.
    note : what else a reader must know.
    fixed : the library's own arguments that have to be given beside ours, by its names.
    """

    api: str
    arguments: Mapping[str, str]
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    note: str = ""
    fixed: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, eq=False)
class LossSpec:
    """One entry of the catalogue: a loss with all that is known about it.

    Attributes
    ----------
    gives : `value` (a loss, reduced), `transform`, `metric` or `step`; only a value has a reduction. The kernel of a
        metric takes the `weights` of its terms, flat, or None.
    properties : what holds at the default options, in the words of `lossref.properties.PROPERTIES`.
    conventions : the options that choose between conventions, with their values; the first is the default.
    denominators : what each reduction divides by.
    kinks : arguments of one term, in the order of `parameters` without hyper-parameters, at which the term has no
        derivative, only a subdifferential.
    curvatures : for each argument the second derivative of a term, entry by entry.
    total : sum of the terms of a block, in fewer passes than the terms take; where it is not finite, the terms are
        taken, so that it need not know their limits.
    fused : for an argument that sum, and both ends of the slope, from one kernel; where that is cheaper.
    entrywise : the kernels take each entry of a row by itself, and add them up by `row_sums` alone: what they get lies
        row by row in memory, not class by class.
    told : arguments of which any entry outside of its domain makes the sum over a block NaN or infinite, or the
        result of a transform; they are searched for offences only where it is.
    given_domains : from options and hyper-parameters by name, the domains of arguments that are not in their own then.
    coupled : the kernels see whole arrays, since terms share arguments; their slopes take the weight of each term
        first.
    shared : one coupled term of elements, which weights and mask are for; its kernels take each element's share in the
        mean as `shares` (None: all have the same), and see what counts alone, flat where there is a mask.
    sample : from a generator, a number of rows and one of classes, all arrays of a batch; where they depend on one
        another, or have shapes of their own.
    class_mass : weight of each term under class weights, from the target; where the loss takes class weights.
    convex_in : arguments in each of which a term is convex.
    bounds : infimum and supremum of a term.
    lipschitz : smallest Lipschitz constant of a term in the prediction; None where there is none.
    minimizer : the constant prediction with the least expected loss, in words.
    link : function that carries the natural parameter to the prediction.
    guards : where an implementation may put an eps against log 0 or 0/0, by argument: on it (or on 1 less it), on its
        sigmoid or softmax, on the norm of its rows; or by `term`: in a term that is −log of a probability (`surprise`),
        a `logarithm` or a `root`.
    peers : the same loss in other libraries.
    """

    name: str
    family: str
    summary: str
    latex: str
    references: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    terms: Terms = dataclasses.field(repr=False)
    slopes: Mapping[str, Slopes] = dataclasses.field(repr=False)
    aliases: tuple[str, ...] = ()
    properties: frozenset[str] = frozenset()
    options: Mapping[str, tuple[Any, ...]] = dataclasses.field(default_factory=dict)
    kinks: tuple[tuple[float, ...], ...] = ()
    gives: Literal["value", "transform", "metric", "step"] = "value"
    curvatures: Mapping[str, Callable[..., Array]] = dataclasses.field(default_factory=dict, repr=False)
    total: Total | None = dataclasses.field(default=None, repr=False)
    fused: Mapping[str, Fused] = dataclasses.field(default_factory=dict, repr=False)
    entrywise: bool = False
    told: tuple[str, ...] = ()
    given_domains: Callable[[Mapping[str, Any]], Mapping[str, str]] | None = dataclasses.field(default=None, repr=False)
    coupled: bool = False
    shared: bool = False
    sample: Callable[[np.random.Generator, int, int], list[Any]] | None = dataclasses.field(default=None, repr=False)
    class_mass: Callable[..., Array] | None = dataclasses.field(default=None, repr=False)
    convex_in: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None
    lipschitz: float | None = None
    minimizer: str = ""
    link: str = ""
    guards: Mapping[str, Guard] = dataclasses.field(default_factory=dict)
    peers: tuple[Peer, ...] = ()

    def value(self, *args: Any, **options: Any) -> Any:
        """Value of the loss.

        Parameters
        ----------
        *args : array_like
            The arguments in the order of `parameters`; hyper-parameters may be left out. All may be given by name.
        **options
            `reduction` mean (default), sum, none, batchmean or mean_by_weight; `weights`, one for each term, and
            `mask`, True for each term that counts (a term of weight 0, or one that does not count, adds exactly 0;
            what does not count may hold anything, and is not in the denominator); `batch=False` for one example
            without the batch axis; `axis` of the classes (default −1); `check_domain=False` to evaluate the formula
            outside of the domain; and those of `conventions`.

        Returns
        -------
        numpy floating scalar, or ndarray for reduction none
            float32 where all floating arguments are float32 (computed in float32, summed in float64), float16
            likewise (computed in float64), else float64; integers and booleans are taken as float64.

        Raises
        ------
        DomainError, ShapeError, OptionError, EmptyError, TypeError
            A mean over no terms raises EmptyError; a sum over none is 0.

        Examples
        --------
        >>> from lossref import get
        >>> print(get("huber").value([0.0, 0.0], [0.5, 3.0], delta=1.0, reduction="sum"))
        2.625
        """
        return within_limits(lambda: _evaluation.value(bind(self, args, options)))

    def gradient(self, *args: Any, wrt: str | None = None, **options: Any) -> npt.NDArray[np.floating[Any]]:
        """Gradient of the value with respect to one argument, in that argument's shape.

        With reduction none it is the gradient of the sum of the values; of a transform of rows into rows it is the
        Jacobian, [..., i, j] = ∂ output_i / ∂ input_j. At a kink it is the element of the
        subdifferential with the smallest magnitude (0 for |e| at e = 0). At the edge of the domain it is the
        one-sided derivative, which may be infinite.

        Parameters
        ----------
        *args, **options
            As for `value`.
        wrt : str, optional
            Name of the argument; the prediction by default.

        Examples
        --------
        >>> from lossref import get
        >>> print(get("mse").gradient([1.0, 2.0], [1.5, 2.0]))
        [0.5 0. ]
        """
        return _least(*self.subdifferential(*args, wrt=wrt, **options))

    def value_and_gradient(
        self, *args: Any, wrt: str | None = None, **options: Any
    ) -> tuple[Any, npt.NDArray[np.floating[Any]]]:
        """Value and gradient from one pass over the arguments.

        Examples
        --------
        >>> from lossref import get
        >>> value, gradient = get("mse").value_and_gradient([1.0, 2.0], [1.5, 2.0])
        >>> print(value, gradient)
        0.125 [0.5 0. ]
        """
        name = self.argument(wrt).name
        value, low, high = within_limits(lambda: _evaluation.value_and_subdifferential(bind(self, args, options), name))
        return value, _least(low, high)

    def hessian_diagonal(self, *args: Any, wrt: str | None = None, **options: Any) -> npt.NDArray[np.floating[Any]]:
        """Second derivative of the value with respect to each entry of one argument, in that argument's shape.

        Raises
        ------
        OptionError
            Where the catalogue has no second derivative.

        Examples
        --------
        >>> from lossref import get
        >>> print(get("mse").hessian_diagonal([1.0, 2.0], [1.5, 2.0]))
        [1. 1.]
        """
        name = self.argument(wrt).name
        if name not in self.curvatures:
            have = ", ".join(self.curvatures) or "no argument"
            raise OptionError(f"{self.name} has no second derivative in {name}; it has one in {have}")
        return within_limits(lambda: _evaluation.curvature(bind(self, args, options), name))

    def subdifferential(
        self, *args: Any, wrt: str | None = None, **options: Any
    ) -> tuple[npt.NDArray[np.floating[Any]], npt.NDArray[np.floating[Any]]]:
        """Lowest and highest subgradient, entry by entry; the same array twice for a differentiable loss.

        Examples
        --------
        >>> from lossref import get
        >>> low, high = get("mae").subdifferential([0.0, 0.0], [0.0, 3.0])
        >>> print(low, high)
        [-0.5  0.5] [0.5 0.5]
        """
        name = self.argument(wrt).name
        return within_limits(lambda: _evaluation.subdifferential(bind(self, args, options), name))

    def argument(self, wrt: str | None) -> Parameter:
        """Parameter that a gradient is taken with respect to; OptionError where there is no such gradient."""
        name = wrt or next((p.name for p in self.parameters if p.role in {"prediction", "input"}), "")
        for parameter in self.parameters:
            if parameter.name == name and name in self.slopes:
                return parameter
        have = ", ".join(self.slopes) or "no argument"
        raise OptionError(f"{self.name} has no gradient with respect to {name!r}; it has with respect to {have}")

    def domains(self, **options: Any) -> dict[str, str]:
        """Domain of each parameter under these options and hyper-parameters."""
        encoded = options.get("label_encoding") == "zero_one"
        own = {p.name: "label01" if encoded and p.domain == "plus_minus_one" else p.domain for p in self.parameters}
        if self.given_domains is None:
            return own
        defaults = {name: values[0] for name, values in self.options.items()} | {p.name: p.default for p in self.hypers}
        return {**own, **self.given_domains({**defaults, **options})}

    def perfect_prediction(self, target: Any, classes: int, **options: Any) -> Array:
        """Prediction that says what a hard target says: the target itself, or one-hot rows of its class indices.

        Where `zero_at_perfect_fit` is among the properties, the value there is 0. Logits have no such prediction.

        Examples
        --------
        >>> from lossref import get
        >>> print(get("sparse_categorical_cross_entropy").perfect_prediction([1, 0], classes=2))
        [[0. 1.]
         [1. 0.]]
        """
        if any(p.domain == "class_index" for p in self.arrays):
            onehot: Array = np.eye(classes)[np.asarray(target)]
            return onehot
        exact: Array = np.asarray(target, dtype=np.float64)
        return 2.0 * exact - 1.0 if options.get("label_encoding") == "zero_one" else exact

    @functools.cached_property
    def conventions(self) -> Mapping[str, tuple[Any, ...]]:
        """Every option that chooses between conventions, with its values; the first is the default."""
        reductions = {"reduction": REDUCTIONS} if self.gives == "value" else {}
        return MappingProxyType({**reductions, **self.options})

    @functools.cached_property
    def denominators(self) -> Mapping[str, str]:
        """What each reduction divides by, in words."""
        term = "row" if self.on_rows else "term" if self.coupled and not self.shared else "element"
        return MappingProxyType(dict(denominators(term)) if self.gives == "value" else {})

    @functools.cached_property
    def parameter_names(self) -> tuple[str, ...]:
        """Names of the parameters in their order."""
        return tuple(p.name for p in self.parameters)

    @functools.cached_property
    def needed(self) -> tuple[str, ...]:
        """Names of the parameters that every call gives."""
        return tuple(p.name for p in self.parameters if p.default is None and p.role != "hyper")

    @functools.cached_property
    def has_symbolic_form(self) -> bool:
        """Whether `lossref.symbolic` has a form of single terms: metrics and coupled losses have none."""
        return self.gives != "metric" and not self.coupled

    @functools.cached_property
    def arrays(self) -> tuple[Parameter, ...]:
        """Parameters that are arrays."""
        return tuple(p for p in self.parameters if p.shape != "scalar")

    @functools.cached_property
    def scalars(self) -> tuple[Parameter, ...]:
        """Parameters that are single numbers: the hyper-parameters, and a step's count."""
        return tuple(p for p in self.parameters if p.shape == "scalar")

    @functools.cached_property
    def hypers(self) -> tuple[Parameter, ...]:
        """Hyper-parameters."""
        return tuple(p for p in self.parameters if p.role == "hyper")

    @functools.cached_property
    def on_rows(self) -> bool:
        """Whether a term belongs to a row rather than to an element."""
        return any(p.shape == "rows" for p in self.parameters)

    @functools.cached_property
    def option_names(self) -> frozenset[str]:
        """All names that `value` takes as options, hyper-parameters not among them."""
        names = {*self.conventions, "check_domain", "batch"}
        if self.gives in {"value", "metric"}:
            names.add("weights")
        if self.gives == "value" and (self.shared or not self.coupled):
            names.add("mask")
        if self.class_mass is not None:
            names.add("class_weights")
        if self.gives == "value" and not self.coupled and any(p.domain == "class_index" for p in self.arrays):
            names.add("ignore_index")
        if (self.on_rows and self.gives != "metric") or self.gives == "transform":
            names.add("axis")  # that elements do not have; it is the same call for every activation
        if "eps_policy" in self.conventions:
            names.add("eps")
        return frozenset(names)

    def __reduce__(self) -> tuple[Callable[[str], LossSpec], tuple[str]]:
        return _by_name, (self.name,)


Floats = npt.NDArray[np.floating[Any]]


def _least(low: Floats, high: Floats) -> Floats:
    """Subgradient of the smallest magnitude."""
    return low if low is high else np.clip(0.0, low, high).astype(low.dtype, copy=False)


def _by_name(name: str) -> LossSpec:
    from lossref.catalogue import get

    return get(name)
