"""What the course costs: `python -m tools.bench`, in one go, on a machine that does nothing else meanwhile.

Times depend on the machine, so what goes into docs/costs.md is ratios within this run. Every lesson runs as a reader runs it:
Run All in a new kernel, with all cores. Takes about a quarter of an hour.
"""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from tools.build import CELL_TIMEOUT
from tools.records import write_record
from tools.source import ROOT, lesson_paths
from tools.train import HELD_OUT, SEED, AddKL, Sampling, build_vae, keras, load_mnist, reconstruction

NATS = 160.0  # on the held-out digits; where the two autoencoders are compared
PATIENCE = 900  # seconds
# Each interactive view is kept when it is shown, and its controls are moved at the end.
KEEP_VIEWS = """
import ipywidgets
_interact, _views = ipywidgets.interact, []
def _keep(function, **controls):
    shown = _interact(function, **controls)
    _views.append((function.__name__, shown.widget))
    return shown
ipywidgets.interact = _keep
"""
REPORT = """
import json, resource, sys, time
_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
def _moves(control):
    if hasattr(control, "options"):
        return list(control.options)
    middle = (control.min + control.max) / 2
    return [type(control.value)(value) for value in (control.min, control.max, middle)]
def _react(view):
    for control in view.kwargs_widgets:
        for value in _moves(control):
            begin = time.perf_counter()
            control.value = value
            yield time.perf_counter() - begin
_median = lambda times: sorted(times)[len(times) // 2]
print(json.dumps([_peak, {name: _median(list(_react(view))) for name, view in _views}]))
"""


def run_all(cells: list[nbformat.NotebookNode], folder: Path) -> tuple[float, list[nbformat.NotebookNode]]:
    """Execute cells in a new kernel: seconds from the kernel's start to the end of the last cell, and the cells."""
    notebook = new_notebook(cells=cells)
    client = NotebookClient(notebook, timeout=CELL_TIMEOUT, resources={"metadata": {"path": str(folder)}})
    client.comm_open_handlers.clear()  # as in tools/build
    begin = time.perf_counter()
    client.execute()
    return time.perf_counter() - begin, notebook.cells


def code_cells(name: str, root: Path = ROOT) -> list[nbformat.NotebookNode]:
    """Return the code cells of a lesson's English notebook, with their outputs."""
    cells = nbformat.read(root / "notebooks" / "en" / f"{name}.ipynb", as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


def cell_seconds(cell: nbformat.NotebookNode) -> float:
    """How long an executed cell took."""
    times = cell.metadata["execution"]
    begin, end = (
        datetime.datetime.fromisoformat(times[name].replace("Z", "+00:00"))
        for name in ("iopub.execute_input", "shell.execute_reply")
    )
    return (end - begin).total_seconds()


def measure_lesson(name: str) -> dict[str, Any]:
    """Measure a lesson: seconds from kernel start to end, peak memory in GB, seconds a cell, seconds a view takes to react."""
    setup, *rest = code_cells(name)
    total, executed = run_all(
        [setup, new_code_cell(KEEP_VIEWS), *rest, new_code_cell(REPORT)], ROOT / "notebooks" / "en"
    )
    printed = [output.text for output in executed[-1].outputs if output.output_type == "stream"]  # the views print too
    peak, views = json.loads(printed[-1].splitlines()[-1])
    cells = {cell.id: round(cell_seconds(cell), 2) for cell in [executed[0], *executed[2:-1]]}
    return {
        "seconds": round(total - cell_seconds(executed[-1]), 1),
        "gigabytes": round(peak / 1e9, 2),
        "cells": cells,
        "views": {view: round(seconds, 2) for view, seconds in views.items()},
    }


def clone_to_first_picture() -> float:
    """Seconds from `git clone` (of this checkout, so without a network) to the first picture of lesson 01."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        clone = Path(folder, "course")
        subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{ROOT}", str(clone)], check=True)
        cells = code_cells("01_sequential", clone)
        first = next(
            index
            for index, cell in enumerate(cells)
            if any("image/png" in output.get("data", {}) for output in cell.outputs)
        )
        run_all(cells[: first + 1], clone / "notebooks" / "en")
        return time.perf_counter() - begin


def predict_seconds(model: keras.Model, batches: list[Any]) -> float:
    """Seconds for a `predict` of each batch: the better of two runs, since the first also traces."""
    times = []
    for _ in range(2):
        begin = time.perf_counter()
        for batch in batches:
            model.predict(batch, batch_size=1000, verbose=0)
        times.append(time.perf_counter() - begin)
    return min(times)


def one_by_one() -> dict[str, int]:
    """How many times as long one `predict` a row takes as one for all: sampling 100 points, decoding a grid of 400."""
    means, variances = keras.Input((2,)), keras.Input((2,))
    sampling = keras.Model([means, variances], Sampling()([means, variances]))
    decoder = build_vae().get_layer("decoder")
    ratios = {}
    for name, model, inputs in (
        ("sampling", sampling, [np.zeros((100, 2))] * 2),
        ("decoding", decoder, np.random.default_rng(SEED).normal(size=(400, 2))),
    ):
        count = len(keras.tree.flatten(inputs)[0])
        rows = [keras.tree.map_structure(lambda array, row=row: array[[row]], inputs) for row in range(count)]
        ratios[name] = round(predict_seconds(model, rows) / predict_seconds(model, [inputs]))
    return ratios


def build_convolutional_vae() -> keras.Model:
    """Make the model in the size used in textbooks: that of F. Chollet, Deep Learning with Python, 2nd edition (2021), chapter 12.4."""
    layers = keras.layers
    x = keras.Input((784,))
    h = layers.Reshape((28, 28, 1))(x)
    h = layers.Conv2D(32, 3, activation="relu", strides=2, padding="same")(h)
    h = layers.Conv2D(64, 3, activation="relu", strides=2, padding="same")(h)
    h = layers.Dense(16, activation="relu")(layers.Flatten()(h))
    z = Sampling()(AddKL()([layers.Dense(2)(h), layers.Dense(2)(h)]))
    h = layers.Reshape((7, 7, 64))(layers.Dense(7 * 7 * 64, activation="relu")(z))
    h = layers.Conv2DTranspose(64, 3, activation="relu", strides=2, padding="same")(h)
    h = layers.Conv2DTranspose(32, 3, activation="relu", strides=2, padding="same")(h)
    h = layers.Conv2D(1, 3, activation="sigmoid", padding="same")(h)
    return keras.Model(x, layers.Flatten()(h))


def seconds_to_nats(model: keras.Model) -> float | None:
    """Seconds of training until the held-out digits cost NATS, looked at after every 100 batches of 128; None if never."""
    (images, _), _ = load_mnist()
    x = images.reshape(-1, 784).astype("float32") / 255
    x_train, x_held = x[:-HELD_OUT], x[-HELD_OUT:]
    model.compile(keras.optimizers.Adam(), reconstruction)
    order, spent = np.random.default_rng(SEED), 0.0
    while spent < PATIENCE:
        rows = order.choice(len(x_train), 12_800, replace=False)
        begin = time.perf_counter()
        model.fit(x_train[rows], x_train[rows], batch_size=128, verbose=0)
        spent += time.perf_counter() - begin
        measured = model.evaluate(x_held, x_held, batch_size=1000, verbose=0, return_dict=True)
        if measured["loss"] <= NATS:
            return spent
    return None


def compare_vaes() -> dict[str, Any]:
    """Seconds to the same nats: the dense VAE of lesson 07, and a convolutional one."""
    results = {}
    for name, make in (("dense", build_vae), ("convolutional", build_convolutional_vae)):
        keras.utils.set_random_seed(SEED)
        model = make()
        spent = seconds_to_nats(model)
        results[name] = {"parameters": model.count_params(), "seconds": spent and round(spent, 1)}
    return {"nats": NATS, **results}


def processor() -> str:
    """Return the processor's name, where the system tells."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.is_file() else []
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.processor())


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__.splitlines()[0]).parse_args(arguments)
    floor = min(run_all([new_code_cell("import tensorflow")], ROOT)[0] for _ in range(3))
    print(f"floor (kernel start and import tensorflow): {floor:.1f} s", flush=True)
    lessons = {}
    for name in (path.stem for path in lesson_paths()):
        lessons[name] = lesson = measure_lesson(name)
        print(
            f"{name:24s} {lesson['seconds']:5.1f} s = {lesson['seconds'] / floor:4.1f} floors, {lesson['gigabytes']} GB",
            flush=True,
        )
        for cell, spent in sorted(lesson["cells"].items(), key=lambda item: -item[1])[:4]:
            print(f"    {spent:5.1f} s  {cell}")
        for view, spent in lesson["views"].items():
            print(f"    {view} reacts in {spent} s", flush=True)
    print(f"all lessons: {sum(lesson['seconds'] for lesson in lessons.values()):.0f} s", flush=True)
    record = {
        "date": datetime.date.today().isoformat(),
        "machine": f"{processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
        "floor_seconds": round(floor, 1),
        "lessons": lessons,
        "clone_to_first_picture_seconds": round(clone_to_first_picture(), 1),
        "one_by_one": one_by_one(),
        "vaes": compare_vaes(),
    }
    print(json.dumps({name: value for name, value in record.items() if name != "lessons"}, indent=2))
    write_record("bench", record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
