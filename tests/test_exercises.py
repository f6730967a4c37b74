"""Every check, against every answer of the catalogue: right ones pass, each foreseen mistake gets its own hint."""

import importlib
import pkgutil

import catalogue
import pytest
from catalogue import Answers
from tensorflow import keras

from course.exercises.machinery import CHECKS, check
from course.language import set_language

CATALOGUE: dict[str, Answers] = {
    name: answers
    for module in pkgutil.iter_modules(catalogue.__path__)
    for name, answers in importlib.import_module(f"catalogue.{module.name}").CATALOGUE.items()
}


@pytest.fixture(autouse=True)
def same_start() -> None:
    """Messages in English, and the same random numbers for every answer that is trained."""
    set_language("en")
    keras.utils.set_random_seed(1)


def said(name: str, answer: object, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    check(name, answer)
    return capsys.readouterr().out


def test_every_exercise_has_answers() -> None:
    assert set(CATALOGUE) == set(CHECKS) and len(CHECKS) >= 5
    for name, answers in CATALOGUE.items():
        assert len(answers.right) >= 3, name
        assert len(answers.foreseen) >= 2, name
        assert answers.unforeseen, name


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_stub_is_not_answered_yet(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(name, None, capsys) == f"[ ] {name}: 還沒作答 · not answered yet\n"


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_right_answers_pass(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for place, make in enumerate(CATALOGUE[name].right):
        assert said(name, make(), capsys).startswith(f"[✓] {name}"), f"right answer {place} was refused"


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_each_mistake_gets_its_own_hint(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    hints = CATALOGUE[name].foreseen
    for piece, make in hints.items():
        text = said(name, make(), capsys)
        assert text.startswith(f"[✗] {name}"), f"{piece!r}: {text}"
        assert [one for one in hints if one in text] == [piece], text


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_a_mistake_nobody_foresaw_is_told_what_was_expected(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for make in CATALOGUE[name].unforeseen:
        text = said(name, make(), capsys)
        assert text.startswith(f"[✗] {name}") and "Expected" in text and "found" in text, text
        set_language("zh-TW")
        assert "應該是" in said(name, make(), capsys)
        set_language("en")
