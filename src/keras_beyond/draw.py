"""A picture of any Keras model, drawn from the model itself.

A box is one call of a layer: its name, its type, its parameters. Under it stands the shape of what leaves it. A layer
that is called more than once has one colour in all its boxes; a frozen layer is grey, hatched, and says so. No system
program is needed: `layout` says where everything goes, Matplotlib draws it.
"""

from collections import Counter
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path
from tensorflow import keras

from keras_beyond.figures import CHARACTER, COLORS, PAGE_WIDTH, TEXT, Picture
from keras_beyond.graph import Box, boxes_of, count_parameters
from keras_beyond.layout import PADDING, SHAPE_ROOM, Layout, lay_down, lay_right

TITLE_ROOM = 0.5  # inches
LAYOUTS = {"down": lay_down, "right": lay_right}
FROZEN = "#E8E8E8"


def draw(model: keras.Model, *, direction: Literal["down", "right"] = "down") -> Picture:
    """Draw a Sequential, functional or subclassed model; as the last line of a cell the picture shows itself.

    `direction` is "down", as high as the model is deep, or "right", which fits a slide and a laptop's screen: columns that
    are together wider than a page (840 pixels) go on in a new band below, and the letters keep their 14 pixels. "down" has
    no such bands, and makes everything smaller where many branches are wider than the page.

    A Sequential that is not built yet shows its layers without shapes. A subclassed model shows its layers side by side
    (under each other with "right"), since Keras does not know its graph, and says so. Of more than 40 boxes the middle is
    folded into one. Raises TypeError for anything that is not a Keras model, ValueError for another direction.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"draw: expected a Keras model, found {type(model).__name__}")
    if direction not in list(LAYOUTS):  # a list, so that what has no hash gets the same answer
        raise ValueError(f"draw: direction: expected {' or '.join(map(repr, LAYOUTS))}, found {direction!r}")
    boxes, remark = boxes_of(model)
    total, training = count_parameters(model)
    title = f"{model.name}: {total:,} parameters" + (f", {training:,} trainable" if training < total else "")
    layout = LAYOUTS[direction](boxes)
    return Picture(_figure(boxes, layout, f"{model.name}: {remark}" if remark else title), colors=32)


def _figure(boxes: list[Box], layout: Layout, title: str) -> Figure:
    """Draw boxes and arrows at their places, under the title; units are inches until the page's width is reached."""
    width = max(layout.width, 1.1 * CHARACTER * len(title)) + 2 * PADDING
    height = layout.height + TITLE_ROOM
    scale = min(1.0, PAGE_WIDTH / width)
    figure = Figure(figsize=(width * scale, height * scale))
    figure.suptitle(title, y=1 - TITLE_ROOM / 2 / height, va="center", fontsize=(TEXT + 1) * scale)
    axes = figure.add_axes(
        (0, 0, 1, 1),
        xlim=(layout.center - width / 2, layout.center + width / 2),
        ylim=(height - TITLE_ROOM, -TITLE_ROOM),
    )
    axes.axis("off")
    for points in layout.arrows:
        _draw_arrow(axes, points)
    calls = Counter(id(box.layer) for box in boxes)
    shared = [layer for layer, count in calls.items() if count > 1]
    for box, top, size in zip(boxes, layout.tops, layout.sizes, strict=True):
        color = COLORS[shared.index(id(box.layer)) % len(COLORS)] if id(box.layer) in shared else None
        _draw_box(axes, box, top, size, color, TEXT * scale)
    return figure


def _draw_arrow(axes: Axes, points: list[tuple[float, float]]) -> None:
    """Draw an arrow from the first point, which a box hides, through the others to the last, the top of another box."""
    axes.add_patch(
        FancyArrowPatch(
            path=Path(points), arrowstyle="-|>", mutation_scale=11, color="#555555", linewidth=1.2, zorder=1
        )
    )


def _draw_box(
    axes: Axes, box: Box, position: tuple[float, float], size: tuple[float, float], color: str | None, fontsize: float
) -> None:
    """Draw a box with its lines in it and the shape that leaves it under it; `color` marks a shared layer."""
    (x, y), (width, height) = position, size
    face = FROZEN if box.frozen else "white"
    outline = FancyBboxPatch((x - width / 2, y), width, height, boxstyle="round,pad=0,rounding_size=0.06", zorder=2)
    outline.set(facecolor=face, edgecolor=color or "#333333", linewidth=3.2 if color else 1.2)
    if box.frozen:
        outline.set(hatch="//", edgecolor=color or "#AAAAAA")
    axes.add_patch(outline)
    text: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": fontsize, "zorder": 3}
    behind: dict[str, Any] = {"edgecolor": "none", "pad": 1.2}
    axes.text(x, y + height / 2, "\n".join(box.lines), linespacing=1.25, bbox={"facecolor": face, **behind}, **text)
    axes.text(x, y + height + SHAPE_ROOM / 2, box.shape, color="#0B4F7A", bbox={"facecolor": "white", **behind}, **text)
