"""Answers to the exercise of lesson 00."""

import decimal
import fractions

import numpy as np
import tensorflow as tf
from tensorflow import keras

from answers import Answers


def films() -> np.ndarray:
    return np.zeros((6, 30, 64, 48), "uint8")


def shapes(
    a: object = (30, 64, 48), b: object = (6, 64, 48), c: object = (3, 30, 48), d: object = (6, 30)
) -> list[object]:
    return [a, b, c, d]


def images_first_by_loops(stack: np.ndarray) -> np.ndarray:
    height, width, count = stack.shape
    images = np.zeros((count, height, width))
    for i in range(count):
        images[i] = stack[:, :, i]
    return images


def shape_of_the_lesson(stack: np.ndarray) -> np.ndarray:
    return stack.reshape(5, 28, 28)


def average_by_loops(images: np.ndarray, labels: np.ndarray, digit: int) -> np.ndarray:
    total, count = np.zeros(images.shape[1:]), 0
    for image, label in zip(images, labels, strict=True):
        if label == digit:
            total, count = total + image, count + 1
    return total / count


def average_of_ten_thousand(images: np.ndarray, labels: np.ndarray, digit: int) -> np.ndarray:
    chosen = [images[i] for i in range(10_000) if labels[i] == digit]
    return np.mean(chosen, axis=0)


ANSWERS = {
    "mended-temperature": Answers(
        right=[
            lambda: 30 * 9 / 5 + 32,
            lambda: 86,
            lambda: np.float32(86),
            lambda: keras.ops.convert_to_tensor(86.0),
            lambda: fractions.Fraction(86),
            lambda: np.array([86.0]),
            lambda: decimal.Decimal(86),
            lambda: keras.Variable(86.0),
            lambda: np.float16(86),
            lambda: [86.0],
            lambda: tf.Variable(86),
        ],
        foreseen={
            "68 °F is 20 °C": lambda: 68.0,
            "That is Celsius": lambda: 30,
            "54 is 30 x 9/5": lambda: 30 * 9 / 5,
            "before multiplying": lambda: (30 + 32) * 9 / 5,
            "turns 30 °F into Celsius": lambda: (30 - 32) * 5 / 9,
            "converted once more": lambda: 68 * 9 / 5 + 32,
            "That is a text": lambda: "86 °F",
            "put parentheses () behind it": lambda: lambda: 86,
            "Expected: a number": lambda: True,
        },
        unforeseen=[
            lambda: 32,
            lambda: float("nan"),
            lambda: 1.8,
            lambda: (30, "°C is", 86.0, "°F"),
            lambda: (30, 86),
            lambda: 0,
            lambda: {"fahrenheit": 86},
        ],
    ),
    "film-shapes": Answers(
        right=[
            lambda: shapes(),
            lambda: tuple(shapes()),
            lambda: [list(shape) for shape in shapes()],
            lambda: [films()[2].shape, films()[:, 0].shape, films()[1:4, :, 10].shape, films().mean(axis=(2, 3)).shape],
            lambda: [tf.TensorShape(shape) for shape in shapes()],
            lambda: [np.array(shape) for shape in shapes()],
            lambda: (tuple(map(float, shape)) for shape in shapes()),
            lambda: {1: (30, 64, 48), 2: (6, 64, 48), 3: (3, 30, 48), 4: (6, 30)}.values(),
        ],
        foreseen={
            "`films[2]`: a whole number removes": lambda: shapes(a=(1, 30, 64, 48)),
            "`films[2]`: the whole number says which": lambda: shapes(a=(2, 30, 64, 48)),
            "`films[2]`: another axis disappears": lambda: shapes(a=(6, 64, 48)),
            "a bare colon takes all": lambda: shapes(b=(30, 64, 48)),
            "a slice leaves out": lambda: shapes(c=(4, 30, 48)),
            "`films[1:4, :, 10]`: another axis": lambda: shapes(c=(3, 30, 64)),
            "`films[:, 0]`: a whole number removes": lambda: shapes(b=(6, 1, 64, 48)),
            "the axes that `axis` names": lambda: shapes(d=(64, 48)),
            "not even a 1": lambda: shapes(d=(6, 30, 1, 1)),
            "axes are counted from 0": lambda: shapes(d=(6, 48)),
            "whole numbers in parentheses": lambda: shapes(b="(6, 64, 48)"),
            "Expected: 4 things": lambda: shapes()[:3],
            "the shape of `films[2]`; found: (30, 48, 64)": lambda: shapes(a=(30, 48, 64)),
        },
        unforeseen=[
            lambda: shapes(d=(6,)),
            lambda: shapes(d=()),
            lambda: list(reversed(shapes())),
            lambda: shapes(c=(3.5, 30, 48)),
            lambda: (30, 64, 48),
            lambda: shapes(d=36),
            lambda: "films",
            lambda: films(),
        ],
    ),
    "images-first": Answers(
        right=[
            lambda: lambda stack: np.moveaxis(stack, -1, 0),
            lambda: lambda stack: np.moveaxis(stack, 2, 0),
            lambda: lambda stack: stack.transpose(2, 0, 1),
            lambda: lambda stack: np.rollaxis(stack, 2),
            lambda: lambda stack: [stack[:, :, i] for i in range(stack.shape[-1])],
            lambda: lambda stack: tf.transpose(stack, (2, 0, 1)),
            lambda: lambda stack: keras.ops.moveaxis(stack, -1, 0),
            lambda: lambda stack: np.einsum("hwn->nhw", stack),
            lambda: lambda stack: stack.astype("float32").transpose(2, 0, 1),
            lambda: images_first_by_loops,
        ],
        foreseen={
            "still shredded": lambda: lambda stack: stack.reshape(stack.shape[-1], *stack.shape[:2]),
            "lies on its side": lambda: lambda stack: stack.T,
            "no axis has moved": lambda: lambda stack: stack,
            "The first axis went to the end": lambda: lambda stack: np.moveaxis(stack, 0, -1),
            "do not forget return": lambda: lambda stack: None,
            "takes 1 argument": lambda: lambda stack, count: stack,
            "a function; found: ndarray": lambda: np.zeros((5, 28, 28)),
            "It happened in the line": lambda: shape_of_the_lesson,
        },
        unforeseen=[
            lambda: lambda stack: stack[::-1].transpose(2, 0, 1),
            lambda: lambda stack: stack.transpose(2, 0, 1)[::-1],
            lambda: lambda stack: stack.shape,
            lambda: lambda stack: "images",
            lambda: lambda stack: np.zeros((stack.shape[2], *stack.shape[:2])),
        ],
    ),
    "average-of": Answers(
        right=[
            lambda: lambda images, labels, digit: images[labels == digit].mean(axis=0),
            lambda: lambda images, labels, digit: np.mean(images[np.flatnonzero(labels == digit)], 0),
            lambda: average_by_loops,
            lambda: (
                lambda images, labels, digit: tf.reduce_mean(
                    tf.boolean_mask(tf.cast(images, "float32"), labels == digit), axis=0
                )
            ),
            lambda: lambda images, labels, digit: images[labels == digit].sum(axis=0) / (labels == digit).sum(),
            lambda: lambda images, labels, digit: images[labels == digit].mean(axis=0, dtype="float32"),
            lambda: lambda images, labels, digit: np.average(images, axis=0, weights=labels == digit),
            lambda: lambda images, labels, digit: images[labels == digit].mean(axis=0).tolist(),
        ],
        foreseen={
            "not averaged yet": lambda: lambda images, labels, digit: images[labels == digit],
            "into one number": lambda: lambda images, labels, digit: images[labels == digit].mean(),
            "of each image by itself": lambda: lambda images, labels, digit: images[labels == digit].mean(axis=(1, 2)),
            "along another axis": lambda: lambda images, labels, digit: images[labels == digit].mean(axis=1),
            "average of all images": lambda: lambda images, labels, digit: images.mean(axis=0),
            "That is the sum": lambda: lambda images, labels, digit: images[labels == digit].sum(axis=0),
            "only the first such image": lambda: lambda images, labels, digit: images[labels == digit][0],
            "whose label is **not**": lambda: lambda images, labels, digit: images[labels != digit].mean(axis=0),
            "do not forget return": lambda: lambda images, labels, digit: None,
            "takes 3 arguments": lambda: lambda images, labels: images[labels == 3].mean(axis=0),
            "It happened in the line": lambda: average_of_ten_thousand,
        },
        unforeseen=[
            lambda: lambda images, labels, digit: images[labels == 3].mean(axis=0),
            lambda: lambda images, labels, digit: np.median(images[labels == digit], axis=0),
            lambda: lambda images, labels, digit: images[labels == digit].mean(axis=0) / 255,
            lambda: lambda images, labels, digit: images[labels == digit].mean(axis=0).T,
            lambda: lambda images, labels, digit: images[digit],
            lambda: lambda images, labels, digit: "average",
            lambda: lambda images, labels, digit: images[labels == digit].max(axis=0),
        ],
    ),
}
