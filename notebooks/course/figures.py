"""Plots: one message each, on white, in colours that a colour-blind reader can tell apart.

Every function returns a `Picture`; as the last line of a cell it shows itself. Text is in English, so that no font is
missing, and 14 pixels high, like the page's.
"""

import io
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from PIL import Image

# Okabe and Ito, "Color Universal Design" (2008): black, orange, sky blue, green, yellow, blue, vermilion, purple.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, YELLOW, BLACK = [
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#F0E442",
    "#000000",
]
COLORS = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, YELLOW, BLACK)
TEN_COLORS = (*COLORS, "#999999", "#882255")  # for the ten digits
PIXELS_PER_INCH = 100  # on the page; the PNG has twice as many, so that it stays sharp on a fine screen
TEXT = 10.1  # points: 14 pixels on the page
PAGE_WIDTH = 8.4  # inches: 840 pixels, the width of a notebook page


class Picture:
    """A Matplotlib figure that shows itself as a sharp and small PNG, reduced to `colors` colours."""

    def __init__(self, figure: Figure, colors: int = 128):
        self.figure = figure
        self.colors = colors

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """The PNG, and the size in pixels at which a page shows it."""
        raw, small = io.BytesIO(), io.BytesIO()
        quick = {"compress_level": 0}  # it is compressed below, with its palette
        self.figure.savefig(raw, format="png", dpi=2 * PIXELS_PER_INCH, facecolor="white", pil_kwargs=quick)
        image = Image.open(raw).convert("RGB")
        # By coverage: a palette by population (the default) gives a small group of points the colour of another.
        image = image.quantize(self.colors, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
        image.save(small, format="png")
        return small.getvalue(), {"width": image.width // 2, "height": image.height // 2}

    def __repr__(self) -> str:
        """What is drawn, in words and a few figures: compared where the data are the same on every machine."""
        return f"<Picture: {'; '.join(filter(None, map(_content, self.figure.axes)))}>"


def _content(axes: Axes) -> str:
    """Title and legend of a plot, where its lines begin and end, its points' number and mean, an image's mean."""
    texts = [axes.get_title(), *(text.get_text() for text in axes.texts[:1])]
    for line in axes.lines[:6]:
        name, ends = line.get_label(), np.asarray(line.get_ydata(), float)[[0, -1]]
        texts.append(f"{'line' if name.startswith('_') else name} {ends[0]:.2g} to {ends[1]:.2g}")
    for points in (group.get_offsets() for group in axes.collections if isinstance(group, PathCollection)):
        texts.append(f"{len(points)} points around " + ", ".join(f"{value:.2g}" for value in points.mean(axis=0)))
    texts += [f"mean {np.mean(image.get_array()):.2g}" for image in axes.images]
    return " | ".join(" ".join(text.split()) for text in texts if text)


def new_figure(
    width: float = 5.6, height: float = 3.4, *, rows: int = 1, columns: int = 1
) -> tuple[Figure, np.ndarray]:
    """An empty figure, `width` by `height` inches (100 pixels on the page each), and its axes (rows, columns)."""
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False)
    for one in axes.flat:
        one.tick_params(labelsize=TEXT)
        one.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _name(axes: Axes, title: str, xlabel: str, ylabel: str) -> None:
    axes.set_title("\n".join(textwrap.wrap(title, 60)), fontsize=TEXT + 1)
    axes.set_xlabel(xlabel, fontsize=TEXT)
    axes.set_ylabel(ylabel, fontsize=TEXT)


def show_images(
    images: np.ndarray, labels: Sequence[object] | None = None, *, columns: int = 10, title: str = ""
) -> Picture:
    """Images (n, 28, 28) or (n, 784), dark ink on white, in rows of `columns`, each with its label above it."""
    images = np.asarray(images)
    images = images.reshape(len(images), 28, 28) if images.ndim == 2 else images
    rows = -(-len(images) // columns)
    size = min(0.84, PAGE_WIDTH / columns)
    line = 0.26 if labels is not None else 0.04  # inches for the labels
    figure, axes = new_figure(columns * size, rows * (size + line) + (0.4 if title else 0), rows=rows, columns=columns)
    for place, one in enumerate(axes.flat):
        one.axis("off")
        if place < len(images):
            one.imshow(images[place], cmap="Greys", interpolation="nearest")
            if labels is not None:
                one.set_title(str(labels[place]), fontsize=TEXT, pad=2)
    if title:
        figure.suptitle(title, fontsize=TEXT + 1)
    return Picture(figure)


def plot_lines(
    lines: Mapping[str, Sequence[float]],
    *,
    title: str,
    xlabel: str,
    ylabel: str,
    x: Sequence[float] | None = None,
    log: bool = False,
) -> Picture:
    """One line for each name in `lines`, over `x` or over 1, 2, 3, ...; `log` makes the y axis logarithmic."""
    figure, axes = new_figure()
    for (name, values), color in zip(lines.items(), COLORS, strict=False):
        places = range(1, len(values) + 1) if x is None else x
        axes[0, 0].plot(places, values, color=color, label=name, marker="o" if len(values) < 30 else None, markersize=4)
    if len(lines) > 1:
        axes[0, 0].legend(fontsize=TEXT, frameon=False)
    if x is None:
        axes[0, 0].xaxis.get_major_locator().set_params(integer=True)
    if log:
        axes[0, 0].set_yscale("log")
    _name(axes[0, 0], title, xlabel, ylabel)
    return Picture(figure)


def plot_points(groups: Mapping[str, np.ndarray], *, title: str, xlabel: str, ylabel: str, size: float = 12) -> Picture:
    """Points in the plane, (n, 2) for each name in `groups`, each group in a colour of its own."""
    figure, axes = new_figure(5.6, 4.4)
    for (name, points), color in zip(groups.items(), TEN_COLORS, strict=False):
        points = np.asarray(points)
        axes[0, 0].scatter(points[:, 0], points[:, 1], s=size, color=color, label=name, alpha=0.8, linewidths=0)
    if len(groups) > 1:
        axes[0, 0].legend(fontsize=TEXT, frameon=False, markerscale=2, loc="center left", bbox_to_anchor=(1, 0.5))
    _name(axes[0, 0], title, xlabel, ylabel)
    return Picture(figure)


def plot_histogram(values: Sequence[float], *, title: str, xlabel: str, ylabel: str, bins: int = 20) -> Picture:
    """How often each value occurs, and a dashed line at the mean."""
    figure, axes = new_figure()
    axes[0, 0].hist(values, bins=bins, color=SKY, edgecolor="white")
    axes[0, 0].axvline(float(np.mean(values)), color=BLACK, linestyle="--")
    _name(axes[0, 0], title, xlabel, ylabel)
    return Picture(figure)
