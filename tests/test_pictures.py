"""The pictures that stand in the notebooks, the look of those to come, and what a reader without eyes is told."""

import re
from base64 import b64decode
from io import BytesIO
from itertools import combinations

import nbformat
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

from keras_beyond.figures import (
    COLORS,
    PAGE_WIDTH,
    PIXELS_PER_INCH,
    TEN_COLORS,
    UNLABELLED,
    Picture,
    new_figure,
    plot_classes,
    plot_histogram,
    plot_lines,
    plot_points,
    show_images,
)
from tools.build import notebook_path
from tools.pages import GALLERY, PICTURES
from tools.source import ROOT, lesson_paths, read_lesson

LESSONS = [read_lesson(path) for path in lesson_paths()]
every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)

# Linear RGB as a reader without red-sensitive, without green-sensitive cones sees it: Machado, Oliveira and Fernandes,
# "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1.0.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}
JUST_DIFFERENT = 2.3  # CIELAB: two colours side by side that can just be told apart (Mahy and others, 1994)


def opened(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png))


def flaws(png: bytes, size: dict[str, int]) -> list[str]:
    """What house style refuses in a picture; it says itself what it shows and how small its letters are."""
    image = opened(png)
    found = []
    if image.mode != "P" or "transparency" in image.info or image.convert("RGB").getpixel((0, 0)) != (255, 255, 255):
        found.append("expected an opaque white background")
    if size["width"] > PAGE_WIDTH * PIXELS_PER_INCH or image.width // 2 != size["width"]:
        found.append(f"expected two pixels for one of the page's, and no more than the page: {size}, {image.size}")
    if not image.text["Description"] or UNLABELLED in image.text["Description"]:
        found.append(f"expected a title or labels on every axis, found {image.text['Description']!r}")
    if int(image.text["Smallest text"].removesuffix(" px")) < 14:
        found.append(f"expected letters of 14 px, as on the page, found {image.text['Smallest text']}")
    return found


@every_lesson
def test_pictures_are_opaque_sharp_labelled_and_no_wider_than_the_page(lesson) -> None:
    for cell in nbformat.read(notebook_path(lesson, "en"), 4).cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                png = b64decode(output.data["image/png"])
                assert flaws(png, output.metadata["image/png"]) == [], cell.id
                assert output.data["text/plain"] == f"<Picture: {opened(png).text['Description']}>", cell.id


@every_lesson
def test_prose_says_what_a_picture_shows(lesson) -> None:
    """Right before it, ending in a colon, or after it, before the next heading and the next picture."""
    said_before, waiting = False, ""
    for cell in nbformat.read(notebook_path(lesson, "en"), 4).cells:
        if cell.cell_type == "markdown":
            assert not waiting or not cell.source.startswith("#"), f"nothing is said of the picture in {waiting}"
            said_before, waiting = cell.source.rstrip().endswith(":"), ""
        elif any("image/png" in output.get("data", {}) for output in cell.outputs):
            assert not waiting, f"nothing is said of the picture in {waiting}"
            waiting, said_before = ("" if said_before else cell.id), False
    assert not waiting


def test_a_picture_that_house_style_refuses_is_found_out() -> None:
    figure, axes = new_figure()
    axes[0, 0].plot([1, 2], [3, 4])
    assert re.search("labels on every axis.*x: without a label, y: without", str(flaws(*Picture(figure)._repr_png_())))
    axes[0, 0].set(title="Title", xlabel="epoch", ylabel="loss (nats)")
    assert flaws(*Picture(figure)._repr_png_()) == []
    axes[0, 0].set_xticks([1, 2], ["one", "two"], fontsize=9)
    assert re.search("letters of 14 px.*found 12 px", str(flaws(*Picture(figure)._repr_png_())))
    wide, axes = new_figure(9.0)
    axes[0, 0].axis("off")
    assert "no more than the page" in str(flaws(*Picture(wide)._repr_png_()))


def test_a_picture_is_not_skewed_where_its_width_is_nearly_a_whole_number_of_pixels() -> None:
    figure = Figure(figsize=(7.659999999999999, 1.0))
    figure.add_artist(Line2D([0.5, 0.5], [0, 1], color="black"))
    columns = np.flatnonzero(np.asarray(opened(Picture(figure)._repr_png_()[0]).convert("L")).min(axis=0) < 128)
    assert columns.min() == pytest.approx(766, abs=3) and np.ptp(columns) < 6


LABELLED = "Title (x: a (m), y: b (s))"
PLOTS = {
    "lines": (lambda names: plot_lines({"a": [3, 1], "b": [4, 2]}, log=True, **names), f"{LABELLED} | a 3 to 1 | b 4 to 2"),
    "points": (lambda names: plot_points({"a": np.array([[1, 2], [3, 4]])}, **names), f"{LABELLED} | 2 points around 2, 3"),
    "histogram": (lambda names: plot_histogram([1, 2, 2], **names), f"{LABELLED} | line 0 to 1"),
    "images": (lambda names: show_images(np.eye(2, 784), [1, "a long one"], title="Title"), "Title; 1 | mean 0.0013; a long one | mean 0.0013"),
}  # fmt: skip


@pytest.mark.parametrize("kind", PLOTS)
def test_plots_say_what_they_show(kind: str) -> None:
    make, description = PLOTS[kind]
    picture = make({"title": "Title", "xlabel": "a (m)", "ylabel": "b (s)"})
    assert repr(picture) == f"<Picture: {description}>"
    assert flaws(*picture._repr_png_()) == []
    drawn = {color for axes in picture.figure.axes for line in axes.lines for color in [line.get_color()]}
    assert drawn <= set(COLORS)


LINES = {"title": "Title", "xlabel": "steps", "ylabel": "loss"}
WRONG = {
    "a share where the axis says per cent": (lambda: plot_lines({"a": [0.1, 0.9]}, **LINES | {"ylabel": "accuracy (%)"}), "from 0 to 100, found 0.1 to 0.9"),
    "per cent where the axis says a share": (lambda: plot_lines({"a": [10, 90]}, **LINES | {"ylabel": "accuracy"}), "from 0 to 1, found 10 to 90"),
    "logits where the axis says probability": (lambda: plot_histogram([-2, 0.5], **LINES | {"xlabel": "probability of a 7"}), "from 0 to 1, found -2 to 0.5"),
    "more than all": (lambda: plot_histogram([20, 120], **LINES | {"xlabel": "test accuracy (per cent)"}), "found 20 to 120"),
    "epochs from 0": (lambda: plot_lines({"a": [3, 1]}, x=[0, 1], **LINES | {"xlabel": "epoch"}), "whole numbers from 1, found 0 to 1"),
    "half epochs": (lambda: plot_lines({"a": [3, 1]}, x=[1, 1.5], **LINES | {"xlabel": "epoch"}), "whole numbers from 1"),
    "coordinates exchanged": (lambda: plot_points({"a": np.array([[0.5, 7]])}, **LINES | {"ylabel": "probability"}), "from 0 to 1, found 7 to 7"),
    "zero on a logarithmic axis": (lambda: plot_lines({"a": [1, 0]}, log=True, **LINES), "a: expected values above 0"),
    "no title": (lambda: plot_lines({"a": [1]}, **LINES | {"title": " "}), "expected a title"),
    "no label": (lambda: plot_histogram([1], **LINES | {"ylabel": ""}), "expected a ylabel"),
    "a name that no legend shows": (lambda: plot_lines({"_a": [1], "b": [2]}, **LINES), "a name for the legend, found '_a'"),
    "more lines than colours": (lambda: plot_lines({str(i): [i] for i in range(9)}, **LINES), "1 to 8 groups"),
    "no lines": (lambda: plot_lines({}, **LINES), "1 to 8 groups"),
    "classes of other points": (lambda: plot_classes({"a": np.zeros((3, 2))}, np.zeros(2, int), xlabel="x", ylabel="y"), "a: expected a class for each of 3 points, found 2"),
    "labels of other images": (lambda: show_images(np.zeros((3, 784)), ["a", "b"]), "each of 3 images, found 2"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_a_figure_that_cannot_be_what_it_says_is_refused(kind: str) -> None:
    make, message = WRONG[kind]
    with pytest.raises(ValueError, match=message):
        make()


def test_figures_that_are_what_they_say_are_drawn() -> None:
    plot_lines({"a": [0, 1], "b": [0.5, float("nan")]}, **LINES | {"xlabel": "epoch", "ylabel": "accuracy"})
    plot_lines({"a": [0.2, 97]}, **LINES | {"ylabel": "accuracy (%)"})
    plot_lines({"a": [0, 1], "b": [1, 1]}, x=[0.5, 7], **LINES | {"ylabel": "share of right answers"})


def test_classes_have_their_colours_and_their_numbers_at_their_means() -> None:
    points = np.array([[0, 0], [4, 2], [2, 4]])
    picture = plot_classes({"a": points, "b": -points}, np.array([7, 3, 7]), xlabel="x", ylabel="y")
    for axes, sign in zip(picture.figure.axes, (1, -1), strict=True):
        assert [text.get_text() for text in axes.texts] == ["3", "7"]
        assert [text.get_position() for text in axes.texts] == [(4 * sign, 2 * sign), (sign, 2 * sign)]
        assert np.array_equal(axes.collections[1].get_offsets(), sign * points[[0, 2]])
        assert to_hex(axes.collections[1].get_facecolor()[0]).upper() == TEN_COLORS[7]
    assert flaws(*picture._repr_png_()) == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-TW.md"])
def test_the_gallery_shows_its_pictures_with_alt_text(name: str) -> None:
    shown = re.findall(
        r'<img src="assets/gallery/(\w+)\.png" [^>]*alt="([^"]{10,})">', (ROOT / name).read_text("utf-8")
    )
    assert [name for name, _ in shown] == list(PICTURES)
    assert {path.stem for path in GALLERY.iterdir()} == set(PICTURES)


def test_a_name_of_a_row_begins_where_the_row_begins() -> None:
    title = show_images(np.zeros((10, 784)), ["mean squared error", *[""] * 9]).figure.axes[0].title
    assert (title.get_horizontalalignment(), title.get_position()[0]) == ("left", 0)


def cielab(color: str, blindness: str) -> np.ndarray:
    """Lightness and the two opponent colours, in which the distance of two colours is how different they look."""
    linear = np.array([part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(color)])
    linear = np.clip(BLINDNESS[blindness] @ linear, 0, 1)
    xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]] @ linear / [0.9505, 1, 1.089]
    x, y, z = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_a_colour_blind_reader_can_tell_the_colours_apart(blindness: str) -> None:
    for one, other in combinations([*TEN_COLORS, "white"], 2):
        distance = np.linalg.norm(cielab(one, blindness) - cielab(other, blindness))
        assert distance > 7 * JUST_DIFFERENT, f"{one} and {other}: {distance:.0f}"
