"""Answers to the exercises of lesson 07."""

import math

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

from answers import Answers

ops = keras.ops


class Mended(layers.Layer):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(1)

    def call(self, inputs: object) -> object:
        z_mean, z_log_var = inputs
        noise = keras.random.normal(ops.shape(z_mean), seed=self.seed_generator)
        return z_mean + ops.exp(z_log_var / 2) * noise


class ByTensorFlow(layers.Layer):
    def call(self, inputs: object) -> object:
        z_mean, z_log_var = inputs
        return tf.random.normal(tf.shape(z_mean), z_mean, tf.sqrt(tf.exp(z_log_var)))


def by_lambda() -> layers.Layer:
    return layers.Lambda(lambda i: i[0] + ops.sqrt(ops.exp(i[1])) * keras.random.normal(ops.shape(i[1])))


def as_function(inputs: object) -> object:
    return inputs[0] + ops.exp(inputs[1] / 2) * keras.random.normal(ops.shape(inputs[0]))


def sampling(shape: object = None, seed: object = None, scale: object = None, swapped: bool = False) -> type:
    """A class with one part of the right answer exchanged."""

    class Other(layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.seed_generator = keras.random.SeedGenerator(1)

        def call(self, inputs: object) -> object:
            z_mean, z_log_var = inputs[::-1] if swapped else inputs
            noise = keras.random.normal(shape(z_mean) if shape else ops.shape(z_mean), seed=seed or self.seed_generator)
            return z_mean + (scale(z_log_var) if scale else ops.exp(z_log_var / 2)) * noise

    return Other


class NotRandom(layers.Layer):
    def call(self, inputs: object) -> object:
        return inputs[0] + ops.exp(inputs[1] / 2)


class Uniform(layers.Layer):
    def call(self, inputs: object) -> object:
        return inputs[0] + ops.exp(inputs[1] / 2) * keras.random.uniform(ops.shape(inputs[0]))


def each(m: object, s: object) -> object:
    return ops.square(m) + ops.exp(s) - s - 1


def kl(m: object, s: object) -> object:
    return ops.sum(each(m, s), axis=-1) / 2


def kl_by_loop(m: np.ndarray, s: np.ndarray) -> list[float]:
    return [sum(0.5 * (a * a + np.exp(b) - b - 1) for a, b in zip(*row, strict=True)) for row in zip(m, s, strict=True)]


def kl_by_tensorflow(m: object, s: object) -> object:
    return -0.5 * tf.reduce_sum(1 + s - tf.square(m) - tf.exp(s), axis=1)


def squares(x: object, x_hat: object) -> object:
    return ops.sum(ops.square(x - x_hat), axis=-1)


def slide(x: object, x_hat: object, m: object, s: object) -> object:
    return ops.mean(ops.square(x - x_hat) + kl(m, s))


def places(encoder: keras.Model, images: np.ndarray) -> np.ndarray:
    return encoder.predict(images, verbose=0)[0]


def draw_like(encoder: keras.Model, decoder: keras.Model, images: np.ndarray, number: int) -> np.ndarray:
    z = places(encoder, images)
    return decoder.predict(np.random.multivariate_normal(z.mean(0), np.cov(z.T), number), verbose=0)


def by_cholesky(encoder: keras.Model, decoder: keras.Model, images: np.ndarray, number: int) -> object:
    z, _ = encoder(images)
    z = ops.convert_to_numpy(z)
    noise = keras.random.normal((number, 2))
    return decoder(ops.matmul(noise, np.linalg.cholesky(np.cov(z.T)).T.astype("float32")) + z.mean(0))


def by_rows(encoder: keras.Model, decoder: keras.Model, images: np.ndarray, number: int) -> np.ndarray:
    z, rng = places(encoder, images), np.random.default_rng(1)
    codes = [rng.multivariate_normal(z.mean(0), np.cov(z, rowvar=False)) for _ in range(number)]
    return np.asarray(decoder(np.array(codes, "float32")))


def only_diagonal(encoder: keras.Model, decoder: keras.Model, images: np.ndarray, number: int) -> object:
    z = places(encoder, images)
    return decoder(np.random.default_rng(1).normal(z.mean(0), z.std(0), (number, 2)).astype("float32"))


def from_log_var(encoder: keras.Model, decoder: keras.Model, images: np.ndarray, number: int) -> object:
    z = encoder.predict(images, verbose=0)[1]
    return decoder.predict(np.random.multivariate_normal(z.mean(0), np.cov(z.T), number), verbose=0)


class SamplingModel(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.seeds = keras.random.SeedGenerator()

    def call(self, inputs: object) -> object:
        mean, log_var = inputs
        noise = keras.random.normal(ops.shape(log_var), stddev=1.0, seed=self.seeds)
        return ops.add(mean, ops.multiply(ops.sqrt(ops.exp(log_var)), noise))


def with_a_generator() -> object:
    """A function that draws from a generator of the learner's own."""
    seeds = keras.random.SeedGenerator(5)
    return lambda i: i[0] + ops.exp(i[1] / 2) * keras.random.normal(ops.shape(i[0]), seed=seeds)


def by_eigenvectors(encoder: keras.Model, decoder: keras.Model, images: np.ndarray, number: int) -> object:
    z = np.asarray(encoder(images)[0])
    values, vectors = np.linalg.eigh(np.cov(z, rowvar=False))
    codes = z.mean(axis=0) + np.random.default_rng().normal(size=(number, 2)) * np.sqrt(values) @ vectors.T
    return decoder(tf.cast(codes, tf.float32))


class TwoDimensions(Mended):
    def call(self, inputs: object) -> object:
        return super().call(inputs)[:, :2]


ANSWERS = {
    "sampling-log-variance": Answers(
        right=[
            lambda: np.log(9),
            lambda: 2.197,
            lambda: 2 * np.log(np.float32(3)),
            lambda: tf.math.log(9.0),
            lambda: keras.ops.log(9.0),
            lambda: np.array([2.1972]),
            lambda: math.log(9),
        ],
        foreseen={
            "the standard deviation itself": lambda: 3,
            "9 is the variance": lambda: 9.0,
            "only 1.73": lambda: np.log(3),
            "a number": lambda: "log 9",
        },
        unforeseen=[lambda: 1.0],
    ),
    "mended-sampling": Answers(
        right=[
            lambda: Mended,
            Mended,
            lambda: ByTensorFlow,
            by_lambda,
            lambda: as_function,
            lambda: sampling(),
            lambda: lambda inputs: keras.random.normal(ops.shape(inputs[0])) * ops.exp(0.5 * inputs[1]) + inputs[0],
            lambda: SamplingModel,
            lambda: with_a_generator(),
        ],
        foreseen={
            "All rows still get": lambda: sampling(shape=lambda m: (m.shape[-1],)),
            "both dimensions share it": lambda: sampling(shape=lambda m: (ops.shape(m)[0], 1)),
            "not random": lambda: NotRandom,
            "starts over each time": lambda: sampling(seed=3),
            "other way round": lambda: sampling(swapped=True),
            "the variance; what multiplies": lambda: sampling(scale=ops.exp),
            "not multiplied by it yet": lambda: sampling(scale=ops.ones_like),
            "Do not write the shape out": lambda: sampling(shape=lambda m: (4000, 2)),
            "a class or a layer": lambda: 3,
        },
        unforeseen=[lambda: Uniform, lambda: sampling(scale=lambda s: 3 * ops.exp(s / 2)), lambda: TwoDimensions],
    ),
    "kl-divergence": Answers(
        right=[
            lambda: kl,
            lambda: kl_by_loop,
            lambda: kl_by_tensorflow,
            lambda: lambda m, s: np.sum(m**2 + np.exp(s) - s - 1, axis=1) / 2,
            lambda: lambda m, s: ops.mean(each(m, s), axis=-1) * m.shape[1] / 2,
            lambda: (
                lambda z_mean, z_log_var: (
                    keras.losses.MeanSquaredError(reduction=None)(z_mean * 0, z_mean) * 1.5 + kl(0 * z_mean, z_log_var)
                )
            ),
            lambda: lambda m, s: [float(one) for one in kl(m, s)],
            lambda: tf.function(kl_by_tensorflow),
            lambda: lambda m, s: tf.einsum("nd->n", each(m, s)) / 2,
        ],
        foreseen={
            "one number for each dimension": lambda: lambda m, s: each(m, s) / 2,
            "One number is left": lambda: lambda m, s: ops.mean(kl(m, s)),
            "the wrong axis": lambda: lambda m, s: ops.sum(each(m, s), axis=0) / 2,
            "no keepdims": lambda: lambda m, s: ops.sum(each(m, s), axis=-1, keepdims=True) / 2,
            "a nan in it": lambda: lambda m, s: np.sum(m**2 + s - np.log(s) - 1, axis=1) / 2,
            "The sign is wrong": lambda: lambda m, s: -kl(m, s),
            "You averaged": lambda: lambda m, s: ops.mean(each(m, s), axis=-1) / 2,
            "are swapped": lambda: lambda m, s: kl(s, m),
            "The half is missing": lambda: lambda m, s: 2 * kl(m, s),
            "do not square it again": lambda: lambda m, s: kl(m, 2 * s),
        },
        unforeseen=[lambda: lambda m, s: kl(m, s) + 1, lambda: lambda m, s: ops.sum(m, axis=1)],
    ),
    "mended-vae-loss": Answers(
        right=[
            lambda: lambda x, y, m, s: ops.mean(squares(x, y) + kl(m, s)),
            lambda: lambda x, y, m, s: float(((x - y) ** 2).sum() / len(x) + np.mean(kl_by_loop(m, s))),
            lambda: lambda x, y, m, s: tf.reduce_mean(784 * tf.reduce_mean(tf.square(x - y), axis=1) + kl(m, s)),
            lambda: lambda x, x_hat, z_mean, z_log_var: np.array([np.mean(squares(x, x_hat) + kl(z_mean, z_log_var))]),
            lambda: lambda *given: sum(ops.mean(one) for one in (squares(*given[:2]), kl(*given[2:]))),
        ],
        foreseen={
            "It still fails with 5": lambda: slide,
            "average over the batch": lambda: lambda x, y, m, s: squares(x, y) + kl(m, s),
            "784 times too little": lambda: lambda x, y, m, s: ops.mean((x - y) ** 2 + kl(m, s)[:, None]),
            "a larger batch": lambda: lambda x, y, m, s: ops.sum(squares(x, y) + kl(m, s)),
            "added 784 times": lambda: lambda x, y, m, s: ops.mean(ops.sum((x - y) ** 2 + kl(m, s)[:, None], axis=-1)),
            "a price to pay": lambda: lambda x, y, m, s: ops.mean(squares(x, y) - kl(m, s)),
            "it is a sum too": lambda: lambda x, y, m, s: ops.mean(squares(x, y)) + ops.mean(each(m, s)) / 2,
        },
        unforeseen=[lambda: lambda x, y, m, s: 0.0, lambda: lambda x, y, m, s: ops.mean(squares(x, y))],
    ),
    "more-like": Answers(
        right=[
            lambda: draw_like,
            lambda: by_cholesky,
            lambda: by_rows,
            lambda: by_eigenvectors,
            lambda: lambda encoder, decoder, images, number=20: draw_like(encoder, decoder, images, number).tolist(),
        ],
        foreseen={
            "These are codes": lambda: (
                lambda e, d, x, n: np.random.multivariate_normal(places(e, x).mean(0), np.cov(places(e, x).T), n)
            ),
            "do not restore": lambda: lambda e, d, x, n: d(places(e, x)),
            "All the images are the same": lambda: lambda e, d, x, n: d(np.tile(places(e, x).mean(0), (n, 1))),
            "You used z_log_var": lambda: from_log_var,
            "all of N(0, I)": lambda: lambda e, d, x, n: d(np.random.default_rng(1).normal(size=(n, 2))),
            "slant of the cloud": lambda: only_diagonal,
        },
        unforeseen=[lambda: lambda e, d, x, n: draw_like(e, d, 2 * x, n), lambda: lambda e, d, x, n: x[:7]],
    ),
}
