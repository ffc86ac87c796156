"""Trajectories; the values of the libraries were given by torch 2.13, keras 3.15 and optax 0.2.8."""

import numpy as np
import pytest

import lossref
from lossref import dialects

W0 = np.array([1.0, -0.5])
GRADS = np.array([[0.5, -1.0], [0.25, 2.0], [-1.0, 0.5]])
OPTIMIZERS = [
    f"{library}.{name}"
    for library, names in {
        "torch.optim": ("SGD", "Adam", "AdamW", "Adagrad", "RMSprop"),
        "keras.optimizers": ("SGD", "Adam", "AdamW", "Adagrad", "RMSprop"),
        "optax": ("sgd", "adam", "adamw", "adagrad", "rmsprop"),
    }.items()
    for name in names
]


def path_of(api, **options):
    if api.startswith("optax"):
        options.setdefault("learning_rate", 0.01)
    return dialects.call(api, w0=W0, grads=GRADS, **options)


def by_steps(step, *states, **hypers):
    """Trajectory of a single step of the core; states are carried along."""
    param, path = W0, []
    for grad in GRADS:
        param, *states = step(param, grad, *states, **hypers)
        path.append(param)
    return np.array(path)


@pytest.mark.parametrize(
    ("api", "options", "last"),
    [
        (
            "torch.optim.SGD",
            {"lr": 0.1, "momentum": 0.9, "dampening": 0.25, "weight_decay": 0.125},
            [0.8452972412109375, -0.5233822631835937],
        ),
        (
            "torch.optim.Adagrad",
            {"lr": 0.1, "lr_decay": 0.25, "initial_accumulator_value": 0.5},
            [0.9695957220846921, -0.5004755320813389],
        ),
        ("torch.optim.RMSprop", {}, [0.9425726616071325, -0.5114796538632556]),
        (
            "torch.optim.RMSprop",
            {"alpha": 0.75, "momentum": 0.5, "centered": True},
            [0.9592941697297144, -0.493830573059666],
        ),
        ("torch.optim.Adam", {}, [0.998274177428854, -0.49978175473146774]),
        (
            "torch.optim.Adam",
            {"lr": 0.1, "betas": (0.5, 0.75), "eps": 0.001, "weight_decay": 0.25, "amsgrad": True},
            [0.8376866017052571, -0.4981983136898056],
        ),
        ("torch.optim.AdamW", {}, [0.998244207050549, -0.49976677122033186]),
        ("keras.optimizers.SGD", {"momentum": 0.5}, [0.9975000000558794, -0.5174999996088445]),
        ("keras.optimizers.Adagrad", {}, [0.9996070027164815, -0.5001483211865594]),
        ("keras.optimizers.RMSprop", {}, [0.998181889761902, -0.5004273148474108]),
        (
            "keras.optimizers.RMSprop",
            {"rho": 0.75, "momentum": 0.5, "centered": True},
            [0.9959294230249632, -0.4993830581293811],
        ),
        ("keras.optimizers.Adam", {"amsgrad": True}, [0.9982741883364957, -0.4997817567870467]),
        ("keras.optimizers.AdamW", {}, [0.9982622195603454, -0.49977577306911397]),
        ("optax.sgd", {"learning_rate": 0.1, "momentum": 0.5}, [0.9749999999999999, -0.675]),
        ("optax.adagrad", {"learning_rate": 0.1}, [0.9607002735147813, -0.5148321179514499]),
        ("optax.rmsprop", {"learning_rate": 0.01, "momentum": 0.5}, [0.9507296543268163, -0.4948417702466454]),
        (
            "optax.rmsprop",
            {"learning_rate": 0.01, "eps_in_sqrt": False, "initial_scale": 1.0, "bias_correction": True},
            [1.0027964606397008, -0.5068647988188376],
        ),
        (
            "optax.adam",
            {"learning_rate": 0.1, "nesterov": True, "eps_root": 0.001},
            [0.8314336523075252, -0.4857669068472813],
        ),
        ("optax.adamw", {"learning_rate": 0.1}, [0.8273906753549857, -0.47816210718322855]),
    ],
)
def test_the_last_point_is_the_library_s(api, options, last):
    np.testing.assert_allclose(path_of(api, **options)[-1], last, rtol=1e-12)


@pytest.mark.parametrize("api", OPTIMIZERS)
def test_a_path_has_a_point_for_each_gradient_in_the_dtype_of_the_start(api):
    options = {"learning_rate": 0.01} if api.startswith("optax") else {}
    path = dialects.call(api, w0=W0.astype(np.float32), grads=GRADS.astype(np.float32), **options)
    assert path.shape == GRADS.shape
    assert path.dtype == np.float32
    np.testing.assert_allclose(path, path_of(api), rtol=1e-4)
    with pytest.raises(ValueError, match="grads: expected shape"):
        dialects.call(api, w0=W0, grads=GRADS[:, :1], **options)


@pytest.mark.parametrize("api", OPTIMIZERS)
def test_nothing_is_changed_and_no_gradient_means_no_step(api):
    w0, grads = W0.copy(), np.zeros_like(GRADS)
    options = {"learning_rate": 0.01} if api.startswith("optax") else {}
    if api.endswith(("AdamW", "adamw")):
        options["weight_decay"] = 0.0
    path = dialects.call(api, w0=w0, grads=grads, **options)
    np.testing.assert_array_equal(path, np.tile(W0, (3, 1)))
    np.testing.assert_array_equal(w0, W0)


def test_momentum_of_torch_and_optax_is_the_core_s():
    core = by_steps(lossref.momentum, np.zeros(2), lr=0.1, momentum=0.9)
    np.testing.assert_allclose(path_of("torch.optim.SGD", lr=0.1, momentum=0.9), core, rtol=1e-14)
    np.testing.assert_allclose(path_of("optax.sgd", learning_rate=0.1, momentum=0.9), core, rtol=1e-14)


def test_nesterov_is_one_path_in_all_three():
    core = by_steps(lossref.nesterov_momentum, np.zeros(2), lr=0.5, momentum=0.9)
    torch = path_of("torch.optim.SGD", lr=0.5, momentum=0.9, nesterov=True)
    keras = path_of("keras.optimizers.SGD", learning_rate=0.5, momentum=0.9, nesterov=True)
    optax = path_of("optax.sgd", learning_rate=0.5, momentum=0.9, nesterov=True)
    for path in (torch, keras, optax):
        np.testing.assert_allclose(path, core, rtol=1e-13)


def test_the_dampening_of_torch_spares_the_first_gradient():
    path = path_of("torch.optim.SGD", lr=1.0, momentum=0.5, dampening=0.5)
    np.testing.assert_allclose(W0 - path[0], GRADS[0])
    np.testing.assert_allclose(path[0] - path[1], 0.5 * GRADS[0] + 0.5 * GRADS[1])


def test_maximize_goes_the_other_way():
    up, down = path_of("torch.optim.SGD", lr=0.1, maximize=True), path_of("torch.optim.SGD", lr=0.1)
    np.testing.assert_allclose(up - W0, W0 - down)


def test_keras_keeps_its_rate_in_float32():
    path = path_of("keras.optimizers.SGD", learning_rate=0.1)
    np.testing.assert_array_equal(path[0], W0 - float(np.float32(0.1)) * GRADS[0])


def test_keras_holds_gradients_by_norm_or_by_entry():
    grads = np.array([[3.0, 4.0]])
    held = dialects.call("keras.optimizers.SGD", w0=np.zeros(2), grads=grads, learning_rate=1.0, clipnorm=1.0)
    np.testing.assert_allclose(held, [[-0.6, -0.8]])
    held = dialects.call("keras.optimizers.SGD", w0=np.zeros(2), grads=grads, learning_rate=1.0, global_clipnorm=0.5)
    np.testing.assert_allclose(held, [[-0.3, -0.4]], rtol=1e-6)
    held = dialects.call("keras.optimizers.SGD", w0=np.zeros(2), grads=grads, learning_rate=1.0, clipvalue=3.5)
    np.testing.assert_allclose(held, [[-3.0, -3.5]])


def test_weight_decay_beside_the_moments_or_in_the_gradient():
    coupled = path_of("torch.optim.Adam", lr=0.1, weight_decay=0.5)
    beside = path_of("torch.optim.Adam", lr=0.1, weight_decay=0.5, decoupled_weight_decay=True)
    np.testing.assert_array_equal(beside, path_of("torch.optim.AdamW", lr=0.1, weight_decay=0.5))
    assert np.abs(coupled - beside).max() > 0.01


def test_amsgrad_never_forgets_a_large_gradient():
    grads = np.array([[10.0], *[[0.1]] * 60])
    plain, ams = (
        dialects.call("torch.optim.Adam", w0=[0.0], grads=grads, lr=0.1, betas=(0.9, 0.9), amsgrad=flag)
        for flag in (False, True)
    )
    assert abs(ams[-1] - ams[-2])[0] < 0.2 * abs(plain[-1] - plain[-2])[0]


def test_nesterov_without_momentum_is_refused():
    with pytest.raises(ValueError, match="Nesterov"):
        path_of("torch.optim.SGD", nesterov=True)
