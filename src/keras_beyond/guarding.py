"""Ask what a guard has to know, in one line each: what a figure shows, whether a comparison is fair, what a view does.

Guards run in the learner's kernel but are never published, so no lesson's own cells need this module.
"""

import contextlib
import io
import random
import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.text import Text
from tensorflow import keras

from keras_beyond import widgets
from keras_beyond.exercises.state import unchanged
from keras_beyond.figures import Picture

NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?![\w.]*\d)")


@contextlib.contextmanager
def random_state_kept() -> Iterator[None]:
    """Leave Python's and NumPy's random state as it was before the block; Keras takes the seeds of new layers from Python's."""
    before = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])


def line(picture: Picture, label: str) -> np.ndarray:
    """Return the points (n, 2) of the line with this label. Raises ValueError where there is not exactly one."""
    lines = {artist: str(artist.get_label()) for axes in picture.figure.axes for artist in axes.lines}
    matches = [artist for artist, name in lines.items() if name == label]
    if len(matches) != 1:
        raise ValueError(f"line: expected one line labelled {label!r}, found {sorted(lines.values())}")
    return np.asarray(matches[0].get_xydata())


def points(picture: Picture, label_or_color: str) -> np.ndarray:
    """Return the points (n, 2) of a group: that with this label, or those in this colour.

    Raises ValueError where there is none.
    """
    groups = [group for axes in picture.figure.axes for group in axes.collections if isinstance(group, PathCollection)]
    matches = [group for group in groups if label_or_color in (group.get_label(), *_colors(group))]
    if not matches:
        labels = sorted(str(group.get_label()) for group in groups)
        raise ValueError(f"points: expected a group labelled or coloured {label_or_color!r}, found {labels}")
    return np.concatenate([np.asarray(group.get_offsets()) for group in matches])


def _colors(group: PathCollection) -> set[str]:
    return {to_hex(color).upper() for color in np.asarray(group.get_facecolor())}


def image(picture: Picture, index: int) -> np.ndarray:
    """Return the array of an image of a figure, counted from 0 in the order of its axes. Raises IndexError beyond the last."""
    return np.asarray([artist for axes in picture.figure.axes for artist in axes.images][index].get_array())


def _texts(picture: Picture, without: set[Text]) -> list[str]:
    artists = [artist for artist in picture.figure.findobj(Text) if isinstance(artist, Text) and artist.get_visible()]
    return [artist.get_text() for artist in artists if artist.get_text() and artist not in without]


def inside(picture: Picture) -> bool:
    """Return whether every point and line of a figure lies within the limits of its axes."""
    return all(_within(axes, data) for axes in picture.figure.axes for data in _data(axes))


def _data(axes: Axes) -> Iterator[np.ndarray]:
    in_data = (
        artist for artist in axes.lines if artist.get_transform() == axes.transData
    )  # neither axhline nor axvline
    yield from (np.asarray(artist.get_xydata()) for artist in in_data)
    yield from (np.asarray(group.get_offsets()) for group in axes.collections if isinstance(group, PathCollection))


def _within(axes: Axes, data: np.ndarray) -> bool:
    lowest, highest = np.sort([axes.get_xlim(), axes.get_ylim()], axis=1).T
    return bool(np.all((lowest <= data) & (data <= highest)))


def same_start(model: keras.Model, other: keras.Model) -> bool:
    """Return whether two models have equal weights, as before a fair comparison of trainings.

    Raises ValueError for a model that has none yet.
    """
    if not (model.weights and other.weights):
        raise ValueError("same_start: expected models with weights, found one that is not built yet")
    pairs = zip(model.get_weights(), other.get_weights(), strict=False)
    return len(model.weights) == len(other.weights) and all(np.array_equal(mine, theirs) for mine, theirs in pairs)


def disjoint(rows: np.ndarray, others: np.ndarray) -> bool:
    """Return whether no row of one array is a row of the other; the rows may be images, vectors or indices."""
    rows, others = (np.ascontiguousarray(array) for array in (rows, others))
    if rows.shape[1:] != others.shape[1:] or rows.dtype != others.dtype:
        raise ValueError(
            f"disjoint: expected rows alike, found {rows.dtype} {rows.shape[1:]} and {others.dtype} {others.shape[1:]}"
        )
    return not {row.tobytes() for row in rows} & {row.tobytes() for row in others}


def last_activation(model: keras.Model) -> str:
    """Return the name of the activation that a model ends with: "softmax", or "linear" where there is none."""
    layer = model.layers[-1]
    if isinstance(layer, keras.Model):
        return last_activation(layer)
    return getattr(getattr(layer, "activation", None), "__name__", "linear")


def try_view(unstated: Sequence[str] = ()) -> None:
    """Call the function of the last `explore` with both ends of each slider and each entry of each menu.

    What it prints or what is written in its figure has to contain the value every time, as rounded there; and what
    contains it once has to contain it every time. No two values may look the same. `unstated` names controls whose value
    stands nowhere in the view; a guard of their own has to say what they do. Raises AssertionError naming control and value.
    """
    view = widgets.last_view
    if view is None:
        raise AssertionError("try_view: expected an explore(...) before it, found none")
    unknown = set(unstated) - set(view.values)
    if unknown:
        raise AssertionError(f"try_view: expected controls of {view.name}, found {', '.join(sorted(unknown))}")
    first = {control: values[0] for control, values in view.values.items()}
    for control, values in view.values.items():
        with _untouched(view.function):
            looks = [_look(view.function, {**first, control: value}) for value in values]
        if len(set(looks)) < len(values):
            raise AssertionError(f"{view.name}: looks the same for two values of {control}: {values}")
        if control not in unstated:
            _check_stated(view, control, [look[:2] for look in looks])


@contextlib.contextmanager
def _untouched(function: Callable[..., object]) -> Iterator[None]:
    """Let the lesson go on after the block as if nobody had touched a control: same objects, same initial weights to come."""
    with random_state_kept(), unchanged(function):
        yield


def _look(function: Callable[..., object], choices: dict[str, object]) -> tuple[str, str, bytes]:
    """Return what a function of a view prints, what is written in its figure (ticks left out), and the figure."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        result = function(**choices)
    if not isinstance(result, Picture):
        return printed.getvalue(), repr(result), b""
    ticks = {label for axes in result.figure.axes for label in (*axes.get_xticklabels(), *axes.get_yticklabels())}
    return printed.getvalue(), "\n".join(_texts(result, ticks)), result._repr_png_()[0]


def _check_stated(view: widgets.View, control: str, texts_of_values: list[tuple[str, str]]) -> None:
    """Raise AssertionError unless the same one of two texts, or both, contains every value of a control."""
    stated = False
    for texts in zip(*texts_of_values, strict=True):
        contains = [_contains(text, value) for text, value in zip(texts, view.values[control], strict=True)]
        stated |= all(contains)
        if any(contains) and not all(contains):
            number = contains.index(False)
            value = view.values[control][number]
            raise AssertionError(f"{view.name}({control}={value!r}): expected {value!r} in {texts[number][:300]!r}")
    if not stated:
        raise AssertionError(f"{view.name}: expected a text that contains the value of {control}, found none")


def _contains(text: str, value: str | float) -> bool:
    """Return whether a text contains a value: the beginning of a menu's entry, or a number as it is rounded there."""
    if isinstance(value, str):
        return value.split(",")[0] in text
    for number in NUMBER.findall(text.replace("\N{MINUS SIGN}", "-")):
        digits = len(number.partition(".")[2])
        if round(float(value), digits) == float(number.replace(",", "")) and (digits or value == round(value)):
            return True
    return False
