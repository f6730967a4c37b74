"""Draw the symbols that the course ships, `assets/symbols.npz`: `python -m tools.symbols`.

Eight Chinese characters, each of a few straight strokes, "written" by a program: every copy gets its own jitter of the
stroke ends, its own bends, slant, rotation, proportions and width of the pen, all from one seed. Then MNIST's preparation
follows: the strokes fill a box of 20x20 pixels and their centre of mass comes to the middle of 28x28. Nobody's handwriting
and no font is in it.
"""

import hashlib
from itertools import pairwise

import numpy as np

from keras_beyond.data import SYMBOLS, SYMBOLS_FILE

SEED = 1
COPIES = 120  # of each symbol: half to train with, half to test with
BOX, SIZE = 20, 28  # pixels: of the strokes, and of the image
# Strokes of each character as corners (x, y), from 0 at the top left to 1 at the bottom right, in the order of writing.
STROKES = {
    "person": [[(0.5, 0.0), (0.44, 0.45), (0.0, 1.0)], [(0.47, 0.35), (0.65, 0.7), (1.0, 1.0)]],
    "big": [[(0.05, 0.35), (0.95, 0.35)], [(0.5, 0.0), (0.45, 0.5), (0.0, 1.0)], [(0.5, 0.4), (0.65, 0.7), (1.0, 1.0)]],
    "sky": [
        [(0.15, 0.05), (0.85, 0.05)],
        [(0.02, 0.42), (0.98, 0.42)],
        [(0.5, 0.05), (0.45, 0.55), (0.0, 1.0)],
        [(0.5, 0.45), (0.65, 0.75), (1.0, 1.0)],
    ],
    "tree": [
        [(0.0, 0.3), (1.0, 0.3)],
        [(0.5, 0.0), (0.5, 1.0)],
        [(0.5, 0.32), (0.3, 0.62), (0.0, 0.85)],
        [(0.5, 0.32), (0.7, 0.62), (1.0, 0.85)],
    ],
    "mountain": [[(0.5, 0.0), (0.5, 0.93)], [(0.05, 0.35), (0.05, 0.95), (0.95, 0.95)], [(0.95, 0.35), (0.95, 1.0)]],
    "earth": [[(0.15, 0.35), (0.85, 0.35)], [(0.5, 0.0), (0.5, 0.97)], [(0.0, 1.0), (1.0, 1.0)]],
    "mouth": [[(0.08, 0.1), (0.1, 0.95)], [(0.08, 0.12), (0.95, 0.12), (0.9, 0.95)], [(0.1, 0.88), (0.9, 0.88)]],
    "ten": [[(0.0, 0.42), (1.0, 0.42)], [(0.5, 0.0), (0.5, 1.0)]],
}


def write(strokes: list[list[tuple[float, float]]], random: np.random.Generator) -> np.ndarray:
    """Return one copy of a symbol, (28, 28) uint8 with 255 for the darkest ink, as MNIST has its digits."""
    pen = random.uniform(1.6, 3.4)  # pixels
    turn, slant = random.normal(0, 0.13), random.normal(0, 0.18)  # radians, and shift of x for each y
    stretch = np.exp(random.normal(0, 0.15, 2))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.array([[1, slant], [0, 1]])
    lines = [_shaky(np.array(stroke), random) * stretch @ matrix.T for stroke in strokes]
    corners = np.concatenate(lines)
    low, high = corners.min(axis=0), corners.max(axis=0)
    scale = (BOX - pen) / (high - low).max()  # the proportions stay
    lines = [(line - (low + high) / 2) * scale + SIZE / 2 for line in lines]
    image = _ink(lines, pen)
    rows, columns = np.indices(image.shape) + 0.5
    mass = np.array([(columns * image).sum(), (rows * image).sum()]) / image.sum()
    return np.round(255 * _ink([line + SIZE / 2 - mass for line in lines], pen)).astype("uint8")


def _shaky(corners: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return the points (n, 2) of a stroke with jittered corners, a bend between each two, and its ends too short or long."""
    corners = corners + random.normal(0, 0.035, corners.shape)
    corners[0] += random.uniform(-0.12, 0.12) * (corners[0] - corners[1])
    corners[-1] += random.uniform(-0.12, 0.12) * (corners[-1] - corners[-2])
    pieces = []
    for start, end in pairwise(corners):
        along = np.linspace(0, 1, 8)[:, None]
        aside = np.array([start[1] - end[1], end[0] - start[0]]) * random.normal(0, 0.06)
        pieces.append(start + (end - start) * along + aside * 4 * along * (1 - along))
    return np.concatenate(pieces)


def _ink(lines: list[np.ndarray], pen: float) -> np.ndarray:
    """Return how much ink, 0 to 1, a round pen of this width leaves in each of 28x28 pixels."""
    rows, columns = np.indices((SIZE, SIZE)) + 0.5
    pixels = np.stack([columns, rows], axis=-1)[:, :, None]  # (28, 28, 1, 2): x and y of the middle of each pixel
    distances = []
    for line in lines:
        start, way = line[:-1], np.diff(line, axis=0)
        share = ((pixels - start) * way).sum(-1) / np.maximum((way**2).sum(-1), 1e-9)
        nearest = start + np.clip(share, 0, 1)[..., None] * way
        distances.append(np.linalg.norm(pixels - nearest, axis=-1).min(axis=-1))
    return np.clip(pen / 2 + 0.5 - np.min(distances, axis=0), 0, 1)


def draw_all() -> dict[str, np.ndarray]:
    """Return the arrays of the file: x_train and x_test (480, 28, 28), y_train and y_test (480,), all uint8, well mixed."""
    random = np.random.default_rng(SEED)
    labels = random.permutation(np.repeat(np.arange(len(SYMBOLS), dtype="uint8"), COPIES // 2))
    parts = {}
    for part in ("train", "test"):
        parts[f"x_{part}"] = np.stack([write(STROKES[SYMBOLS[label]], random) for label in labels])
        parts[f"y_{part}"] = labels
        labels = random.permutation(labels)
    return parts


def main() -> None:
    """Write the file, and print its size and SHA-256 for keras_beyond/data.py and assets/README.md."""
    np.savez_compressed(SYMBOLS_FILE, **draw_all())
    content = SYMBOLS_FILE.read_bytes()
    print(f"{SYMBOLS_FILE}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
