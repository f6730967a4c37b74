"""The texts of the checks agree with the calls that say them, and with the headings of the lessons."""

import functools
import re
import signal
import threading
import time
from pathlib import Path

import pytest
from tensorflow import keras
from tensorflow.keras import layers

from keras_beyond.exercises import checking, lessons_with_checks, load_checks
from keras_beyond.exercises.checking import CHECKS, TEXTS, check, exercise, exercise_number, expect, hint
from keras_beyond.exercises.reading import number
from keras_beyond.exercises.texts import FOLDER, SECTION, TextError, lesson_texts, read_texts, verify_common_texts
from keras_beyond.exercises.timelimit import OutOfTime, time_limit
from keras_beyond.language import set_language
from tools.source import lesson_paths, read_lesson

for module in lessons_with_checks():
    load_checks(module)

Capture = pytest.CaptureFixture[str]
CHECK = """
@exercise("first")
def first(answer):
    if answer == 1:
        hint("too-small", size=answer)
    helper(answer)


def helper(answer):
    expect(answer == 2, "expected", found=answer)
"""
TOML = """
[first.too-small]
zh = "{size:.1f} 太小"
en = "{size:.1f} is too small"

[first.expected]
zh = "兩個"
en = "two of {'them'}"
"""


@pytest.fixture
def write(tmp_path: Path):
    """Write a module of checks and its texts, and return the path of the module."""

    def write(code: str = CHECK, texts: str = TOML) -> Path:
        module = tmp_path / "lesson_98.py"
        module.write_text(code, encoding="utf-8")
        module.with_suffix(".toml").write_text(texts, encoding="utf-8")
        return module

    return write


def test_calls_and_texts_that_agree_are_loaded(write) -> None:
    texts = lesson_texts(write())["first"]
    set_language("en")
    assert texts["too-small"].say(size=1) == "1.0 is too small"
    assert texts["expected"].say() == "two of {'them'}"
    assert "not-a-number" in texts, "expected the common texts too"


@pytest.mark.parametrize(
    ("code", "texts", "message"),
    [
        (CHECK, TOML.replace('zh = "兩個"\n', ""), r"lesson_98\.toml:6: \[first\.expected\] .* found {'en'"),
        (CHECK, TOML.replace('"兩個"', '""'), r"lesson_98\.toml:6: \[first\.expected\]"),
        (CHECK, TOML.replace('"兩個"', "2"), r"lesson_98\.toml:6: \[first\.expected\]"),
        (CHECK, 'first = "x"', r"lesson_98\.toml:1: \[first\] expected"),
        (CHECK, TOML + TOML, r"lesson_98\.toml: .*line 10"),
        (CHECK.replace('"too-small"', '"too-tiny"'), TOML, r"lesson_98\.py:5: first: .* found 'too-tiny'"),
        (CHECK.replace('"expected"', '"wanted"'), TOML, r"lesson_98\.py:10: first: .* found 'wanted'"),
        (CHECK.replace('"too-small"', "answer"), TOML, r"lesson_98\.py:5: .* in quotation marks"),
        (
            CHECK.replace("size=answer", "length=answer"),
            TOML,
            r"lesson_98\.py:5: .*needs the arguments \['size'\], found",
        ),
        (CHECK.replace(", size=answer", ""), TOML, r"lesson_98\.py:5: .*\['size'\], found \[\]"),
        (CHECK.replace('"expected", ', '"expected", size=1, '), TOML, r"lesson_98\.py:10: .*\[\], found \['size'\]"),
        (CHECK, TOML + '[first.unused]\nzh = "一"\nen = "one"\n', r"lesson_98\.toml:9: .*'unused'"),
        (CHECK, TOML + '[second.expected]\nzh = "一"\nen = "one"\n', r"lesson_98\.toml:9: .*'second'"),
        (
            CHECK,
            TOML + '[first.not-a-number]\nzh = "一"\nen = "one"\n',
            r"lesson_98\.toml:9: common\.toml:\d+ has the id",
        ),
        (
            CHECK + 'exercise_number("second", right=1, wrong={2: "two"}, read=number)\n',
            TOML + '[second.expected]\nzh = "一"\nen = "one"\n',
            r"lesson_98\.py:11: second: .* found 'two'",
        ),
    ],
)
def test_calls_and_texts_that_disagree_are_refused(write, code: str, texts: str, message: str) -> None:
    with pytest.raises(TextError, match=message):
        lesson_texts(write(code, texts))


def test_a_module_without_texts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lesson_98.py").write_text(CHECK)
    with pytest.raises(TextError, match=r"lesson_98\.toml"):
        lesson_texts(tmp_path / "lesson_98.py")


def test_every_module_agrees_with_its_texts() -> None:
    verify_common_texts()
    assert len(lessons_with_checks()) == len(list(FOLDER.glob("lesson_*.toml"))) >= 11
    assert set(TEXTS) == set(CHECKS)


def test_two_exercises_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"test_texts\.py:\d+: .*lesson_01\.py:\d+ has 'slim-model'"):
        exercise("slim-model")
    with pytest.raises(ValueError, match=r"test_texts\.py:\d+: .*lesson_01\.py:\d+ has 'dense-parameters'"):
        exercise_number("dense-parameters", right=1, wrong={}, read=number)


@functools.cache
def headings(number: str, language: str) -> set[str]:
    path = next(path for path in lesson_paths() if path.stem.startswith(number))
    texts = [cell.text for cell in read_lesson(path).cells if cell.kind == "markdown" and cell.language == language]
    return {heading.strip() for text in texts for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("number", lessons_with_checks())
def test_headings_that_texts_quote_are_in_the_lesson(number: str) -> None:
    for name, texts in read_texts(FOLDER / f"lesson_{number}.toml").items():
        for key, text in texts.items():
            for language, prose in (("zh-TW", text.zh), ("en", text.en)):
                for heading in SECTION.findall(prose):
                    message = f"{text.source}: [{name}.{key}] lesson {number} has no heading {heading!r} in {language}"
                    assert heading in headings(number, language), message


def test_quoted_headings_are_marked() -> None:
    """A heading that a text quotes is written as {section: heading}, so that the test above finds it."""
    for lesson in lessons_with_checks():
        for texts in read_texts(FOLDER / f"lesson_{lesson}.toml").values():
            for text in texts.values():
                for language, prose in (("zh-TW", text.zh), ("en", text.en)):
                    for quoted in re.findall(r"「([^」]+)」|\"([^\"]+)\"", prose):
                        assert "".join(quoted) not in headings(lesson, language), text.source


def test_a_list_is_joined_in_the_language_of_the_reader() -> None:
    text = lesson_texts(FOLDER / "lesson_09.py")["last-layer-and-loss"]["missing"]
    for language, joined in (("en", "a, b and c"), ("zh-TW", "a、b、c")):
        set_language(language)
        assert joined in text.say(names=["a", "b", "c"])
    set_language("en")


def test_an_unknown_name_is_told_which_there_are(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    set_language("en")
    names = ["split-cut", "split-networks", "split-model", "split-codes", "split-probe", "split-targets"]
    monkeypatch.setattr(checking, "CHECKS", {name: CHECKS[name] for name in names})
    check("split-net", None)
    line = capsys.readouterr().out
    assert "'split-net'" in line and all(name in line for name in names)
    monkeypatch.setattr(checking, "CHECKS", {})
    check("split-net", None)
    assert "run start(" in capsys.readouterr().out


# Time


def compute(seconds: float) -> None:
    start = time.process_time()
    while time.process_time() - start < seconds:
        pass


def endless(*_: object) -> None:
    while True:
        pass


def patient(*_: object) -> None:
    """Goes on after every Exception."""
    while True:
        try:
            sum(range(100))
        except Exception:
            continue


class Endless(layers.Layer):
    def call(self, x: object) -> object:
        return endless()


needs_timer = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Python has no timer here")


@needs_timer
@pytest.mark.parametrize("answer", [endless, patient, lambda x: Endless()(x)], ids=["loop", "except", "layer"])
def test_an_endless_answer_is_stopped(answer, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CHECKS", dict(CHECKS))

    @exercise("endless", seconds=0.3)
    def check_endless(answer: object) -> None:
        answer(keras.ops.ones((2, 2)))

    set_language("en")
    handler = signal.signal(signal.SIGVTALRM, signal.SIG_IGN)
    try:
        start = time.process_time()
        check("endless", answer)
        assert time.process_time() - start < 2
        assert "[✗] endless: There was no result after 0.3 seconds" in capsys.readouterr().out
        assert signal.getsignal(signal.SIGVTALRM) is signal.SIG_IGN
        assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
    finally:
        signal.signal(signal.SIGVTALRM, handler)


@needs_timer
def test_without_a_timer_to_use_there_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def wait() -> None:
        with time_limit(0.05):
            compute(0.3)
        finished.append(True)

    finished: list[bool] = []
    thread = threading.Thread(target=wait)
    thread.start()
    thread.join()
    assert finished, "another thread was interrupted"
    with pytest.raises(OutOfTime):
        wait()
    with time_limit(60), time_limit(0.05):  # the inner one leaves the timer that runs alone
        compute(0.3)
    monkeypatch.delattr(signal, "setitimer")
    wait()


def test_the_answer_is_as_before_when_it_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CHECKS", dict(CHECKS))

    @exercise("spoiling", seconds=0.3)
    def spoiling(model: keras.Model) -> None:
        model.set_weights([weight * 0 for weight in model.get_weights()])
        endless()

    if hasattr(signal, "setitimer"):
        model = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
        check("spoiling", model)
        assert model.get_weights()[0].any()


# Numbers


def test_a_number_gets_its_own_hint_within_the_tolerance(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CHECKS", dict(CHECKS))
    monkeypatch.setattr(checking, "TEXTS", {"sum": TEXTS["dense-parameters"]})
    exercise_number("sum", right=7, wrong={3.0: "weights-only"}, read=number, tolerance=0.1)
    set_language("en")
    for answer, reply in [(7.05, "[✓]"), (3.05, "weights alone"), (3.5, "found: 3.5."), ("7", "a number")]:
        check("sum", answer)
        assert reply in capsys.readouterr().out


def test_a_text_that_is_not_loaded_is_named(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CHECKS", dict(CHECKS))

    @exercise("lost")
    def lost(answer: object) -> None:
        expect(True, "never-said", found=answer)
        hint("nowhere")

    set_language("en")
    check("lost", 1)
    assert "cannot read it" in (line := capsys.readouterr().out) and "nowhere" in line
