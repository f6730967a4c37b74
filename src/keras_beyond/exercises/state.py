"""Whatever a check does, the learner's objects are afterwards as they were, and random numbers go on from a fixed seed."""

import contextlib
import inspect
import types
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import keras

from keras_beyond._keras import flat_layers

KEPT = (keras.layers.Layer, keras.Variable, tf.Variable, keras.random.SeedGenerator, np.random.Generator)


def reseed(exercise: str) -> None:
    """Seed Python, NumPy, Keras and TensorFlow with a number that belongs to the exercise of this name.

    `check` does so before and after its work: its verdict does not depend on what ran before, and the cells below it
    meet the same random numbers whether the exercise was answered, in whatever way, or not.
    """
    keras.utils.set_random_seed(zlib.crc32(exercise.encode()))


@contextlib.contextmanager
def unchanged(*things: object) -> Iterator[None]:
    """Restore after the block what `things` hold: weights, `trainable`, optimizers, metrics, NumPy's generators.

    Two things stay: a layer that the block calls for the first time stays built (see `to_call`), and a compiled model keeps
    the metrics that it makes at its first loss.
    """
    held = list(_held(things, set()))
    layers = [layer for thing in held if isinstance(thing, keras.layers.Layer) for layer in flat_layers(thing)]
    trainable = [(layer, layer.trainable) for layer in layers]
    values = [(variable, variable.numpy().copy()) for thing in held for variable in _variables(thing)]
    generators = [
        (thing.bit_generator, thing.bit_generator.state) for thing in held if isinstance(thing, np.random.Generator)
    ]
    try:
        yield
    finally:
        for layer, flag in trainable:
            if layer.trainable != flag:
                layer.trainable = flag
        for variable, value in values:
            variable.assign(value)
        for generator, state in generators:
            generator.state = state


def to_call(layer: keras.layers.Layer) -> keras.layers.Layer:
    """Return what a check calls in place of a layer: a copy while the layer is not built, so that it stays so.

    A layer that Keras cannot copy from its configuration (its activation is `tf.nn.softmax`, say) is returned itself.
    """
    if not layer.built:
        with contextlib.suppress(Exception):  # a layer that a learner wrote may fail in any way
            return type(layer).from_config(layer.get_config())
    return layer


def _held(thing: Any, seen: set[int]) -> Iterator[Any]:
    """Yield the objects with a state in a thing: in a container, and in what a function or class reads from outside."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    inner: Iterable[Any] = ()
    if isinstance(thing, KEPT):
        yield thing
    elif isinstance(thing, Mapping):
        inner = list(thing.values())
    elif isinstance(thing, (tuple, list)):
        inner = thing
    elif isinstance(thing, types.FunctionType):
        inner = _read_from_outside(thing)
    elif isinstance(thing, type):
        inner = [part for part in vars(thing).values() if isinstance(part, types.FunctionType)]
    for part in inner:
        yield from _held(part, seen)


def _read_from_outside(function: types.FunctionType) -> list[Any]:
    """Return what a function takes from its surroundings; of functions and classes only those of the same module."""
    try:
        names = inspect.getclosurevars(function)
    except ValueError:  # a name that has no value yet
        return []
    values = [*names.nonlocals.values(), *names.globals.values()]
    code = (types.FunctionType, type)
    return [value for value in values if not isinstance(value, code) or value.__module__ == function.__module__]


def _variables(thing: Any) -> list[Any]:
    """Return the variables of an object with a state."""
    if isinstance(thing, keras.layers.Layer):
        optimizer = getattr(thing, "optimizer", None)
        return [*thing.variables, *thing.metrics_variables, *(optimizer.variables if optimizer else [])]
    if isinstance(thing, keras.random.SeedGenerator):
        return [thing.state]
    return [] if isinstance(thing, np.random.Generator) else [thing]
