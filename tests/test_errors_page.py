"""The errors page: each error that the lessons meet, and each that is provoked here, has one entry."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import nbformat
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from test_lessons import foreign

from tools import source
from tools.build import NOTEBOOKS, notebook_path
from tools.errors_page import Entry, anchor, errors_page, flatten, headings_of, read_errors
from tools.source import LANGUAGES, Lesson, SourceError, lesson_paths, read_lesson

LESSONS = [read_lesson(path) for path in lesson_paths()]
ENTRIES = read_errors(LESSONS)
LINK = re.compile(r"\]\(([^)#]+)\)")


def expected_errors(code: str) -> list[tuple[str, str]]:
    """Return the class and `match` of each expect_error in a cell's code."""
    if "expect_error(" not in code:  # cells with %pip are no Python
        return []
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    errors = sorted(
        (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "expect_error"),
        key=lambda call: call.lineno,
    )
    return [(ast.unparse(call.args[0]).split(".")[-1], ast.literal_eval(call.keywords[0].value)) for call in errors]


def printed_errors(cell: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """Return the class and message of each error that an executed cell shows."""
    text = "".join(output.get("text", "") for output in cell.outputs)
    parts = re.split(r"^(\w+(?:Error|Exception)): ", text, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def met_in(lesson: Lesson) -> Iterator[tuple[str, str, str]]:
    """Yield class, `match` and printed message of each error that a lesson meets on purpose."""
    for cell in nbformat.read(notebook_path(lesson, "en"), 4).cells:
        if cell.cell_type == "code" and (expected := expected_errors(cell.source)):
            for (name, match), (printed, message) in zip(expected, printed_errors(cell), strict=True):
                assert name == printed and re.search(match, f"{printed}: {message}"), f"{cell.id}: {match!r}"
                yield name, match, message


def entries_of(name: str, message: str) -> list[Entry]:
    return [entry for entry in ENTRIES if entry.matches(name, message)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_each_error_of_a_lesson_has_one_entry(lesson: Lesson) -> None:
    met = list(met_in(lesson))
    code = [cell.text for cell in lesson.cells if cell.kind == "code"]
    written = [error for text in code for error in expected_errors(text)]
    assert len(written) == sum(text.count("with expect_error(") for text in code)
    assert [(name, match) for name, match, _ in met] == written, "the notebook is not what the lesson gives: build it"
    for name, match, message in met:
        entries = entries_of(name, message)
        assert len(entries) == 1, f"{name}, {match!r}: {[entry.titles[0] for entry in entries]}"
        on_page = " ".join(entries[0].messages.values()).lower()
        without_names = re.sub(r"'[^']*'|\"[^\"]*\"", "", match).lower()
        ways = [re.findall(r"[a-z]{3,}", way) for way in without_names.split("|")]
        assert any(all(word in on_page for word in words) for words in ways), f"{match!r} is not on the page: {on_page}"


def small(*, units: int = 3, loss: str | None = None, optimizer: str = "sgd") -> keras.Model:
    """Return an untrained model from 4 numbers to `units`."""
    model = keras.Sequential([keras.Input((4,)), layers.Dense(units, activation="softmax")])
    if loss:
        model.compile(optimizer, loss)
    return model


X, LABELS = np.zeros((8, 4), "float32"), np.zeros(8, "int32")
ONE_HOT = keras.utils.to_categorical(LABELS, 3)


class NamedFirst(layers.Layer):
    """A layer that calls add_weight in the way of Keras 2."""

    def build(self, input_shape: tuple) -> None:
        self.scale = self.add_weight("scale", (input_shape[-1],))

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        return inputs * self.scale


def none_times_a_number() -> None:
    start = tf.constant(1.0)
    with tf.GradientTape() as tape:
        loss = start * start
    start - 0.1 * tape.gradient(loss, start)


def no_gradients() -> None:
    model = small(loss="mse")
    model.optimizer.apply_gradients([(None, variable) for variable in model.trainable_variables])


PROVOKED: dict[str, Callable[[], object]] = {
    "fit before compile": lambda: small().fit(X, LABELS, verbose=0),
    "evaluate before compile": lambda: small().evaluate(X, LABELS, verbose=0),
    "whole numbers, categorical": lambda: small(loss="categorical_crossentropy").fit(X, LABELS, verbose=0),
    "one-hot, sparse": lambda: small(loss="sparse_categorical_crossentropy").fit(X, ONE_HOT, verbose=0),
    "a label too large": lambda: small(loss="sparse_categorical_crossentropy").fit(X, LABELS + 7, verbose=0),
    "fewer labels": lambda: small(loss="sparse_categorical_crossentropy").fit(X, LABELS[:5], verbose=0),
    "a list of numbers": lambda: small().predict([[1.0, 2.0, 3.0, 4.0]], verbose=0),
    "epoch": lambda: small(loss="mse").fit(X, ONE_HOT, epoch=2),
    "metric": lambda: small().compile("sgd", "mse", metric=["accuracy"]),
    "an unknown optimizer": lambda: small(loss="mse", optimizer="adm"),
    "an unknown activation": lambda: layers.Dense(3, activation="sofmax"),
    "predict_classes": lambda: small().predict_classes(X),
    "the output of an uncalled layer": lambda: layers.Dense(3).output,
    "the input of an uncalled model": lambda: keras.Sequential([layers.Dense(3)]).input,
    "a misspelt argument": lambda: layers.Dense(3, input_dims=4),
    "a layer on a layer": lambda: layers.Dense(3)(layers.Dense(4)),
    "a name first in add_weight": lambda: NamedFirst()(X),
    "an LSTM on vectors": lambda: layers.LSTM(3)(keras.Input((4,))),
    "a layer without brackets": lambda: keras.Sequential([keras.Input((4,)), layers.Flatten]),
    "a gradient of None": none_times_a_number,
    "no gradients": no_gradients,
}


@pytest.mark.parametrize("name", PROVOKED)
def test_each_provoked_error_has_one_entry(name: str) -> None:
    try:
        PROVOKED[name]()
    except Exception as error:
        entries = entries_of(type(error).__name__, str(error))
        assert len(entries) == 1, f"{type(error).__name__}: {error}\nmatches {[entry.titles[0] for entry in entries]}"
    else:
        pytest.fail("nothing failed")


def test_each_entry_is_of_an_error_that_happens() -> None:
    happening = [(name, message) for lesson in LESSONS for name, _, message in met_in(lesson)]
    for provoke in PROVOKED.values():
        try:
            provoke()
        except Exception as error:
            happening.append((type(error).__name__, str(error)))
    for entry in ENTRIES:
        assert any(entry.matches(*error) for error in happening), f"{entry.titles[0]}: met nowhere"
        for message in entry.messages.values():
            assert entries_of(entry.type, message) == [entry], message


def test_the_wording_of_this_keras_stands_on_the_page() -> None:
    """A wording for a version is the one that this version of Keras says, if it is one of those."""
    version = ".".join(keras.__version__.split(".")[:2])
    for name, provoke in DIFFERING.items():
        with pytest.raises(ValueError) as error:
            provoke()
        (entry,) = entries_of("ValueError", str(error.value))
        assert version not in entry.messages or opening(str(error.value)) == opening(entry.messages[version]), name
    assert len(DIFFERING) == sum(len(entry.messages) > 1 for entry in ENTRIES)


def opening(message: str) -> str:
    """Return a message up to its first full stop, without names, numbers and shapes."""
    return re.split(r"\.(?:\s|$)", re.sub(r"'\w*'|\"[^\"]*\"|\d+", "", flatten(message)))[0]


def losses_of_another_name() -> None:
    x = keras.Input((4,))
    model = keras.Model(x, [layers.Dense(1, name=name)(x) for name in ("age", "income", "gender")])
    model.compile("sgd", {"age": "mse", "incom": "mse", "gender": "mse"})
    model.fit(X, [X[:, :1]] * 3, verbose=0)


def two_for_one() -> None:
    x = keras.Input((4,), name="x")
    keras.Model(x, layers.Dense(1)(x), name="digits").predict([X, X], verbose=0)


DIFFERING: dict[str, Callable[[], object]] = {
    "not connected": lambda: keras.Model(keras.Input((4,)), layers.Dense(3)(keras.Input((4,)))),
    "too short": lambda: layers.Conv1D(8, 5)(keras.Input((2, 256))),
    "keys of losses": losses_of_another_name,
    "two inputs for one": two_for_one,
    "a name first in add_weight": lambda: NamedFirst()(X),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_leads_to_each_entry_and_to_its_sections(language: str) -> None:
    page = errors_page(language, ENTRIES)
    assert (NOTEBOOKS / language / "errors.md").read_text(encoding="utf-8") == page
    headings = re.findall(r"^### `+ ?(.+?) ?`+$", page, re.MULTILINE)
    anchors = [anchor(heading) for heading in headings]
    assert len(anchors) == len(set(anchors)) == len(ENTRIES)
    targets = re.findall(r"^- \[.*\]\(#(.+)\)$", page, re.MULTILINE)
    assert set(targets) == set(anchors) and len(targets) == sum(len(entry.messages) for entry in ENTRIES)
    assert {path for path in LINK.findall(page)} <= {path.name for path in (NOTEBOOKS / language).glob("*.ipynb")}
    for lesson in LESSONS:
        prose = "\n".join(cell.text for cell in lesson.cells if cell.language == language)
        for entry in ENTRIES:
            for heading in (headings[language] for name, headings in entry.lessons if name == lesson.name):
                assert re.search(rf"^#+ {re.escape(heading)}( \(|（|$)", prose, re.MULTILINE), heading
                assert heading in page


def test_the_chinese_is_taiwans() -> None:
    for entry in ENTRIES:
        for text in entry.texts["zh-TW"].values():
            assert foreign(text) is None, foreign(text)


LESSON = """# ---
# jupyter:
#   course:
#     needs: []
# ---

# %% [markdown] lang="zh-TW"
# # 99 標題

# %% [markdown] lang="en"
# # 99 Title

# %% [markdown] lang="zh-TW"
# ### 練習 99.1：形狀（3 分鐘）

# %% [markdown] lang="en"
# ### Exercise 99.1: shapes (3 minutes)
"""
GOOD = """[[error]]
type = "ValueError"
match = 'wrong \\w+'
message = "a wrong shape"
lessons = [["99_test", "Exercise 99.1: shapes"]]
en.cause = "It is `a. b`. It is 3.5 long."
en.cure = "Mend it."
zh-TW.cause = "形狀錯了。"
zh-TW.cure = "改好就行。再試一次。"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(source, "LESSONS", tmp_path)
    (tmp_path / "99_test.py").write_text(LESSON, encoding="utf-8")
    return tmp_path


def read(folder: Path, text: str) -> list[Entry]:
    (folder / "errors.toml").write_text(text, encoding="utf-8")
    return read_errors([read_lesson(folder / "99_test.py")])


def test_a_heading_is_named_without_minutes_and_its_twin_follows(folder: Path) -> None:
    (entry,) = read(folder, GOOD)
    assert entry.lessons == [("99_test", {"en": "Exercise 99.1: shapes", "zh-TW": "練習 99.1：形狀"})]
    assert headings_of(read_lesson(folder / "99_test.py"))["99 Title"] == "99 標題"
    assert entry.titles == ["wrong shape"] and entry.matches("ValueError", "a wrong\nshape")
    assert not entry.matches("TypeError", "a wrong shape")
    page = errors_page("zh-TW", [entry])
    assert "- **課文**：[第 99 課](99_test.ipynb)「練習 99.1：形狀」。" in page and "ValueError: a wrong shape" in page


ENTRY = r"lessons/errors.toml: error 1 (ValueError, match 'wrong \\w+')"
FAULTS = {
    "no language": ("zh-TW.", "zh-CN.", "missing fields: ['zh-TW']; unknown fields: ['zh-CN']"),
    "no cure": ('en.cure = "Mend it."\n', "", "en: expected cause and cure, found"),
    "no lesson": ('[["99_test", "Exercise 99.1: shapes"]]', "[]", "lessons: expected at least one [lesson, heading]"),
    "no heading": ('["99_test", "Exercise 99.1: shapes"]', '"99_test"', "expected [lesson, heading], found '99_test'"),
    "unknown lesson": ('["99_test"', '["98_test"', "expected the name of a lesson, found '98_test'"),
    "unknown heading": (": shapes", ": shape", "99_test has no section 'Exercise 99.1: shape'; the nearest is"),
    "another message": ("a wrong shape", "a bad shape", "expected match in the message, found 'a bad shape'"),
    "three sentences": ("再試一次。", "再試一次。好。", "zh-TW: cure: expected one or two whole sentences"),
    "three in English": ("Mend it.", "Mend it. Or not. Wait.", "en: cure: expected one or two whole sentences"),
    "half a sentence": ("Mend it.", "Mend it", "en: cure: expected one or two whole sentences"),
    "no text": ('"Mend it."', "3", "en: cure: expected one or two whole sentences, found 3"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_entry_is_refused_with_file_and_entry(folder: Path, fault: str) -> None:
    old, new, message = FAULTS[fault]
    assert old in GOOD and read(folder, GOOD)
    with pytest.raises(SourceError) as error:
        read(folder, GOOD.replace(old, new))
    assert str(error.value).startswith(ENTRY) and message in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            GOOD.replace(r"wrong \w+", "wrong ("),
            "error 1 (ValueError, match 'wrong ('): match is no regular expression",
        ),
        (GOOD.replace("[[error]]", "[[errors]]"), "expected tables [[error]] and nothing else, found {'errors'"),
        ("error = [1]", "expected tables [[error]] and nothing else, found [1]"),
        ("error =", "not TOML"),
    ],
)
def test_a_faulty_file_is_refused(folder: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError) as error:
        read(folder, text)
    assert str(error.value).startswith("lessons/errors.toml: ") and message in str(error.value)


def test_a_missing_file_is_refused(folder: Path) -> None:
    with pytest.raises(SourceError, match=re.escape("lessons/errors.toml: expected the entries of the errors page")):
        read_errors([])
