"""The code cells of the lessons: labels say what stands beside them, held-out rows are held out, guards stay apart."""

import ast
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from code_rules import Reader, bound, read

from tools.source import Lesson, lesson_paths, read_lesson

LESSONS = [read_lesson(path) for path in lesson_paths()]
EXCEPTIONS = tomllib.loads((Path(__file__).parent / "code_cells.toml").read_text(encoding="utf-8")).get("exception", [])
MOST_ASSERTS = 2  # in sight

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


def problems_in(lesson: Lesson) -> list[str]:
    """Return what the rules find in the cells that a reader sees, exceptions left out."""
    spared = [entry["line"] for entry in EXCEPTIONS if lesson.name.startswith(entry["lesson"])]
    reader, messages = Reader(), []
    for cell in lesson.cells:
        if cell.kind == "code" and "guard" not in cell.tags:
            for line, message in reader.problems(cell.text):
                text = cell.text.splitlines()[line - 1]
                if not any(piece in text for piece in spared):
                    messages.append(f"lessons/{lesson.path.name}:{cell.line + line}: {message}")
    return messages


@every_lesson
def test_labels_say_what_stands_beside_them_and_held_out_rows_are_held_out(lesson: Lesson) -> None:
    assert not problems_in(lesson), "\n" + "\n".join(problems_in(lesson))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ('print(f"test accuracy {accuracy_train:.1%}")', "is of train"),
        ('loss, accuracy = model.evaluate(x_train, y_train)\nprint(f"loss {loss:.2f}, test accuracy {accuracy:.1%}")', "of train"),
        ('print("training loss:", loss_test)', "is of test"),
        ('plot_lines({"validation": history["loss"], "training": history["val_loss"]})', "'validation' stands beside"),
        ('show_images(images_train[:20], title="20 test digits")', "is of train"),
        ('plot_histogram(scores_train, title="Scores", xlabel="test accuracy (%)")', "is of train"),
        ('print(f"accuracy {np.mean(answers != labels):.1%}")', "counts what differs"),
        ('equal = answers == labels\nprint(f"mistakes {equal:.0%}")', "counts what is equal"),
        ('print(f"{accuracy:.1f} % right")', "not multiplied by 100"),
        ('print(f"{100 * accuracy:.1%} right")', "multiplied by 100, then"),
        ('print(f"{accuracy:.1%} % right")', "% twice"),
        ("model.fit(x_train[:58_000], y_train[:58_000], validation_data=(x_train[-5000:], y_train[-5000:]))", "rows to fit"),
        ("a, b = x_train[:5000], x_train[4000:]\nmodel.fit(a, y_train[:5000], validation_data=(b, y_train[4000:]))", "rows to fit"),
        ("model.fit(x_train[:4000], y_train[:5000])", "different rows"),
        ("model.evaluate(x_test, y_test[1:])", "different rows"),
    ],
)  # fmt: skip
def test_a_label_that_says_something_else_is_noticed(code: str, message: str) -> None:
    messages = [text for _, text in Reader().problems(code)]
    assert len(messages) == 1 or message == "'validation' stands beside", messages
    assert message in messages[0]


@pytest.mark.parametrize(
    "code",
    [
        'loss, accuracy = model.evaluate(x_test, y_test)\nprint(f"test loss {loss:.2f}, test accuracy {accuracy:.1%}")',
        'plot_lines({"training": history["loss"], "validation": history["val_loss"]}, title="Training and validation")',
        'wrong = 1 - np.mean(answers == labels)\nprint(f"mistakes {wrong:.1%}")',
        'print(f"{100 * accuracy:.1f} % right")',
        "model.fit(x_train[:40_000], y_train[:40_000], validation_data=(x_train[-5000:], y_train[-5000:]))",
    ],
)
def test_a_label_that_is_right_is_spared(code: str) -> None:
    assert not list(Reader().problems(code))


def test_every_exception_names_a_line_of_its_lesson_and_a_reason() -> None:
    for entry in EXCEPTIONS:
        lesson = next(lesson for lesson in LESSONS if lesson.name.startswith(entry["lesson"]))
        assert entry["reason"] and any(entry["line"] in cell.text for cell in lesson.cells), entry


@every_lesson
def test_asserts_in_sight_are_few(lesson: Lesson) -> None:
    visible = [cell for cell in lesson.cells if cell.kind == "code" and "guard" not in cell.tags]
    lines = [
        f"lessons/{lesson.path.name}:{cell.line + node.lineno}"
        for cell in visible
        for node in ast.walk(ast.parse(cell.text))
        if isinstance(node, ast.Assert)
    ]
    assert len(lines) <= MOST_ASSERTS, f"{lines}: move them into a guard"


@every_lesson
def test_every_view_is_tried_out_by_its_guard(lesson: Lesson) -> None:
    for cell, following in pairwise([*lesson.cells, None]):
        if "widget" in cell.tags:
            guarded = (
                following
                and "guard" in following.tags
                and re.search(r"^guarding\.try_view\(", following.text, re.MULTILINE)
            )
            assert guarded, (
                f"lessons/{lesson.path.name}:{cell.line}: expected a guard after it that calls guarding.try_view()"
            )


def shared_with_guards(codes: list[tuple[str, bool]]) -> set[str]:
    """Return the names that a cell in sight takes from other cells and a guard, before or after, gives a value.

    `codes` has the cells in order, and whether each is a guard.
    """
    taken = set().union(*(read(code) for code, guard in codes if not guard))
    return taken & set().union(*(bound(code) for code, guard in codes if guard))


@every_lesson
def test_no_guard_gives_a_value_to_what_a_cell_in_sight_reads(lesson: Lesson) -> None:
    """Otherwise the lesson needs its guards, or goes wrong when a reader runs a section again."""
    codes = [(cell.text, "guard" in cell.tags) for cell in lesson.cells if cell.kind == "code"]
    assert not shared_with_guards(codes), "give them other names in the guard"


@every_lesson
def test_a_guard_that_reads_the_last_value_gets_it(lesson: Lesson) -> None:
    """IPython stops writing `_` as soon as a cell has given it a value of its own."""
    cells = [cell for cell in lesson.cells if cell.kind == "code"]
    asks = [cell.line for cell in cells if "guard" in cell.tags and "_" in read(cell.text)]
    gives = [f"lessons/{lesson.path.name}:{cell.line}" for cell in cells if asks and "_" in bound(cell.text)]
    assert not gives, f"{gives}: name it, since a guard reads _ in line {asks[0]}"


def test_a_name_shared_with_a_guard_is_noticed() -> None:
    assert shared_with_guards([("a = 1", False), ("b = a", True), ("print(b)", False)]) == {"b"}
    assert shared_with_guards([("b = 1", False), ("b = 2", True), ("def f():\n    return b", False)]) == {"b"}
    assert shared_with_guards([("b = 1", False), ("print(b)", False), ("for b in [1]:\n    assert b", True)]) == {"b"}
    assert not shared_with_guards([("a = 1", False), ("assert [a for a in [1]]", True), ("print(a)", False)])
    assert not shared_with_guards([("a = 1", False), ("b = a", True), ("b = 3\nprint(b)", False)])
