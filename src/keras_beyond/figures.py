"""Plots: one message each, on white, in colours that a colour-blind reader can tell apart.

Every function returns a `Picture`; as the last line of a cell it shows itself. Text is in English, so that no font is
missing, and 14 pixels high, like the page's.
"""

import io
import re
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.category import StrCategoryFormatter
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter
from PIL import Image
from PIL.PngImagePlugin import PngInfo

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
TEN_COLORS = (*COLORS, "#332288", "#661100")  # indigo and brown besides, for the ten digits
PIXELS_PER_INCH = 100  # on the page; the PNG has twice as many, so that it stays sharp on a fine screen
TEXT = 10.1  # points: 14 pixels on the page
CHARACTER = 0.085  # inches: the width of a character, generously
PAGE_WIDTH = 8.4  # inches: 840 pixels, the width of a notebook page
NAMES = (FixedFormatter, StrCategoryFormatter)  # what writes words instead of numbers along an axis
UNLABELLED = "without a label"


class Picture:
    """A Matplotlib figure that shows itself as a sharp and small PNG, reduced to `colors` colours.

    The PNG carries, as its texts "Description" and "Smallest text", what it shows in words and how small its letters are.
    """

    def __init__(self, figure: Figure, colors: int = 256):
        self.figure = figure
        self.colors = colors

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """Return the PNG, and the size in pixels at which a page shows it."""
        pixels, png = io.BytesIO(), io.BytesIO()
        # As a PNG, which says itself how many pixels it has: Matplotlib rounds 1531.9999 its own way.
        self.figure.savefig(
            pixels, format="png", dpi=2 * PIXELS_PER_INCH, facecolor="white", pil_kwargs={"compress_level": 0}
        )
        image = Image.open(pixels).convert("RGB")
        width, height = image.size
        # By coverage: a palette by population (the default) gives a small group of points the colour of another.
        image = image.quantize(self.colors, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        texts = PngInfo()
        texts.add_text("Description", self.description)
        texts.add_text("Smallest text", f"{self._smallest_text:.0f} px")
        image.save(png, format="png", pnginfo=texts)
        return png.getvalue(), {"width": width // 2, "height": height // 2}

    def __repr__(self) -> str:
        return f"<Picture: {self.description}>"

    @property
    def description(self) -> str:
        """Return the title of the figure, and what each of its axes shows; compared where it is the same on every machine."""
        parts = [self.figure.get_suptitle(), *(_describe(axes) for axes in self.figure.axes)]
        return "; ".join(part for part in parts if part) or "no title"

    @property
    def _smallest_text(self) -> float:
        """Return the height of the smallest letters, in pixels on the page."""
        texts = [text for text in self.figure.findobj(Text) if isinstance(text, Text)]
        sizes = (float(text.get_fontsize()) for text in texts if text.get_visible() and text.get_text())
        return min(sizes, default=TEXT) * PIXELS_PER_INCH / 72


def _describe(axes: Axes) -> str:
    """Describe title, labels and data of some axes, in words and a few figures."""
    parts = [axes.get_title().replace("\n", " "), _labels(axes)]
    for line in axes.lines[:6]:
        name, ends = str(line.get_label()), np.asarray(line.get_ydata(), float)[[0, -1]]
        parts.append(f"| {'line' if name.startswith('_') else name} {ends[0]:.2g} to {ends[1]:.2g}")
    for points in (np.asarray(group.get_offsets()) for group in axes.collections if isinstance(group, PathCollection)):
        parts.append(f"| {len(points)} points around " + ", ".join(f"{value:.2g}" for value in points.mean(axis=0)))
    parts += [f"| mean {np.mean(np.asarray(image.get_array())):.2g}" for image in axes.images]
    return " ".join(part for part in parts if part).removeprefix("| ")


def _labels(axes: Axes) -> str:
    """Return in brackets the labels of x and y, where there are labels or numbers to be labelled."""
    labels = []
    for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
        numbers = len(axis.get_ticklocs()) and not isinstance(axis.get_major_formatter(), NAMES)
        if axis.get_label_text() or numbers:
            labels.append(f"{axis.axis_name}: {axis.get_label_text() or UNLABELLED}")
    return f"({', '.join(labels)})" if labels else ""


def new_figure(
    width: float = 5.6, height: float = 3.4, *, rows: int = 1, columns: int = 1
) -> tuple[Figure, np.ndarray]:
    """Return an empty figure, `width` by `height` inches (100 pixels on the page each), and its axes (rows, columns)."""
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False)
    for panel in axes.flat:
        panel.tick_params(labelsize=TEXT)
        panel.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _name(axes: Axes, title: str, xlabel: str, ylabel: str) -> None:
    for role, text in (("title", title), ("xlabel", xlabel), ("ylabel", ylabel)):
        if not text.strip():
            raise ValueError(f"expected a {role}, found {text!r}")
    axes.set_title("\n".join(textwrap.wrap(title, 60)), fontsize=TEXT + 1)
    axes.set_xlabel(xlabel, fontsize=TEXT)
    axes.set_ylabel(ylabel, fontsize=TEXT)


def _check_unit(label: str, data: Sequence[float] | np.ndarray) -> None:
    """Raise ValueError where values cannot be what the label of their axis says: per cent, a share, an epoch.

    A per cent lies between 0 and 100, and is no share written as one; a probability, a share or an accuracy without "%"
    lies between 0 and 1; epochs are whole numbers from 1.
    """
    values = np.asarray(data, float)
    values = values[np.isfinite(values)]  # a training that diverged may be looked at
    if not len(values):
        return
    lowest, highest = np.min(values), np.max(values)
    if re.search(r"%|\bper ?cent\b", label):
        if not (lowest >= 0 and 1 < highest <= 100):
            raise ValueError(f"{label}: expected values from 0 to 100, found {lowest:.3g} to {highest:.3g}")
    elif re.search(r"\b(probability|share|accuracy)\b", label):
        if not 0 <= lowest <= highest <= 1:
            raise ValueError(f"{label}: expected values from 0 to 1, found {lowest:.3g} to {highest:.3g}")
    elif re.fullmatch(r"epochs?", label) and not (lowest >= 1 and np.all(values == np.round(values))):
        raise ValueError(f"{label}: expected whole numbers from 1, found {lowest:.3g} to {highest:.3g}")


def _check_groups(groups: Mapping[str, object], colors: Sequence[str]) -> None:
    """Raise ValueError where a legend could not tell the groups apart."""
    if not 1 <= len(groups) <= len(colors):
        raise ValueError(f"expected 1 to {len(colors)} groups, one for each colour, found {len(groups)}")
    for name in groups:
        if len(groups) > 1 and (not str(name).strip() or str(name).startswith("_")):  # Matplotlib leaves "_..." out
            raise ValueError(f"expected a name for the legend, found {name!r}")


def show_images(
    images: np.ndarray, labels: Sequence[object] | None = None, *, columns: int = 10, title: str = ""
) -> Picture:
    """Show images (n, 28, 28) or (n, 784), dark ink on white, in rows of `columns`, each with its label above it.

    A label wider than its image, the name of a row for instance, begins at the left edge of the image. Raises ValueError
    unless there is a label for each image.
    """
    images = np.asarray(images)
    images = images.reshape(len(images), 28, 28) if images.ndim == 2 else images
    if labels is not None and len(labels) != len(images):
        raise ValueError(f"show_images: expected a label for each of {len(images)} images, found {len(labels)}")
    rows = -(-len(images) // columns)
    size = min(0.84, PAGE_WIDTH / columns)
    line = 0.26 if labels is not None else 0.04  # inches for the labels
    figure, axes = new_figure(columns * size, rows * (size + line) + (0.4 if title else 0), rows=rows, columns=columns)
    for index, panel in enumerate(axes.flat):
        panel.set(xticks=[], yticks=[])  # none to lay out: half the time of the drawing
        panel.axis("off")
        if index < len(images):
            panel.imshow(images[index], cmap="Greys", interpolation="nearest")
            if labels is not None:
                long = {"x": 0, "ha": "left"} if len(str(labels[index])) * CHARACTER > size else {}
                panel.set_title(str(labels[index]), fontsize=TEXT, pad=2, **long)
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
    """Plot one line for each name in `lines`, over `x` or over 1, 2, 3, ...; `log` makes the y axis logarithmic.

    A constant is drawn as a dashed level. Raises ValueError for values that cannot be what their label says (a share, per
    cent, an epoch), that a logarithmic axis cannot show, or that the legend could not tell apart.
    """
    _check_groups(lines, COLORS)
    figure, axes = new_figure()
    for (name, values), color in zip(lines.items(), COLORS, strict=False):
        positions = range(1, len(values) + 1) if x is None else x
        _check_unit(xlabel, positions)
        _check_unit(ylabel, values)
        if log and np.min(values) <= 0:
            raise ValueError(f"{name}: expected values above 0 for a logarithmic axis, found {np.min(values):.3g}")
        if len(values) > 1 and np.ptp(values) == 0:  # a level to compare with, over the other lines
            look = {"linestyle": "--", "zorder": 3}
        else:
            look = {"marker": "o" if len(values) < 30 else None, "markersize": 4}
        axes[0, 0].plot(positions, values, color=color, label=name, **look)
    if len(lines) > 1:
        axes[0, 0].legend(fontsize=TEXT, frameon=False)
    if x is None:
        axes[0, 0].xaxis.get_major_locator().set_params(integer=True)
    if log:
        axes[0, 0].set_yscale("log")
    _name(axes[0, 0], title, xlabel, ylabel)
    return Picture(figure)


def plot_points(groups: Mapping[str, np.ndarray], *, title: str, xlabel: str, ylabel: str, size: float = 12) -> Picture:
    """Plot points in the plane, (n, 2) for each name in `groups`, each group in a colour of its own.

    Raises ValueError for values that cannot be what their label says, or that the legend could not tell apart.
    """
    _check_groups(groups, TEN_COLORS)
    figure, axes = new_figure(5.6, 4.4)
    for (name, points), color in zip(groups.items(), TEN_COLORS, strict=False):
        points = np.asarray(points)
        _check_unit(xlabel, points[:, 0])
        _check_unit(ylabel, points[:, 1])
        axes[0, 0].scatter(points[:, 0], points[:, 1], s=size, color=color, label=name, alpha=0.8, linewidths=0)
    if len(groups) > 1:
        axes[0, 0].legend(fontsize=TEXT, frameon=False, markerscale=2, loc="center left", bbox_to_anchor=(1, 0.5))
    _name(axes[0, 0], title, xlabel, ylabel)
    return Picture(figure)


def plot_classes(panels: Mapping[str, np.ndarray], classes: np.ndarray, *, xlabel: str, ylabel: str) -> Picture:
    """Plot the same examples in several planes side by side: points (n, 2) for each title in `panels`.

    `classes` (n,) has the class of each example, from 0 to 9. A class has a colour, and its number stands at its mean.
    Raises ValueError unless there is a class for each point.
    """
    figure, axes = new_figure(PAGE_WIDTH, 3.4, columns=len(panels))
    for (title, points), panel in zip(panels.items(), axes[0], strict=True):
        if len(points) != len(classes):
            raise ValueError(f"{title}: expected a class for each of {len(points)} points, found {len(classes)}")
        _name(panel, title, xlabel, ylabel)
        panel.set(xticks=[], yticks=[])
        for number in np.unique(classes):
            group = np.asarray(points)[classes == number]
            panel.scatter(*group.T, s=4, color=TEN_COLORS[number], alpha=0.5, linewidths=0, label=str(number))
            halo = [withStroke(linewidth=3, foreground="white")]
            panel.text(*group.mean(axis=0), str(number), fontsize=TEXT + 2, weight="bold", path_effects=halo)
            panel.texts[-1].set(ha="center", va="center")
    for panel in axes[0, 1:]:
        panel.set_ylabel("")
    return Picture(figure)


def plot_histogram(values: Sequence[float], *, title: str, xlabel: str, ylabel: str, bins: int = 20) -> Picture:
    """Plot how often each value occurs, and a dashed line at the mean. Raises ValueError for values that are not what `xlabel` says."""
    _check_unit(xlabel, values)
    figure, axes = new_figure()
    axes[0, 0].hist(values, bins=bins, color=SKY, edgecolor="white")
    axes[0, 0].axvline(float(np.mean(values)), color=BLACK, linestyle="--")
    _name(axes[0, 0], title, xlabel, ylabel)
    return Picture(figure)
