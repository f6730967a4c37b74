"""The helper package: data, weights, errors, pictures, checks, and what bad input makes of them."""

import os
import random
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from IPython.core.compilerop import CachingCompiler
from packaging.requirements import Requirement
from tensorflow import keras
from tensorflow.keras import layers

import keras_beyond
from keras_beyond import data, environment, weights
from keras_beyond.errors import CourseError, expect_error
from keras_beyond.exercises.checking import CHECKS, check, exercise, expect, is_stub
from keras_beyond.exercises.state import unchanged
from keras_beyond.figures import plot_lines, show_images
from keras_beyond.files import PACKAGE
from keras_beyond.language import set_language
from tools.source import ROOT
from tools.symbols import draw_all


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def digits() -> keras.Model:
    model = keras.Sequential([keras.Input((784,))])
    for units, activation in [(500, "sigmoid"), (500, "sigmoid"), (10, "softmax")]:
        model.add(layers.Dense(units, activation=activation))
    return model


# Data and weights


def test_load_mnist_is_what_keras_returns() -> None:
    (x_train, y_train), (x_test, y_test) = keras_beyond.load_mnist()
    assert (x_train.shape, y_train.shape, x_test.shape, y_test.shape) == (
        (60000, 28, 28),
        (60000,),
        (10000, 28, 28),
        (10000,),
    )
    assert {array.dtype.name for array in (x_train, y_train, x_test, y_test)} == {"uint8"}
    assert np.bincount(y_train).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]


def test_symbols_are_prepared_as_mnist_is() -> None:
    (x_train, y_train), (x_test, y_test) = keras_beyond.load_symbols()
    assert x_train.shape == x_test.shape == (480, 28, 28) and y_train.shape == y_test.shape == (480,)
    assert {array.dtype.name for array in (x_train, y_train, x_test, y_test)} == {"uint8"}
    assert np.bincount(y_train).tolist() == np.bincount(y_test).tolist() == [60] * len(keras_beyond.SYMBOLS)
    assert not {image.tobytes() for image in x_train} & {image.tobytes() for image in x_test}
    middles = np.arange(28) + 0.5
    for image in np.concatenate([x_train, x_test]).astype(float):
        rows, columns = (np.flatnonzero(image.sum(axis=axis) > 30) for axis in (1, 0))
        assert max(np.ptp(rows), np.ptp(columns)) + 1 <= 21 and image.max() > 150
        mass = image.sum(axis=1) @ middles / image.sum(), image.sum(axis=0) @ middles / image.sum()
        assert np.allclose(mass, 14, atol=0.6), mass


def test_symbols_are_what_their_program_draws() -> None:
    drawn = draw_all()
    (x_train, y_train), (x_test, y_test) = keras_beyond.load_symbols()
    for name, shipped in {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}.items():
        assert np.abs(drawn[name].astype(int) - shipped).max() <= 1, name  # another machine may round the other way


DAMAGES = {
    "missing": (lambda content: None, "nothing there"),
    "cut short": (lambda content: content[:-100], "bytes; found"),
    "one bit flipped": (lambda content: content[:99] + bytes([content[99] ^ 1]) + content[100:], "SHA-256"),
    "an HTML page": (lambda content: b"<!DOCTYPE html><title>404</title>", "an HTML page"),
}


def damaged(original: Path, folder: Path, damage: str) -> tuple[Path, str]:
    change, said = DAMAGES[damage]
    content = change(original.read_bytes())
    if content is not None:
        (folder / original.name).write_bytes(content)
    return folder / original.name, said


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    ("constant", "load"), [("MNIST", keras_beyond.load_mnist), ("SYMBOLS_FILE", keras_beyond.load_symbols)]
)
def test_damaged_data_is_refused(
    constant: str, load: Callable[[], object], damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, said = damaged(getattr(data, constant), tmp_path, damage)
    monkeypatch.setattr(data, constant, path)
    with pytest.raises(CourseError, match=said) as error:
        load()
    assert path.name in str(error.value) and "Expected" in str(error.value) and "git checkout" in str(error.value)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_weights_are_refused(damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, said = damaged(weights.WEIGHTS / "handwriting.weights.h5", tmp_path, damage)
    monkeypatch.setattr(weights, "WEIGHTS", path.parent)
    model = digits()
    before = model.get_weights()
    with pytest.raises(CourseError, match=said):
        keras_beyond.load_weights(model, "handwriting")
    assert all(np.array_equal(*pair) for pair in zip(before, model.get_weights(), strict=True))


def test_weights_of_the_manifest_have_the_accuracy_it_states() -> None:
    _, (x, y) = keras_beyond.load_mnist()
    model = digits()
    keras_beyond.load_weights(model, "handwriting")
    answers = model.predict(x.reshape(-1, 784) / 255.0, batch_size=2000, verbose=0).argmax(axis=1)
    entry = weights.manifest()["handwriting"]
    assert np.mean(answers == y) == pytest.approx(entry["test_accuracy"], abs=2e-4)
    assert model.count_params() == entry["parameters"] and entry["test_accuracy"] >= 0.993
    assert {"sha256", "architecture", "command", "seed", "tensorflow", "keras", "numpy"} <= set(entry)


@pytest.mark.parametrize(
    ("model", "name", "said"),
    [
        (lambda: keras.Sequential([keras.Input((784,)), layers.Dense(10)]), "handwriting", "do not fit"),
        (lambda: keras.Sequential([layers.Dense(500), layers.Dense(10)]), "handwriting", "keras.Input"),
        (digits, "handwritten", "There are: handwriting"),
    ],
    ids=["another architecture", "not built", "unknown name"],
)
def test_weights_that_cannot_be_loaded(model, name: str, said: str) -> None:
    with pytest.raises(CourseError, match=said):
        keras_beyond.load_weights(model(), name)


def test_a_manifest_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "MANIFEST", tmp_path / "manifest.toml")
    with pytest.raises(CourseError, match="cannot be read"):
        keras_beyond.load_weights(digits(), "handwriting")
    (tmp_path / "manifest.toml").write_text("[handwriting")
    with pytest.raises(CourseError, match="cannot be read"):
        keras_beyond.load_weights(digits(), "handwriting")


def test_messages_come_in_the_readers_language() -> None:
    set_language("zh-TW")
    with pytest.raises(CourseError, match="weights/ 裡沒有"):
        keras_beyond.load_weights(digits(), "nothing")
    with pytest.raises(ValueError, match="zh-TW, en"):
        set_language("fr")


# Starting


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_start_says_what_it_runs_on_and_nothing_else() -> None:
    done = run_python("from keras_beyond import start; start('en'); import keras; print(keras.config.backend())")
    first, second = done.stdout.splitlines()
    assert "TensorFlow" in first and "Keras" in first and "Python" in first and "PU" in first
    assert second == "tensorflow" and done.stderr == ""


def test_start_chooses_tensorflow_whatever_was_set() -> None:
    done = run_python("from keras_beyond import start; start('en')", KERAS_BACKEND="jax")
    assert "(tensorflow)" in done.stdout


def test_legacy_keras_is_refused_in_one_sentence() -> None:
    done = run_python("import keras_beyond", TF_USE_LEGACY_KERAS="1")
    assert done.returncode and "unset it and restart the kernel" in done.stderr.splitlines()[-1]


def with_versions(code: str, **versions: str) -> subprocess.CompletedProcess[str]:
    """Run code where these packages seem to be installed in these versions."""
    other = f"{versions}.get(name) or version(name)"
    return run_python(f"import importlib.metadata as m; version = m.version; m.version = lambda name: {other}; {code}")


@pytest.mark.parametrize(
    ("package", "version", "title"),
    [("keras", "3.13.1", "Keras"), ("keras", "2.15.0", "Keras"), ("tensorflow", "2.19.1", "TensorFlow")],
)
def test_an_older_version_is_refused(package: str, version: str, title: str) -> None:
    done = with_versions("import keras_beyond", **{package: version})
    assert done.returncode and f"needs {title} in the range {package}" in done.stderr
    assert f"{version} is installed" in done.stderr and f'pip install "{package}' in done.stderr


def test_a_newer_version_is_met_with_one_line_and_goes_on() -> None:
    code = "from keras_beyond import start; start('en', '01_sequential'); print('on')"
    done = with_versions(code, keras="4.0.0", tensorflow="2.99.0.dev20270101")
    note, versions, last = done.stdout.splitlines()
    assert note.startswith("Note: ") and "Keras 4.0.0 (tested: <" in note and "TensorFlow 2.99.0.dev20270101" in note
    assert versions.startswith("TensorFlow") and (last, done.returncode, done.stderr) == ("on", 0, "")


def test_the_ranges_are_those_of_pyproject() -> None:
    """The metadata that the course reads at run time are the ones of this checkout."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = {requirement.name: requirement.specifier for requirement in map(Requirement, project["dependencies"])}
    installed = {requirement.name: requirement.specifier for requirement, _ in environment._installed()}
    assert installed == {name: stated[name] for name in ("tensorflow", "keras")}


def test_a_notebook_shows_the_sentence_and_no_traceback() -> None:
    assert CourseError("one sentence")._render_traceback_() == ["one sentence"]


def test_importing_the_course_imports_no_plumbing_before_it_is_used() -> None:
    code = "import sys, keras_beyond; print([name for name in ('igraph', 'ipywidgets') if name in sys.modules])"
    assert run_python(code).stdout.strip() == "[]"


# Errors on purpose


def test_expect_error_shows_the_error_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with expect_error(ZeroDivisionError, match="division"):
        print(1 / 0)
    assert capsys.readouterr().out == "ZeroDivisionError: division by zero\n"


def test_expect_error_fails_when_no_error_comes_or_another() -> None:
    with pytest.raises(AssertionError, match="nothing failed"), expect_error(ValueError, match="x"):
        pass
    with pytest.raises(AssertionError, match="expected 'shape'"), expect_error(ValueError, match="shape"):
        raise ValueError("other")
    with pytest.raises(KeyError), expect_error(ValueError, match="x"):
        raise KeyError("other")


# Checks


def test_check_never_raises(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keras_beyond.exercises.checking.CHECKS", dict(CHECKS))

    @exercise("test-only")
    def test_only(answer: object) -> None:
        expect(answer.value == 1, "not-a-number", found=answer.value)

    for name, answer, said in [
        ("no-such-exercise", 1, "There is no exercise called 'no-such-exercise'"),
        ("test-onyl", 1, "test-only"),
        ("test-only", "a string", "AttributeError"),
        ("test-only", None, "not answered yet"),
    ]:
        check(name, answer)
        assert said in capsys.readouterr().out


def test_stubs_are_recognised() -> None:
    def empty(x):
        """A docstring."""

    def full(x):
        return x

    class Empty(layers.Layer):
        """A docstring."""

        def call(self, x):
            """Another."""

    class Full(layers.Layer):
        def call(self, x):
            return x

    assert all(map(is_stub, [None, empty, Empty]))
    lambdas = [lambda x: None, lambda x: x]
    assert not any(map(is_stub, [0, "", [], np.zeros(3), full, Full, (None, 784), layers.Dense, int, *lambdas]))


@pytest.mark.parametrize(
    ("body", "stub"),
    [
        ("pass", True),
        ("...", True),
        ("return", True),
        ("return None", True),
        ('"""A docstring."""\n    return None  # your code', True),
        ("return 0", False),
        ("x = 1", False),
        ("return print(x)", False),
    ],
)
def test_stubs_are_recognised_in_a_notebook(body: str, stub: bool) -> None:
    """IPython keeps the source of a cell; where there is none, a function counts as answered."""
    source = f"from functools import cache\ndef first(x):\n    return x\n\ndef answer(x):\n    {body}\n"
    cell: dict[str, object] = {}
    exec(compile(source, CachingCompiler().cache(source), "exec"), cell)
    assert is_stub(cell["answer"]) is stub and not is_stub(cell["first"])
    exec(source, cell)
    assert not is_stub(cell["answer"])


def next_random_numbers() -> tuple[float, ...]:
    """What Python, NumPy, Keras and TensorFlow draw next."""
    return random.random(), np.random.random(), float(keras.random.uniform(())), float(tf.random.uniform(()))


def test_a_check_leaves_weights_and_random_state_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keras_beyond.exercises.checking.CHECKS", dict(CHECKS))

    @exercise("greedy")
    def greedy(model: keras.Model) -> None:
        with unchanged(model):
            model.trainable = True
            model.set_weights([weight * 0 for weight in model.get_weights()])
        random.random(), np.random.random(), keras.random.normal((2,)), tf.random.normal((2,))
        keras.Sequential([keras.Input((2,)), layers.Dense(2)])

    @exercise("other")
    def other(model: keras.Model) -> None:
        pass

    check("greedy", None)
    unanswered = next_random_numbers()
    model = digits()
    model.trainable = False
    model.layers[1].trainable = True
    kept = model.get_weights()
    check("greedy", model)
    assert next_random_numbers() == unanswered
    assert [layer.trainable for layer in model.layers] == [False, True, False]
    check("other", model)
    assert next_random_numbers() != unanswered
    assert all(np.array_equal(*pair) for pair in zip(kept, model.get_weights(), strict=True))


# Pictures


def test_neurons_are_drawn_one_line_a_weight() -> None:
    model = keras.Sequential([keras.Input((2,)), layers.Dense(3), layers.Dense(2)], name="small")
    axes = keras_beyond.draw_neurons(model).figure.axes[0]
    assert len(axes.lines) == 2 * 3 + 3 * 2 and len(axes.patches) == 7
    for wrong, said in [
        (keras.Sequential([keras.Input((4, 1)), layers.LSTM(2)]), "Dense layers only"),
        (keras.Sequential([layers.Dense(2)]), "keras.Input"),
        (keras.Sequential([keras.Input((50,)), layers.Dense(2)]), "at most 12"),
    ]:
        with pytest.raises(ValueError, match=said):
            keras_beyond.draw_neurons(wrong)


def test_plots_have_their_data_labels_and_white_background() -> None:
    axes = plot_lines({"a": [3, 1], "b": [4, 2]}, title="Title", xlabel="epoch", ylabel="loss (nats)").figure.axes[0]
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == ("Title", "epoch", "loss (nats)")
    assert [line.get_ydata().tolist() for line in axes.lines] == [[3, 1], [4, 2]]
    assert len({line.get_color() for line in axes.lines}) == 2
    picture = show_images(np.arange(2 * 784).reshape(2, 784), ["one", "two"])
    grid = picture.figure.axes
    assert grid[1].get_title() == "two" and grid[1].images[0].get_array()[0, 0] == 784
    assert repr(picture) == "<Picture: one | mean 3.9e+02; two | mean 1.2e+03>"
