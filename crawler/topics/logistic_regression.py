"""A logistic regression: the log odds that the features of a topic give."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from operator import mul
from typing import NamedTuple

BIAS = "bias"
"""The name of the constant among the coefficients in a table."""


class Coefficients(NamedTuple):
    """The factors of features, in the order of the features, and a constant."""

    factors: tuple[float, ...]
    bias: float


def log_odds(features: Sequence[float], coefficients: Coefficients) -> float:
    """Return the natural logarithm of the odds that `features` give with these `coefficients`."""
    products: Iterable[float] = map(mul, coefficients.factors, features)
    return coefficients.bias + sum(products)


def logit(probability: float) -> float:
    """Return the natural logarithm of the odds of a `probability` between 0 and 1."""
    return math.log(probability / (1 - probability))


def named_coefficients(values: Mapping[str, float], features: Sequence[str]) -> Coefficients:
    """Return the coefficients in `values` in the order of the `features`.

    Raises ValueError unless `values` has exactly the features and the constant.
    """
    if values.keys() != {*features, BIAS}:
        raise ValueError(f"the coefficients are not those of {', '.join(features)}")
    return Coefficients(tuple(values[name] for name in features), values[BIAS])
