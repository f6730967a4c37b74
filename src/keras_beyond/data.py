"""MNIST, from the file that the course ships."""

import numpy as np

from keras_beyond.files import shipped, verify

MNIST = shipped("assets/mnist.npz")
MNIST_SHA256 = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"
MNIST_SIZE = 11_490_519


def load_mnist() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return what `keras.datasets.mnist.load_data()` does, without a network: (x_train, y_train), (x_test, y_test).

    x_train (60000, 28, 28) and x_test (10000, 28, 28) hold pixels from 0 to 255, y_train (60000,) and y_test (10000,)
    the digits 0 to 9, all as uint8. Raises CourseError when the file is missing or damaged.
    """
    verify(MNIST, sha256=MNIST_SHA256, size=MNIST_SIZE)
    with np.load(MNIST, allow_pickle=False) as file:
        return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])
