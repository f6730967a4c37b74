"""Checks of lesson 00."""

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_beyond.exercises.checking import exercise, exercise_number, expect, hint
from keras_beyond.exercises.reading import called, describe, items, number

# 30 °C in °F, as the cell prints it once it has been mended
exercise_number(
    "mended-temperature",
    right=86,
    wrong={
        68: "previous-temperature",
        30: "celsius",
        20: "celsius",
        30 * 9 / 5: "without-32",
        (30 + 32) * 9 / 5: "added-first",
        (30 - 32) * 5 / 9: "other-way",
        68 * 9 / 5 + 32: "converted-twice",
        86 * 9 / 5 + 32: "converted-twice",
    },
    read=number,
    tolerance=0.01,
)

# films has the shape (6, 30, 64, 48)
FILMS = {
    "films[2]": (30, 64, 48),
    "films[:, 0]": (6, 64, 48),
    "films[1:4, :, 10]": (3, 30, 48),
    "films.mean(axis=(2, 3))": (6, 30),
}


def _shape(answer: Any, expression: str) -> tuple[int, ...]:
    """Return an answer as a shape; a hint where it is none."""
    try:
        sizes = [] if isinstance(answer, (str, dict, set)) else [float(size) for size in answer]
    except Exception:  # what holds no numbers refuses in its own way
        sizes = []
    if not sizes or any(size != int(size) for size in sizes):
        expect(False, "not-a-shape", found=describe(answer), expression=expression)
    return tuple(int(size) for size in sizes)


@exercise("film-shapes")
def film_shapes(answer: Any) -> None:
    """Look at four shapes in order, of parts and of a mean of an array (6, 30, 64, 48)."""
    for (expression, right), part in zip(FILMS.items(), items(answer, len(FILMS)), strict=True):
        shape = _shape(part, expression)
        match expression, shape:
            case ("films[2]", (1, 30, 64, 48)) | ("films[:, 0]", (6, 1 | 30, 64, 48)):
                hint("whole-number-removes", expression=expression)
            case ("films[1:4, :, 10]", (3, 30, 1 | 64, 48)):
                hint("whole-number-removes", expression=expression)
            case ("films[2]", (2, 30, 64, 48)) | ("films[:, 0]", (6, 0, 64, 48)) | (_, (3, 30, 10, 48)):
                hint("whole-number-is-a-place", expression=expression)
            case ("films[2]", (6, 64, 48) | (6, 30, 48) | (6, 30, 64)):
                hint("another-axis", expression=expression)
            case ("films[1:4, :, 10]", (3, 30, 64) | (3, 64, 48)):
                hint("another-axis", expression=expression)
            case ("films[:, 0]", (30, 64, 48) | (64, 48)):
                hint("colon-keeps", expression=expression)
            case ("films[1:4, :, 10]", (4, 30, 48)):
                hint("end-is-not-included", expression=expression)
            case ("films.mean(axis=(2, 3))", (64, 48) | (6, 30, 64, 48)):
                hint("named-axes-go", expression=expression)
            case ("films.mean(axis=(2, 3))", (6, 30, 1, 1)):
                hint("axes-go-altogether", expression=expression)
            case ("films.mean(axis=(2, 3))", (6, 48)):
                hint("count-from-0", expression=expression)
        expect(shape == right, "expected", found=shape, expression=expression)


def _as_array(result: Any) -> np.ndarray:
    """Return what a function returned as an array, an empty one where it is none."""
    try:
        values = np.asarray(result)
    except Exception:  # each kind of object refuses in its own way
        values = np.asarray(None)
    return values if values.dtype.kind in "biuf" else np.empty(0)


@exercise("images-first")
def images_first(answer: Callable[[np.ndarray], np.ndarray]) -> None:
    """Call the function on two stacks (height, width, count) of different sizes."""
    for seed, shape in enumerate([(6, 5, 4), (3, 7, 2)]):
        stack = np.random.default_rng(seed).integers(0, 256, shape).astype("float32")
        wanted = stack.transpose(2, 0, 1)
        result = _as_array(called(answer, stack.copy()))
        if np.array_equal(result, stack.reshape(wanted.shape)):
            hint("still-reshaped")
        if np.array_equal(result, stack.transpose(2, 1, 0)):
            hint("rows-and-columns-exchanged")
        if np.array_equal(result, stack):
            hint("unchanged")
        if np.array_equal(result, stack.transpose(1, 2, 0)):
            hint("another-axis-moved")
        shown = result.shape if result.shape != wanted.shape else f"{result[0, 0, :3]} ..."
        expect(np.array_equal(result, wanted), "expected", found=shown, shape=shape, wanted=wanted.shape)


@exercise("average-of")
def average_of(answer: Callable[[np.ndarray, np.ndarray, int], np.ndarray]) -> None:
    """Call the function on two small sets of images with labels in no order, for several digits."""
    for seed, (counts, size) in enumerate([({3: 4, 8: 7, 5: 2}, (6, 5)), ({0: 3, 1: 5}, (4, 7))]):
        source = np.random.default_rng(seed)
        labels = source.permutation(np.repeat(list(counts), list(counts.values())))
        images = source.integers(0, 256, (len(labels), *size)).astype("uint8")
        for digit in counts:
            _check_average(_as_array(called(answer, images.copy(), labels.copy(), digit)), images, labels, digit)


def _check_average(result: np.ndarray, images: np.ndarray, labels: np.ndarray, digit: int) -> None:
    """End the check unless `result` is the average of the images that have the label `digit`."""
    chosen = images[labels == digit]
    if _close(result, chosen):
        hint("not-averaged")
    if _close(result, chosen.mean()):
        hint("one-number")
    if _close(result, chosen.mean(axis=(1, 2))):
        hint("mean-of-each-image")
    if _close(result, chosen.mean(axis=1)) or _close(result, chosen.mean(axis=2)):
        hint("another-axis")
    if _close(result, images.mean(axis=0)):
        hint("all-images")
    if _close(result, chosen.sum(axis=0)):
        hint("sum")
    if _close(result, chosen[0]):
        hint("first-only")
    if _close(result, images[labels != digit].mean(axis=0)):
        hint("the-others")
    wanted = chosen.mean(axis=0)
    shown = result.shape if result.shape != wanted.shape else f"{result[0, 0]:.4g} ..."
    expect(_close(result, wanted), "expected", found=shown, digit=digit, size=wanted.shape)


def _close(result: np.ndarray, values: np.ndarray) -> bool:
    """Whether two arrays are equal, shape included, but for what float16 rounds."""
    return result.shape == np.shape(values) and np.allclose(result, values, rtol=2e-3)
