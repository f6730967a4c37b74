"""Checks of lesson 07."""

from collections.abc import Callable

import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond.exercises.checking import exercise, expect, hint
from keras_beyond.exercises.reading import array, called, describe, number

LATENT = np.array([[0.5, -1.0, 2.0], [1.5, 0.2, -0.3], [-2.0, 1.0, 0.7], [0.1, 0.0, -1.2], [3.0, -0.4, 0.9]], "float32")
LOG_VAR = np.array(
    [[-1.0, 0.5, -2.0], [0.3, -0.7, 1.0], [-3.0, 1.2, -0.2], [0.8, -1.5, 0.1], [-0.6, 2.0, -1.1]], "float32"
)


def _kl(z_mean: np.ndarray, z_log_var: np.ndarray) -> np.ndarray:
    """Each dimension's share of the KL, (n, d)."""
    return (z_mean**2 + np.exp(z_log_var) - z_log_var - 1) / 2


@exercise("sampling-log-variance")
def sampling_log_variance(answer: object) -> None:
    """The log-variance of a standard deviation of 3."""
    s = number(answer)
    if abs(s - 3) < 0.01:
        hint("standard-deviation")
    if abs(s - 9) < 0.01:
        hint("variance")
    if abs(s - np.log(3)) < 0.01:
        hint("log-of-deviation")
    expect(abs(s - np.log(9)) < 0.01, "expected", found=f"{s:g}, whose standard deviation is {np.exp(s / 2):.3g}")


@exercise("mended-sampling")
def mended_sampling(answer: object) -> None:
    """A layer, its class, or a function: [z_mean, z_log_var], (n, d) each, to samples (n, d)."""
    if not callable(answer):
        expect(False, "layer-or-class", found=describe(answer))
    sampling = called(answer) if isinstance(answer, type) else answer
    n, wanted_mean, wanted_std = 4000, np.array([3.0, -2.0]), np.array([0.5, 2.0])
    mean, log_var = (np.tile(row, (n, 1)).astype("float32") for row in (wanted_mean, 2 * np.log(wanted_std)))
    inputs = [keras.ops.convert_to_tensor(mean), keras.ops.convert_to_tensor(log_var)]
    z, again = (array(called(sampling, inputs), (n, 2)) for _ in range(2))
    _look_at_noise((z - mean), (again - mean), wanted_std, z, mean, log_var)
    _several_batch_sizes(sampling)


def _look_at_noise(
    noise: np.ndarray, again: np.ndarray, std: np.ndarray, z: np.ndarray, mean: np.ndarray, log_var: np.ndarray
) -> None:
    """Whether noise (n, 2), from two calls, differs between rows, columns and calls and has the standard deviation asked for."""
    if np.ptp(z, axis=0).max() < 1e-4:
        if np.allclose(z, again + mean, atol=1e-4):
            hint("not-random")
        hint("same-noise-each-row")
    if np.allclose(noise, again, atol=1e-5):
        hint("same-noise-each-call")
    found_mean, found_std = z.mean(axis=0), z.std(axis=0)
    if np.allclose(found_mean, log_var[0], atol=0.3) and not np.allclose(found_mean, mean[0], atol=0.3):
        hint("inputs-swapped")
    if abs(np.corrcoef(noise.T)[0, 1]) > 0.9:
        hint("same-noise-each-dimension")
    if np.allclose(found_std, std**2, rtol=0.1):
        hint("variance-not-deviation")
    if np.allclose(found_std, 1, rtol=0.1):
        hint("not-scaled")
    expect(
        np.allclose(found_mean, mean[0], atol=0.25) and np.allclose(found_std, std, rtol=0.12),
        "expected",
        found=f"{found_mean.round(2).tolist()}, {found_std.round(2).tolist()}",
    )


def _several_batch_sizes(sampling: Callable[[list], object]) -> None:
    """Whether the layer works in a model, on batches of 2, 2 and 1 rows of 3 dimensions."""
    inputs = [keras.Input((3,)), keras.Input((3,))]
    layer = sampling if isinstance(sampling, layers.Layer) else layers.Lambda(sampling)
    try:
        model = keras.Model(inputs, layer(inputs))
        found = model.predict([np.zeros((5, 3)), np.zeros((5, 3))], batch_size=2, verbose=0).shape
    except Exception as error:
        hint("fixed-shape", error=type(error).__name__)
    expect(found == (5, 3), "any-batch", found=found)


@exercise("kl-divergence")
def kl_divergence(answer: Callable[[np.ndarray, np.ndarray], object]) -> None:
    """A function of z_mean and z_log_var, (n, d) each: the KL of each row, (n,)."""
    with np.errstate(all="ignore"):
        given = called(answer, LATENT.copy(), LOG_VAR.copy())
    try:
        found = np.asarray(given, "float64")
    except Exception:  # no numbers
        found = array(given, (5,))
    wanted = _kl(LATENT, LOG_VAR)
    if found.shape == (5, 3):
        hint("not-summed")
    if found.shape == ():
        hint("rows-summed")
    if found.shape == (3,):
        hint("wrong-axis")
    if found.shape == (5, 1):
        hint("kept-axis")
    found = array(found, (5,))
    if np.isnan(found).any():
        hint("log-of-log-variance")
    right = wanted.sum(axis=1)
    if np.allclose(found, -right, atol=1e-4):
        hint("sign")
    if np.allclose(found, right / 3, atol=1e-4) or np.allclose(found, -right / 3, atol=1e-4):
        hint("averaged")
    if np.allclose(found, _kl(LOG_VAR, LATENT).sum(axis=1), atol=1e-4):
        hint("swapped")
    if np.allclose(found, 2 * right, atol=1e-4):
        hint("half-missing")
    if np.allclose(found, _kl(LATENT, 2 * LOG_VAR).sum(axis=1), atol=1e-4):
        hint("variance-squared")
    expect(np.allclose(found, right, atol=1e-3), "expected", found=f"{found[0]:.4f}", first=right[0])


@exercise("mended-vae-loss")
def mended_vae_loss(answer: Callable[..., object]) -> None:
    """A function of x, x_hat (n, 784), z_mean, z_log_var (n, d): summed squared error plus KL, averaged over n."""
    source = np.random.default_rng(4)
    x, x_hat = source.random((5, 784)).astype("float32"), source.random((5, 784)).astype("float32")
    try:
        given = called(answer, x.copy(), x_hat.copy(), LATENT.copy(), LOG_VAR.copy())
    except Exception as error:
        if "shape" not in str(error).lower() and "broadcast" not in str(error).lower():
            raise
        hint("shapes-differ")
    squared, kl = (x - x_hat) ** 2, _kl(LATENT, LOG_VAR).sum(axis=1)
    if np.shape(given) == (5,):
        hint("not-averaged")
    loss, right = number(given), squared.sum(axis=1).mean() + kl.mean()

    def near(value: float) -> bool:
        return abs(loss - value) < 1e-3 * abs(value)

    if near(squared.mean() + kl.mean()):
        hint("pixels-averaged")
    if near(squared.sum() + kl.sum()):
        hint("images-summed")
    if near(squared.sum(axis=1).mean() + 784 * kl.mean()):
        hint("kl-784-times")
    if near(squared.sum(axis=1).mean() - kl.mean()):
        hint("sign")
    if near(squared.sum(axis=1).mean() + _kl(LATENT, LOG_VAR).mean()):
        hint("kl-averaged")
    expect(near(right), "expected", found=f"{loss:.2f}", squared=right - kl.mean(), kl=kl.mean())


@exercise("more-like", seconds=5)
def more_like(answer: Callable[..., object]) -> None:
    """A function of encoder, decoder, images (n, 784), number: images (number, 784) from the normal of their codes."""
    source = np.random.default_rng(6)
    mean, covariance = np.array([2.0, -1.0]), np.array([[1.0, 0.8], [0.8, 1.0]])
    images = source.random((400, 784)).astype("float32")
    images[:, :2] = source.multivariate_normal(mean, covariance, 400)
    images[:, 2:4] = -3.0 + 0.1 * images[:, 2:4]
    encoder, decoder = _fake_models()
    given = called(answer, encoder, decoder, images.copy(), 3000)
    if np.shape(given) == (3000, 2):
        hint("codes-not-images")
    if np.shape(given) == (400, 784):
        hint("as-many-as-given")
    drawn = array(given, (3000, 784))
    codes = drawn[:, :2].astype("float64")  # the decoder of this check writes the code into the first two pixels
    found_mean, found = codes.mean(axis=0), np.cov(codes.T)
    if np.ptp(codes, axis=0).max() < 1e-4:
        hint("all-the-same")
    if np.allclose(found_mean, -2.95, atol=0.2):
        hint("log-variance-used")
    if np.allclose(found_mean, 0, atol=0.15) and np.allclose(found, np.eye(2), atol=0.15):
        hint("standard-normal")
    if (
        np.allclose(found_mean, mean, atol=0.25)
        and abs(found[0, 1]) < 0.15
        and np.allclose(np.diag(found), 1, atol=0.3)
    ):
        hint("covariance-lost")
    expect(
        np.allclose(found_mean, mean, atol=0.3) and np.allclose(found, covariance, atol=0.3),
        "expected",
        found=f"{found_mean.round(2).tolist()}, {found.round(2).tolist()}",
    )


def _fake_models() -> tuple[keras.Model, keras.Model]:
    """An encoder that reads z_mean and z_log_var off the first four pixels, and a decoder that writes the code there."""
    x = keras.Input((784,))
    heads = [layers.Dense(2, use_bias=False, name=name) for name in ("z_mean", "z_log_var")]
    encoder = keras.Model(x, [head(x) for head in heads])
    for place, head in enumerate(heads):
        head.set_weights([np.eye(784)[:, 2 * place : 2 * place + 2]])
    decoder = keras.Sequential([keras.Input((2,)), layers.Dense(784, use_bias=False)])
    decoder.set_weights([np.eye(2, 784)])
    return encoder, decoder
