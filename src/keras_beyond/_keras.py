"""Everything that Keras keeps to itself and the course reads all the same, each with a fallback for the day it is gone.

No other module of the course names a private attribute or a module such as `keras.src`; a test keeps it so, and another
takes each name away and goes on.
"""

from dataclasses import dataclass
from typing import Any

from tensorflow import keras


@dataclass(frozen=True)
class Call:
    """One call of a layer (or bare operation): which call of it this is, and the tensors that go in and come out."""

    layer: Any
    index: int
    inputs: list[keras.KerasTensor]
    outputs: list[keras.KerasTensor]


def call_behind(tensor: keras.KerasTensor) -> Call | None:
    """Return the call that made a symbolic tensor, or None where this Keras does not tell."""
    try:
        layer, index, _ = tensor._keras_history
        node = layer._inbound_nodes[index]
        return Call(layer, index, list(node.input_tensors), list(node.output_tensors))
    except (AttributeError, TypeError, ValueError, IndexError):
        return None


def flat_layers(layer: keras.layers.Layer) -> list[keras.layers.Layer]:
    """Return a layer or model and all layers inside it, at any depth, each once.

    The fallback looks into `layers` and into public attributes, and misses input layers, and layers that are kept in lists or dicts.
    """
    try:
        return list(layer._flatten_layers())
    except AttributeError:
        layers: dict[int, keras.layers.Layer] = {}
        _collect(layer, layers)
        return list(layers.values())


def _collect(layer: keras.layers.Layer, layers: dict[int, keras.layers.Layer]) -> None:
    """Add a layer and those inside it to `layers`, by identity."""
    if id(layer) not in layers:
        layers[id(layer)] = layer
        attributes = [value for name, value in vars(layer).items() if not name.startswith("_")]
        for part in [*getattr(layer, "layers", []), *attributes]:
            if isinstance(part, keras.layers.Layer):
                _collect(part, layers)


def trained_variables(model: keras.Model) -> list[keras.Variable]:
    """Return the variables that the last `fit` of a model has moved; none without a `fit`.

    The fallback returns none.
    """
    optimizer: Any = getattr(model, "optimizer", None)
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)  # of mixed precision
    try:
        return list(optimizer._trainable_variables)
    except (AttributeError, TypeError):
        return []
