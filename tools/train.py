"""Train the weights that the course ships: `python -m tools.train handwriting`.

Each recipe writes `weights/NAME.weights.h5` and its entry in `weights/manifest.toml`. Whatever a recipe has to choose
(epochs, learning rate, strength of the distortions) was chosen on the last 5,000 training digits, held out; the test
digits are evaluated once, when the training is over.
"""

import argparse
import hashlib
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import tomli_w

from keras_beyond.data import load_mnist
from keras_beyond.environment import keras, tf
from keras_beyond.weights import MANIFEST, WEIGHTS, manifest

SEED = 1
HELD_OUT = 5_000


class TimeLeft(keras.callbacks.Callback):
    """One line an epoch: the figures and an estimate of the time left."""

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start the clock."""
        self.start = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Print the figures of the epoch that has ended, and how long the rest will take."""
        number, epochs = epoch + 1, self.params["epochs"]
        left = (time.monotonic() - self.start) / number * (epochs - number)
        figures = "  ".join(f"{name} {value:.4f}" for name, value in (logs or {}).items())
        print(f"epoch {number}/{epochs}  {figures}  {left:.0f} s left", flush=True)


def smoothing(width: float) -> tf.Tensor:
    """Return a (28, 28) matrix: multiplied from both sides, it blurs an image with a Gaussian of `width` pixels."""
    pixels = np.arange(28)
    kernel = np.exp(-0.5 * ((pixels[:, None] - pixels[None, :]) / width) ** 2)
    return tf.constant(kernel / np.sqrt((kernel**2).sum(axis=1, keepdims=True)), tf.float32)


def distort(x: tf.Tensor, blur: tf.Tensor) -> tf.Tensor:
    """Shift, turn, scale and bend digits at random: (n, 28, 28) in [0, 1] to (n, 28, 28).

    Elastic distortion as in Simard, Steinkraus and Platt (2003): a random field of displacements, smoothed. Standard
    deviations: 1 pixel of shift, 8 degrees, 8 % of scale, 8 % of shear, 1.2 pixels of bending.
    """
    n = tf.shape(x)[0]
    angle, scale_y, scale_x, shear = tf.unstack(
        tf.random.normal((4, n, 1, 1)) * tf.constant([0.14, 0.08, 0.08, 0.08])[:, None, None, None]
    )
    shift = tf.random.normal((2, n, 1, 1))
    field = tf.einsum("ij,dnjk,lk->dnil", blur, tf.random.normal((2, n, 28, 28)), blur) * 1.2
    y, across = tf.meshgrid(tf.range(28.0) - 13.5, tf.range(28.0) - 13.5, indexing="ij")
    rows = (1 + scale_y) * (tf.cos(angle) * y - tf.sin(angle) * across) + shift[0] + field[0] + 13.5
    columns = (1 + scale_x) * (tf.sin(angle) * y + tf.cos(angle) * across) + shear * y + shift[1] + field[1] + 13.5
    return bilinear(x, rows, columns)


def bilinear(x: tf.Tensor, rows: tf.Tensor, columns: tf.Tensor) -> tf.Tensor:
    """Read images x (n, 28, 28) at fractional places rows, columns (n, 28, 28); outside the image there is 0."""
    padded = tf.pad(x, [[0, 0], [1, 1], [1, 1]])
    rows, columns = tf.clip_by_value(rows + 1, 0.0, 28.999), tf.clip_by_value(columns + 1, 0.0, 28.999)
    top, left = tf.cast(rows, tf.int32), tf.cast(columns, tf.int32)
    down, right = rows - tf.floor(rows), columns - tf.floor(columns)
    flat = tf.reshape(padded, (-1,))
    first = tf.range(tf.shape(x)[0])[:, None, None] * 900 + top * 30 + left
    upper = tf.gather(flat, first) * (1 - right) + tf.gather(flat, first + 1) * right
    lower = tf.gather(flat, first + 30) * (1 - right) + tf.gather(flat, first + 31) * right
    return upper * (1 - down) + lower * down


def train_handwriting() -> tuple[keras.Model, dict[str, Any]]:
    """Train the seeds' network, 784-500-500-10 with sigmoid: Adam with cosine decay on distorted training digits."""
    epochs, batch_size = 60, 128
    (x_train, y_train), (x_test, y_test) = load_mnist()
    x_train, x_test = x_train.astype("float32") / 255, x_test.reshape(-1, 784).astype("float32") / 255
    x_held, y_held = x_train[-HELD_OUT:].reshape(-1, 784), y_train[-HELD_OUT:]
    x_train, y_train = x_train[:-HELD_OUT], y_train[:-HELD_OUT]
    blur = smoothing(4.0)
    digits = (
        tf.data.Dataset.from_tensor_slices((x_train, y_train))
        .shuffle(len(x_train), seed=SEED)
        .batch(batch_size)
        .map(lambda x, y: (tf.reshape(distort(x, blur), (-1, 784)), y), num_parallel_calls=2)
        .prefetch(4)
    )
    model = keras.Sequential([keras.Input((784,))], name="handwriting")
    for units, activation in [(500, "sigmoid"), (500, "sigmoid"), (10, "softmax")]:
        model.add(keras.layers.Dense(units))
        model.add(keras.layers.Activation(activation))
    steps = epochs * len(digits)
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps)),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=20,
    )
    model.fit(digits, epochs=epochs, shuffle=False, verbose=0, validation_data=(x_held, y_held), callbacks=[TimeLeft()])
    _, accuracy = model.evaluate(x_test, y_test, batch_size=1000, verbose=0)
    return model, {
        "architecture": "784-500-500-10, sigmoid, softmax",
        "test_accuracy": round(float(accuracy), 4),
    }


@keras.utils.register_keras_serializable("keras_beyond_sequential")
class Sampling(keras.layers.Layer):
    """Draw from N(z_mean, diag(exp(z_log_var))): two inputs (n, d), one output (n, d); as in lesson 07."""

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(SEED)

    def call(self, inputs: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        """One noise vector for each row."""
        z_mean, z_log_var = inputs
        noise = keras.random.normal(keras.ops.shape(z_mean), seed=self.seed_generator)
        return z_mean + keras.ops.exp(z_log_var / 2) * noise


@keras.utils.register_keras_serializable("keras_beyond_sequential")
class AddKL(keras.layers.Layer):
    """Hand z_mean and z_log_var (n, d) on, and add the batch's mean KL divergence from N(0, I) to the loss."""

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.kl_tracker = keras.metrics.Mean(name="kl")

    def call(self, inputs: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """Sum over the d dimensions, mean over the n rows, in nats."""
        z_mean, z_log_var = inputs
        kl = keras.ops.sum(keras.ops.square(z_mean) + keras.ops.exp(z_log_var) - z_log_var - 1, axis=-1) / 2
        self.add_loss(keras.ops.mean(kl))
        self.kl_tracker.update_state(kl)
        return z_mean, z_log_var


def reconstruction(x: tf.Tensor, x_hat: tf.Tensor) -> tf.Tensor:
    """Binary cross-entropy in nats, summed over the pixels: two tensors (n, 784) to (n,)."""
    return keras.ops.sum(keras.ops.binary_crossentropy(x, x_hat), axis=-1)


def build_vae() -> keras.Model:
    """784-512-256-2 and back, as in lesson 07: the weights of the encoder, then of the decoder."""
    x = keras.Input((784,))
    h = keras.layers.Dense(512, activation="relu")(x)
    h = keras.layers.Dense(256, activation="relu")(h)
    heads = [keras.layers.Dense(2, name="z_mean")(h), keras.layers.Dense(2, name="z_log_var")(h)]
    encoder = keras.Model(x, heads, name="encoder")
    decoder = keras.Sequential([keras.Input((2,))], name="decoder")
    for units, activation in [(256, "relu"), (512, "relu"), (784, "sigmoid")]:
        decoder.add(keras.layers.Dense(units, activation=activation))
    x = keras.Input((784,))
    return keras.Model(x, decoder(Sampling()(AddKL()(encoder(x)))), name="vae")


def train_vae() -> tuple[keras.Model, dict[str, Any]]:
    """Train the variational autoencoder of lesson 07, with a latent plane: Adam with cosine decay."""
    epochs, batch_size = 60, 100
    (x_train, _), (x_test, _) = load_mnist()
    x_train, x_test = (x.reshape(-1, 784).astype("float32") / 255 for x in (x_train, x_test))
    x_held, x_train = x_train[-HELD_OUT:], x_train[:-HELD_OUT]
    model = build_vae()
    steps = epochs * len(x_train) // batch_size
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(3e-3, steps)),
        reconstruction,
        metrics=[reconstruction],
        steps_per_execution=50,
    )
    held_out = {"validation_data": (x_held, x_held), "validation_batch_size": 1000, "validation_freq": 5}
    model.fit(x_train, x_train, batch_size=batch_size, epochs=epochs, verbose=0, callbacks=[TimeLeft()], **held_out)
    nats = model.evaluate(x_test, x_test, batch_size=1000, verbose=0, return_dict=True)
    return model, {
        "architecture": "784-512-256-2 and back to 784, ReLU, sigmoid; z_mean and z_log_var",
        "test_nats": round(nats["loss"], 1),
        "test_reconstruction_nats": round(nats["reconstruction"], 1),
        "test_kl_nats": round(nats["kl"], 1),
    }


RECIPES: dict[str, Callable[[], tuple[keras.Model, dict[str, Any]]]] = {
    "handwriting": train_handwriting,
    "vae": train_vae,
}


def ship(name: str, model: keras.Model, described: dict[str, Any]) -> None:
    """Write the weights and their entry in the manifest; until both are complete, the old ones stay.

    What a killed training leaves is called part.*; git ignores it, and the next training writes over it.
    """
    path = WEIGHTS / f"{name}.weights.h5"
    new_weights, new_manifest = (file.with_name(f"part.{file.name}") for file in (path, MANIFEST))
    bare = model.from_config(model.get_config())  # not compiled: without the optimizer's state the file is a third
    bare.set_weights(model.get_weights())
    bare.save_weights(new_weights)
    content = new_weights.read_bytes()
    entries = manifest() if MANIFEST.exists() else {}
    entries[name] = {
        "file": path.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "parameters": model.count_params(),
        "shapes": [list(weight.shape) for weight in model.weights],
        **described,
        "command": f"python -m tools.train {name}",
        "seed": SEED,
        "tensorflow": tf.__version__,
        "keras": keras.version(),
        "numpy": np.__version__,
    }
    new_manifest.write_text(tomli_w.dumps(dict(sorted(entries.items()))), encoding="utf-8")
    os.replace(new_weights, path)
    os.replace(new_manifest, MANIFEST)


def main(arguments: list[str] | None = None) -> None:
    """Train what the command line names, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tools.train", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", choices=sorted(RECIPES))
    for name in parser.parse_args(arguments).names:
        keras.utils.set_random_seed(SEED)
        model, described = RECIPES[name]()
        ship(name, model, described)
        print(f"weights/{name}.weights.h5: {model.count_params():,} parameters, {described}")


if __name__ == "__main__":
    main()
