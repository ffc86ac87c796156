"""Other libraries' losses in their own words: names, defaults and conventions of torch, keras, optax, scikit-learn.

`call("torch.nn.functional.huber_loss", input, target, delta=2.0)` gives what torch gives, without torch.
"""

from lossref.dialects import (  # noqa: F401 - registered by being imported
    _keras_classification,
    _keras_optimizers,
    _keras_regression,
    _optax_classification,
    _optax_optimizers,
    _optax_regression,
    _optax_segmentation,
    _sklearn_labels,
    _sklearn_loss,
    _sklearn_probabilities,
    _sklearn_ranking,
    _sklearn_regression,
    _torch_binary,
    _torch_categorical,
    _torch_ctc,
    _torch_embedding,
    _torch_math,
    _torch_optim,
    _torch_regression,
)
from lossref.dialects._registry import apis, call, dialect, gradient, hessian_diagonal, signature
from lossref.errors import UnknownApi

__all__ = ["UnknownApi", "apis", "call", "dialect", "gradient", "hessian_diagonal", "signature"]
