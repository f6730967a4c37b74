"""Answers to the exercises of lesson 10."""

import functools
from collections.abc import Callable

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from answers import Answers

Network = Callable[[str], keras.Model]


def nats(half: object, guess: object) -> object:
    return keras.ops.sum(keras.ops.binary_crossentropy(half, guess), axis=(1, 2))


class Cut(layers.Layer):
    def call(self, x: object) -> tuple[object, object]:
        return keras.ops.split(x, 2, axis=2)


def cut_model() -> keras.Model:
    x = keras.Input((28, 28))
    return keras.Model(x, [x[:, :, :14], x[:, :, 14:]])


def encoder(name: str, hidden: str | None = "relu", units: tuple[int, ...] = (256, 128)) -> keras.Model:
    model = keras.Sequential([keras.Input((28, 14)), layers.Flatten()], name=name)
    for size in units:
        model.add(layers.Dense(size, activation=hidden))
    return model


def encoder_convolutional(name: str) -> keras.Model:
    x = keras.Input((28, 14))
    h = layers.Conv2D(4, 3, strides=2, activation="relu")(layers.Reshape((28, 14, 1))(x))
    return keras.Model(x, layers.Dense(128, activation="relu")(layers.Flatten()(h)), name=name)


class EncoderSubclass(keras.Model):
    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.steps = [layers.Flatten(), layers.Dense(256, activation="relu"), layers.Dense(128, activation="relu")]

    def call(self, x: object) -> object:
        for step in self.steps:
            x = step(x)
        return x


def decoder(name: str, last: str | None = "sigmoid", hidden: bool = True, shape: bool = True) -> keras.Model:
    model = keras.Sequential([keras.Input((128,))], name=name)
    if hidden:
        model.add(layers.Dense(256, activation="relu"))
    model.add(layers.Dense(392, activation=last))
    if shape:
        model.add(layers.Reshape((28, 14)))
    return model


def decoder_functional(name: str) -> keras.Model:
    z = keras.Input((128,))
    y = layers.Dense(28 * 14)(layers.ReLU()(layers.Dense(64)(z)))
    return keras.Model(z, layers.Activation("sigmoid")(layers.Reshape((28, 14))(y)), name=name)


def unbuilt_encoder(name: str) -> keras.Model:
    return keras.Sequential([layers.Flatten(), layers.Dense(256, "relu"), layers.Dense(128, "relu")], name=name)


def always_the_same() -> Network:
    model = encoder("one_for_all")
    return lambda name: model


def parts(wiring: str = "crossed") -> tuple[object, dict[str, object], list[object]]:
    """An image, the guesses and the codes of a split brain wired in one of several ways."""
    image = keras.Input((28, 28))
    left, right = image[:, :, :14], image[:, :, 14:]
    f_left = encoder("f_left")
    z_left = f_left(left)
    z_right = f_left(right) if wiring == "shared" else encoder("f_right")(right)
    codes = {"crossed": (z_right, z_left), "straight": (z_left, z_right), "shared": (z_right, z_left)}
    if wiring == "joined":
        both = layers.Dense(128, activation="relu")(layers.concatenate([z_left, z_right]))
        codes["joined"] = (both, both)
    to_left, to_right = codes.get(wiring, (z_right, z_left))
    g_left = decoder("g_left")
    g_right = g_left if wiring == "shared" else decoder("g_right")
    if wiring == "reversed":  # both guesses from the left half
        to_left = to_right = z_left
    return image, {"left": g_left(to_left), "right": g_right(to_right)}, [z_left, z_right]


def brain(wiring: str = "crossed", loss: object = nats, optimizer: str = "adam", **more: object) -> keras.Model:
    image, guesses, _ = parts(wiring)
    model = keras.Model(image, guesses)
    if loss is not None:
        model.compile(optimizer, loss=loss, **more)
    return model


class BrainSubclass(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.f_left, self.f_right = encoder("f_left"), encoder("f_right")
        self.g_left, self.g_right = decoder("g_left"), decoder("g_right")

    def call(self, x: object) -> dict[str, object]:
        left, right = keras.ops.split(x, 2, axis=2)
        return {"left": self.g_left(self.f_right(right)), "right": self.g_right(self.f_left(left))}


def subclassed() -> keras.Model:
    model = BrainSubclass()
    model(np.zeros((1, 28, 28), "float32"))
    model.compile("adam", loss={"left": nats, "right": nats})
    return model


def subclassed_codes() -> tuple[keras.Model, keras.Model]:
    whole, image = subclassed(), keras.Input((28, 28))
    both = [whole.f_right(image[:, :, 14:]), whole.f_left(image[:, :, :14])]
    return whole, keras.Model(image, layers.Concatenate()(both))


def named_outputs_as_list() -> keras.Model:
    image, guesses, _ = parts()
    model = keras.Model(image, [guesses["left"], guesses["right"]])
    model.compile("adam", loss=nats)
    return model


def other_names() -> keras.Model:
    image, guesses, _ = parts()
    return keras.Model(image, {"l": guesses["left"], "r": guesses["right"]})


def joined(join: Callable[[list[object]], object] = layers.concatenate) -> tuple[keras.Model, keras.Model]:
    image, guesses, codes = parts()
    return keras.Model(image, guesses), keras.Model(image, join(codes))


def joined_guesses() -> tuple[keras.Model, keras.Model]:
    image, guesses, _ = parts()
    return keras.Model(image, guesses), keras.Model(image, layers.concatenate([guesses["left"], guesses["right"]]))


def fresh_encoders() -> tuple[keras.Model, keras.Model]:
    return joined()[0], joined()[1]


def one_half_twice() -> tuple[keras.Model, keras.Model]:
    return joined(lambda codes: layers.concatenate([codes[0], codes[0]]))


def probed(*last: keras.layers.Layer, freeze: bool = True, all_frozen: bool = False) -> tuple[keras.Model, keras.Model]:
    codes = joined()[1]
    codes.trainable = not freeze
    probe = keras.Sequential([codes, *(last or [layers.Dense(10, activation="softmax")])])
    if all_frozen:
        probe.trainable = False
    return codes, probe


def probed_functional() -> tuple[keras.Model, keras.Model]:
    codes = joined()[1]
    for layer in codes.layers:
        layer.trainable = False
    image = keras.Input((28, 28))
    return codes, keras.Model(image, layers.Softmax()(layers.Dense(10)(codes(image))))


def probed_on_output() -> tuple[keras.Model, keras.Model]:
    codes = joined()[1]
    codes.trainable = False
    return codes, keras.Model(codes.input, layers.Dense(10, "softmax")(codes.output))


def probe_of_codes() -> tuple[keras.Model, keras.Model]:
    return joined()[1], keras.Sequential([keras.Input((256,)), layers.Dense(10, activation="softmax")])


def probe_of_others() -> tuple[keras.Model, keras.Model]:
    return joined()[1], probed()[1]


def cut_by_cropping() -> keras.Model:
    x = keras.Input((28, 28))
    tall = layers.Permute((2, 1))(x)
    halves = [layers.Permute((2, 1))(layers.Cropping1D(sides)(tall)) for sides in ((0, 14), (14, 0))]
    return keras.Model(inputs=x, outputs=halves)


def fitted(model: keras.Model) -> keras.Model:
    x = np.zeros((4, 28, 28), "float32")
    model.fit(x, {"left": x[:, :, :14], "right": x[:, :, 14:]}, verbose=0)
    return model


def probe_from_layers() -> tuple[keras.Model, keras.Model]:
    codes = joined()[1]
    codes.trainable = False
    frozen = keras.Sequential([codes, layers.Dense(10, activation="softmax")])
    return codes, keras.Sequential(frozen.layers)


def lying_decoder(name: str) -> keras.Model:
    return keras.Sequential([*decoder(name, shape=False).layers, layers.Reshape((14, 28))])


def lying_halves() -> keras.Model:
    model = brain()
    return keras.Model(model.inputs, {side: layers.Permute((2, 1))(half) for side, half in model.output.items()})


ANSWERS = {
    "split-cut": Answers(
        right=[
            lambda: layers.Lambda(lambda x: (x[:, :, :14], x[:, :, 14:])),
            Cut,
            cut_model,
            lambda: lambda x: [x[..., :14], x[..., 14:]],
            lambda: layers.Lambda(lambda x: keras.ops.split(x, 2, axis=-1)),
            lambda: layers.Lambda(lambda x: {"left": x[:, :, :14], "right": x[:, :, 14:]}),
            lambda: layers.Lambda(lambda x: tf.split(x, 2, axis=2)),
            cut_by_cropping,
        ],
        foreseen={
            "There is one output": lambda: layers.Lambda(lambda x: x[:, :, :14]),
            "top and the bottom": lambda: layers.Lambda(lambda x: (x[:, :14], x[:, 14:])),
            "are swapped": lambda: layers.Lambda(lambda x: (x[:, :, 14:], x[:, :, :14])),
            "not on keras.Input": lambda: lambda x: np.split(np.asarray(x), 2, axis=2),
            "a layer (or a model)": lambda: (1, 2),
        },
        unforeseen=[
            lambda: layers.Lambda(lambda x: (x[:, :, ::2], x[:, :, 1::2])),
            lambda: layers.Lambda(lambda x: (x[:, :, :10], x[:, :, 10:])),
        ],
    ),
    "split-networks": Answers(
        right=[
            lambda: (encoder, decoder),
            lambda: (encoder_convolutional, decoder_functional),
            lambda: (EncoderSubclass, decoder),
            lambda: (unbuilt_encoder, decoder_functional),
            lambda: [encoder, decoder_functional],
            lambda: (functools.partial(encoder, hidden="gelu"), lambda name="g": decoder(name, last="hard_sigmoid")),
        ],
        foreseen={
            "does not flatten": lambda: (
                lambda name: keras.Sequential([keras.Input((28, 14)), layers.Dense(256, "relu"), layers.Dense(128)]),
                decoder,
            ),
            "end with Reshape": lambda: (encoder, lambda name: decoder(name, shape=False)),
            "a sigmoid": lambda: (encoder, lambda name: decoder(name, last=None)),
            "share weights": lambda: (always_the_same(), decoder),
            "a hidden layer": lambda: (encoder, lambda name: decoder(name, hidden=False)),
            "no activation function": lambda: (lambda name: encoder(name, hidden=None), decoder),
            "do not forget return": lambda: (encoder, lambda name: print(end="")),
            "models of one name": lambda: (lambda name: encoder("f"), decoder),
        },
        unforeseen=[
            lambda: (lambda name: encoder(name, units=(256, 64)), decoder),
            lambda: (lambda name: "encoder", decoder),
            lambda: (encoder, lying_decoder),
        ],
    ),
    "split-model": Answers(
        right=[
            brain,
            subclassed,
            lambda: brain(loss="binary_crossentropy", optimizer="sgd"),
            lambda: brain(
                loss={"left": keras.losses.BinaryCrossentropy(), "right": nats}, loss_weights={"left": 392, "right": 2}
            ),
            lambda: brain(loss={"left": "bce", "right": keras.losses.binary_crossentropy}, metrics=["mae"]),
            lambda: brain(loss=[nats, nats], optimizer=keras.optimizers.SGD(0.1)),
            lambda: fitted(brain()),
        ],
        foreseen={
            "guesses itself": lambda: brain("straight"),
            "can peek": lambda: brain("joined"),
            "same networks": lambda: brain("shared"),
            "not compiled": lambda: brain(loss=None),
            "a list without names": named_outputs_as_list,
            "squared error": lambda: brain(loss="mse"),
            "Only one output": lambda: brain(loss={"left": nats}),
            "a Keras model": lambda: parts()[1],
        },
        unforeseen=[lambda: brain("reversed"), other_names, lambda: brain(loss="mae"), lying_halves],
    ),
    "split-codes": Answers(
        right=[
            joined,
            subclassed_codes,
            lambda: joined(lambda codes: keras.ops.concatenate(codes[::-1], axis=-1)),
            lambda: list(joined()),
            lambda: joined(lambda codes: layers.Reshape((256,))(keras.ops.stack(codes, axis=1))),
        ],
        foreseen={
            "were added": lambda: joined(layers.add),
            "still apart": lambda: joined(lambda codes: codes),
            "guessed images": joined_guesses,
            "are not those of split_brain": fresh_encoders,
        },
        unforeseen=[one_half_twice, lambda: joined(lambda codes: layers.concatenate([*codes, codes[0]]))],
    ),
    "split-probe": Answers(
        right=[
            probed,
            probed_functional,
            probed_on_output,
            lambda: probed(layers.Dense(10), layers.Activation("softmax")),
            lambda: probed(layers.Dropout(0.2), layers.Dense(10, activation=keras.ops.softmax)),
            probe_from_layers,
        ],
        foreseen={
            "still be trained": lambda: probed(freeze=False),
            "nothing is left": lambda: probed(all_frozen=True),
            "More than one layer": lambda: probed(layers.Dense(32, "relu"), layers.Dense(10, "softmax")),
            "end with softmax": lambda: probed(layers.Dense(10)),
            "256 numbers and no image": probe_of_codes,
            "are not those of codes": probe_of_others,
        },
        unforeseen=[
            lambda: probed(layers.Dense(2, "softmax")),
            lambda: probed(layers.Dense(10, "softmax", use_bias=False)),
        ],
    ),
    "split-targets": Answers(
        right=[
            lambda: lambda x: [x[:, :, 14:], x[:, :, :14]],
            lambda: lambda x: np.split(x, 2, axis=2)[::-1],
            lambda: lambda x: tuple(keras.ops.convert_to_tensor(half) for half in (x[..., 14:], x[..., :14])),
            lambda: lambda images: np.stack([images[:, :, 14:], images[:, :, :14]]),
            lambda: lambda images: (images[:, :, part] for part in (slice(14, 28), slice(0, 14))),
            lambda: lambda images: tf.split(images, 2, axis=-1)[::-1],
        ],
        foreseen={
            "That is what was there": lambda: lambda x: [x[:, :, :14], x[:, :, 14:]],
            "the same half": lambda: lambda x: [x[:, :, 14:], x[:, :, 14:]],
            "must be a list too": lambda: lambda x: {"right": x[:, :, 14:], "left": x[:, :, :14]},
            "an array of shape (4, 28, 14)": lambda: lambda x: [x[:, 14:], x[:, :14]],
        },
        unforeseen=[lambda: lambda x: [1 - x[:, :, 14:], x[:, :, :14]], lambda: lambda x: x],
    ),
}
