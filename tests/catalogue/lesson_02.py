"""Answers to the exercises of lesson 02."""

from functools import cache

import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

from catalogue import Answers
from course import load_mnist, load_weights


@cache
def mnist() -> tuple[np.ndarray, np.ndarray]:
    (images, digits), _ = load_mnist()
    return images[:20_000].reshape(-1, 784).astype("float32") / 255, digits[:20_000]


def handwriting() -> keras.Model:
    model = keras.Sequential([keras.Input((784,))])
    for units, activation in [(500, "sigmoid"), (500, "sigmoid"), (10, "softmax")]:
        model.add(layers.Dense(units))
        model.add(layers.Activation(activation))
    load_weights(model, "handwriting")
    return model


def fitted(model: keras.Model, labels: np.ndarray, loss: str = "sparse_categorical_crossentropy") -> keras.Model:
    model.compile(keras.optimizers.Adam(0.01), loss)
    model.fit(mnist()[0], labels, batch_size=1000, epochs=3, verbose=0)
    return model


def small_large(
    *, freeze: bool = True, train: bool = True, take: int = 4, share: bool = True, labels: object = None
) -> dict[str, keras.Model]:
    digits = handwriting()
    source = digits if share else handwriting()
    borrowed = source.layers[:take]
    for layer in borrowed:
        layer.trainable = not freeze
    model = keras.Sequential([keras.Input((784,)), *borrowed, layers.Dense(2, activation="softmax")])
    if train:
        fitted(model, mnist()[1] // 5 if labels is None else labels)
    return {"digits": digits, "small_large": model}


def one_unit_functional() -> dict[str, keras.Model]:
    digits = handwriting()
    x = keras.Input((784,))
    h = x
    for layer in digits.layers[:4]:
        layer.trainable = False
        h = layer(h)
    model = keras.Model(x, layers.Dense(1, activation="sigmoid")(h))
    return {"digits": digits, "small_large": fitted(model, mnist()[1] // 5, "binary_crossentropy")}


def body_and_head() -> dict[str, keras.Model]:
    digits = handwriting()
    body = keras.Sequential([keras.Input((784,)), *digits.layers[:4]])
    body.trainable = False
    model = keras.Sequential([keras.Input((784,)), body, layers.Dense(2), layers.Softmax()])
    return {"digits": digits, "small_large": fitted(model, mnist()[1] // 5)}


def frozen_too_late() -> dict[str, keras.Model]:
    made = small_large(freeze=False)
    for layer in made["digits"].layers[:4]:
        layer.trainable = False
    made["digits"].weights[0].assign(made["digits"].weights[0] * 0.2)  # as far as training may move it
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
    images, labels = small_images(high=True)
    labels = labels + (5 if outputs == 10 else 0)
    last = layers.Dense(outputs, activation="softmax")
    if functional:
        x = keras.Input((28, 28, 1))
        model = keras.Model(x, last(used(x)))
    else:
        model = keras.Sequential([keras.Input((28, 28, 1)), used, last])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    if epochs:
        model.fit(images, labels, batch_size=25, epochs=epochs, verbose=0)
    return {"conv_base": base, "high": model}


def unpacked() -> dict[str, keras.Model]:
    base = conv_base()
    for layer in base.layers:
        layer.trainable = False
    model = keras.Sequential([keras.Input((28, 28, 1)), *base.layers, layers.Dense(5), layers.Softmax()])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(*small_images(high=True), batch_size=25, epochs=30, verbose=0)
    return {"conv_base": base, "high": model}


CATALOGUE = {
    "left-to-train": Answers(
        right=[lambda: 251_502, lambda: 251_502.0, lambda: np.int64(251_502)],
        foreseen={
            "both layers frozen": lambda: 1_002,
            "the layer which is frozen": lambda: 392_500,
            "output layer is missing": lambda: 250_500,
            "and not 10": lambda: 255_510,
        },
        unforeseen=[lambda: 7],
    ),
    "small-or-large": Answers(
        right=[small_large, one_unit_functional, body_and_head],
        foreseen={
            "uses no layer": lambda: small_large(share=False),
            "the output layer of `digits` as well": lambda: small_large(take=6, train=False),
            "are not frozen": lambda: small_large(freeze=False, train=False),
            "no longer what it was": frozen_too_late,
            "the wrong way round": lambda: small_large(labels=1 - mnist()[1] // 5),
            "learned odd and even": lambda: small_large(labels=mnist()[1] % 2),
            "looks untrained": lambda: small_large(train=False),
        },
        unforeseen=[lambda: small_large(take=1)],
    ),
    "independent-copy": Answers(
        right=[lambda: copied("clone"), lambda: copied("functional"), lambda: copied("loaded")],
        foreseen={
            "a second name": lambda: copied("same"),
            "still share layers": lambda: copied("shared"),
            "are the values of their weights": lambda: copied("random"),
        },
        unforeseen=[lambda: copied("another bias")],
    ),
    "parity-labels": Answers(
        right=[
            lambda: lambda digits: digits % 2,
            lambda: looped,
            lambda: lambda digits: keras.ops.convert_to_tensor(digits & 1),
            lambda: lambda digits: np.isin(digits, [1, 3, 5, 7, 9]),
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
        right=[high, lambda: high(functional=True), unpacked],
        foreseen={
            "does not use `conv_base`": lambda: high(borrow=False),
            "is not frozen": lambda: high(freeze=False),
            "It answers with 5 to 9": lambda: high(outputs=10),
            "looks untrained": lambda: high(epochs=0),
            "it is learning": lambda: high(epochs=3),
        },
        unforeseen=[lambda: high(outputs=7)],
    ),
}
