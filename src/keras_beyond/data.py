"""Images from the files that the course ships: MNIST, and a few symbols that are no digits."""

import numpy as np

from keras_beyond.files import shipped, verify

MNIST = shipped("assets/mnist.npz")
MNIST_SHA256 = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"
MNIST_SIZE = 11_490_519

SYMBOLS = ("person", "big", "sky", "tree", "mountain", "earth", "mouth", "ten")  # 人大天木山土口十
SYMBOLS_FILE = shipped("assets/symbols.npz")
SYMBOLS_SHA256 = "d9927c030f919ee9a24af468ee2cc82fc0edb7eb2243576c129456d0c7a67677"
SYMBOLS_SIZE = 164_232


def load_mnist() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """What `keras.datasets.mnist.load_data()` returns, without a network: (x_train, y_train), (x_test, y_test).

    x_train (60000, 28, 28) and x_test (10000, 28, 28) hold pixels from 0 to 255, y_train (60000,) and y_test (10000,)
    the digits 0 to 9, all as uint8. Raises CourseError when the file is missing or damaged.
    """
    verify(MNIST, sha256=MNIST_SHA256, size=MNIST_SIZE)
    with np.load(MNIST, allow_pickle=False) as file:
        return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])


def load_symbols() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return eight Chinese characters in many hands, prepared like MNIST's digits: (x_train, y_train), (x_test, y_test).

    Both x (480, 28, 28) hold pixels from 0 to 255, both y (480,) the place of the character in `SYMBOLS`, 60 of each, all as
    uint8. A program wrote them: tools/symbols.py. Raises CourseError when the file is missing or damaged.
    """
    verify(SYMBOLS_FILE, sha256=SYMBOLS_SHA256, size=SYMBOLS_SIZE)
    with np.load(SYMBOLS_FILE, allow_pickle=False) as file:
        return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])
