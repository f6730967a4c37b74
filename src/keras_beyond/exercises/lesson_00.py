"""Check of lesson 00."""

import math

from keras_beyond.exercises.machinery import exercise, expect, hint
from keras_beyond.exercises.reading import number


@exercise("mended-temperature")
def mended_temperature(answer: object) -> None:
    """30 °C in °F, as the cell prints it once it has been mended."""
    if isinstance(answer, str):
        hint(
            zh="這是一段文字（字串）。不要引號，也不要單位，只留 °F 的數字。",
            en="That is a text (a string). Leave out the quotation marks and the unit: the number of °F alone.",
        )
    fahrenheit = number(answer)
    if fahrenheit == 68:
        hint(
            zh="68 °F 是 20 °C，B 還沒有用 30 重算過。先執行 B，再執行 D，再看一次。",
            en="68 °F is 20 °C: B has not computed with 30 yet. Run B, then D, and look again.",
        )
    if fahrenheit == 30:
        hint(zh="30 是攝氏。要填的是 D 印出來的華氏。", en="30 is Celsius. Put in the Fahrenheit that D prints.")
    expect(
        math.isclose(fahrenheit, 86, abs_tol=0.01),
        zh="執行 B、再執行 D 之後，D 印出的 °F",
        en="the °F that D prints after B and then D have run again",
        found=f"{fahrenheit:g}",
    )
