"""Every check, against every answer in tests/answers: right ones pass, each foreseen mistake gets its own hint.

Whatever the answer, the learner's objects are afterwards as they were, and the next random numbers are the same.
"""

import importlib
import pkgutil
import random
import types
from collections import defaultdict
from collections.abc import Callable, Iterator

import answers
import numpy as np
import pytest
import tensorflow as tf
from answers import Answers
from IPython.core.compilerop import CachingCompiler
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond._keras import flat_layers
from keras_beyond.exercises import lessons_with_checks, load_checks
from keras_beyond.exercises.checking import CHECKS, check
from keras_beyond.exercises.texts import FOLDER, Text, common_texts, read_texts
from keras_beyond.language import set_language
from tools.compose import stub_of
from tools.source import lesson_paths, read_lesson

for number in lessons_with_checks():
    load_checks(number)

LESSONS: dict[str, dict[str, Answers]] = {
    module.name.removeprefix("lesson_"): importlib.import_module(f"answers.{module.name}").ANSWERS
    for module in pkgutil.iter_modules(answers.__path__)
}
ANSWERS = {name: entry for lesson in LESSONS.values() for name, entry in lesson.items()}
every_exercise = pytest.mark.parametrize(
    "name",
    [pytest.param(name, id=f"{number}-{name}") for number, lesson in LESSONS.items() for name in sorted(lesson)],
)
after: dict[str, set[tuple[float, ...]]] = defaultdict(set)  # by exercise: what was drawn after each check
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def same_start() -> None:
    """Messages in English, and the same random numbers for every answer that is trained."""
    set_language("en")
    keras.utils.set_random_seed(1)
    tf.zeros(1)  # makes the device, which writes to stderr


REACHED: dict[str, set[str]] = {}  # the texts that the answers of an exercise were met with, by file and line
TRIED: list[tuple[str, str]] = []  # kind of answers and exercise


@pytest.fixture(autouse=True)
def texts_are_noted(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Note which texts are said; both languages are filled each time, whichever is the reader's."""
    say = Text.say
    name = request.node.callspec.params.get("name", "") if hasattr(request.node, "callspec") else ""

    def noted(text: Text, **values: object) -> str:
        REACHED.setdefault(name, set()).add(text.source)
        return say(text, **values)

    monkeypatch.setattr(Text, "say", noted)
    if name:
        TRIED.append((request.node.originalname, name))


def layers_in(answer: object) -> Iterator[layers.Layer]:
    """The layers and models that a learner handed over, in a container, or bound to a name that a function reads."""
    if isinstance(answer, layers.Layer):
        yield from flat_layers(answer)
    elif isinstance(answer, dict):
        yield from layers_in(list(answer.values()))
    elif isinstance(answer, (list, tuple)):
        for part in answer:
            yield from layers_in(part if part is not answer else None)
    elif isinstance(answer, types.FunctionType) and answer.__closure__:
        yield from layers_in([cell.cell_contents for cell in answer.__closure__])


def state_of(answer: object) -> Callable[[], tuple]:
    """What a check has to leave as it was: weights, seeds of layers, metrics, optimizers and `trainable`."""
    known = list(layers_in(answer))
    optimizers = [layer.optimizer for layer in known if getattr(layer, "optimizer", None)]
    variables = [variable for layer in known for variable in layer.variables + layer.metrics_variables]
    variables += [variable for optimizer in optimizers for variable in optimizer.variables]
    return lambda: (
        [variable.numpy().tobytes() for variable in variables],
        [layer.trainable for layer in known],
    )


def next_random_numbers() -> tuple[float, ...]:
    """What Python, NumPy, Keras and TensorFlow draw next."""
    return random.random(), np.random.random(), float(keras.random.uniform(())), float(tf.random.uniform(()))


def said(name: str, answer: object, capture: Capture) -> str:
    """What the check says; it leaves everything as it was, and writes one line, and nothing to stderr."""
    state = state_of(answer)
    before = state()
    capture.readouterr()
    check(name, answer)
    out, err = capture.readouterr()
    after[name].add(next_random_numbers())
    assert len(after[name]) == 1, f"{name}: what is drawn after the check depends on the answer"
    assert state() == before, f"{name}: the check changed something"
    assert not err and out.endswith("\n") and out.count("\n") == 1, (out, err)
    return out


def test_every_exercise_has_answers() -> None:
    assert set(ANSWERS) == set(CHECKS) and len(CHECKS) >= 5
    for name, entry in ANSWERS.items():
        assert len(entry.right) >= 3, name
        assert len(entry.foreseen) >= 2, name
        assert entry.unforeseen, name


class Names(dict):
    """What a lesson has defined by the time of an exercise: the modules, and anything else as some model."""

    def __missing__(self, name: str) -> object:
        if name in __builtins__:
            raise KeyError(name)
        return layers.Layer if name[0].isupper() else keras.Sequential([keras.Input((4,)), layers.Dense(2)])


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_stubs_are_not_answered_yet(path, capfd: Capture) -> None:
    cells = read_lesson(path).cells
    for place, cell in enumerate(cells):
        if cell.exercise:
            names = Names(keras=keras, layers=layers, np=np, tf=tf, check=check)
            source = stub_of(cell)
            exec(compile(source, CachingCompiler().cache(source), "exec"), {}, names)  # as a notebook does
            capfd.readouterr()
            exec(cells[place + 1].text, {}, names)
            after[cell.exercise].add(next_random_numbers())
            assert capfd.readouterr().out == f"[ ] {cell.exercise}: 還沒作答 · not answered yet\n"


@every_exercise
def test_right_answers_pass(name: str, capfd: Capture) -> None:
    for place, make in enumerate(ANSWERS[name].right):
        text = said(name, make(), capfd)
        assert text.startswith(f"[✓] {name}"), f"right answer {place} was refused: {text}"


@every_exercise
def test_each_mistake_gets_its_own_hint(name: str, capfd: Capture) -> None:
    hints = ANSWERS[name].foreseen
    for piece, makers in hints.items():
        for make in makers if isinstance(makers, list) else [makers]:
            text = said(name, make(), capfd)
            assert text.startswith(f"[✗] {name}"), f"{piece!r}: {text}"
            assert [other for other in hints if other in text] == [piece], text


@every_exercise
def test_a_mistake_nobody_foresaw_is_told_what_was_expected(name: str, capfd: Capture) -> None:
    for make in ANSWERS[name].unforeseen:
        answer = make()
        text = said(name, answer, capfd)
        assert text.startswith(f"[✗] {name}") and "Expected" in text and "found" in text, text
        set_language("zh-TW")
        assert "應該是" in said(name, answer, capfd)
        set_language("en")


def test_layers_that_are_handed_over_unbuilt_stay_so(capfd: Capture) -> None:
    heads = ANSWERS["last-layer-and-loss"].right[0]()
    unbuilt = [layer for layer in layers_in(heads) if not layer.built]
    assert said("last-layer-and-loss", heads, capfd).startswith("[✓]")
    assert len(unbuilt) >= 5 and not any(layer.built for layer in unbuilt)


def failing(*_: object, **__: object) -> object:
    raise OSError("a failure\nof two lines")


ODD: dict[str, Callable[[], object]] = {
    "a string": lambda: "Dense",
    "nan": lambda: float("nan"),
    "infinity": lambda: np.float64("inf"),
    "an empty list": list,
    "an empty dict": dict,
    "an object": object,
    "an ellipsis": lambda: ...,
    "bytes": lambda: b"1216",
    "the class Model": lambda: keras.Model,
    "the class Layer": lambda: layers.Layer,
    "a model without layers": keras.Sequential,
    "an unbuilt model": lambda: keras.Sequential([layers.Dense(3)]),
    "a bare Model": keras.Model,
    "another model": lambda: keras.Sequential([keras.Input((7,)), layers.Dense(3)]),
    "a symbolic tensor": lambda: keras.Input((7,)),
    "a function of nothing": lambda: lambda: 1,
    "a function of nine": lambda: lambda a, b, c, d, e, f, g, h, i: 1,
    "a function that fails": lambda: failing,
    "a function that gives a string": lambda: lambda *_, **__: "text",
    "a function that gives an object": lambda: lambda *_, **__: object(),
    "a function that gives a list of None": lambda: lambda *_, **__: [None, None],
    "a function that gives a scalar": lambda: lambda *_, **__: np.float32(2.5),
    "a function that gives its first argument": lambda: lambda first=None, *_, **__: first,
    "a generator": lambda: (one for one in range(3)),
    "a list in itself": lambda: (lambda knot: knot.append(knot) or knot)([1]),
    "a huge array": lambda: np.zeros(10_000_000, "float32"),
    "a module": lambda: np,
}


@every_exercise
def test_odd_answers_are_told_what_they_are(name: str, capfd: Capture) -> None:
    """Also inside what a cell hands over, as its last part. Wrong or not answered, and never the check's own failure."""
    whole = ANSWERS[name].right[0]()
    for odd, make in ODD.items():
        answers = [make()]
        if isinstance(whole, dict):
            answers.append({**whole, list(whole)[-1]: make()})
        if isinstance(whole, (list, tuple)):
            answers.append((*whole[:-1], make()))
        for answer in answers:
            text = said(name, answer, capfd)
            assert text.startswith((f"[✗] {name}", f"[ ] {name}")), f"{odd}: {text}"
            assert "cannot read it" not in text and "NoneType" not in text, f"{odd}: {text}"


@pytest.mark.parametrize("number", LESSONS)
def test_every_text_is_reached_by_an_answer(number: str) -> None:
    """By the right answers, the mistakes and the odd answers of its own exercise."""
    names = set(LESSONS[number])
    missing = {kind: names - {name for tried, name in TRIED if tried == kind} for kind, _ in TRIED}
    if len(missing) < 4 or any(missing.values()):
        pytest.skip("this needs all other tests of the lesson in the same run")
    anywhere = set().union(*(REACHED[name] for name in names))
    unreached = [
        f"{text.source} [{name}.{key}]"
        for name, texts in read_texts(FOLDER / f"lesson_{number}.toml").items()
        for key, text in texts.items()
        if text.source not in REACHED.get(name, anywhere)
    ]
    assert not unreached, "no answer is met with: " + ", ".join(unreached)


SEVERAL = [
    "confident-mistake",
    "slim-model",
    "photo-parameters",
    "parity-labels",
    "mended-temperature",
    "film-shapes",
    "relu-or-sigmoid",
]


def test_every_shared_text_is_reached_by_an_answer(capfd: Capture) -> None:
    """By the answers of a few exercises of different kinds: a worker runs only some of the lessons."""
    REACHED.pop("", None)
    for name in SEVERAL:
        test_right_answers_pass(name, capfd)
        test_each_mistake_gets_its_own_hint(name, capfd)
        test_a_mistake_nobody_foresaw_is_told_what_was_expected(name, capfd)
        test_odd_answers_are_told_what_they_are(name, capfd)
    elsewhere = {"unknown-exercise", "not-loaded", "out-of-time", "unreadable"}
    texts = {key: text.source for key, text in common_texts().items() if key not in elsewhere}
    unreached = [f"{source} {key}" for key, source in texts.items() if source not in REACHED[""]]
    assert not unreached, "no answer is met with: " + ", ".join(unreached)
