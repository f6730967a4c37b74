"""A picture of any Keras model, drawn from the model itself.

A box is one call of a layer: its name, its type, its parameters. Under it stands the shape of what leaves it. A layer
that is called more than once has one colour in all its boxes; a frozen layer is grey, hatched, and says so. No system
program is needed: igraph lays the graph out (Sugiyama, Tagawa and Toda, 1981), Matplotlib draws it.
"""

from collections import Counter
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path
from tensorflow import keras

from keras_beyond.figures import CHARACTER, COLORS, PAGE_WIDTH, TEXT, Picture
from keras_beyond.graph import Box, boxes_of, count_parameters

LINE, PADDING = 0.19, 0.08  # inches: a line of text, the room round it
SHAPE_ROOM, GAP_X, GAP_Y = 0.28, 0.3, 0.2  # inches: for the shape under a box, between boxes, between rows
TITLE_ROOM = 0.5
FROZEN = "#E8E8E8"


def draw(model: keras.Model) -> Picture:
    """Draw a Sequential, functional or subclassed model; as the last line of a cell the picture shows itself.

    A Sequential that is not built yet shows its layers without shapes. A subclassed model shows its layers side by side,
    since Keras does not know its graph, and says so. Of more than 40 boxes the middle is folded into one. Raises
    TypeError for anything that is not a Keras model.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"draw: expected a Keras model, found {type(model).__name__}")
    boxes, remark = boxes_of(model)
    total, training = count_parameters(model)
    title = f"{model.name}: {total:,} parameters" + (f", {training:,} trainable" if training < total else "")
    return Picture(_figure(boxes, f"{model.name}: {remark}" if remark else title), colors=32)


def _figure(boxes: list[Box], title: str) -> Figure:
    """Lay the boxes out from top to bottom; y points down, units are inches until the page's width is reached."""
    import igraph  # only when a model is drawn

    box_width = 2 * PADDING + CHARACTER * max(
        (len(text) for box in boxes for text in [*box.lines, box.shape]), default=0
    )
    edges = [(source, index) for index, box in enumerate(boxes) for source in box.sources]
    rows: list[int] = []
    for box in boxes:
        rows.append(1 + max((rows[source] for source in box.sources), default=-1))
    tops, bottoms = _heights(boxes, rows)
    layout = igraph.Graph(len(boxes), edges, directed=True).layout_sugiyama(layers=rows, hgap=box_width + GAP_X)
    positions = [(x, tops[row]) for (x, _), row in zip(layout.coords, rows, strict=True)]
    bends = [[(x, round(row)) for x, row in points] for points in layout.edge_routing]
    xs = [x for x, _ in [*positions, *(point for points in bends for point in points)]] or [0]
    center = (min(xs) + max(xs)) / 2
    width = max(max(xs) - min(xs) + box_width, 1.1 * CHARACTER * len(title)) + 2 * PADDING
    height = max(bottoms, default=0) + SHAPE_ROOM + TITLE_ROOM
    scale = min(1.0, PAGE_WIDTH / width)
    figure = Figure(figsize=(width * scale, height * scale))
    figure.suptitle(title, y=1 - TITLE_ROOM / 2 / height, va="center", fontsize=(TEXT + 1) * scale)
    axes = figure.add_axes(
        (0, 0, 1, 1), xlim=(center - width / 2, center + width / 2), ylim=(height - TITLE_ROOM, -TITLE_ROOM)
    )
    axes.axis("off")
    for (source, target), points in zip(edges, bends, strict=True):
        x, row = positions[source][0], rows[source]
        way = [point for x, row in [(x, row), *points] for point in ((x, tops[row]), (x, bottoms[row] + SHAPE_ROOM))]
        _draw_arrow(axes, [*way, positions[target]])
    calls = Counter(id(box.layer) for box in boxes)
    shared = [layer for layer, count in calls.items() if count > 1]
    for box, position, row in zip(boxes, positions, rows, strict=True):
        color = COLORS[shared.index(id(box.layer)) % len(COLORS)] if id(box.layer) in shared else None
        _draw_box(axes, box, position, (box_width, bottoms[row] - tops[row]), color, TEXT * scale)
    return figure


def _heights(boxes: list[Box], rows: list[int]) -> tuple[list[float], list[float]]:
    """Return where the boxes of each row begin and end; a row is as high as the box with the most lines in it."""
    tops, bottoms, top = [], [], 0.0
    for row in range(max(rows, default=-1) + 1):
        lines = max(len(box.lines) for box, mine in zip(boxes, rows, strict=True) if mine == row)
        tops.append(top)
        bottoms.append(top + 2 * PADDING + LINE * lines)
        top = bottoms[-1] + SHAPE_ROOM + GAP_Y
    return tops, bottoms


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
