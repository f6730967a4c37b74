"""Answers to the exercise of lesson 00."""

import decimal
import fractions

import numpy as np
import tensorflow as tf
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
}
