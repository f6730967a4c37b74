"""Answers to the exercises of lesson 02."""

import tempfile
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
    labels = {"size": digits // 5, "reversed": 1 - digits // 5, "parity": digits % 2, "border": digits > 5}[task][
        : len(x)
    ]
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
    until = keras.Model(digits.inputs, digits.layers[3].output)
    until.trainable = False
    model = keras.Model(until.input, layers.Dense(2)(until.output))
    return {"digits": digits, "small_large": finished(model, "size")}


def thawed_again() -> dict[str, keras.Model]:
    """Trained while frozen, as `digits` shows; what is frozen afterwards does not matter."""
    made = small_large()
    for layer in made["digits"].layers:
        layer.trainable = True
    return made


def moved_digits() -> dict[str, keras.Model]:
    made = small_large()
    kernel = made["digits"].weights[0]
    kernel.assign(kernel * 0.99)  # as training moves it
    return made


def trained_before_frozen() -> dict[str, keras.Model]:
    """Trained while nothing was frozen, then `digits` put back, and frozen."""
    made = small_large(freeze=False)
    for layer in made["digits"].layers:
        layer.trainable = False
    return made


def first_piece_alone() -> dict[str, keras.Model]:
    """Good at its task, but half of it is new."""
    made = small_large(task=None)
    borrowed = made["digits"].layers[:2]
    new = [layers.Dense(500, "sigmoid"), layers.Dense(2, "softmax")]
    model = keras.Sequential([keras.Input((784,)), *borrowed, *new])
    new[0].set_weights(made["digits"].layers[2].get_weights())
    return {**made, "small_large": finished(model, "size")}


def without_sigmoids(which: int) -> dict[str, keras.Model]:
    digits = handwriting()
    digits.trainable = False
    body = [layer for index, layer in enumerate(digits.layers[:4]) if index != which]
    model = keras.Sequential([keras.Input((784,)), *body, layers.Dense(2, "softmax")])
    return {"digits": digits, "small_large": finished(model, "size")}


def all_frozen() -> dict[str, keras.Model]:
    made = small_large(task=None)
    made["small_large"].trainable = False
    return made


def frozen_once_trained() -> dict[str, keras.Model]:
    made = small_large()
    made["small_large"].trainable = False
    return made


def weak_head() -> dict[str, keras.Model]:
    """As after too little training: noise is mixed into the output layer until about 6 % of the answers are wrong."""
    made = small_large()
    kernel, bias = (weight.numpy() for weight in made["small_large"].weights[-2:])
    noise = np.random.default_rng(1).normal(size=kernel.shape)
    (x, digits), share = codes(), 0.0
    while np.mean(((x @ (kernel + share * noise) + bias).argmax(1)) == digits[: len(x)] // 5) > 0.94:
        share += 0.02
    made["small_large"].weights[-2].assign(kernel + share * noise)
    return made


def with_hidden_layer() -> dict[str, keras.Model]:
    """A new layer before the new output layer, which is not forbidden, with `digits` itself in two parts."""
    digits = handwriting()
    for layer in digits.layers[:4]:
        layer.trainable = False
    x = digits.inputs[0]
    h = layers.Dropout(0.1)(digits.layers[3].output)
    model = keras.Model(x, layers.Dense(2, name="small_or_large")(h))
    return {"digits": digits, "small_large": finished(model, "size"), "parity": None}


def rebuilt() -> dict[str, keras.Model]:
    digits = handwriting()
    digits.pop()
    digits.pop()
    digits.add(layers.Dense(2, activation="softmax"))
    return {"digits": digits, "small_large": digits, "independent": digits}


def wrong_way() -> dict[str, keras.Model]:
    made = copied("random")
    made["digits"].set_weights(made["independent"].get_weights())
    return made


class Copy(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.hidden = [layers.Dense(500, "sigmoid"), layers.Dense(500, "sigmoid")]
        self.last = layers.Dense(10, "softmax")

    def call(self, x: object) -> object:
        for layer in self.hidden:
            x = layer(x)
        return self.last(x)


def trained_a_little(frozen: int) -> dict[str, keras.Model]:
    made = copied("clone")
    for layer in made["independent"].layers[:frozen]:
        layer.trainable = False
    made["independent"].compile(keras.optimizers.Adam(0.001), "sparse_categorical_crossentropy")
    (images, digits), _ = load_mnist()
    made["independent"].fit(images[:1000].reshape(-1, 784) / 255.0, digits[:1000], batch_size=100, verbose=0)
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
    elif how == "subclassed":
        copy = Copy()
        copy(np.zeros((1, 784), "float32"))
        copy.set_weights(digits.get_weights())
    elif how == "layer by layer":
        copy = keras.Sequential([keras.Input((784,))])
        for layer in digits.layers:
            copy.add(type(layer).from_config(layer.get_config()))
            copy.layers[-1].set_weights(layer.get_weights())
    elif how == "saved":
        with tempfile.TemporaryDirectory() as folder:
            digits.save(f"{folder}/digits.keras")
            copy = keras.models.load_model(f"{folder}/digits.keras")
    elif how == "frozen":
        digits.trainable = False
        copy = keras.models.clone_model(digits)
        copy.set_weights([np.copy(weight) for weight in digits.get_weights()])
    elif how == "its activations":
        new = [layers.Dense(units) for units in (500, 500, 10)]
        pairs = zip(new, digits.layers[1::2], strict=True)
        copy = keras.Sequential([keras.Input((784,)), *(layer for pair in pairs for layer in pair)])
        copy.set_weights(digits.get_weights())
    elif how == "other activations":
        copy = keras.Sequential([keras.Input((784,)), layers.Dense(500, "relu"), layers.Dense(500, "relu")])
        copy.add(layers.Dense(10, "softmax"))
        copy.set_weights(digits.get_weights())
    elif how == "first four":
        copy = keras.models.clone_model(digits)
        copy.set_weights(digits.get_weights()[:4] + copy.get_weights()[4:])
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


ODD_TEST = np.arange(10_000) % 2  # as a notebook has it


def by_rows(digits: np.ndarray) -> list[int]:
    return [1 if digit % 2 == 1 else 0 for digit in digits]


def of_the_notebook(digits: np.ndarray) -> np.ndarray:
    return ODD_TEST[: digits.size].reshape(digits.shape)


def filled_and_flattened(digits: np.ndarray) -> np.ndarray:
    result = np.zeros(digits.size)
    for place, digit in enumerate(digits.ravel()):
        result[place] = digit in (1, 3, 5, 7, 9)
    return result.reshape(digits.shape)


def raises_on_its_own(digits: np.ndarray) -> np.ndarray:
    return digits % two  # noqa: F821


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
    five_of_each = [np.flatnonzero(digits == digit)[:5] for digit in range(5, 10)]
    chosen = np.concatenate(five_of_each) if high else np.flatnonzero(digits < 5)[:10_000]
    return images[chosen][..., None].astype("float32") / 255, digits[chosen] - (5 if high else 0)


def conv_layers() -> keras.Model:
    base = keras.Sequential([keras.Input((28, 28, 1))])
    for filters, kernel, pool in [(8, 5, 3), (16, 3, 2)]:
        base.add(layers.Conv2D(filters, kernel, activation="relu"))
        base.add(layers.MaxPooling2D(pool))
    base.add(layers.Flatten())
    return base


@cache
def conv_weights() -> tuple[list[np.ndarray], list[np.ndarray]]:
    base = conv_layers()
    low = keras.Sequential([base, layers.Dense(5, activation="softmax")])
    low.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    low.fit(*small_images(high=False), batch_size=100, epochs=2, verbose=0)
    return base.get_weights(), low.layers[-1].get_weights()


@cache
def high_head(epochs: int, first: int) -> list[np.ndarray]:
    """The weights of an output layer trained on what `conv_base` gives for 25 images; labels count from `first`."""
    images, labels = small_images(high=True)
    model = keras.Sequential([keras.Input((144,)), layers.Dense(5 + first, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(conv_base().predict(images, verbose=0), labels + first, batch_size=5, epochs=epochs, verbose=0)
    return model.get_weights()


def conv_base() -> keras.Model:
    base = conv_layers()
    base.set_weights(conv_weights()[0])
    return base


def low(base: keras.Model) -> keras.Model:
    """What told 0 to 4 apart, on the same layers as long as they stay where they are."""
    model = keras.Sequential([keras.Input((28, 28, 1)), base, layers.Dense(5, "softmax")])
    model.layers[-1].set_weights(conv_weights()[1])
    return model


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
    return {"conv_base": base, "low": low(base), "high": model}


def submodel_high() -> dict[str, keras.Model]:
    base = conv_base()
    base.trainable = False
    model = keras.Model(base.inputs, layers.Dense(5, "softmax")(layers.Dropout(0.1)(base.outputs[0])))
    model.layers[-1].set_weights(high_head(30, 0))
    return {"conv_base": base, "low": low(base), "high": model}


def unpacked(*, softmax: bool = True) -> dict[str, keras.Model]:
    base = conv_base()
    for layer in base.layers:
        layer.trainable = False
    last = layers.Dense(5)
    model = keras.Sequential([keras.Input((28, 28, 1)), *base.layers, last, *[layers.Softmax()] * softmax])
    last.set_weights(high_head(30, 0))
    return {"conv_base": base, "low": low(base), "high": model}


def built_optimizer(made: dict[str, keras.Model], optimizer: keras.optimizers.Optimizer) -> dict[str, keras.Model]:
    """The same, as `fit` leaves it: an optimizer that knows what it has moved."""
    made["high"].compile(optimizer, "sparse_categorical_crossentropy")
    made["high"].optimizer.build(made["high"].trainable_variables)
    return made


def high_frozen_afterwards(optimizer: keras.optimizers.Optimizer) -> dict[str, keras.Model]:
    made = built_optimizer(high(freeze=False), optimizer)
    made["conv_base"].trainable = False
    return made


def high_thawed_afterwards() -> dict[str, keras.Model]:
    made = built_optimizer(high(), keras.optimizers.RMSprop())
    made["conv_base"].trainable = True
    return made


def high_on_low() -> dict[str, keras.Model]:
    made = high(epochs=0)
    made["high"] = keras.Sequential([made["low"], layers.Dense(5, activation="softmax")])
    made["low"].trainable = False
    return made


def high_with_hidden_layer(*, first_alone: bool = False) -> dict[str, keras.Model]:
    made = high(epochs=0)
    body = [made["conv_base"].layers[0], layers.Flatten()] if first_alone else [made["conv_base"]]
    new = [layers.Dense(30, "relu"), layers.Dense(5, "softmax")]
    made["high"] = keras.Sequential([keras.Input((28, 28, 1)), *body, *new])
    return made


def high_on_moved_base() -> dict[str, keras.Model]:
    made = high()
    kernel = made["conv_base"].weights[0]
    kernel.assign(kernel * -1)
    return made


def high_all_frozen() -> dict[str, keras.Model]:
    made = high(epochs=0)
    made["high"].trainable = False
    return made


def high_subclassed() -> dict[str, keras.Model]:
    made = high()
    base, last = made["high"].layers[-2:]

    class High(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.base, self.last = base, last

        def call(self, x: object) -> object:
            return self.last(self.base(x, training=False))

    model = High()
    model(np.zeros((1, 28, 28, 1), "float32"))
    return {**made, "high": model, "scratch": None}


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
            lambda: [393_502],
            lambda: keras.ops.convert_to_tensor(393_502),
            lambda: small_large(units=2, task=None)["small_large"].count_params() - 250_500,
        ],
        foreseen={
            "both layers frozen": lambda: 1_002,
            "the layer which is frozen": lambda: 250_500,
            "output layer is missing": lambda: 392_500,
            "and not 10": lambda: 397_510,
            "with the first one frozen": lambda: 251_502,
            "all the parameters of `parity`": lambda: 644_002,
            "Biases are missing": lambda: 393_000,
            "12,345 is two numbers": lambda: (393, 502),
            "a text (a string)": lambda: "393502",
        },
        unforeseen=[lambda: 7, lambda: (393_502, 250_500), lambda: 0, lambda: 393_502.5, lambda: {"left": 393_502}],
    ),
    "small-or-large": Answers(
        right=[
            small_large,
            one_unit_functional,
            body_and_head,
            submodel_and_head,
            lambda: one_unit_functional(last=None),
            thawed_again,
            with_hidden_layer,
            frozen_once_trained,
        ],
        foreseen={
            "uses no layer": lambda: small_large(share=False, task=None),
            "the output layer of `digits` as well": lambda: small_large(take=6, task=None),
            "are not frozen": lambda: small_large(freeze=False, task=None),
            "no longer what it was": moved_digits,
            "but the training still moved": trained_before_frozen,
            "You borrowed one `Dense` alone": first_piece_alone,
            "lost its sigmoid": lambda: without_sigmoids(3),
            "nothing was left to train": all_frozen,
            "the border is one off": lambda: small_large(task="border"),
            "is close": weak_head,
            "it is no longer 784-500-500-10": rebuilt,
            "the wrong way round": lambda: small_large(task="reversed"),
            "learned odd and even": lambda: small_large(task="parity"),
            "looks untrained": lambda: small_large(task=None),
        },
        unforeseen=[
            lambda: small_large(units=3, task=None),
            leaning_to_one_side,
            lambda: {**small_large(), "small_large": [1, 0]},
        ],
    ),
    "independent-copy": Answers(
        right=[
            lambda: copied("clone"),
            lambda: copied("functional"),
            lambda: copied("loaded"),
            lambda: copied("by config"),
            lambda: copied("weight by weight"),
            lambda: copied("deep"),
            lambda: copied("subclassed"),
            lambda: copied("layer by layer"),
            lambda: copied("saved"),
            lambda: copied("frozen"),
        ],
        foreseen={
            "a second name": lambda: copied("same"),
            "still share layers": lambda: copied("shared"),
            "are the values of their weights": lambda: copied("random"),
            "the very object of `digits`": lambda: copied("its activations"),
            "carry them the other way": wrong_way,
            "Every weight is a little off": lambda: trained_a_little(0),
            "only 4 are those": lambda: trained_a_little(4),
            "only 5 are those": lambda: copied("another bias"),
            "softmax included": lambda: copied("other activations"),
            "it is no longer 784-500-500-10": rebuilt,
        },
        unforeseen=[
            lambda: {**copied("clone"), "independent": handwriting().get_weights()},
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
            lambda: lambda digits: (digits % 2).astype(bool),
            lambda: np.vectorize(lambda one: one % 2 == 1),
            lambda: filled_and_flattened,
            lambda: lambda digits: (digits % 2).astype("float16"),
            lambda: lambda digits: np.array([0, 1] * 5)[digits],
            lambda: lambda digits, two=2: np.mod(digits, two).tolist(),
            lambda: lambda digits: keras.ops.cast(keras.ops.mod(digits, 2), "bool"),
        ],
        foreseen={
            "changed the digits": lambda: in_place,
            "All are 1": lambda: seeds_mistake,
            "All are 0": lambda: np.zeros_like,
            "wrong way round": lambda: lambda digits: (digits + 1) % 2,
            "an array of shape (11,)": lambda: lambda digits: int(digits.sum() % 2),
            "fails on one of shape (2, 3)": lambda: by_rows,
            "fails on one of shape (11,)": lambda: lambda digits: [[int(one) % 2 for one in row] for row in digits],
            "remainder": lambda: lambda digits: digits // 2,
            "It holds texts": lambda: lambda digits: np.where(digits % 2 == 0, "even", "odd"),
            "reads ODD_TEST from the notebook": lambda: of_the_notebook,
            "in the line: return digits % two": lambda: raises_on_its_own,
            "takes 1 argument": lambda: lambda: 1,
            "returned nothing": lambda: lambda digits: print(end=""),
        },
        unforeseen=[
            lambda: lambda digits: digits // 5,
            lambda: lambda digits: np.arange(digits.size).reshape(digits.shape) % 2,
            lambda: lambda digits: digits.ravel() % 2,
            lambda: lambda digits: digits,
            lambda: lambda digits: np.where(digits % 2 == 0, -1, 1),
            lambda: lambda digits: digits % 2 if digits.dtype == "int64" else np.eye(10)[digits],
            lambda: np.arange(8) % 2,
        ],
    ),
    "borrow-convolutions": Answers(
        right=[
            high,
            lambda: high(functional=True),
            unpacked,
            submodel_high,
            lambda: unpacked(softmax=False),
            lambda: built_optimizer(high(), keras.optimizers.Adam()),
            high_thawed_afterwards,
            high_subclassed,
        ],
        foreseen={
            "does not use `conv_base`": lambda: high(borrow=False, epochs=0),
            "`conv_base` is not frozen": lambda: high(freeze=False, epochs=0),
            "Frozen now, but": lambda: high_frozen_afterwards(keras.optimizers.SGD()),
            "no longer reads 0 to 4 well": high_on_moved_base,
            "holds the output layer of `low`": high_on_low,
            "an output layer right behind": high_with_hidden_layer,
            "borrowed one of them": lambda: high_with_hidden_layer(first_alone=True),
            "nothing was left to train": high_all_frozen,
            "It answers with 5 to 9": lambda: high(outputs=10),
            "looks untrained": lambda: high(epochs=0),
            "it is learning": lambda: high(epochs=3),
        },
        unforeseen=[
            lambda: high(outputs=7, epochs=0),
            lambda: {**high(), "high": high_head(30, 0)},
        ],
    ),
}
