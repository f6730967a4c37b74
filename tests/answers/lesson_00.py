"""Answers to the exercise of lesson 00."""

import decimal
import fractions

import numpy as np
from tensorflow import keras

from answers import Answers

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
        ],
        foreseen={
            "68 °F is 20 °C": lambda: 68.0,
            "30 is Celsius": lambda: 30,
            "That is a text": lambda: "86",
            "Expected: a number": lambda: True,
        },
        unforeseen=[lambda: 32, lambda: float("nan"), lambda: 1.8],
    ),
}
