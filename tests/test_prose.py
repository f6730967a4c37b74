"""The prose of the lessons and of the pages beside them: its numbers stand in what is beside them, its references lead on."""

import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from prose_rules import (
    anchor_of,
    dead_links,
    evidence_in,
    exercises_in,
    headings_in,
    missing_files,
    missing_numbers,
    numbers_in,
    numbers_of_shapes,
    numbers_of_sums,
    supported,
    unequal_numbers,
    unequal_parts,
    unknown_exercises,
    unknown_headings,
    unknown_lessons,
    without_exempt,
    without_pieces,
    wrong_sums,
)

from tools.build import NOTEBOOKS, notebook_path
from tools.source import LANGUAGES, ROOT, Cell, Lesson, lesson_paths, read_lesson

LESSONS = [read_lesson(path) for path in lesson_paths()]
LIST = tomllib.loads((Path(__file__).parent / "prose_numbers.toml").read_text(encoding="utf-8"))
EXCEPTIONS = LIST.get("exception", [])
FINISHED = [lesson for lesson in LESSONS if lesson.name not in LIST["not_yet"]]
NEARBY = 2  # code cells on either side that prose speaks of, besides those of its section
SUMMARY = re.compile(r"^## (?:回顧|Summary)\b", re.MULTILINE)
PAGES = [path for path in sorted(ROOT.rglob("*.md")) if not any(part.startswith(".") or part == "node_modules" for part in path.relative_to(ROOT).parts[:-1])]  # fmt: skip

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
every_finished_lesson = pytest.mark.parametrize("lesson", FINISHED, ids=lambda lesson: lesson.name)
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def exempt_of(lesson: Lesson) -> list[str]:
    return [entry["text"] for entry in EXCEPTIONS if lesson.name.startswith(entry["lesson"])]


def evidence_of(lesson: Lesson) -> dict[int, set[float]]:
    """Return the numbers in each code cell and its committed output, guards left out, for the line of the cell."""
    outputs = {}
    if notebook_path(lesson, "en").is_file():
        for cell in nbformat.read(notebook_path(lesson, "en"), 4).cells:
            parts = [
                output.get("text", "")
                + output.get("data", {}).get("text/plain", "")
                + "\n".join(output.get("traceback", []))
                for output in cell.get("outputs", [])
            ]
            outputs[cell.id] = "\n".join(parts)
    shown = [cell for cell in lesson.cells if cell.kind == "code" and "guard" not in cell.tags]
    return {cell.line: evidence_in(cell.text + "\n" + outputs.get(cell.id, "")) for cell in shown}


def evidence_for(cell: Cell, lesson: Lesson, evidence: dict[int, set[float]]) -> set[float]:
    """Return the numbers that a prose cell may speak of: of its section, or sections where a heading stands within it."""
    if cell.line < min(evidence) or SUMMARY.search(cell.text):  # title, goals and summary speak of the whole lesson
        return set().union(*evidence.values())
    begins = [other.line for other in lesson.cells if re.search(r"^## ", other.text, re.MULTILINE) and other.kind == "markdown" and other.language == cell.language]  # fmt: skip
    first = max((line for line in begins if line < cell.line), default=0)
    last = min((line for line in begins if line > cell.line), default=10**6)
    near = [line for line in evidence if first < line < last]
    near += [line for line in evidence if line < cell.line][-NEARBY:] + [line for line in evidence if line > cell.line][
        :NEARBY
    ]
    return set().union(*(evidence[line] for line in near), numbers_of_checks(lesson) if exercises_in(cell.text) else ())


def numbers_of_checks(lesson: Lesson) -> set[float]:
    """Return the numbers in the checks of a lesson, which are what its exercises ask for."""
    files = (ROOT / "src" / "keras_beyond" / "exercises").glob(f"lesson_{lesson.name[:2]}.*")
    return set().union(*(evidence_in(path.read_text(encoding="utf-8")) for path in files))


def unsupported(lesson: Lesson) -> Iterator[str]:
    """Yield a message for every number in prose that stands in no code and no output near it."""
    evidence, exempt = evidence_of(lesson), exempt_of(lesson)
    for cell in lesson.cells:
        if cell.kind == "markdown":
            text = without_exempt(cell.text, exempt)
            near = evidence_for(cell, lesson, evidence)
            near |= numbers_of_sums(text, near) | (numbers_of_shapes(text) & set().union(*evidence.values()))
            for number in numbers_in(text):
                if not supported(number, near):
                    yield f"{where(lesson, cell, number.text)}: {number.text} stands in no code or output near it"


def where(lesson: Lesson, cell: Cell, piece: str) -> str:
    """Return file and line of a piece of a prose cell."""
    lines = lesson.path.read_text(encoding="utf-8").splitlines()
    following = [other.line for other in lesson.cells if other.line > cell.line]
    end = min(following, default=len(lines) + 1) - 1
    line = next((number for number in range(cell.line, end) if piece in lines[number]), cell.line)
    return f"lessons/{lesson.path.name}:{line + 1}"


def prose(lesson: Lesson) -> Iterator[Cell]:
    return (cell for cell in lesson.cells if cell.kind == "markdown")


def report(messages: list[str]) -> str:
    return "\n" + "\n".join(messages)


@every_finished_lesson
def test_numbers_stand_in_the_code_or_output_beside_them(lesson: Lesson) -> None:
    messages = list(unsupported(lesson))
    assert not messages, report(messages)


@every_finished_lesson
def test_both_languages_have_the_same_numbers_figures_code_and_formulas(lesson: Lesson) -> None:
    messages, exempt = [], exempt_of(lesson)
    for cell, twin in pairwise(lesson.cells):
        if cell.language == "zh-TW":
            only = unequal_numbers(*(without_exempt(one.text, exempt) for one in (cell, twin)))
            if any(only):
                messages.append(
                    f"lessons/{lesson.path.name}:{cell.line}: only in Chinese {only[0]}, only in English {only[1]}"
                )
            parts = unequal_parts(*(without_pieces(one.text, exempt) for one in (cell, twin)))
            messages += [f"lessons/{lesson.path.name}:{cell.line}: {kind} in one language only: {', '.join(sorted(texts))}" for kind, texts in parts.items()]  # fmt: skip
    assert not messages, report(messages)


def unequal_figures(chinese: str, english: str) -> list[str]:
    """Return the figures of the Chinese text if the English one has others, or has them in another order."""
    figures, of_twin = (re.findall(r"\{\{(.+?)\}\}", text) for text in (chinese, english))
    return figures if figures != of_twin else []


@every_lesson
def test_both_languages_fill_in_the_same_figures_in_the_same_order(lesson: Lesson) -> None:
    """Two figures that change places in one language are true numbers said of the wrong things."""
    pairs = [(cell, twin) for cell, twin in pairwise(lesson.cells) if cell.language == "zh-TW"]
    messages = [
        f"lessons/{lesson.path.name}:{cell.line}: {unequal_figures(cell.text, twin.text)}" for cell, twin in pairs
    ]
    assert not [message for message in messages if not message.endswith(": []")]


def test_figures_that_change_places_are_noticed() -> None:
    assert unequal_figures("{{a:.0%}} 和 {{b}}", "{{b}} and {{a:.0%}}") == ["a:.0%", "b"]
    assert unequal_figures("{{a}}", "a") == ["a"] and not unequal_figures("{{a}}，{{b}}", "{{a}}, {{b}}")


@every_lesson
def test_sums_in_prose_are_right(lesson: Lesson) -> None:
    messages = [
        f"{where(lesson, cell, sum.split(':')[0])}: {sum}" for cell in prose(lesson) for sum in wrong_sums(cell.text)
    ]
    assert not messages, report(messages)


def test_lessons_not_done_yet_and_exceptions_are_there_and_have_reasons() -> None:
    names = {lesson.name for lesson in LESSONS}
    assert set(LIST["not_yet"]) <= names
    for entry in EXCEPTIONS:
        lesson = next(lesson for lesson in LESSONS if lesson.name.startswith(entry["lesson"]))
        assert entry["reason"], entry
        assert any(entry["text"] in cell.text for cell in prose(lesson)), f"no longer in the lesson: {entry['text']}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("6 萬張", "(60000, 28, 28)"),
        ("60,000 images", "x_train[:60_000]"),
        ("準確率 97%", "test accuracy 97.2%"),
        ("about 97 %", "accuracy 0.9718"),
        ("the loss is 2.303", "one-hot 2.303"),
        ("一共 206 nats", "reconstruction 206.4"),
        ("shape `(n, 784)`", "reshape(-1, 784)"),
        ("2 / 30 = 0.07 at 30", "30"),
        ("5 萬 5 千張", "x_train[:55_000]"),
        ("89 to 94 %", "0.891 0.9402"),
    ],
)
def test_a_number_that_stands_nearby_is_supported(text: str, code: str) -> None:
    evidence = evidence_in(code)
    evidence |= numbers_of_sums(text, evidence)
    assert [number.text for number in numbers_in(text) if not supported(number, evidence)] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("7 萬張", "(60000, 28, 28)"),
        ("about 96 %", "test accuracy 97.2%"),
        ("the loss is 2.313", "one-hot 2.303"),
        ("3 layers", "2.7 (2,)"),
        ("207 nats", "reconstruction 206.4"),
        ("9 + 8 = 17", "40"),
        ("length 748", "reshape(-1, 784)"),
    ],
)
def test_a_number_that_does_not_is_noticed(text: str, code: str) -> None:
    assert [number.text for number in numbers_in(text) if not supported(number, evidence_in(code))]


def test_what_is_no_claim_is_spared() -> None:
    text = "# 01 A title\n\n### 練習 1.3：（8 分鐘）\n\n1. 第 03、04 課, lessons 04 and 05, exercise 1.4; LeCun (1998); $x_{17}$; {{accuracy:.1%}}; `dense_1`"
    assert numbers_in(without_exempt(text, [])) == []


def test_a_wrong_sum_is_noticed() -> None:
    assert wrong_sums("9 + 8 = 18; 784x500 + 500 = 392,500; 2 / 3 = 0.67; 1 - 0.1 x 0.44 = 0.956") == [
        "9 + 8 = 18: expected 17"
    ]
    assert wrong_sums("784x500 + 500 = 392,050")


def test_unequal_numbers_are_noticed() -> None:
    assert unequal_numbers("6 萬張、97%、三個、九成", "60,000 digits, 97 %, 3 of them, 90 %") == ([], [])
    assert unequal_numbers("5 萬張、96%、0.4", "60,000 digits, 97 %, 0.5") == (
        ["5 萬", "96%", "0.4"],
        ["60,000", "97 %", "0.5"],
    )


def test_unequal_parts_are_noticed() -> None:
    chinese = "{{loss:.2f}}、`(n, 784)`、$x + 1$\n\n| `Dense(u)` | n u + u | 9 |\n第 03 課、練習 1.2"
    english = "{{loss:.2f}}, `(n, 784)`, $x + 1$\n\n| `Dense(u)` | n u + u | 9 |\nlesson 03, exercise 1.2"
    assert unequal_parts(chinese, english) == {}
    other = "{{loss:.3f}}, `(784, n)`, $x - 1$\n\n| `Dense(u)` | n u - u | 8 |\nlesson 02, exercise 1.3"
    assert set(unequal_parts(chinese, other)) == {"figure", "code", "formula", "cell of a table", "lesson", "exercise"}


# References


def all_headings(language: str, lesson: Lesson) -> list[str]:
    return [
        heading for cell in prose(lesson) if cell.language in (language, None) for heading in headings_in(cell.text)
    ]


@every_lesson
def test_links_of_a_lesson_lead_to_files_and_headings(lesson: Lesson) -> None:
    for language in LANGUAGES:
        anchors = {anchor_of(heading, github=False) for heading in all_headings(language, lesson)}
        for cell in prose(lesson):
            if cell.language == language:
                dead = list(dead_links(cell.text, NOTEBOOKS / language, anchors, github=False))
                assert not dead, f"lessons/{lesson.path.name}:{cell.line}: {dead}"


@every_lesson
def test_headings_that_a_lesson_quotes_are_in_it(lesson: Lesson) -> None:
    for cell in prose(lesson):
        unknown = unknown_headings(cell.text, all_headings(cell.language or "en", lesson))
        assert not unknown, f"lessons/{lesson.path.name}:{cell.line}: {unknown}"


@every_lesson
def test_lessons_that_a_lesson_names_are_there(lesson: Lesson) -> None:
    for cell in prose(lesson):
        unknown = unknown_lessons(cell.text, titles(cell.language or "en"))
        assert not unknown, f"lessons/{lesson.path.name}:{cell.line}: {unknown}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_lessons_that_a_hint_names_are_there(language: str) -> None:
    texts = sorted((ROOT / "src" / "keras_beyond" / "exercises").glob("*.toml"))
    assert len(texts) > len(LESSONS)
    for path in texts:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(language[:2])]
        unknown = unknown_lessons("\n".join(lines), titles(language))
        assert not unknown, f"{path.relative_to(ROOT)}: {unknown}"


@every_lesson
def test_exercises_are_numbered_and_those_named_are_there(lesson: Lesson) -> None:
    numbers = {language: [number for cell in prose(lesson) if cell.language == language for number in exercises_in(cell.text)] for language in LANGUAGES}  # fmt: skip
    assert numbers["zh-TW"] == numbers["en"]
    assert not missing_numbers(numbers["en"], int(lesson.name[:2]))
    everywhere = {number for other in LESSONS for cell in prose(other) for number in exercises_in(cell.text)}
    for cell in prose(lesson):
        unknown = unknown_exercises(cell.text, everywhere)
        assert not unknown, f"lessons/{lesson.path.name}:{cell.line}: {unknown}"


@every_lesson
def test_files_that_a_lesson_names_are_there(lesson: Lesson) -> None:
    for cell in prose(lesson):
        missing = missing_files(cell.text, ROOT)
        assert not missing, f"lessons/{lesson.path.name}:{cell.line}: {missing}"


def titles(language: str) -> dict[str, str]:
    return {lesson.name[:2]: lesson.titles[language][3:] for lesson in LESSONS}


@every_page
def test_references_of_a_page_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    plain = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    anchors = {anchor_of(heading, github=True) for heading in headings_in(text)}
    assert list(dead_links(plain, page.parent, anchors, github=True)) == []
    assert missing_files(plain, ROOT) == []
    both = {number: " ".join(titles(language)[number] for language in LANGUAGES) for number in titles("en")}
    assert unknown_lessons(plain, both) == []
    everywhere = [heading for other in PAGES for heading in headings_in(other.read_text(encoding="utf-8"))]
    assert unknown_headings(plain, everywhere) == []


def test_pages_are_looked_at() -> None:
    assert {"README.md", "README.zh-TW.md"} <= {str(path.relative_to(ROOT)) for path in PAGES}


def test_broken_references_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# A heading: `code`\n\n```\n# no heading\n```\n", encoding="utf-8")
    text = "[a](there.md) [b](gone.md) [c](there.md#a-heading-code) [d](there.md#gone) [e](#here) [f](#gone) [g](https://x.org)"
    assert list(dead_links(text, tmp_path, {"here"}, github=True)) == ["gone.md", "there.md#gone", "#gone"]
    assert headings_in((tmp_path / "there.md").read_text("utf-8")) == ["A heading: `code`"]
    headings = ["`h_2` is already there", "進階：為什麼"]
    assert unknown_headings(
        'the section "h_2 is already there", 「為什麼」那一節, see "Gone", 看「沒有」', headings
    ) == ["Gone", "沒有"]
    known = {"01": "Sequential: a network", "02": "Transfer learning"}
    assert unknown_lessons(
        'lesson 01, lessons 01 and 02, lesson 01 "Sequential"; lesson 12; lesson 01 "Transfer"; 第 13 課', known
    ) == [
        "lesson 12",
        'lesson 01 "Transfer"',
        "第 13 課",
    ]
    assert unknown_exercises("exercise 1.3, 練習 1.9", {"1.3"}) == ["1.9"]
    assert missing_numbers(["1.1", "1.3"], 1) == ["1.3 where 1.2 was expected"]
    assert missing_files("`there.md`, `src/gone.py`, `tests/` and `model.fit`", tmp_path) == ["src/gone.py", "tests/"]
