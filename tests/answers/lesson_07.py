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


class GeneratorInCall(layers.Layer):
    def call(self, inputs: object) -> object:
        noise = keras.random.normal(ops.shape(inputs[0]), seed=keras.random.SeedGenerator(3))
        return inputs[0] + ops.exp(inputs[1] / 2) * noise


class TwoArguments(Mended):
    def call(self, z_mean: object, z_log_var: object) -> object:
        return super().call([z_mean, z_log_var])


class NeedsSize(Mended):
    def __init__(self, latent: int) -> None:
        super().__init__()


class WithOptions(Mended):
    def __init__(self, seed: int = 3, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, inputs: object, training: bool | None = None) -> object:
        mean, log_var = ops.unstack(ops.stack(inputs), 2)
        return keras.random.normal(ops.shape(mean), 0.0, 1.0, seed=self.seed_generator) * ops.exp(log_var) ** 0.5 + mean


class Softer(layers.Layer):
    """Draws noise of variance 1 that is not normal."""

    def call(self, inputs: object) -> object:
        noise = keras.random.uniform(ops.shape(inputs[0]), -(3**0.5), 3**0.5)
        return inputs[0] + ops.exp(inputs[1] / 2) * noise


def sampled_by(noise_of: object) -> object:
    """A function that multiplies what `noise_of` makes of z_mean with the standard deviation."""
    return lambda inputs: inputs[0] + ops.exp(inputs[1] / 2) * noise_of(inputs[0])


def first_rows(inputs: object) -> object:
    """Samples for the mean of the first row, in every row."""
    return inputs[0][:1] + ops.exp(inputs[1] / 2) * keras.random.normal(ops.shape(inputs[0]))


def in_pairs(mean: object) -> object:
    half = keras.random.normal((ops.shape(mean)[0] // 2 + 1, ops.shape(mean)[1]))
    return ops.concatenate([half, half])[: ops.shape(mean)[0]]


def loss(x: object, x_hat: object, z_mean: object, z_log_var: object) -> object:
    return ops.mean(squares(x, x_hat) + kl(z_mean, z_log_var))


def nats(x: object, y: object) -> object:
    return -ops.sum(x * ops.log(y) + (1 - x) * ops.log(1 - y), axis=-1)


def draw_from(mean: object, cov: object, of: object = places) -> object:
    """A `more_like` with another mean or covariance of the codes."""

    def more_like(encoder: keras.Model, decoder: keras.Model, images: np.ndarray, number: int) -> np.ndarray:
        z = of(encoder, images)
        return decoder.predict(np.random.default_rng().multivariate_normal(mean(z), cov(z), number), verbose=0)

    return more_like


def clipped(encoder: keras.Model, decoder: keras.Model, images: np.ndarray, number: int) -> np.ndarray:
    z_mean = encoder.predict(np.asarray(images), batch_size=256, verbose=0)[0]
    mean, cov = np.mean(z_mean, axis=0), np.cov(z_mean, rowvar=False, ddof=1)
    codes = np.random.default_rng(0).multivariate_normal(mean, cov, size=number).astype("float32")
    return np.clip(decoder.predict(codes, batch_size=1000, verbose=0), 0, 1)


def by_head(encoder: keras.Model, decoder: keras.Model, images: np.ndarray, number: int) -> object:
    """Reads the head z_mean off the encoder."""
    head = keras.Model(encoder.inputs, encoder.get_layer("z_mean").output)
    z = np.asarray(head(images), "float64")
    centred = z - z.mean(axis=0)
    return decoder(z.mean(axis=0) + np.random.normal(size=(number, len(z))) @ centred / len(z) ** 0.5)


def one_by_one(encoder: keras.Model, decoder: keras.Model, images: np.ndarray, number: int) -> np.ndarray:
    z = places(encoder, images)
    codes = np.random.multivariate_normal(z.mean(0), np.cov(z.T), number)
    return np.concatenate([np.asarray(decoder(code[None])) for code in codes])


other_encoder = keras.Sequential([keras.Input((784,)), layers.Dense(2)])
other_decoder = keras.Sequential([keras.Input((2,)), layers.Dense(784, activation="sigmoid")])


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
            lambda: 2.2,
            lambda: np.float16(np.log(9)),
            lambda: tf.Variable(np.log(9.0)),
            lambda: keras.Variable(np.log(9.0)),
            lambda: [2 * math.log(3)],
        ],
        foreseen={
            "the standard deviation itself": lambda: 3,
            "9 is the variance": lambda: 9.0,
            "only 1.73": lambda: np.log(3),
            "doubled and not halved": lambda: np.log(3) / 2,
            "once too often": lambda: 2 * np.log(9),
            "Square first": lambda: np.log(3) ** 2,
            "it takes a logarithm": lambda: 6,
            "to another base": lambda: np.log10(9),
            "of 1/3": lambda: -np.log(9),
            "you took an exp": lambda: np.exp(1.5),
            "a string": lambda: "log 9",
            "parentheses ()": lambda: math.log,
        },
        unforeseen=[lambda: 1.0, lambda: float("nan"), lambda: 1e9, lambda: [1.0, 2.0]],
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
            lambda: WithOptions,
            lambda: WithOptions(seed=5),
            lambda: sampled_by(lambda mean: tf.random.normal(tf.shape(mean))),
            lambda: sampled_by(lambda mean: keras.random.normal(ops.shape(mean), dtype="float32")),
            lambda: sampled_by(
                lambda mean: tf.random.stateless_normal(tf.shape(mean), tf.random.uniform((2,), 0, 9**9, "int32"))
            ),
        ],
        foreseen={
            "All rows still get": lambda: sampling(shape=lambda m: (m.shape[-1],)),
            "both dimensions share it": lambda: sampling(shape=lambda m: (ops.shape(m)[0], 1)),
            "not random": lambda: NotRandom,
            "starts over each time": lambda: sampling(seed=3),
            "other way round": lambda: sampling(swapped=True),
            "the variance; what multiplies": lambda: sampling(scale=ops.exp),
            "not multiplied by it yet": lambda: sampling(scale=ops.ones_like),
            "do not write it out": lambda: sampling(shape=lambda m: (4000, 2)),
            "a class or a layer": lambda: 3,
            "is made in call, which fails": lambda: sampled_by(
                lambda mean: keras.random.normal(ops.shape(mean), seed=keras.random.SeedGenerator())
            ),
            "has to work without arguments": lambda: NeedsSize,
            "The input is one list": lambda: TwoArguments,
            "no root and no log": lambda: sampling(scale=ops.sqrt),
            "it lies round 0": lambda: lambda i: as_function(i) - i[0],
            "on one side": lambda: Uniform,
            "half of the variance": lambda: sampling(scale=lambda s: ops.exp(s) / 2),
            "the exp is missing": lambda: sampling(scale=lambda s: s / 2),
            "Some rows have exactly": lambda: sampled_by(in_pairs),
        },
        unforeseen=[
            lambda: sampling(scale=lambda s: 3 * ops.exp(s / 2)),
            lambda: TwoDimensions,
            lambda: Softer,
            lambda: first_rows,
            lambda: sampled_by(lambda mean: keras.random.truncated_normal(ops.shape(mean))),
        ],
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
                    keras.losses.MeanSquaredError(reduction=None)(z_mean * 0, z_mean) * z_mean.shape[1] / 2
                    + kl(0 * z_mean, z_log_var)
                )
            ),
            lambda: lambda m, s: [float(one) for one in kl(m, s)],
            lambda: tf.function(kl_by_tensorflow),
            lambda: lambda m, s: tf.einsum("nd->n", each(m, s)) / 2,
            lambda: lambda m, s: (sum(row) / 2 for row in each(m, s).numpy()),
            lambda: lambda m, s: map(float, kl(m, s)),
            lambda: lambda m, s: kl(m, s).numpy().astype("float16"),
            lambda: lambda m, s: np.array([np.sum(each(*pair)) / 2 for pair in zip(m, s, strict=True)]),
            lambda: lambda m, s, axis=1: -np.add.reduce(0.5 + s / 2 - m * m / 2 - np.exp(s) / 2, axis),
            lambda: lambda m, s: keras.Sequential([layers.Lambda(lambda t: ops.sum(t, 1) / 2)])(each(m, s)),
        ],
        foreseen={
            "one number for each dimension": lambda: lambda m, s: each(m, s) / 2,
            "One number is left": lambda: lambda m, s: ops.mean(kl(m, s)),
            "not over the latent": lambda: lambda m, s: ops.sum(each(m, s), axis=0) / 2,
            "no keepdims": lambda: lambda m, s: ops.sum(each(m, s), axis=-1, keepdims=True) / 2,
            "a nan in it": lambda: lambda m, s: np.sum(m**2 + s - np.log(s) - 1, axis=1) / 2,
            "The sign is wrong": lambda: lambda m, s: -kl(m, s),
            "You averaged": lambda: lambda m, s: ops.mean(each(m, s), axis=-1) / 2,
            "are swapped": lambda: lambda m, s: kl(s, m),
            "The half is missing": lambda: lambda m, s: 2 * kl(m, s),
            "do not square it again": lambda: lambda m, s: kl(m, 2 * s),
            "where the brackets stand": lambda: lambda m, s: ops.sum(m**2 / 2 + ops.exp(s) - s - 1, -1),
            "and you subtract it once": lambda: lambda m, s: (ops.sum(m**2 + ops.exp(s) - s, -1) - 1) / 2,
            "applied twice": lambda: lambda m, s: kl(m, s) / 2,
            "in bits": lambda: lambda m, s: kl(m, s) / np.log(2),
            "Only the first two": lambda: lambda m, s: kl(m[:, :2], s[:, :2]),
            "is the standard deviation": lambda: lambda m, s: ops.sum(m**2 + ops.exp(s / 2) - s - 1, -1) / 2,
            "take its exp first": lambda: lambda m, s: ops.sum(m**2 + s - s - 1, -1) / 2,
            "has to be squared": lambda: lambda m, s: ops.sum(m + ops.exp(s) - s - 1, -1) / 2,
            "three of them": lambda: lambda m, s: ops.sum(m**2 + ops.exp(s) - s, -1) / 2,
            "the wrong sign": lambda: lambda m, s: -0.5 * ops.sum(1 - s - m**2 - ops.exp(s), -1),
            "the other way round": lambda: lambda m, s: ops.sum((1 + m**2) / ops.exp(s) + s - 1, -1) / 2,
            "returned nothing": lambda: lambda m, s: print(end=""),
            "takes 2 arguments;": lambda: lambda codes: kl(*codes),
        },
        unforeseen=[
            lambda: lambda m, s: kl(m, s) + 0.7,
            lambda: lambda m, s: ops.sum(m, axis=1),
            lambda: lambda m, s: kl(m, s)[:4],
            lambda: lambda m, s: "KL",
            lambda: lambda m, s: np.zeros(len(m)),
            lambda: lambda m, s: kl(m, s) if len(m) == 5 else 2.5 * kl(m, s),
        ],
    ),
    "mended-vae-loss": Answers(
        right=[
            lambda: lambda x, y, m, s: ops.mean(squares(x, y) + kl(m, s)),
            lambda: lambda x, y, m, s: float(((x - y) ** 2).sum() / len(x) + np.mean(kl_by_loop(m, s))),
            lambda: lambda x, y, m, s: tf.reduce_mean(784 * tf.reduce_mean(tf.square(x - y), axis=1) + kl(m, s)),
            lambda: lambda x, x_hat, z_mean, z_log_var: np.array([np.mean(squares(x, x_hat) + kl(z_mean, z_log_var))]),
            lambda: lambda *given: sum(ops.mean(one) for one in (squares(*given[:2]), kl(*given[2:]))),
            lambda: tf.function(loss),
            lambda: lambda x, y, m, s: loss(x, y, m, s).numpy().astype("float16"),
            lambda: lambda x, y, m, s: [float(loss(x, y, m, s))],
            lambda: lambda x, y, m, s: ops.mean(squares(x, y)[:, None] + kl(m, s)[:, None]),
            lambda: lambda x, y, m, s: keras.losses.MeanSquaredError()(x, y) * x.shape[1] + ops.mean(kl(m, s)),
        ],
        foreseen={
            "It still fails with 5": lambda: slide,
            "average over the batch": lambda: lambda x, y, m, s: squares(x, y) + kl(m, s),
            "784 times too little": lambda: lambda x, y, m, s: ops.mean((x - y) ** 2 + kl(m, s)[:, None]),
            "a larger batch": lambda: lambda x, y, m, s: ops.sum(squares(x, y) + kl(m, s)),
            "added 784 times": lambda: lambda x, y, m, s: ops.mean(ops.sum((x - y) ** 2 + kl(m, s)[:, None], axis=-1)),
            "a price to pay": lambda: lambda x, y, m, s: ops.mean(squares(x, y) - kl(m, s)),
            "returned nothing": lambda: lambda x, y, m, s: print(end=""),
            "Those are two numbers": lambda: lambda x, y, m, s: (ops.mean(squares(x, y)), ops.mean(kl(m, s))),
            "the half is missing": lambda: lambda x, y, m, s: ops.mean(squares(x, y) + 2 * kl(m, s)),
            "do not halve": lambda: lambda x, y, m, s: loss(x, y, m, s) / 2,
            "along the wrong axis": lambda: (
                lambda x, y, m, s: ops.mean(ops.sum((x - y) ** 2, axis=0)) + ops.mean(kl(m, s))
            ),
            "without the KL": lambda: lambda x, y, m, s: ops.mean(squares(x, y)),
            "without the squared error": lambda: lambda x, y, m, s: ops.mean(kl(m, s)),
            "are swapped": lambda: lambda x, y, m, s: loss(x, y, s, m),
            "with no root": lambda: lambda x, y, m, s: ops.mean(ops.sqrt(squares(x, y)) + kl(m, s)),
            "binary cross-entropy": lambda: lambda x, y, m, s: ops.mean(nats(x, y) + kl(m, s)),
            "the wrong count": lambda: lambda x, y, m, s: ops.sum(squares(x, y) + kl(m, s)) / 100,
            "takes 4 arguments;": lambda: lambda x, y: ops.mean(squares(x, y)),
            "it is a sum too": lambda: lambda x, y, m, s: ops.mean(squares(x, y)) + ops.mean(each(m, s)) / 2,
        },
        unforeseen=[
            lambda: lambda x, y, m, s: 0.0,
            lambda: lambda x, y, m, s: loss(x, y, m, s / 2),
        ],
    ),
    "more-like": Answers(
        right=[
            lambda: draw_like,
            lambda: by_cholesky,
            lambda: by_rows,
            lambda: by_eigenvectors,
            lambda: lambda encoder, decoder, images, number=20: draw_like(encoder, decoder, images, number).tolist(),
            lambda: clipped,
            lambda: by_head,
            lambda: draw_from(lambda z: np.average(z, axis=0), lambda z: np.cov(z, rowvar=False, bias=True)),
            lambda: draw_from(lambda z: z.mean(0), lambda z: (z - z.mean(0)).T @ (z - z.mean(0)) / len(z)),
            lambda: lambda e, d, x, n: draw_like(e, d, tf.constant(x), n).astype("float16"),
        ],
        foreseen={
            "These are codes": lambda: (
                lambda e, d, x, n: np.random.multivariate_normal(places(e, x).mean(0), np.cov(places(e, x).T), n)
            ),
            "do not restore": lambda: lambda e, d, x, n: d(places(e, x)),
            "All the images are the same": lambda: lambda e, d, x, n: d(np.tile(places(e, x).mean(0), (n, 1))),
            "You used z_log_var": lambda: from_log_var,
            "all of N(0, I)": lambda: draw_from(lambda z: [0, 0], lambda z: np.eye(2)),
            "slant of the cloud": lambda: only_diagonal,
            "use the argument number": lambda: lambda e, d, x, n: draw_like(e, d, x, 20),
            "The decoder that was passed": lambda: lambda e, d, x, n: draw_like(e, other_decoder, x, n),
            "in one call": lambda: one_by_one,
            "returns two arrays, in a list": lambda: draw_from(
                lambda z: z.mean(0), lambda z: np.cov(z.T), lambda e, x: e.predict(x, verbose=0)
            ),
            "takes each row for a variable": lambda: draw_from(lambda z: z.mean(0), np.cov),
            "A single code": lambda: (
                lambda e, d, x, n: d(np.random.multivariate_normal(places(e, x).mean(0), np.cov(places(e, x).T)))
            ),
            "picked again and again": lambda: (
                lambda e, d, x, n: d(places(e, x)[np.random.default_rng(2).integers(0, len(x), n)])
            ),
            "is axis=0 missing": lambda: draw_from(lambda z: z.mean(), lambda z: np.cov(z.T)),
            "have nothing to do with images": lambda: (
                lambda e, d, x, n: d(other_encoder(x[:1]) + tf.random.normal((n, 2)))
            ),
            "needs the mean as well": lambda: draw_from(lambda z: np.zeros(2), lambda z: np.cov(z.T)),
            "the matrix of correlations": lambda: draw_from(lambda z: z.mean(0), lambda z: np.corrcoef(z.T)),
            "returned nothing": lambda: lambda e, d, x, n: print(end=""),
            "takes 4 arguments;": lambda: lambda images, number: images[:number],
        },
        unforeseen=[
            lambda: lambda e, d, x, n: draw_like(e, d, 2 * x, n),
            lambda: lambda e, d, x, n: draw_like(e, d, x, n).reshape(n, 28, 28),
            lambda: lambda e, d, x, n: (draw_like(e, d, x, n), n),
            lambda: draw_from(lambda z: z.mean(0), lambda z: np.cov(z.T) * 2),
            lambda: lambda e, d, x, n: np.round(draw_like(e, d, x, n)),
        ],
    ),
}
