"""Answers to the exercises of lesson 02."""

from copy import deepcopy
from functools import cache

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from answers import Answers
from keras_beyond import load_mnist, load_weights


def handwriting() -> keras.Model:
    model = keras.Sequential([keras.Input((784,))])
    for units, activation in [(500, "sigmoid"), (500, "sigmoid"), (10, "softmax")]:
        model.add(layers.Dense(units))
        model.add(layers.Activation(activation))
    load_weights(model, "handwriting")
    return model


@cache
def codes() -> tuple[np.ndarray, np.ndarray]:
    """What the borrowed layers of `digits` give, (20000, 500), and the digits: frozen layers compute once."""
    (images, digits), _ = load_mnist()
    model = handwriting()
    until = keras.Model(model.inputs, model.layers[3].output)
    return until.predict(images[:20_000].reshape(-1, 784).astype("float32") / 255, batch_size=2000, verbose=0), digits


@cache
def head(task: str, units: int, loss: str) -> list[np.ndarray]:
    """The weights of an output layer, trained on the codes: right, reversed, or for another task."""
    x, digits = codes()
    labels = {"size": digits // 5, "reversed": 1 - digits // 5, "parity": digits % 2}[task][: len(x)]
    activation = {"sparse_categorical_crossentropy": "softmax", "binary_crossentropy": "sigmoid"}.get(loss)
    model = keras.Sequential([keras.Input((500,)), layers.Dense(units, activation=activation)])
    model.compile(
        keras.optimizers.Adam(0.01), loss if activation else keras.losses.BinaryCrossentropy(from_logits=True)
    )
    model.fit(x, labels, batch_size=1000, epochs=3, verbose=0)
    return model.get_weights()


def finished(model: keras.Model, task: str, loss: str = "sparse_categorical_crossentropy") -> keras.Model:
    """The model as it is after training on frozen layers: compiled, its last layer with weights trained."""
    last = [layer for layer in model.layers if isinstance(layer, layers.Dense)][-1]
    last.set_weights(head(task, last.units, loss))
    model.compile(keras.optimizers.Adam(0.01), "mse")
    model.optimizer.build(model.trainable_variables)
    return model


def small_large(
    *, freeze: bool = True, take: int = 4, share: bool = True, units: int = 2, task: str | None = "size"
) -> dict:
    digits = handwriting()
    source = digits if share else handwriting()
    borrowed = source.layers[:take]
    for layer in borrowed:
        layer.trainable = not freeze
    model = keras.Sequential([keras.Input((784,)), *borrowed, layers.Dense(units, activation="softmax")])
    return {"digits": digits, "small_large": finished(model, task) if task else model}


def one_unit_functional(last: str | None = "sigmoid") -> dict[str, keras.Model]:
    digits = handwriting()
    x = keras.Input((784,))
    h = x
    for layer in digits.layers[:4]:
        layer.trainable = False
        h = layer(h)
    model = keras.Model(x, layers.Dense(1, activation=last)(h))
    return {"digits": digits, "small_large": finished(model, "size", "binary_crossentropy" if last else "from logits")}


def body_and_head() -> dict[str, keras.Model]:
    digits = handwriting()
    body = keras.Sequential([keras.Input((784,)), *digits.layers[:4]])
    body.trainable = False
    model = keras.Sequential([keras.Input((784,)), body, layers.Dense(2), layers.Softmax()])
    return {"digits": digits, "small_large": finished(model, "size")}


def submodel_and_head() -> dict[str, keras.Model]:
    digits = handwriting()
    until = keras.Model(digits.inputs, digits.layers[3].output, trainable=False)
    model = keras.Model(until.input, layers.Dense(2)(until.output))
    return {"digits": digits, "small_large": finished(model, "size")}


def thawed_again() -> dict[str, keras.Model]:
    """Trained while frozen, as `digits` shows; what is frozen afterwards does not matter."""
    made = small_large()
    for layer in made["digits"].layers:
        layer.trainable = True
    return made


def frozen_too_late() -> dict[str, keras.Model]:
    made = small_large()
    kernel = made["digits"].weights[0]
    kernel.assign(kernel * 0.99)  # as training moves it
    return made


def copied(how: str) -> dict[str, keras.Model]:
    digits = handwriting()
    if how == "clone":
        copy = keras.models.clone_model(digits)
        copy.set_weights(digits.get_weights())
    elif how == "functional":
        x = keras.Input((784,))
        h = layers.Dense(500, activation="sigmoid")(x)
        h = layers.Dense(500, activation="sigmoid")(h)
        copy = keras.Model(x, layers.Dense(10, activation="softmax")(h))
        copy.set_weights(digits.get_weights())
    elif how == "by config":
        copy = keras.Sequential.from_config(digits.get_config())
        copy.set_weights(digits.get_weights())
    elif how == "weight by weight":
        copy = keras.Sequential(
            [keras.Input((784,)), layers.Dense(500), layers.Activation("sigmoid"), layers.Dense(500, "sigmoid")]
        )
        copy.add(layers.Dense(10))
        copy.add(layers.Softmax())
        for mine, other in zip(copy.weights, digits.weights, strict=True):
            mine.assign(other)
    elif how == "deep":
        copy = deepcopy(digits)
    elif how == "half":
        copy = keras.Sequential([keras.Input((784,)), layers.Dense(30, "sigmoid"), layers.Dense(10, "softmax")])
    elif how == "loaded":
        copy = handwriting()
    elif how == "random":
        copy = keras.models.clone_model(digits)
    elif how == "shared":
        copy = keras.Sequential([keras.Input((784,)), *digits.layers])
    elif how == "same":
        copy = digits
    else:
        copy = keras.models.clone_model(digits)
        copy.set_weights([*digits.get_weights()[:-1], digits.get_weights()[-1] + np.arange(10)])
    return {"digits": digits, "independent": copy}


def in_place(digits: np.ndarray) -> np.ndarray:
    digits %= 2
    return digits


def looped(digits: np.ndarray) -> np.ndarray:
    result = np.ones_like(digits)
    result[digits % 2 == 0] = 0
    return result


def seeds_mistake(digits: np.ndarray) -> np.ndarray:
    result = np.ones_like(digits)
    result[result % 2 == 0] = 0
    return result


def small_images(high: bool) -> tuple[np.ndarray, np.ndarray]:
    (images, digits), _ = load_mnist()
    chosen = np.flatnonzero(digits >= 5)[:250] if high else np.flatnonzero(digits < 5)[:10_000]
    return images[chosen][..., None].astype("float32") / 255, digits[chosen] - (5 if high else 0)


def conv_layers() -> keras.Model:
    base = keras.Sequential([keras.Input((28, 28, 1))])
    for filters, kernel, pool in [(8, 5, 3), (16, 3, 2)]:
        base.add(layers.Conv2D(filters, kernel, activation="relu"))
        base.add(layers.MaxPooling2D(pool))
    base.add(layers.Flatten())
    return base


@cache
def conv_weights() -> list[np.ndarray]:
    base = conv_layers()
    low = keras.Sequential([base, layers.Dense(5, activation="softmax")])
    low.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    low.fit(*small_images(high=False), batch_size=100, epochs=2, verbose=0)
    return base.get_weights()


@cache
def high_head(epochs: int, first: int) -> list[np.ndarray]:
    """The weights of an output layer trained on what `conv_base` gives for 250 images; labels count from `first`."""
    images, labels = small_images(high=True)
    model = keras.Sequential([keras.Input((144,)), layers.Dense(5 + first, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(conv_base().predict(images, verbose=0), labels + first, batch_size=25, epochs=epochs, verbose=0)
    return model.get_weights()


def conv_base() -> keras.Model:
    base = conv_layers()
    base.set_weights(conv_weights())
    return base


def high(
    *, freeze: bool = True, epochs: int = 30, outputs: int = 5, borrow: bool = True, functional: bool = False
) -> dict[str, keras.Model]:
    base = conv_base()
    used = base if borrow else keras.models.clone_model(base)
    used.trainable = not freeze
    last = layers.Dense(outputs, activation="softmax")
    if functional:
        x = keras.Input((28, 28, 1))
        model = keras.Model(x, last(used(x)))
    else:
        model = keras.Sequential([keras.Input((28, 28, 1)), used, last])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    if epochs:
        last.set_weights(high_head(epochs, outputs - 5))
    return {"conv_base": base, "high": model}


def submodel_high() -> dict[str, keras.Model]:
    base = conv_base()
    base.trainable = False
    model = keras.Model(base.inputs, layers.Dense(5, "softmax")(layers.Dropout(0.1)(base.outputs[0])))
    model.layers[-1].set_weights(high_head(30, 0))
    return {"conv_base": base, "high": model}


def unpacked(*, softmax: bool = True) -> dict[str, keras.Model]:
    base = conv_base()
    for layer in base.layers:
        layer.trainable = False
    last = layers.Dense(5)
    model = keras.Sequential([keras.Input((28, 28, 1)), *base.layers, last, *[layers.Softmax()] * softmax])
    last.set_weights(high_head(30, 0))
    return {"conv_base": base, "high": model}


def leaning_to_one_side() -> dict[str, keras.Model]:
    made = small_large()
    bias = made["small_large"].weights[-1]
    bias.assign(bias + np.array([5.0, 0.0]))
    return made


ANSWERS = {
    "left-to-train": Answers(
        right=[
            lambda: 393_502,
            lambda: 393_502.0,
            lambda: np.int64(393_502),
            lambda: tf.constant(393_502),
            lambda: np.float32(393_502),
        ],
        foreseen={
            "both layers frozen": lambda: 1_002,
            "the layer which is frozen": lambda: 250_500,
            "output layer is missing": lambda: 392_500,
            "and not 10": lambda: 397_510,
            "with the first one frozen": lambda: 251_502,
        },
        unforeseen=[lambda: 7],
    ),
    "small-or-large": Answers(
        right=[
            small_large,
            one_unit_functional,
            body_and_head,
            submodel_and_head,
            lambda: one_unit_functional(last=None),
            thawed_again,
        ],
        foreseen={
            "uses no layer": lambda: small_large(share=False, task=None),
            "the output layer of `digits` as well": lambda: small_large(take=6, task=None),
            "are not frozen": lambda: small_large(freeze=False, task=None),
            "no longer what it was": frozen_too_late,
            "the wrong way round": lambda: small_large(task="reversed"),
            "learned odd and even": lambda: small_large(task="parity"),
            "looks untrained": lambda: small_large(task=None),
        },
        unforeseen=[lambda: small_large(units=3, task=None), leaning_to_one_side],
    ),
    "independent-copy": Answers(
        right=[
            lambda: copied("clone"),
            lambda: copied("functional"),
            lambda: copied("loaded"),
            lambda: copied("by config"),
            lambda: copied("weight by weight"),
            lambda: copied("deep"),
        ],
        foreseen={
            "a second name": lambda: copied("same"),
            "still share layers": lambda: copied("shared"),
            "are the values of their weights": lambda: copied("random"),
        },
        unforeseen=[
            lambda: copied("another bias"),
            lambda: {**copied("clone"), "independent": keras.Sequential([keras.Input((784,)), layers.Dense(9)])},
        ],
    ),
    "parity-labels": Answers(
        right=[
            lambda: lambda digits: digits % 2,
            lambda: looped,
            lambda: lambda digits: keras.ops.convert_to_tensor(digits & 1),
            lambda: lambda digits: np.isin(digits, [1, 3, 5, 7, 9]),
            lambda: lambda digits: np.where(digits % 2 == 0, 0, 1),
            lambda: lambda digits: tf.math.floormod(digits, 2),
            lambda: lambda digits: [[int(one) % 2 for one in row] for row in digits],
            lambda: lambda digits: (digits % 2).astype(bool),
            lambda: np.vectorize(lambda one: one % 2 == 1),
        ],
        foreseen={
            "changed the digits": lambda: in_place,
            "All ones": lambda: seeds_mistake,
            "wrong way round": lambda: lambda digits: (digits + 1) % 2,
            "an array of shape": lambda: lambda digits: int(digits.sum() % 2),
        },
        unforeseen=[lambda: lambda digits: digits // 5],
    ),
    "borrow-convolutions": Answers(
        right=[high, lambda: high(functional=True), unpacked, submodel_high, lambda: unpacked(softmax=False)],
        foreseen={
            "does not use `conv_base`": lambda: high(borrow=False, epochs=0),
            "is not frozen": lambda: high(freeze=False, epochs=0),
            "It answers with 5 to 9": lambda: high(outputs=10),
            "looks untrained": lambda: high(epochs=0),
            "it is learning": lambda: high(epochs=3),
        },
        unforeseen=[lambda: high(outputs=7, epochs=0)],
    ),
}
