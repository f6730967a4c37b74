"""The structure of lessons and notebooks: what nbval does not look at."""

import re
import tomllib
from pathlib import Path

import nbformat
import pytest

from keras_beyond.exercises import lessons_with_checks, load_checks
from keras_beyond.exercises.checking import CHECKS
from tools.build import NOTEBOOKS, check, notebook_path
from tools.compose import setup_code
from tools.pages import read_curriculum
from tools.source import LANGUAGES, ROOT, Lesson, lesson_paths, read_lesson

for number in lessons_with_checks():
    load_checks(number)

LESSONS = [read_lesson(path) for path in lesson_paths()]
CURRICULUM = read_curriculum()
GLOSSARY = tomllib.loads((ROOT / "docs" / "glossary.toml").read_text(encoding="utf-8"))

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
every_notebook = pytest.mark.parametrize(
    "path",
    [notebook_path(lesson, language) for lesson in LESSONS for language in LANGUAGES],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)


def outputs_text(cell: nbformat.NotebookNode) -> str:
    parts = [output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return re.sub(r"\x1b\[[0-9;]*m", "", "".join(parts))


def test_there_are_lessons_and_a_notebook_of_each_in_each_language() -> None:
    assert len(LESSONS) >= 2
    for language in LANGUAGES:
        assert {path.stem for path in (NOTEBOOKS / language).glob("*.ipynb")} == {lesson.name for lesson in LESSONS}


def test_notebooks_and_readmes_are_what_their_sources_give() -> None:
    assert check(LESSONS) == []


@every_lesson
def test_both_languages_have_the_same_code_and_outputs(lesson: Lesson) -> None:
    zh, en = (nbformat.read(notebook_path(lesson, language), 4) for language in LANGUAGES)
    code = [[cell for cell in one.cells if cell.cell_type == "code"] for one in (zh, en)]
    assert [cell.id for cell in zh.cells] == [cell.id for cell in en.cells]
    setups = [cells.pop(0).source for cells in code]
    assert setups == [setup_code(lesson.name, language) for language in LANGUAGES]
    assert [(cell.source, cell.outputs) for cell in code[0]] == [(cell.source, cell.outputs) for cell in code[1]]


@every_notebook
def test_cells_were_executed_and_compared_ones_have_output(path: Path) -> None:
    for number, cell in enumerate(cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"):
        assert cell.execution_count == number + 1, cell.id
        if "nbval-check-output" in cell.metadata.get("tags", []):
            assert outputs_text(cell).strip(), cell.id


@every_notebook
def test_no_solution_is_left_in_a_stub_and_every_stub_says_so(path: Path) -> None:
    notebook = nbformat.read(path, 4)
    lesson = next(lesson for lesson in LESSONS if lesson.name == path.stem)
    for cell in notebook.cells:
        assert "SOLUTION" not in cell.source
        if "check" in cell.metadata.get("tags", []):
            assert re.fullmatch(r"\[ \] [a-z0-9-]+: 還沒作答 · not answered yet\n", outputs_text(cell)), cell.id
    folded = notebook.cells[-1].source
    assert folded.count("<details>") == sum(1 for cell in lesson.cells if cell.exercise)


@every_lesson
def test_rows_of_the_curriculum_stand_in_the_output_of_their_cells(lesson: Lesson) -> None:
    shown: dict[str, str] = {}
    for cell in nbformat.read(notebook_path(lesson, "en"), 4).cells:
        for row in cell.metadata.get("row", "").split():
            assert cell.outputs, f"{row}: the cell {cell.id} shows nothing"
            shown[row] = shown.get(row, "") + outputs_text(cell)
    taught = {row for row, entry in CURRICULUM.items() if not entry.get("planned")}
    assert set(shown) <= taught, f"docs/curriculum.toml says planned, or nothing: {sorted(set(shown) - taught)}"
    assert set(shown) == {row for row in taught if CURRICULUM[row]["lesson"] == lesson.name}
    for row, text in shown.items():
        for value in CURRICULUM[row]["proof"]:
            assert value in text, f"{row}: {value!r} is not in its output"


@every_lesson
def test_exercises_rise_to_a_bug_hunt_and_have_checks(lesson: Lesson) -> None:
    names = [cell.exercise for cell in lesson.cells if cell.exercise]
    assert set(names) <= set(CHECKS)
    if lesson.name.startswith("00"):
        assert names
        return
    english = [cell.text for cell in lesson.cells if cell.language == "en"]
    hunts = [text for text in english if re.search(r"^### Bug hunt", text, re.MULTILINE)]
    assert len(names) >= 4 and hunts, "expected three exercises and a bug hunt"
    assert any("expect_error(" in cell.text for cell in lesson.cells if cell.kind == "code")


@every_lesson
def test_goals_are_answered_one_by_one(lesson: Lesson) -> None:
    for language in LANGUAGES:
        prose = [cell.text for cell in lesson.cells if cell.language == language]
        goals = next(text for text in prose[1:] if re.search(r"^1\. ", text, re.MULTILINE))
        summary = next(text for text in reversed(prose) if re.search(r"^## (回顧|Summary)", text, re.MULTILINE))
        summary = re.split(r"^## (?:回顧|Summary)", summary, flags=re.MULTILINE)[1]
        counted = [len(re.findall(r"^\d\. ", text, re.MULTILINE)) for text in (goals, summary)]
        assert counted[0] == counted[1] and 2 <= counted[0] <= 5, f"{language}: {counted}"
        assert re.search("先想一想|Think first", "".join(prose)) or lesson.name.startswith("00")


@every_lesson
def test_code_is_short_enough_to_read(lesson: Lesson) -> None:
    for cell in lesson.cells:
        if cell.kind == "code":
            lines = [line for line in cell.text.splitlines() if line.strip()]
            long = re.search(r"^class ", cell.text, re.MULTILINE) or "folded" in cell.tags or cell.exercise
            most = 25 if long else 20
            assert len(lines) <= most, f"line {cell.line}: {len(lines)} lines"
            assert max(map(len, lines)) <= 100, f"line {cell.line}: {max(lines, key=len)}"


def foreign(text: str) -> str | None:
    """The first thing in a Chinese text that house style refuses, with some of what stands round it."""
    text = re.sub(r"```.*?```|`[^`]*`|\$[^$]*\$|\]\([^)]*\)", "", text, flags=re.DOTALL)
    for phrase in GLOSSARY["exempt"]:
        text = text.replace(phrase, "")
    if found := re.search("|".join([*GLOSSARY["words"].split(), *GLOSSARY["patterns"]]), text):
        return text[max(0, found.start() - 12) : found.end() + 12]
    pieces = text.split(
        "**"
    )  # every second one is bold; its asterisks stay visible after 。 before a Chinese character
    for bold, following in zip(pieces[1::2], pieces[2::2], strict=False):
        if re.search(r"[，。：；？！）」]$", bold) and re.match(r"[\u4e00-\u9fff]", following):
            return f"**{bold}**{following[:12]}"
    return None


@every_lesson
def test_the_chinese_is_taiwans(lesson: Lesson) -> None:
    for cell in lesson.cells:
        if cell.language == "zh-TW":
            assert foreign(cell.text) is None, f"line {cell.line}: {foreign(cell.text)!r}"


@pytest.mark.parametrize("name", ["README.zh-TW.md", "CONTRIBUTING.zh-TW.md"])
def test_the_chinese_of_pages_is_taiwans(name: str) -> None:
    for paragraph in (ROOT / name).read_text(encoding="utf-8").split("\n\n"):
        if not paragraph.startswith("<"):
            assert foreign(paragraph) is None, f"{foreign(paragraph)!r}"


@every_lesson
def test_what_draws_a_model_is_compared(lesson: Lesson) -> None:
    for cell in lesson.cells:
        if cell.kind == "code" and re.search(r"^draw(_neurons)?\(.*\Z", cell.text.rstrip(), re.MULTILINE):
            assert "nbval-check-output" in cell.tags, f"line {cell.line}: tag it nbval-check-output"


@every_lesson
def test_pictures_in_prose_have_alt_text_and_come_from_assets(lesson: Lesson) -> None:
    for cell in lesson.cells:
        for alt, _ in re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", cell.text):
            assert len(alt) > 10, f"line {cell.line}: a picture without alt text"
        assert "<img" not in cell.text, f"line {cell.line}"


def test_what_house_style_refuses_bites_and_spares() -> None:
    for text in ("這個數據", "訓練精度", "調用函式", "變量", "讓我們看看", "**注意，**這裡", "你好,世界"):
        assert foreign(text), text
    for text in ("大數據", "演算法", "微調用", "單變量", "列表示", "降採樣", "：**注意**，這裡", "平方差", "`調用`"):
        assert not foreign(text), text


def test_nothing_committed_names_this_machine() -> None:
    for lesson in LESSONS:
        for language in LANGUAGES:
            text = notebook_path(lesson, language).read_text(encoding="utf-8")
            assert str(ROOT) not in text and "/tmp/" not in text
