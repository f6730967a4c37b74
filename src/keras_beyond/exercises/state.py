"""Whatever a check does, afterwards the learner's objects and all random state are as they were."""

import contextlib
import inspect
import random
import types
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import tensorflow as tf
from keras.src.backend.common import global_state
from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR
from tensorflow import keras
from tensorflow.python.eager import context

KEPT = (keras.layers.Layer, keras.Variable, tf.Variable, keras.random.SeedGenerator, np.random.Generator)


@contextlib.contextmanager
def unchanged(*things: object) -> Iterator[None]:
    """After the block all that `things` hold is as before: weights, `trainable`, optimizers, metrics, random state."""
    held = list(_held(things, set()))
    layers = [layer for one in held if isinstance(one, keras.layers.Layer) for layer in one._flatten_layers()]
    trainable = [(layer, layer.trainable) for layer in layers]
    values = [(variable, np.array(variable)) for one in held for variable in _variables(one)]
    unused = [layer._compile_loss for layer in layers if hasattr(getattr(layer, "_compile_loss", None), "built")]
    losses = [(loss, dict(vars(loss))) for loss in unused if not loss.built]
    generators = [(one.bit_generator, one.bit_generator.state) for one in held if isinstance(one, np.random.Generator)]
    unbuilt = [_before_building(layer) for layer in layers if not layer.built]
    with _random_state_kept():
        try:
            yield
        finally:
            for back in unbuilt:
                back()
            for layer, flag in trainable:
                if layer.trainable != flag:
                    layer.trainable = flag
            for variable, value in values:
                variable.assign(value)
            for loss, attributes in losses:  # its first use has made metrics, and fixed the structure of the targets
                loss.metrics.clear()
                vars(loss).update(attributes)
            for generator, state in generators:
                generator.state = state


def _before_building(layer: keras.layers.Layer) -> Callable[[], None]:
    """What makes a layer unbuilt again, after a call has given it weights."""
    tracker = layer._tracker
    attributes, tracked = dict(vars(layer)), dict(vars(tracker))
    lists = [(one, list(one)) for one in attributes.values() if isinstance(one, list)]
    stored = {name: set(ids) for name, ids in tracker.stored_ids.items()}

    def back() -> None:
        vars(layer).clear()
        vars(layer).update(attributes)
        vars(tracker).update(tracked | {"stored_ids": stored})
        for one, kept in lists:
            list.__setitem__(one, slice(None), kept)

    return back


def _held(thing: object, seen: set[int]) -> Iterator[object]:
    """The objects with a state in a thing: in a container, and in what a function or class reads from outside."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    inner: Iterable[object] = ()
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
    for one in inner:
        yield from _held(one, seen)


def _read_from_outside(function: types.FunctionType) -> list[object]:
    """What a function takes from its surroundings; of other functions and classes, only its neighbours in the notebook."""
    try:
        names = inspect.getclosurevars(function)
    except ValueError:  # a name that has no value yet
        return []
    found = [*names.nonlocals.values(), *names.globals.values()]
    code = (types.FunctionType, type)
    return [one for one in found if not isinstance(one, code) or one.__module__ == function.__module__]


def _variables(thing: object) -> list[object]:
    """The variables of an object with a state."""
    if isinstance(thing, keras.layers.Layer):
        optimizer = getattr(thing, "optimizer", None)
        return [*thing.variables, *thing.metrics_variables, *(optimizer.variables if optimizer else [])]
    if isinstance(thing, keras.random.SeedGenerator):
        return [thing.state]
    return [] if isinstance(thing, np.random.Generator) else [thing]


@contextlib.contextmanager
def _random_state_kept() -> Iterator[None]:
    """Python's, NumPy's, Keras's and TensorFlow's random state are as before after the block."""
    keras_seeds = global_state.get_global_attribute(GLOBAL_SEED_GENERATOR)  # None until it is first used
    tensorflow_seeds = getattr(context.context(), "_rng", None)  # there once a seed is set
    before = random.getstate(), np.random.get_state()
    keras_state = keras_seeds and keras_seeds.state.numpy()
    tensorflow_state = tensorflow_seeds and tensorflow_seeds.getstate()
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
        global_state.set_global_attribute(GLOBAL_SEED_GENERATOR, keras_seeds)
        if keras_seeds:
            keras_seeds.state.assign(keras_state)
        if tensorflow_seeds:
            tensorflow_seeds.setstate(tensorflow_state)
