"""The plumbing of Keras Beyond Sequential; what a lesson teaches stands in the lesson itself."""

# First of all: it refuses what the course cannot run on, and imports TensorFlow quietly.
from keras_beyond.environment import start

# isort: split
from keras_beyond.data import SYMBOLS, load_mnist, load_symbols
from keras_beyond.draw import draw
from keras_beyond.errors import expect_error
from keras_beyond.exercises import check
from keras_beyond.figures import plot_classes, plot_histogram, plot_lines, plot_points, show_images
from keras_beyond.neurons import draw_neurons
from keras_beyond.progress import EpochLine
from keras_beyond.weights import load_weights
from keras_beyond.widgets import explore

__all__ = [
    "SYMBOLS",
    "EpochLine",
    "check",
    "draw",
    "draw_neurons",
    "expect_error",
    "explore",
    "load_mnist",
    "load_symbols",
    "load_weights",
    "plot_classes",
    "plot_histogram",
    "plot_lines",
    "plot_points",
    "show_images",
    "start",
]
