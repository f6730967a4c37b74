"""Check of lesson 00."""

from keras_beyond.exercises.checking import exercise_number
from keras_beyond.exercises.reading import number

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
