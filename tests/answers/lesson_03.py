"""Answers to the exercises of lesson 03."""

import functools
import types

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from answers import Answers
from keras_beyond.weights import load_weights

SHAPES = {"h_1": (20, 32), "W_1": (64, 32), "b_2": (32,), "W_3": (32, 10), "y": (20, 10)}


def tower(
    hidden: str | None = "relu",
    last: str | None = "softmax",
    *,
    pooling: bool = True,
    side: int = 28,
    classes: int = 10,
    padding: str = "valid",
    kind: type[layers.Layer] = layers.MaxPooling2D,
    dropout: float = 0,
) -> keras.Model:
    picture = keras.Input((side, side, 1))
    maps = layers.Conv2D(8, 3, activation=hidden, padding=padding)(picture)
    maps = kind(2)(maps) if pooling else maps
    maps = layers.Dropout(dropout)(maps) if dropout else maps
    return keras.Model(picture, layers.Dense(classes, activation=last)(layers.Flatten()(maps)))


def tower_of_steps() -> keras.Model:
    picture = keras.Input((28, 28, 1))
    maps = layers.ReLU()(layers.Conv2D(8, (3, 3))(picture))
    numbers = layers.Reshape((13 * 13 * 8,))(layers.MaxPool2D()(maps))
    return keras.Model(inputs=picture, outputs=layers.Softmax()(layers.Dense(10)(numbers)))


def tower_nested() -> keras.Model:
    picture = keras.Input((28, 28, 1))
    front = keras.Sequential([layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(2), layers.Flatten()])
    return keras.Model(picture, layers.Dense(10, activation="softmax")(front(picture)))


def stacked() -> keras.Model:
    model = keras.Sequential([keras.Input((784,))])
    for units, activation in [(500, "sigmoid"), (500, "sigmoid"), (10, "softmax")]:
        model.add(layers.Dense(units))
        model.add(layers.Activation(activation))
    load_weights(model, "handwriting")
    return model


def until(index: int) -> keras.Model:
    model = stacked()
    return keras.Model(model.inputs, model.layers[index].output)


def hidden_through_calls() -> keras.Model:
    model, pixels = stacked(), keras.Input((784,))
    return keras.Model(pixels, model.layers[1](model.layers[0](pixels)))


class Hidden(keras.Model):
    def __init__(self, model: keras.Model) -> None:
        super().__init__()
        self.part = model.layers[:2]

    def call(self, x: object) -> object:
        return self.part[1](self.part[0](x))


def hidden_copied() -> keras.Model:
    model = keras.Sequential([keras.Input((784,)), layers.Dense(500, activation="sigmoid")])
    model.set_weights(stacked().get_weights()[:2])
    return model


def repeat(block: keras.Model, times: int) -> keras.Model:
    first = last = keras.Input(block.input_shape[1:])
    for _ in range(times):
        last = block(last)
    return keras.Model(first, last)


def repeat_sequential(block: keras.Model, times: int) -> keras.Model:
    return keras.Sequential([keras.Input(block.input_shape[1:])] + [block] * times)


class Repeat(keras.Model):
    def __init__(self, block: keras.Model, times: int) -> None:
        super().__init__()
        self.block, self.times = block, times

    def call(self, x: object) -> object:
        for _ in range(self.times):
            x = self.block(x)
        return x


def repeat_from_the_middle(block: keras.Model, times: int) -> keras.Model:
    last = block.output
    for _ in range(times - 1):
        last = block(last)
    return keras.Model(block.input, last)


def repeat_clones(block: keras.Model, times: int) -> keras.Model:
    first = last = keras.Input(block.input_shape[1:])
    for _ in range(times):
        last = keras.models.clone_model(block)(last)
    return keras.Model(first, last)


def repeat_new_layers(block: keras.Model, times: int) -> keras.Model:
    return chain(*block.output_shape[1:] * times, inputs=block.input_shape[1])


def repeat_copy(block: keras.Model, times: int) -> keras.Model:
    copy = keras.models.clone_model(block)
    copy.set_weights(block.get_weights())
    return repeat(copy, times)


def repeat_tensor(block: keras.Model, times: int) -> keras.KerasTensor:
    return repeat(block, times).output


def repeat_overwritten(block: keras.Model, times: int) -> keras.Model:
    x = keras.Input(block.input_shape[1:])
    for _ in range(times):
        x = block(x)
    return keras.Model(x, x)


def repeat_nothing(block: keras.Model, times: int) -> None:
    repeat(block, times)


def repeat_and_add(block: keras.Model, times: int) -> keras.Model:
    made = repeat(block, times)
    return keras.Model(made.input, made.output + 1)


def shared(first: str | None = "tanh", middle: str | None = "tanh") -> keras.Model:
    f, g, p = layers.Dense(3, activation=first), layers.Dense(2, activation=middle), keras.Input((2,))
    return keras.Model(p, f(g(f(p))))


def shared_sequential() -> keras.Model:
    f = layers.Dense(3, activation="tanh")
    return keras.Sequential([keras.Input((2,)), f, layers.Dense(2, activation="tanh"), f])


def shared_as_model() -> keras.Model:
    f = keras.Sequential([keras.Input((2,)), layers.Dense(3), layers.Activation("tanh")])
    p = keras.Input((2,))
    return keras.Model(p, f(layers.Dense(2, activation="tanh")(f(p))))


class Shared(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.f, self.g = layers.Dense(3), layers.Dense(2)

    def call(self, x: object) -> object:
        return tf.tanh(self.f(tf.tanh(self.g(tf.tanh(self.f(x))))))


def shared_subclassed() -> keras.Model:
    model = Shared()
    model(np.zeros((1, 2), "float32"))
    return model


def chain(*units: int, inputs: int = 2) -> keras.Model:
    return keras.Sequential([keras.Input((inputs,)), *(layers.Dense(length, activation="tanh") for length in units)])


def tower_by_ops() -> keras.Model:
    picture = keras.Input(shape=(28, 28, 1))
    maps = keras.ops.relu(layers.Conv2D(filters=8, kernel_size=3)(picture))
    pooled = keras.ops.max_pool(maps, 2)
    return keras.Model(picture, keras.ops.softmax(layers.Dense(10)(keras.ops.reshape(pooled, (-1, 13 * 13 * 8)))))


class Tower(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.steps = [layers.Conv2D(8, 3, activation=tf.nn.relu), layers.MaxPooling2D((2, 2)), layers.Flatten()]
        self.last = layers.Dense(10)

    def call(self, x: object) -> object:
        for step in self.steps:
            x = step(x)
        return tf.nn.softmax(self.last(x))


def tower_subclassed() -> keras.Model:
    model = Tower()
    model(np.zeros((1, 28, 28, 1), "float32"))
    return model


def hidden_from_layers() -> keras.Model:
    model = stacked()
    return keras.Model(inputs=model.layers[0].input, outputs=[model.layers[1].output][0], name="read_out")


def repeat_by_recursion(block: keras.Model, times: int) -> keras.Model:
    if times == 1:
        return keras.Model(block.inputs, block(block.inputs))
    inner = repeat_by_recursion(block, times - 1)
    return keras.Model(inner.inputs, block(inner.outputs))


def repeat_by_reduce(block: keras.Model, times: int) -> keras.Model:
    start = keras.Input(block.input_shape[1:])
    return keras.Model(start, functools.reduce(lambda x, step: step(x), [block] * times, start))


def repeat_of_layers(block: keras.Model, times: int) -> keras.Model:
    start = x = keras.Input(block.input_shape[1:])
    for layer in block.layers[1:] * times:
        x = layer(x)
    return keras.Model(start, x)


def shared_in_pieces() -> keras.Model:
    f, g, p = layers.Dense(units=3), layers.Dense(units=2), keras.Input(shape=(2,))
    bend = layers.Activation(keras.activations.tanh)
    return keras.Model(inputs=[p], outputs=bend(f(keras.ops.tanh(g(layers.Activation("tanh")(f(p)))))))


def tower_and_more() -> keras.Model:
    model = tower()
    return keras.Model(model.input, layers.Dense(10, activation="softmax")(model.output))


def tower_from_pixels() -> keras.Model:
    flat = keras.Input((28, 28))
    return keras.Model(flat, tower()(layers.Reshape((28, 28, 1))(flat)))


def tower_in_order_of_speech() -> keras.Model:
    """Pooling first and ReLU afterwards, which is the same function."""
    picture = x = keras.Input(shape=[28, 28, 1], name="picture")
    for step in (layers.Conv2D(8, 3), layers.MaxPooling2D(padding="same"), layers.ReLU(), layers.Flatten()):
        x = step(x)
    return keras.Model({"picture": picture}, {"digit": layers.Dense(10, activation=keras.activations.softmax)(x)})


def repeat_only_three(block: keras.Model, times: int) -> keras.Model:
    start = x = keras.Input((3,))
    for _ in range(times):
        x = block(x)
    return keras.Model(start, x)


def repeat_last_layer(block: keras.Model, times: int) -> keras.Model:
    start = x = keras.Input(block.input_shape[1:])
    x = block(x)
    for _ in range(times - 1):
        x = block.layers[-1](block.layers[1](x))
    return keras.Model(start, x + 0.01)


def repeat_and_name(block: keras.Model, times: int, name: str | None = None) -> keras.Model:
    start = keras.Input(shape=block.input_shape[1:], name="start")
    steps = functools.reduce(lambda x, _: block(x), range(times), start)
    return keras.Model(inputs={"start": start}, outputs={"end": steps}, name=name)


def shared_of(*calls: str, f_bend: str | None = "tanh", g_bend: str | None = "tanh") -> keras.Model:
    p = x = keras.Input((2,))
    parts = {"f": layers.Dense(3, activation=f_bend), "g": layers.Dense(2, activation=g_bend)}
    for name in calls:
        x = parts[name](x)
    return keras.Model(p, x)


def first_hidden_named() -> keras.Model:
    model = stacked()
    return keras.Model(model.inputs, {"h_1": model.layers[1].output})


ANSWERS = {
    "symbol-shapes": Answers(
        right=[
            lambda: SHAPES,
            lambda: {name: list(shape) for name, shape in SHAPES.items()},
            lambda: {name: tf.TensorShape(shape) for name, shape in SHAPES.items()},
            lambda: {name: np.array(shape) for name, shape in SHAPES.items()},
            lambda: dict(reversed(SHAPES.items())),
            lambda: {name: tuple(map(float, shape)) for name, shape in SHAPES.items()},
            lambda: {name: np.zeros(shape).shape for name, shape in SHAPES.items()},
            lambda: {name: tf.zeros(shape).shape for name, shape in SHAPES.items()},
            lambda: {"x": (20, 64), "h_2": (20, 32), "W_2": (32, 32), **SHAPES},
            lambda: {name: (np.int32(length) for length in shape) for name, shape in SHAPES.items()},
            lambda: {name: map(int, shape) for name, shape in SHAPES.items()},
            lambda: types.MappingProxyType({name: tf.constant(shape) for name, shape in SHAPES.items()}),
        ],
        foreseen={
            "Keras computes x W": lambda: {**SHAPES, "W_1": (32, 64)},
            "lacks an axis": lambda: {**SHAPES, "y": (10,)},
            "no matrix": lambda: {**SHAPES, "b_2": (20, 32)},
            "still needs its comma": lambda: {**SHAPES, "b_2": 32},
            "a dict with the keys": lambda: {"h_1": (20, 32)},
            "There is a None": lambda: {**SHAPES, "h_1": (None, 32)},
            "the (1, 2) of the comment": lambda: {name: (1, 2) for name in SHAPES},
            "Has b_2 10 numbers": lambda: {**SHAPES, "b_2": (10,)},
            "one axis counts inputs": lambda: {**SHAPES, "W_3": (10, 20)},
            "the number of rows comes first": lambda: {**SHAPES, "y": (10, 20)},
            "what goes into the layer": lambda: {**SHAPES, "h_1": (20, 64)},
            "its shape is wanted": lambda: {**SHAPES, "W_1": np.zeros((64, 32))},
        },
        unforeseen=[
            lambda: {**SHAPES, "h_1": (64, 32)},
            lambda: {**SHAPES, "W_3": (64, 10)},
            lambda: (20, 32),
            lambda: list(SHAPES.values()),
            lambda: {name.replace("_", ""): shape for name, shape in SHAPES.items()},
        ],
    ),
    "functional-tower": Answers(
        right=[
            tower,
            tower_of_steps,
            tower_nested,
            tower_by_ops,
            lambda: keras.models.clone_model(tower()),
            tower_in_order_of_speech,
        ],
        foreseen={
            "still a Sequential": lambda: keras.Sequential(tower().layers[1:]),
            "The pooling is missing": lambda: tower(pooling=False),
            "The convolution has no activation": lambda: tower(hidden=None),
            "should be probabilities": lambda: tower(last="sigmoid"),
            "symbolic tensor": lambda: tower().output,
            "an input of shape (None, 28, 28, 1)": lambda: chain(3, 10, inputs=784),
            "a layer and not a Keras model": lambda: layers.Flatten(),
            "the class Tower": lambda: Tower,
            "the function tower and": lambda: tower,
            "a class of your own": tower_subclassed,
            "pads nothing": lambda: tower(padding="same"),
            "takes averages": lambda: tower(kind=layers.AveragePooling2D),
            "compare activation functions": lambda: tower("relu6"),
            "trains otherwise": lambda: tower(dropout=0.5),
        },
        unforeseen=[
            lambda: tower(classes=9),
            tower_from_pixels,
            tower_and_more,
        ],
    ),
    "first-hidden": Answers(
        right=[
            lambda: until(1),
            lambda: keras.Sequential(stacked().layers[:2]),
            hidden_through_calls,
            lambda: Hidden(stacked()),
            hidden_copied,
            lambda: keras.Sequential([keras.Input((784,)), *stacked().layers[:2]]),
            lambda: keras.models.clone_model(until(1), clone_function=lambda layer: layer),
            hidden_from_layers,
            first_hidden_named,
        ],
        foreseen={
            "before the sigmoid": lambda: until(0),
            "second hidden layer": lambda: until(3),
            "still has ten numbers": stacked,
            "layers are new": lambda: chain(500, inputs=784),
            "the output alone": lambda: stacked().layers[1].output,
            "numbers that were worked out": lambda: np.zeros((10_000, 500), "float32"),
            "the output of a layer is its .output": lambda: stacked().layers[1],
            "what goes into the layer": lambda: keras.Sequential([keras.Input((784,)), layers.Identity()]),
            "applied twice": lambda: keras.Sequential([*stacked().layers[:2], layers.Activation("sigmoid")]),
        },
        unforeseen=[
            lambda: chain(500),
            lambda: chain(499, inputs=784),
            lambda: keras.Sequential([keras.Input((784,)), stacked().layers[0], layers.ReLU()]),
        ],
    ),
    "repeat-block": Answers(
        right=[
            lambda: repeat,
            lambda: repeat_sequential,
            lambda: Repeat,
            lambda: repeat_from_the_middle,
            lambda: lambda block, times: keras.Sequential([block] * times),
            lambda: repeat_by_recursion,
            lambda: repeat_by_reduce,
            lambda: repeat_of_layers,
            lambda: repeat_and_name,
            lambda: functools.partial(repeat_and_name, name="again"),
        ],
        foreseen={
            "were made anew": lambda: repeat_new_layers,
            "several clones": lambda: repeat_clones,
            "holds a copy": lambda: repeat_copy,
            "and does so 4 times": lambda: lambda block, times: repeat(block, times + 1),
            "and does so 1 times": lambda: lambda block, times: block,
            "and does so 3 times": lambda: lambda block, times: repeat(block, 3),
            "and does so 0 times": lambda: lambda block, times: repeat(block, 0),
            "a block of length 3": lambda: repeat_only_three,
            "is a model already": lambda: repeat(chain(3, inputs=3), 3),
            "do not meet": lambda: repeat_overwritten,
            "returned a symbolic tensor": lambda: repeat_tensor,
            "returned nothing": lambda: repeat_nothing,
        },
        unforeseen=[
            lambda: repeat_and_add,
            lambda: lambda block, times: block.layers,
            lambda: repeat_last_layer,
            lambda: lambda block: block,
        ],
    ),
    "mended-shared": Answers(
        right=[
            shared,
            shared_sequential,
            shared_as_model,
            shared_subclassed,
            shared_in_pieces,
            lambda: keras.Sequential(shared_sequential().layers),
            lambda: keras.models.clone_model(shared()),
            lambda: shared_of(*"fgf"),
        ],
        foreseen={
            "still 26 parameters": lambda: chain(3, 2, 3),
            "f comes once more": lambda: chain(3, 2),
            "have their tanh": lambda: shared(middle=None),
            "called 5 times": lambda: shared_of(*"fgfgf"),
            "called 4 times": lambda: shared_of(*"fgfg"),
            "does not compute three layers": lambda: shared("relu", "relu"),
            "numbers that were worked out": lambda: np.ones((6, 3), "float32"),
            "symbolic tensor": lambda: shared().output,
            "not built": lambda: keras.Sequential([layers.Dense(3), layers.Dense(2), layers.Dense(3)]),
        },
        unforeseen=[
            lambda: chain(3),
            lambda: chain(3, 2, 3, inputs=3),
            lambda: chain(3, 2, 4),
        ],
    ),
}
