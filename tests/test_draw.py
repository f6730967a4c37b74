"""Drawn models: what is in a picture, and where; from top to bottom and from left to right."""

import re
from itertools import combinations, pairwise

import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path
from matplotlib.transforms import Bbox
from tensorflow import keras
from tensorflow.keras import layers

import keras_beyond
from keras_beyond.figures import COLORS, PAGE_WIDTH, PIXELS_PER_INCH
from keras_beyond.graph import boxes_of, count_parameters
from keras_beyond.layout import lay_right


def boxes_in(axes: Axes) -> dict[str, Bbox]:
    """The boxes of a drawn model, by the names of their layers (a second call of a layer: with a prime)."""
    patches = [patch for patch in axes.patches if isinstance(patch, FancyBboxPatch)]
    names = [text.get_text().split("\n")[0] for text in axes.texts[::2]]
    boxes: dict[str, Bbox] = {}
    for name, patch in zip(names, patches, strict=True):
        boxes[name + "'" * (name in boxes)] = patch.get_path().get_extents()
    return boxes


def shapes_in(axes: Axes) -> list[Bbox]:
    """Where the shapes under the boxes are written, in the same units as the boxes."""
    renderer = FigureCanvasAgg(axes.figure).get_renderer()
    texts = [text for text in axes.texts[1::2] if text.get_text()]
    corners = [text.get_window_extent(renderer).transformed(axes.transData.inverted()) for text in texts]
    return [Bbox.from_extents(box.xmin, box.ymin, box.xmax, box.ymax) for box in corners]  # y points down


def arrows_of(model: keras.Model) -> list[Path]:
    return [Path(points) for points in lay_right(boxes_of(model)[0]).arrows]


def overlapping(axes: Axes) -> list[tuple[str, str]]:
    boxes = boxes_in(axes)
    return [(one, other) for one, other in combinations(boxes, 2) if boxes[one].overlaps(boxes[other])]


def branched() -> keras.Model:
    x = keras.Input((4,), name="x")
    f = layers.Dense(4, name="f")
    h = f(x)
    return keras.Model(x, layers.add([f(h), layers.Dense(4, name="g")(h), x]), name="branched")


def test_boxes_follow_branches_merges_skips_and_shared_layers() -> None:
    boxes, remark = boxes_of(branched())
    names = [box.lines[0] for box in boxes]
    assert names.count("f") == 2 and remark == ""
    merge = next(box for box in boxes if box.lines[1] == "Add")
    assert sorted(names[source] for source in merge.sources) == ["f", "g", "x"]
    assert all(box.shape == "(None, 4)" for box in boxes)
    assert count_parameters(branched()) == (40, 40)


def test_branches_stand_side_by_side_in_the_order_in_which_they_are_joined() -> None:
    """Also where one is shorter than the others; no box covers another, and a lower box is lower on the page."""
    x = keras.Input((4,), name="x")
    ways = [layers.Dense(4, name="a")(x), layers.Dense(4, name="b_2")(layers.Dense(4, name="b_1")(x))]
    ways += [layers.Dense(4, name="c_2")(layers.Identity(name="c_1")(x)), layers.Dense(4, name="d_1")(x)]
    ways[3] = layers.Dense(4, name="d_3")(layers.Dense(4, name="d_2")(ways[3]))
    axes = keras_beyond.draw(keras.Model(x, layers.concatenate(ways, name="join"))).figure.axes[0]
    at = {text.get_text().split("\n")[0]: text.get_position() for text in axes.texts if "\n" in text.get_text()}
    firsts = [at[name][0] for name in ("a", "b_1", "c_1", "d_1")]
    assert firsts == sorted(firsts) and len({at[name][1] for name in ("a", "b_1", "c_1", "d_1")}) == 1
    assert at["x"][1] < at["a"][1] < at["b_2"][1] < at["d_3"][1] < at["join"][1]
    assert overlapping(axes) == []


def test_shared_layers_have_one_colour_and_frozen_ones_are_hatched() -> None:
    model = branched()
    model.get_layer("g").trainable = False
    patches = [patch for patch in keras_beyond.draw(model).figure.axes[0].patches if hasattr(patch, "get_boxstyle")]
    edges = [patch.get_edgecolor() for patch in patches]
    assert edges.count(to_rgba(COLORS[0])) == 2
    assert [bool(patch.get_hatch()) for patch in patches].count(True) == 1


def subclassed() -> keras.Model:
    class Two(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="two")
            self.one, self.other = layers.Dense(2), layers.Dense(3)

        def call(self, x):
            return self.other(self.one(x))

    return Two()


def deep() -> keras.Model:
    return keras.Sequential([keras.Input((4,)), *(layers.Dense(4) for _ in range(100))], name="deep")


def two_outputs() -> keras.Model:
    x = keras.Input((5, 4))
    return keras.Model(x, layers.LSTM(3, return_state=True)(x), name="states")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (branched, "branched: 40 parameters"),
        (lambda: keras.Sequential([layers.Dense(2)], name="later"), "later: not built yet"),
        (lambda: keras.Sequential(name="empty"), "empty: not built yet"),
        (subclassed, "two: subclassed"),
        (deep, "deep: 2,000 parameters"),
        (two_outputs, "states: 96 parameters"),
    ],
    ids=["branched", "not built", "empty", "subclassed", "a hundred layers", "several outputs of a layer"],
)
def test_any_model_can_be_drawn(make, said: str) -> None:
    picture = keras_beyond.draw(make())
    assert picture.description.startswith(said)
    png, size = picture._repr_png_()
    assert png.startswith(b"\x89PNG") and len(png) < 60_000
    assert size["width"] <= 840 and size["height"] <= 1500


def test_draw_refuses_what_is_no_model() -> None:
    with pytest.raises(TypeError, match="expected a Keras model, found Dense"):
        keras_beyond.draw(layers.Dense(2))


# From left to right


def chain(depth: int) -> keras.Model:
    hidden = [layers.Dense(500, name=f"hidden_{index}") for index in range(1, depth)]
    return keras.Sequential([keras.Input((784,), name="x"), *hidden, layers.Dense(10, name="y")], name=f"chain_{depth}")


def inception() -> keras.Model:
    x = keras.Input((14, 14, 32), name="x")
    a = layers.Conv2D(16, 1, name="a")(x)
    b = layers.Conv2D(16, 3, padding="same", name="b_2")(layers.Conv2D(8, 1, name="b_1")(x))
    c = layers.Conv2D(16, 1, name="c_2")(layers.MaxPooling2D(3, 1, "same", name="c_1")(x))
    return keras.Model(x, layers.concatenate([a, b, c], name="join"), name="inception")


def residual() -> keras.Model:
    x = keras.Input((8, 8, 16), name="x")
    change = layers.Conv2D(16, 3, padding="same", name="change_1")(x)
    change = layers.Conv2D(16, 3, padding="same", name="change_2")(change)
    return keras.Model(x, layers.add([x, change], name="sum"), name="residual")


def two_and_two() -> keras.Model:
    photo, facts = keras.Input((28, 28), name="photo"), keras.Input((5,), name="facts")
    read = layers.Dense(64, name="read")(layers.Flatten(name="flat")(photo))
    both = layers.concatenate([read, facts], name="both")
    digit, odd = layers.Dense(10, name="digit")(both), layers.Dense(1, name="odd")(both)
    return keras.Model([photo, facts], [digit, odd], name="two_and_two")


def u_net() -> keras.Model:
    """The network of lesson 04."""

    def step(kind: type[layers.Layer], filters: int, name: str, strides: int = 1) -> layers.Layer:
        return kind(filters, 3, strides, "same", activation="relu", name=name)

    x = keras.Input((28, 28, 1), name="x")
    down_1 = step(layers.Conv2D, 8, "down_1")(x)
    down_2 = step(layers.Conv2D, 16, "down_2", 2)(down_1)
    bottom = step(layers.Conv2D, 32, "bottom", 2)(down_2)
    join_2 = layers.concatenate([down_2, step(layers.Conv2DTranspose, 16, "up_2", 2)(bottom)], name="join_2")
    join_1 = layers.concatenate([down_1, step(layers.Conv2DTranspose, 8, "up_1", 2)(join_2)], name="join_1")
    return keras.Model(x, step(layers.Conv2D, 1, "y")(join_1), name="u_net")


def densely_joined() -> keras.Model:
    """Each layer reads all before it, so that several arrows go on from one band to the next."""
    tensors = [keras.Input((8, 8, 4), name="x")]
    for index in range(3):
        read = layers.concatenate(tensors, name=f"join_{index}") if index else tensors[0]
        tensors.append(layers.Conv2D(4, 3, padding="same", name=f"conv_{index}")(read))
    return keras.Model(tensors[0], layers.concatenate(tensors, name="join"), name="densely_joined")


MODELS = {
    **{f"chain of {depth}": lambda depth=depth: chain(depth) for depth in (2, 4, 5, 8)},
    "a hundred layers": deep,
    "shared": branched,
    "branches": inception,
    "residual": residual,
    "two inputs, two outputs": two_and_two,
    "U-Net": u_net,
    "densely joined": densely_joined,
    "several outputs of a layer": two_outputs,
    "subclassed": subclassed,
    "empty": lambda: keras.Sequential(name="empty"),
}  # fmt: skip


@pytest.fixture(scope="module", params=MODELS.values(), ids=MODELS)
def model(request: pytest.FixtureRequest) -> keras.Model:
    return request.param()


@pytest.fixture(scope="module")
def axes(model: keras.Model) -> Axes:
    return keras_beyond.draw(model, direction="right").figure.axes[0]


def test_what_is_drawn_to_the_right_fits_a_slide_and_can_be_read(model: keras.Model) -> None:
    picture = keras_beyond.draw(model, direction="right")
    _, size = picture._repr_png_()
    assert size["width"] <= PAGE_WIDTH * PIXELS_PER_INCH and size["height"] <= 660
    assert picture._smallest_text >= 14
    assert picture.description == keras_beyond.draw(model).description


def test_nothing_covers_a_box_or_its_shape(model: keras.Model, axes: Axes) -> None:
    boxes, shapes = boxes_in(axes), shapes_in(axes)
    assert overlapping(axes) == []
    assert not any(one.overlaps(other) for one, other in combinations([*boxes.values(), *shapes], 2))
    for path in arrows_of(model):
        for name, box in boxes.items():
            assert not path.intersects_bbox(box.padded(-0.01), filled=False), name
        assert not any(path.intersects_bbox(shape, filled=False) for shape in shapes)
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    for box in [*boxes.values(), *shapes, *(path.get_extents() for path in arrows_of(model))]:
        assert left < box.x0 <= box.x1 < right and high < box.y0 <= box.y1 < low


def test_arrows_go_from_the_right_side_of_a_box_to_the_left_side_of_another(model: keras.Model, axes: Axes) -> None:
    boxes = list(boxes_in(axes).values())
    calls, _ = boxes_of(model)
    edges = [(source, index) for index, call in enumerate(calls) for source in call.sources]
    assert len(edges) == sum(isinstance(patch, FancyArrowPatch) for patch in axes.patches)
    for path, (source, target) in zip(arrows_of(model), edges, strict=True):
        start, *_, before, end = path.vertices.tolist()
        middle, other = ((box.y0 + box.y1) / 2 for box in (boxes[source], boxes[target]))
        assert start == pytest.approx([boxes[source].x1, middle])
        assert end == pytest.approx([boxes[target].x0, other])
        assert before[0] < end[0] and before[1] == pytest.approx(end[1])


def test_the_order_of_computation_reads_like_a_text(model: keras.Model, axes: Axes) -> None:
    """A box stands to the right of those that it reads, or in a lower band; in a band nothing else leads back."""
    boxes = list(boxes_in(axes).values())
    for path in arrows_of(model):
        for (x, y), (next_x, next_y) in pairwise(path.vertices.tolist()):
            assert next_x >= x or (next_y == y and not any(box.y0 <= y <= box.y1 for box in boxes))
    for index, call in enumerate(boxes_of(model)[0]):
        for source in call.sources:
            assert boxes[source].x1 < boxes[index].x0 or boxes[source].y1 < boxes[index].y0


def test_a_short_chain_is_one_row_and_a_long_one_goes_on_below() -> None:
    def rows(model: keras.Model) -> list[int]:
        tops = [
            round(box.y0, 6) for box in boxes_in(keras_beyond.draw(model, direction="right").figure.axes[0]).values()
        ]
        return [tops.count(top) for top in sorted(set(tops))]

    assert [rows(chain(depth)) for depth in (2, 4, 5, 6, 8)] == [[3], [5], [3, 3], [4, 3], [3, 3, 3]]


@pytest.mark.parametrize("wrong", ["left", "", None, ["right"]])
def test_draw_refuses_another_direction(wrong: object) -> None:
    with pytest.raises(
        ValueError, match=f"^draw: direction: expected 'down' or 'right', found {re.escape(repr(wrong))}$"
    ):
        keras_beyond.draw(chain(2), direction=wrong)
