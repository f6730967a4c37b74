"""Checks of lesson 10: the split-brain autoencoder, in five steps, and its targets in the right order."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tensorflow import keras

from keras_beyond.exercises.checking import exercise, expect, hint
from keras_beyond.exercises.reading import array, built_model, called, describe, items, outputs, parts

PIXELS, CODE = 392, 128  # of a half


def _images(count: int, seed: int = 10) -> np.ndarray:
    """Random images, (count, 28, 28), with pixels from 0 to 1."""
    return np.random.default_rng(seed).random((count, 28, 28)).astype("float32")


def _kernels(weights: Sequence[Any]) -> int:
    """How many of these weights are no mere biases."""
    return sum(len(weight.shape) > 1 for weight in weights)


def _shapes(values: Sequence[Any]) -> str:
    return ", ".join(str(tuple(np.shape(value))) for value in values)


@exercise("split-cut")
def split_cut(answer: Callable[[Any], Any]) -> None:
    """A layer (or model, or function): images (n, 28, 28) to left and right, (n, 28, 14) each."""
    if not callable(answer):
        expect(False, "layer-or-model", found=describe(answer))
    images = _images(5)
    given = called(answer, images)
    if isinstance(given, dict) and set(given) == {"left", "right"}:
        given = (given["left"], given["right"])
    if not isinstance(given, (tuple, list)):
        hint("one-output", shape=tuple(np.shape(given)))
    shapes = [tuple(np.shape(half)) for half in given]
    if shapes == [(5, 14, 28)] * 2:
        hint("top-and-bottom")
    expect(shapes == [(5, 28, 14)] * 2, "shapes", found=_shapes(given))
    left, right = (np.asarray(half) for half in given)
    if np.allclose(left, images[:, :, 14:]) and np.allclose(right, images[:, :, :14]):
        hint("swapped")
    expect(
        np.allclose(left, images[:, :, :14]) and np.allclose(right, images[:, :, 14:]), "expected", found="other pixels"
    )
    try:
        answer(keras.Input((28, 28)))
    except Exception:  # whatever it is that fails, it fails on a symbolic tensor
        hint("not-symbolic")


@exercise("split-networks")
def split_networks(answer: tuple[Callable[[str], Any], Callable[[str], Any]]) -> None:
    """Two functions of a name, each making a new model: half to code, and code to half."""
    functions = parts(answer, "make_encoder", "make_decoder")
    encoders, decoders = ([called(make, f"checked_{place}") for place in (1, 2)] for make in functions)
    for function, models in (("make_encoder", encoders), ("make_decoder", decoders)):
        expect(
            all(isinstance(model, keras.Layer) for model in models),
            "models",
            found=describe(models[0]),
            function=function,
        )
    halves = _images(8)[:, :, :14]
    points = np.random.default_rng(11).normal(0, 5, (8, CODE)).astype("float32")
    given, _ = (outputs(encoder, halves) for encoder in encoders)
    if given.shape == (8, 28, CODE):
        hint("not-flattened")
    expect(given.shape == (8, CODE), "code-shape", found=given.shape)
    guess, _ = (outputs(decoder, points) for decoder in decoders)
    if guess.shape == (8, PIXELS):
        hint("not-reshaped")
    expect(guess.shape == (8, 28, 14), "half-shape", found=guess.shape)
    if guess.min() < 0 or guess.max() > 1:
        hint("no-sigmoid", lowest=guess.min(), highest=guess.max())
    for first, second in (encoders, decoders):
        if {id(weight) for weight in first.weights} & {id(weight) for weight in second.weights}:
            hint("shared-weights")
    if any(one.name == two.name for one, two in (encoders, decoders)):
        hint("same-name")
    if min(_kernels(encoders[0].weights), _kernels(decoders[0].weights)) < 2:
        hint("no-hidden-layer")
    one, other, both, none = (
        np.asarray(encoders[0](x)) for x in (halves, halves[::-1], halves + halves[::-1], np.zeros_like(halves))
    )
    if np.abs(one + other - both - none).max() < 1e-4:
        hint("no-activation")


@exercise("split-model")
def split_model(answer: object) -> None:
    """A compiled model: image to {"left", "right"}, each guessed from the other half alone."""
    model = built_model(answer)
    images = _images(6)
    given = model(images)
    if isinstance(given, (tuple, list)):
        hint("no-names")
    names = sorted(given) if isinstance(given, dict) else describe(given)
    expect(names == ["left", "right"], "names", found=names)
    expect(
        all(tuple(given[side].shape) == (6, 28, 14) for side in given), "shapes", found=_shapes(list(given.values()))
    )
    _expect_crossed(model, images)
    if not model.compiled:
        hint("not-compiled")
    _expect_nats(model, images)


def _expect_crossed(model: keras.Model, images: np.ndarray) -> None:
    """Each output must hang on the opposite half and on nothing else, through networks of its own."""
    hangs_on = {}
    for side, columns in (("left", slice(0, 14)), ("right", slice(14, 28))):
        moved = images.copy()
        moved[:, :, columns] = _images(6, seed=12)[:, :, columns]
        before, after = model(images), model(moved)
        for output in ("left", "right"):
            hangs_on[output, side] = float(np.abs(np.asarray(before[output]) - np.asarray(after[output])).max()) > 1e-6
    found = ", ".join(f"{output} guess from {side} half" for (output, side), yes in hangs_on.items() if yes)
    crossed = hangs_on["left", "right"], hangs_on["right", "left"]
    straight = hangs_on["left", "left"], hangs_on["right", "right"]
    if all(straight) and not any(crossed):
        hint("guesses-itself")
    if all(crossed) and any(straight):
        hint("peeks")
    expect(all(crossed) and not any(straight), "crossed", found=found or "guesses that hang on nothing")
    exchanged = np.concatenate([images[:, :, 14:], images[:, :, :14]], axis=2)
    if np.allclose(model(images)["right"], model(exchanged)["left"], atol=1e-7):
        hint("shared-networks")


def _expect_nats(model: keras.Model, images: np.ndarray) -> None:
    """The loss must be binary cross-entropy on both outputs; a factor on each (a mean, a weight) is free."""
    real = {"left": images[:, :, :14], "right": images[:, :, 14:]}
    guess = {
        side: np.clip(np.asarray(value, "float32"), np.float32(1e-7), np.float32(1 - 1e-7))
        for side, value in model(images).items()
    }
    other = {side: 1 - half**2 for side, half in real.items()}

    def told(left: np.ndarray, right: np.ndarray) -> float:
        targets = {"left": keras.ops.convert_to_tensor(left), "right": keras.ops.convert_to_tensor(right)}
        value = model.compute_loss(x=images, y=targets, y_pred=model(images))
        return float(value) - sum(float(loss) for loss in model.losses)

    def cross_entropy(side: str, half: np.ndarray) -> float:
        return float(-(half * np.log(guess[side]) + (1 - half) * np.log(1 - guess[side])).sum(axis=(1, 2)).mean())

    def squared(side: str, half: np.ndarray) -> float:
        return float(((half - guess[side]) ** 2).sum(axis=(1, 2)).mean())

    base = told(real["left"], real["right"])
    moves = {"left": told(other["left"], real["right"]) - base, "right": told(real["left"], other["right"]) - base}
    model.reset_metrics()
    if any(abs(move) < 1e-6 for move in moves.values()):
        hint("one-loss")

    def fits(measure: Callable[[str, np.ndarray], float]) -> bool:
        factors = {side: moves[side] / (measure(side, other[side]) - measure(side, real[side])) for side in moves}
        whole = sum(factors[side] * measure(side, real[side]) for side in moves)
        return min(factors.values()) > 0 and abs(whole - base) < 1e-2 * abs(base)

    if not fits(cross_entropy) and fits(squared):
        hint("squared-error")
    expect(
        fits(cross_entropy),
        "expected",
        found=f"a loss of {base:.3g} where nats gives {cross_entropy('left', real['left']) + cross_entropy('right', real['right']):.3g}",
    )


@exercise("split-codes")
def split_codes(answer: tuple[object, object]) -> None:
    """A submodel of split_brain: image to the two codes joined, (n, 256)."""
    whole, codes = map(built_model, parts(answer, "split_brain", "codes"))
    images = _images(6)
    given = codes(images)
    if isinstance(given, (tuple, list, dict)):
        hint("not-joined")
    given = np.asarray(given)
    if given.shape == (6, CODE):
        hint("half-missing")
    if given.shape[1:] in ((28, 28), (28, 14), (784,), (56, 14)):
        hint("images-joined")
    expect(given.shape == (6, 2 * CODE), "shape", found=given.shape)
    own = {id(weight) for weight in whole.weights}
    if any(id(weight) not in own for weight in codes.weights):
        hint("other-encoders")
    moved = images.copy()
    moved[:, :, 14:] = _images(6, seed=12)[:, :, 14:]
    changed = np.abs(np.asarray(codes(moved)) - given).max(axis=0) > 1e-6
    blocks = [bool(changed[:CODE].any()), bool(changed[CODE:].any())]
    expect(
        sorted(blocks) == [False, True], "expected", found=f"{int(changed.sum())} numbers that hang on the right half"
    )


@exercise("split-probe")
def split_probe(answer: tuple[object, object]) -> None:
    """Image, frozen codes, one Dense layer, ten probabilities."""
    codes, probe = map(built_model, parts(answer, "codes", "probe"))
    if getattr(probe, "input_shape", (None, 28, 28))[-1:] == (2 * CODE,):
        hint("takes-codes")
    given = outputs(probe, _images(6))
    expect(given.shape == (6, 10), "ten-outputs", found=given.shape)
    if (given < 0).any() or not np.allclose(given.sum(axis=1), 1, atol=1e-3):
        hint("no-probabilities")
    inside = {id(weight) for weight in codes.weights}
    if not inside <= {id(weight) for weight in probe.weights}:
        hint("other-encoders")
    if any(id(weight) in inside for weight in probe.trainable_weights):
        hint("not-frozen")
    if not probe.trainable_weights:
        hint("all-frozen")
    if _kernels(probe.trainable_weights) > 1:
        hint("not-linear")
    found = sum(int(np.prod(weight.shape)) for weight in probe.trainable_weights)
    expect(found == 2 * CODE * 10 + 10, "expected", found=f"{found:,}")


@exercise("split-targets")
def split_targets(answer: Callable[[np.ndarray], Any]) -> None:
    """A function of images (n, 28, 28): the right halves, then the left halves."""
    images = _images(4)
    given = called(answer, images.copy())
    if isinstance(given, dict):
        hint("no-names")
    first, second = (array(half, (4, 28, 14)) for half in items(given, 2))
    left, right = images[:, :, :14], images[:, :, 14:]
    if np.allclose(first, left) and np.allclose(second, right):
        hint("unchanged")
    if np.allclose(first, second):
        hint("same-half")
    expect(np.allclose(first, right) and np.allclose(second, left), "expected", found="other pixels")
