"""The plumbing of Keras Beyond Sequential; what a lesson teaches stands in the lesson itself."""

from course.environment import start  # first: it refuses what the course cannot run on, and imports TensorFlow quietly

# isort: split
from course.data import load_mnist
from course.draw import draw
from course.errors import expect_error
from course.exercises import check
from course.figures import plot_histogram, plot_lines, plot_points, show_images
from course.neurons import draw_neurons
from course.progress import EpochLine
from course.weights import load_weights
from course.widgets import explore

__all__ = [
    "EpochLine",
    "check",
    "draw",
    "draw_neurons",
    "expect_error",
    "explore",
    "load_mnist",
    "load_weights",
    "plot_histogram",
    "plot_lines",
    "plot_points",
    "show_images",
    "start",
]
