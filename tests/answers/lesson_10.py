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


def encoder(
    name: str, hidden: str | None = "relu", units: tuple[int, ...] = (256, 128), last: str | None = "relu"
) -> keras.Model:
    model = keras.Sequential([keras.Input((28, 14)), layers.Flatten()], name=name)
    for size in units[:-1]:
        model.add(layers.Dense(size, activation=hidden))
    model.add(layers.Dense(units[-1], activation=last))
    return model


def encoder_functional(name: str) -> keras.Model:
    half = keras.Input(batch_shape=(None, 28, 14))
    h = layers.ReLU()(layers.Dense(256, use_bias=False)(layers.Reshape((392,))(half)))
    return keras.Model(half, keras.ops.relu(layers.Dense(128, bias_initializer="random_normal")(h)), name=name)


def encoder_normalized(name: str) -> keras.Model:
    """With layers in between of which the text says nothing."""
    model = keras.Sequential(name=name)
    for layer in (layers.Flatten(), layers.Dense(256), layers.BatchNormalization(), layers.ReLU(), layers.Dropout(0.1)):
        model.add(layer)
    model.add(layers.Dense(128, activation=tf.nn.relu))
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


def decoder(
    name: str, last: str | None = "sigmoid", hidden: bool = True, shape: bool = True, bend: str | None = "relu"
) -> keras.Model:
    model = keras.Sequential([keras.Input((128,))], name=name)
    if hidden:
        model.add(layers.Dense(256, activation=bend))
    model.add(layers.Dense(392, activation=last))
    if shape:
        model.add(layers.Reshape((28, 14)))
    return model


def decoder_functional(name: str, units: int = 256) -> keras.Model:
    z = keras.Input((128,))
    y = layers.Dense(28 * 14)(layers.ReLU()(layers.Dense(units)(z)))
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
    z_right = f_left(right) if wiring in ("shared", "one encoder") else encoder("f_right")(right)
    codes = {"crossed": (z_right, z_left), "straight": (z_left, z_right), "shared": (z_right, z_left)}
    if wiring == "joined":
        both = layers.Dense(128, activation="relu")(layers.concatenate([z_left, z_right]))
        codes["joined"] = (both, both)
    to_left, to_right = codes.get(wiring, (z_right, z_left))
    g_left = decoder("g_left")
    g_right = g_left if wiring in ("shared", "one decoder") else decoder("g_right")
    if wiring == "reversed":  # both guesses from the left half
        to_left = to_right = z_left
    if wiring == "half crossed":
        to_left, to_right = z_left, layers.add([z_left, z_right])
    if wiring == "no decoders":
        g_left, g_right = (
            keras.Sequential([layers.Dense(392, activation="sigmoid"), layers.Reshape((28, 14))]) for _ in range(2)
        )
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


def two_inputs() -> keras.Model:
    halves = keras.Input((28, 14)), keras.Input((28, 14))
    model = keras.Model(
        list(halves),
        {
            "left": decoder("g_left")(encoder("f_right")(halves[1])),
            "right": decoder("g_right")(encoder("f")(halves[0])),
        },
    )
    model.compile("adam", loss=nats)
    return model


def flat_input() -> keras.Model:
    pixels = keras.Input((784,))
    image, guesses, _ = parts()
    model = keras.Model(pixels, keras.Model(image, guesses)(layers.Reshape((28, 28))(pixels)))
    model.compile("adam", loss=nats)
    return model


def crossed_encoders() -> tuple[keras.Model, keras.Model]:
    """The encoders of split_brain, each on the wrong half."""
    whole, image = subclassed(), keras.Input((28, 28))
    left, right = image[:, :, :14], image[:, :, 14:]
    return whole, keras.Model(image, layers.concatenate([whole.f_left(right), whole.f_right(left)]))


def same_encoder_for_both() -> tuple[keras.Model, keras.Model]:
    whole, image = subclassed(), keras.Input((28, 28))
    left, right = image[:, :, :14], image[:, :, 14:]
    return whole, keras.Model(image, layers.concatenate([whole.f_left(left), whole.f_left(right)]))


def half_fresh() -> tuple[keras.Model, keras.Model]:
    whole, image = subclassed(), keras.Input((28, 28))
    codes = [whole.f_left(image[:, :, :14]), encoder("f_right")(image[:, :, 14:])]
    return whole, keras.Model(image, layers.concatenate(codes))


def codes_of_halves() -> tuple[keras.Model, keras.Model]:
    whole, halves = subclassed(), [keras.Input((28, 14)), keras.Input((28, 14))]
    return whole, keras.Model(halves, layers.concatenate([whole.f_left(halves[0]), whole.f_right(halves[1])]))


def inlined() -> tuple[keras.Model, keras.Model]:
    """Without submodels: layers one after the other."""
    image = keras.Input((28, 28))
    guesses, codes = {}, []
    for side, half in (("right", image[:, :, :14]), ("left", image[:, :, 14:])):
        codes.append(layers.Dense(128, "relu")(layers.Dense(256, "relu")(layers.Flatten()(half))))
        pixels = layers.Dense(392, "sigmoid")(layers.Dense(256, "relu")(codes[-1]))
        guesses[side] = layers.Reshape((28, 14))(pixels)
    model = keras.Model(image, guesses)
    model.compile(keras.optimizers.AdamW(0.003), loss=[nats, nats])
    return model, keras.Model(image, layers.concatenate(codes))


def probed_through(*between: keras.layers.Layer) -> tuple[keras.Model, keras.Model]:
    """A frozen layer stands between the codes and the last one."""
    codes = joined()[1]
    codes.trainable = False
    probe = keras.Sequential([codes, *between, layers.Dense(10, activation="softmax")])
    for layer in between:
        layer.trainable = False
    return codes, probe


def probed_by_inner() -> tuple[keras.Model, keras.Model]:
    """The encoders frozen one by one, codes called on a new image."""
    codes = joined()[1]
    for layer in codes.layers:
        layer.trainable = False
    image = keras.Input((28, 28))
    probe = keras.Model(image, layers.Dense(10, activation=tf.nn.softmax, kernel_initializer="zeros")(codes(image)))
    probe.compile("adam", "sparse_categorical_crossentropy")
    return codes, probe


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


def lesson_images() -> np.ndarray:
    """Images that a notebook might have at hand."""
    return np.random.default_rng(3).random((50, 28, 28))


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
            lambda: keras.Sequential([layers.Lambda(lambda x: [x[:, :, :14], x[:, :, 14:]])]),
            lambda: layers.Lambda(lambda x: tuple(tf.split(x, [14, 14], axis=-1)), name="halves"),
        ],
        foreseen={
            "parentheses behind it": lambda: Cut,
            "has been cut already": [
                lambda: layers.Lambda(lambda x: (x[:, :, :14], x[:, :, 14:]))(keras.Input((28, 28))),
                lambda: keras.Input((28, 28)),
                lambda: (np.zeros((3, 28, 14)), np.zeros((3, 28, 14))),
            ],
            "the pile was divided": lambda: layers.Lambda(lambda x: (x[:2], x[2:])),
            "There is one output": lambda: layers.Lambda(lambda x: x[:, :, :14]),
            "top and the bottom": lambda: layers.Lambda(lambda x: (x[:, :14], x[:, 14:])),
            "are swapped": lambda: layers.Lambda(lambda x: (x[:, :, 14:], x[:, :, :14])),
            "not on keras.Input": lambda: lambda x: np.split(np.asarray(x), 2, axis=2),
            "a layer (or a model)": lambda: (1, 2),
        },
        unforeseen=[
            lambda: layers.Lambda(lambda x: (x[:, :, ::2], x[:, :, 1::2])),
            lambda: layers.Lambda(lambda x: (x[:, :, :10], x[:, :, 10:])),
            lambda: layers.Lambda(lambda x: (x[:, :, :14], x[:, :, 13:])),
            lambda: layers.Lambda(lambda x: (x[:, :, :14], x[:, :, :13:-1])),
            lambda: lambda x: [keras.ops.ones((5, 28, 14)) * x[:1, :, :14], x[:, :, 14:]],
            lambda: lambda x: [x[:, :, :14], x[:, :, 14:]] if not isinstance(x, keras.KerasTensor) else [x, x],
            lambda: layers.Lambda(lambda x: (x[:, :, :14], x[:, :, 14:] / 255)),
        ],
    ),
    "split-networks": Answers(
        right=[
            lambda: (encoder, decoder),
            lambda: (encoder_functional, decoder_functional),
            lambda: (encoder_normalized, decoder),
            lambda: (EncoderSubclass, decoder),
            lambda: (unbuilt_encoder, decoder_functional),
            lambda: [encoder, decoder_functional],
            lambda: (functools.partial(encoder, units=(256, 128)), lambda name="g": decoder(name, last="hard_sigmoid")),
        ],
        foreseen={
            "does not flatten": lambda: (
                lambda name: keras.Sequential([keras.Input((28, 14)), layers.Dense(256, "relu"), layers.Dense(128)]),
                decoder,
            ),
            "end with Reshape": lambda: (encoder, lambda name: decoder(name, shape=False)),
            "keep every pixel between": [
                lambda: (encoder, lambda name: decoder(name, last=None)),
                lambda: (encoder, lambda name: decoder(name, last="tanh")),
                lambda: (encoder, lambda name: decoder(name, last="relu")),
            ],
            "That is softmax": lambda: (encoder, lambda name: decoder(name, last="softmax")),
            "hidden layer of make_encoder": lambda: (lambda name: encoder(name, hidden=None), decoder),
            "hidden layer of make_decoder": lambda: (encoder, lambda name: decoder(name, bend=None)),
            "a code has no negative": lambda: (lambda name: encoder(name, last=None), decoder),
            "yours is a model already": [lambda: (encoder("f"), decoder), lambda: (encoder, decoder("g"))],
            "share weights": lambda: (always_the_same(), decoder),
            "each need a hidden layer": [
                lambda: (encoder, lambda name: decoder(name, hidden=False)),
                lambda: (lambda name: encoder(name, units=(128,)), decoder),
            ],
            "encoder has no activation": lambda: (lambda name: encoder(name, hidden=None, last=None), decoder),
            "do not forget return": lambda: (encoder, lambda name: print(end="")),
            "models of one name": lambda: (lambda name: encoder("f"), decoder),
        },
        unforeseen=[
            lambda: (lambda name: encoder(name, units=(256, 64)), decoder),
            lambda: (lambda name: encoder(name, units=(64, 128)), decoder),
            lambda: (lambda name: encoder(name, units=(256, 256, 128)), decoder),
            lambda: (lambda name: encoder(name, hidden="gelu"), decoder),
            lambda: (lambda name: encoder(name, hidden="tanh"), decoder),
            lambda: (lambda name: encoder(name, last="sigmoid"), decoder),
            lambda: (lambda name: encoder(name, last="leaky_relu"), decoder),
            lambda: (lambda name: encoder(f"{name}_net"), decoder),
            lambda: (encoder, lambda name: decoder(name, bend="gelu")),
            lambda: (encoder, lambda name: decoder(name, bend="tanh")),
            lambda: (encoder_convolutional, decoder),
            lambda: (encoder, lambda name: decoder_functional(name, units=64)),
            lambda: (decoder, encoder),
            lambda: (encoder, lambda: decoder("g")),
            lambda: (lambda name: "encoder", decoder),
            lambda: (encoder, lying_decoder),
        ],
    ),
    "split-model": Answers(
        right=[
            brain,
            subclassed,
            lambda: brain(
                loss={"left": keras.losses.BinaryCrossentropy(), "right": nats}, loss_weights={"left": 392, "right": 1}
            ),
            lambda: brain(loss=[nats, nats], optimizer=keras.optimizers.Adam(0.01), metrics=["mae"]),
            lambda: brain(loss={"left": lambda half, guess: nats(half, guess), "right": nats}),
            lambda: brain(loss=dict.fromkeys(("left", "right"), nats), loss_weights={"left": 0.5, "right": 0.5}),
            lambda: inlined()[0],
            lambda: fitted(brain()),
        ],
        foreseen={
            "guesses itself": lambda: brain("straight"),
            "can peek": lambda: brain("joined"),
            "same networks": lambda: brain("shared"),
            "the same encoder": lambda: brain("one encoder"),
            "the same decoder": lambda: brain("one decoder"),
            "Both guesses come from the code": lambda: brain("reversed"),
            "an average over pixels": [
                lambda: brain(loss="binary_crossentropy"),
                lambda: brain(loss={"left": nats, "right": keras.losses.BinaryCrossentropy()}),
            ],
            "asks for Adam": [
                lambda: brain(optimizer="sgd"),
                lambda: brain(optimizer=keras.optimizers.RMSprop(0.003)),
            ],
            "The loss cannot be computed": lambda: brain(loss=lambda half: half),
            "inputs; it should have one": two_inputs,
            "should take the whole image": flat_input,
            "not compiled": lambda: brain(loss=None),
            "a list without names": named_outputs_as_list,
            "squared error": lambda: brain(loss="mse"),
            "Only one output": lambda: brain(loss={"left": nats}),
            "a Keras model": lambda: parts()[1],
        },
        unforeseen=[
            other_names,
            lambda: brain(loss="mae"),
            lambda: brain(loss=lambda half, guess: nats(guess, half)),
            lambda: brain("half crossed"),
            lambda: brain("no decoders"),
            lying_halves,
        ],
    ),
    "split-codes": Answers(
        right=[
            joined,
            subclassed_codes,
            lambda: joined(lambda codes: keras.ops.concatenate(codes[::-1], axis=-1)),
            lambda: list(joined()),
            lambda: joined(lambda codes: layers.Reshape((256,))(keras.ops.stack(codes, axis=1))),
            inlined,
            lambda: dict(zip(("split_brain", "codes"), joined(), strict=True)),
        ],
        foreseen={
            "were added": lambda: joined(layers.add),
            "still apart": lambda: joined(lambda codes: codes),
            "guessed images": joined_guesses,
            "are not those of split_brain": [fresh_encoders, half_fresh],
            "put no layer after them": [
                lambda: joined(lambda codes: layers.Dense(256)(layers.concatenate(codes))),
                lambda: joined(lambda codes: layers.LayerNormalization()(layers.concatenate(codes))),
            ],
            "the codes are mixed": lambda: joined(lambda codes: layers.Reshape((256,))(keras.ops.stack(codes, axis=2))),
            "along another axis": [
                lambda: joined(lambda codes: layers.Concatenate(axis=0)(codes)),
                lambda: joined(lambda codes: keras.ops.stack(codes, axis=1)),
            ],
            "are not the codes of split_brain": [
                crossed_encoders,
                same_encoder_for_both,
                lambda: joined(lambda codes: 2 * layers.concatenate(codes)),
                lambda: joined(lambda codes: layers.Activation("tanh")(layers.concatenate(codes))),
            ],
            "inputs; it should have one": codes_of_halves,
            "a symbolic tensor and not a model": lambda: (brain(), layers.concatenate(parts()[2])),
        },
        unforeseen=[
            one_half_twice,
            lambda: joined(lambda codes: layers.concatenate([codes[1], codes[1]])),
            lambda: joined(lambda codes: layers.concatenate([*codes, codes[0]])),
        ],
    ),
    "split-probe": Answers(
        right=[
            probed,
            probed_functional,
            probed_on_output,
            lambda: probed(layers.Dense(10), layers.Activation("softmax")),
            lambda: probed(layers.Dropout(0.2), layers.Dense(10, activation=keras.ops.softmax)),
            probe_from_layers,
            probed_by_inner,
        ],
        foreseen={
            "still be trained": lambda: probed(freeze=False),
            "nothing is left": lambda: probed(all_frozen=True),
            "the last layer has no biases": lambda: probed(layers.Dense(10, "softmax", use_bias=False)),
            "something stands between": [
                lambda: probed_through(layers.Dense(256, "relu")),
                lambda: probed_through(layers.Activation("tanh")),
                lambda: probed(layers.Dense(10, "relu"), layers.Softmax()),
            ],
            "More than one layer": lambda: probed(layers.Dense(32, "relu"), layers.Dense(10, "softmax")),
            "end with softmax": lambda: probed(layers.Dense(10)),
            "256 numbers and no image": probe_of_codes,
            "are not those of codes": probe_of_others,
        },
        unforeseen=[
            lambda: probed(layers.Dense(2, "softmax")),
            lambda: probed(layers.BatchNormalization(), layers.Dense(10, "softmax")),
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
            "These are whole images": [lambda: lambda x: x, lambda: lambda x: tf.convert_to_tensor(x)],
            "not from data in the notebook": [
                lambda: lambda x: [lesson_images()[:, :, 14:], lesson_images()[:, :, :14]],
                lambda: lambda x: [x[:4, :, 14:], x[:4, :, :14]],
            ],
            "must be a list too": lambda: lambda x: {"right": x[:, :, 14:], "left": x[:, :, :14]},
            "an array of shape (4, 28, 14)": lambda: lambda x: [x[:, 14:], x[:, :14]],
        },
        unforeseen=[
            lambda: lambda x: [1 - x[:, :, 14:], x[:, :, :14]],
            lambda: lambda x: [x[:, :, 14:]],
            lambda: lambda x: [x[:, :, ::-1][:, :, :14], x[:, :, :14]],
            lambda: lambda x: [np.clip(x[:, :, 14:], 0, 1), np.clip(x[:, :, :14], 0, 1)],
        ],
    ),
}
