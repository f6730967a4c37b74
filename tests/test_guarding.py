"""What guards may ask: each helper says yes to what is right, and no to the fault that it is there for."""

import numpy as np
import pytest
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond import explore, plot_lines, plot_points, show_images, widgets
from keras_beyond.figures import BLUE, ORANGE, Picture, new_figure
from keras_beyond.guarding import disjoint, image, inside, last_activation, line, points, same_start, try_view

NAMES = {"title": "Title", "xlabel": "epoch", "ylabel": "loss (nats)"}


def test_a_line_is_read_from_its_figure() -> None:
    picture = plot_lines({"training": [3, 1], "validation": [4, 2]}, **NAMES)
    assert line(picture, "validation").tolist() == [[1, 4], [2, 2]]
    with pytest.raises(ValueError, match=r"one line labelled 'test', found \['training', 'validation'\]"):
        line(picture, "test")


def test_points_are_read_by_label_and_by_colour() -> None:
    picture = plot_points({"a": np.array([[1, 2]]), "b": np.array([[3, 4]])}, title="T", xlabel="x", ylabel="y")
    assert points(picture, "b").tolist() == points(picture, ORANGE).tolist() == [[3, 4]]
    assert points(picture, BLUE).tolist() == [[1, 2]]
    with pytest.raises(ValueError, match="labelled or coloured 'c'"):
        points(picture, "c")


def test_an_image_is_read_by_its_number() -> None:
    picture = show_images(np.arange(3 * 784).reshape(3, 784), columns=2)
    assert image(picture, 1)[0, 0] == 784
    with pytest.raises(IndexError):
        image(picture, 3)


def test_what_lies_outside_the_axes_is_noticed() -> None:
    picture = plot_points({"a": np.array([[1, 2], [3, 4]])}, title="T", xlabel="x", ylabel="y")
    assert inside(picture)
    picture.figure.axes[0].set(xlim=(0, 2))
    assert not inside(picture)
    picture.figure.axes[0].set(xlim=(4, 0))  # turned round
    picture.figure.axes[0].axvline(9)
    assert inside(picture)


def network(units: int = 3, last: str | None = "softmax") -> keras.Sequential:
    return keras.Sequential([keras.Input((2,)), layers.Dense(units, activation=last)])


def test_models_that_start_from_other_weights_are_noticed() -> None:
    model = network()
    twin = keras.models.clone_model(model)
    assert not same_start(model, twin) and not same_start(model, network(4))
    assert not same_start(model, keras.Sequential([keras.Input((2,)), *model.layers, layers.Dense(2)]))
    twin.set_weights(model.get_weights())
    assert same_start(model, twin)
    with pytest.raises(ValueError, match="not built yet"):
        same_start(model, keras.Sequential([layers.Dense(2)]))


def test_rows_that_are_in_both_are_noticed() -> None:
    images = np.arange(40).reshape(10, 2, 2)
    assert disjoint(images[:5], images[5:]) and disjoint(np.arange(3), np.arange(3, 9))
    assert not disjoint(images[:6], images[5:])
    with pytest.raises(ValueError, match="expected rows alike"):
        disjoint(images[:5], images[:5] / 255)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (network(), "softmax"),
        (network(last=None), "linear"),
        (keras.Sequential([network(last=None), layers.Activation("sigmoid")]), "sigmoid"),
        (keras.Sequential([keras.Input((2,)), network(last="tanh")]), "tanh"),
        (keras.Sequential([network(), layers.Flatten()]), "linear"),
    ],
)
def test_the_last_activation_is_named(model: keras.Model, name: str) -> None:
    assert last_activation(model) == name


def row(index: int) -> Picture:
    figure, axes = new_figure()
    axes[0, 0].plot([0, index + 3])
    axes[0, 0].set_title(f"row {index}")
    return Picture(figure)


def off_by_one(index: int) -> Picture:
    picture = row(index)
    picture.figure.axes[0].set_title(f"row {index + 1}")
    return picture


def stuck(index: int) -> Picture:
    return row(0)


def silent(index: int) -> Picture:
    picture = row(index)
    picture.figure.axes[0].set_title("a row")
    return picture


def rounded(share: float) -> None:
    print(f"share {share:.1f}, twice {2 * share:.2f}")


def menu(kind: str, units: int) -> str:
    return {"Dense": f"Dense, u = {units}", "Conv2D, kernel 3": f"Conv2D with {units}"}[kind]


def wrong_menu(kind: str, units: int) -> str:
    return menu({"Dense": "Conv2D, kernel 3", "Conv2D, kernel 3": "Dense"}[kind], units)


def view(function, **choices) -> None:
    widgets.last_view = widgets.View(function, {name: list(choice) for name, choice in choices.items()})


def test_views_that_say_what_they_show_pass() -> None:
    view(row, index=(0, 40))
    try_view()
    view(rounded, share=(0.1, 0.9))
    try_view()
    view(menu, kind=["Dense", "Conv2D, kernel 3"], units=(1, 64))
    try_view()
    view(silent, index=(0, 40))
    try_view(unstated=["index"])


def test_a_view_that_says_or_shows_something_else_is_noticed() -> None:
    for function, message in [
        (off_by_one, "contains the value of index"),
        (stuck, "the same for two values of index"),
        (silent, "contains the value of index"),
    ]:
        view(function, index=(0, 40))
        with pytest.raises(AssertionError, match=message):
            try_view()
    view(wrong_menu, kind=["Dense", "Conv2D, kernel 3"], units=(1, 64))
    with pytest.raises(AssertionError, match="the value of kind"):
        try_view()
    view(row, index=(0, 40))
    with pytest.raises(AssertionError, match="expected controls of row, found other"):
        try_view(unstated=["other"])


def test_a_view_that_fails_at_an_end_is_noticed() -> None:
    view(lambda index: print([10, 11][index]), index=(0, 2))
    with pytest.raises(IndexError):
        try_view(unstated=["index"])


def test_explore_leaves_its_view_to_the_guard(capsys) -> None:
    explore(rounded, share=(0.1, 0.9))
    assert widgets.last_view.values == {"share": [0.1, 0.9]} and widgets.last_view.function is rounded
    try_view()


def test_trying_a_view_leaves_no_trace() -> None:
    model = network()
    before = model.get_weights()

    def retrain(steps: int) -> None:
        model.set_weights([weight + steps + 1 for weight in model.get_weights()])
        print(f"{steps} steps, {np.random.random()}")

    np.random.seed(1)
    expected = np.random.random()
    np.random.seed(1)
    view(retrain, steps=(0, 5))
    try_view()
    assert np.random.random() == expected
    assert all(np.array_equal(mine, old) for mine, old in zip(model.get_weights(), before, strict=True))
