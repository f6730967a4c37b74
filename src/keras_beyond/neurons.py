"""A small Dense network drawn neuron by neuron, with a line for each weight, as on the slides that the course grew from."""

from matplotlib.patches import Circle
from tensorflow import keras

from keras_beyond.figures import BLACK, COLORS, TEXT, Picture, new_figure

APART = 1.35  # inches between two layers
MOST_NEURONS = 12  # in a layer; more cannot be told apart


def draw_neurons(model: keras.Sequential) -> Picture:
    """Draw a Sequential of Dense layers, left to right: a circle is a neuron, a line is a weight.

    Under each layer stand its weights, its biases and their sum. Raises ValueError for a model without `keras.Input`,
    with another kind of layer, or with more than 12 neurons in one.
    """
    others = [layer.name for layer in model.layers if not isinstance(layer, keras.layers.Dense)]
    if others:
        raise ValueError(f"draw_neurons: expected Dense layers only, found {', '.join(others)}; use draw(model)")
    try:
        sizes = [model.input_shape[-1], *(layer.units for layer in model.layers)]
    except AttributeError:
        raise ValueError("draw_neurons: expected a model that starts with keras.Input(...), found none") from None
    if max(sizes) > MOST_NEURONS:
        raise ValueError(
            f"draw_neurons: expected at most {MOST_NEURONS} neurons a layer, found {max(sizes)}; use draw(model)"
        )
    figure, grid = new_figure(APART * max(len(sizes), 2) + 0.4, 0.55 * max(sizes) + 1.3)
    axes = grid[0, 0]
    for index, (before, size) in enumerate(zip([0, *sizes], sizes, strict=False)):
        for row in range(size):
            for source in range(before):
                line = [(row, size), (source, before)]
                axes.plot(
                    [index * APART, (index - 1) * APART],
                    [_height(*end) for end in line],
                    color="#888888",
                    linewidth=1,
                    zorder=1,
                )
            color = COLORS[(index - 1) % len(COLORS)] if index else "white"
            axes.add_patch(
                Circle((index * APART, _height(row, size)), 0.17, facecolor=color, edgecolor=BLACK, zorder=2)
            )
        below = f"{before} x {size} weights\n+ {size} biases\n= {before * size + size}" if index else f"{size} inputs"
        axes.text(index * APART, -max(sizes) * 0.275 - 0.1, below, ha="center", va="top", fontsize=TEXT)
    axes.set(
        xlim=(-0.6, (max(len(sizes), 2) - 1) * APART + 0.7),
        ylim=(-max(sizes) * 0.275 - 0.85, max(sizes) * 0.275 + 0.1),
        aspect="equal",
    )
    axes.set_title(f"{model.name}: {model.count_params()} parameters", fontsize=TEXT + 1)
    axes.axis("off")
    return Picture(figure, colors=32)


def _height(row: int, size: int) -> float:
    """Where neuron `row` of `size` stands: centred, 0.55 apart."""
    return 0.55 * ((size - 1) / 2 - row)
