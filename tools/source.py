"""Read a lesson's source: `lessons/NN_name.py`, jupytext percent format, prose in both languages and code once.

What a source may hold is checked here, with file and line in every message; docs/tags.md says it for authors.
"""

import functools
import itertools
import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import jupytext

from tools.prose import figures_in, join_lines, split_figure

ROOT = Path(__file__).resolve().parents[1]
LESSONS = ROOT / "lessons"
LANGUAGES = ("zh-TW", "en")

AUTHOR_TAGS = {"exercise", "check", "widget", "nbval-check-output", "once", "folded", "guard"}
AUTHOR_KEYS = {"markdown": {"lang", "name", "section"}, "code": {"tags", "row", "name"}}
JUPYTEXT_OWN = {"lines_to_next_cell", "lines_to_end_of_cell_marker"}  # jupytext notes blank lines so
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
NAME_IN_CHECK = re.compile(r'\bcheck\(\s*"([a-z0-9-]+)"')


class SourceError(Exception):
    """A lesson's source is invalid, or running it gave unacceptable output; the message names file and line."""


@dataclass
class Cell:
    """A cell of a lesson: its text, the line of its marker, and what the marker says of it."""

    kind: str  # "markdown" or "code"
    text: str
    line: int
    id: str = ""
    language: str | None = None
    tags: list[str] = field(default_factory=list)
    row: str | None = None
    name: str | None = None
    section: str | None = None  # "further" where a further section begins
    exercise: str | None = None  # the name of the exercise that this cell poses


@dataclass
class Lesson:
    """A lesson as its author wrote it."""

    path: Path
    needs: list[str]
    cells: list[Cell]

    @property
    def name(self) -> str:
        """Return the file's name without its ending: "01_sequential"."""
        return self.path.stem

    @cached_property
    def titles(self) -> dict[str, str]:
        """Return the title in each language, without its "# "."""
        texts = zip(LANGUAGES, (cell.text for cell in self.cells), strict=False)
        return {language: text.splitlines()[0].removeprefix("# ") for language, text in texts}

    def fail(self, line: int, message: str) -> SourceError:
        """Return an error that names the lesson's file and line."""
        return SourceError(f"lessons/{self.path.name}:{line}: {message}")


def course_settings() -> dict[str, str]:
    """Return the table [tool.course] of pyproject.toml: `repository` ("owner/name") and `ref` (a branch or tag)."""
    return project()["tool"]["course"]


def course_version() -> str:
    """Return the version of the course, which its package and every notebook carry."""
    return project()["project"]["version"]


@functools.cache
def project() -> dict[str, Any]:
    """Return what pyproject.toml holds."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def lesson_paths() -> list[Path]:
    """Return the sources of all lessons, in the order of the course."""
    return sorted(LESSONS.glob("[0-9][0-9]_*.py"))


def read_lesson(path: Path) -> Lesson:
    """Read and check a source. Raises SourceError at the first thing in it that is invalid."""
    text = path.read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt="py:percent")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"# %%( |$)", line)]
    header = notebook.metadata.get("course")
    lesson = Lesson(path, (header or {}).get("needs", []), [])
    if len(lines) != len(notebook.cells):
        raise lesson.fail(1, f"expected every cell to begin with a # %% marker, found {len(notebook.cells)} cells")
    if header is None or set(header) != {"needs"}:
        raise lesson.fail(1, "expected a header with jupyter: course: needs, and nothing else under course")
    for line, cell in zip(lines, notebook.cells, strict=True):
        lesson.cells.append(_read_cell(lesson, line, cell.cell_type, cell.source, dict(cell.metadata)))
    _check_title(lesson)
    _check_twins(lesson)
    _check_guards(lesson)
    _name_exercises(lesson)
    _give_ids(lesson)
    return lesson


def _read_cell(lesson: Lesson, line: int, kind: str, text: str, metadata: dict[str, Any]) -> Cell:
    allowed = AUTHOR_KEYS.get(kind, set())
    for key in metadata:
        if key not in allowed | JUPYTEXT_OWN:
            raise lesson.fail(line, f"unknown metadata {key!r} on a {kind} cell; expected {', '.join(sorted(allowed))}")
    tags = metadata.get("tags", [])
    for tag in tags:
        if tag not in AUTHOR_TAGS:
            raise lesson.fail(line, f"unknown tag {tag!r}; expected one of {', '.join(sorted(AUTHOR_TAGS))}")
    language = metadata.get("lang")
    if language not in (*LANGUAGES, None):
        raise lesson.fail(line, f"unknown language {language!r}; expected one of {', '.join(LANGUAGES)}")
    section = metadata.get("section")
    if section not in ("further", None) or (section and not text.startswith("## ")):
        raise lesson.fail(line, f'section={section!r}: expected "further" on a cell that begins with a heading "## "')
    name = metadata.get("name")
    if name is not None and not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise lesson.fail(line, f"name={name!r}: expected small letters, digits and hyphens")
    if not text.strip():
        raise lesson.fail(line, "an empty cell")
    if kind == "markdown":
        _check_figures(lesson, line, text)
        text = join_lines(text)
    row = metadata.get("row")
    cell = Cell(kind, text, line, language=language, tags=list(tags), row=row, name=name, section=section)
    _check_markers(lesson, cell)
    return cell


def _check_figures(lesson: Lesson, line: int, text: str) -> None:
    """Refuse a figure in prose that is no Python expression."""
    for number, content in enumerate(text.splitlines(), line + 1):
        for figure in figures_in(content):
            try:
                split_figure(figure)
            except SyntaxError:
                raise lesson.fail(number, f"{{{{{figure}}}}}: expected a Python expression and a format") from None


def _check_guards(lesson: Lesson) -> None:
    """Refuse a guard that does not follow the code cell that it guards."""
    for before, cell in zip([None, *lesson.cells], lesson.cells, strict=False):
        if "guard" in cell.tags:
            guards_something = before and before.kind == "code" and not {"guard", "exercise"} & set(before.tags)
            if not guards_something:
                raise lesson.fail(cell.line, "a guard without a cell before it: expected it right after a code cell")
            if cell.tags != ["guard"] or cell.row or cell.name:
                raise lesson.fail(cell.line, "a guard with other tags, a row or a name: expected the tag alone")


def _check_markers(lesson: Lesson, cell: Cell) -> None:
    """Refuse solution markers that do not come in pairs, or stand outside an exercise."""
    opened = False
    for number, line in enumerate(cell.text.splitlines(), cell.line + 1):
        if line.strip() in (BEGIN, END):
            if "exercise" not in cell.tags:
                raise lesson.fail(number, "a solution marker in a cell without the tag 'exercise'")
            if opened == (line.strip() == BEGIN):
                raise lesson.fail(number, f"{line.strip()!r} where the other marker was expected")
            opened = not opened
        elif "SOLUTION" in line and line.lstrip().startswith("#"):
            raise lesson.fail(number, f"{line.strip()!r}: expected {BEGIN!r} or {END!r}")
    if opened:
        raise lesson.fail(cell.line, f"{BEGIN!r} without {END!r}")
    if "exercise" in cell.tags and BEGIN not in cell.text:
        raise lesson.fail(cell.line, f"an exercise without {BEGIN!r}")


def _check_title(lesson: Lesson) -> None:
    first = [cell.language for cell in lesson.cells[:2]]
    if first != list(LANGUAGES) or not all(cell.text.startswith("# ") for cell in lesson.cells[:2]):
        raise lesson.fail(
            lesson.cells[0].line, "expected the title first: a cell '# ...' in zh-TW, then its twin in en"
        )


def _check_twins(lesson: Lesson) -> None:
    """Refuse a cell without its twin: after each Chinese cell comes the English one, with the same headings and section."""
    waiting = None
    for cell in lesson.cells:
        if waiting and cell.language != "en":
            raise lesson.fail(waiting.line, "a zh-TW cell without its en twin right after it")
        if not waiting and cell.language == "en":
            raise lesson.fail(cell.line, "an en cell without its zh-TW twin right before it")
        if waiting and (waiting.section != cell.section or cell.name):
            raise lesson.fail(
                cell.line, "expected the same section as in the zh-TW twin, and the name on that one alone"
            )
        if waiting and _headings(waiting) != _headings(cell):
            raise lesson.fail(cell.line, "expected the same levels of headings as in the zh-TW twin")
        waiting = cell if cell.language == "zh-TW" else None
    if waiting:
        raise lesson.fail(waiting.line, "a zh-TW cell without its en twin right after it")


def _headings(cell: Cell) -> list[int]:
    return [len(match) for match in re.findall(r"^(#+) ", cell.text, re.MULTILINE)]


def _name_exercises(lesson: Lesson) -> None:
    """Give each exercise the name in the check that follows it."""
    for cell, following in itertools.zip_longest(lesson.cells, lesson.cells[1:]):
        if "exercise" not in cell.tags:
            continue
        match = NAME_IN_CHECK.search(following.text) if following and "check" in following.tags else None
        if not match:
            raise lesson.fail(
                cell.line, 'an exercise without a cell tagged "check" that calls check("name", ...) after it'
            )
        cell.exercise = match[1]


def _give_ids(lesson: Lesson) -> None:
    """Give every cell an id: its name, or the heading above it and its number there, so that a change elsewhere spares it."""
    section, count, previous = "title", 0, lesson.cells[0]
    uses: Counter[str] = Counter()
    for cell, following in itertools.zip_longest(lesson.cells, lesson.cells[1:]):
        if "guard" in cell.tags:
            cell.id = f"{previous.id}-guard"
            continue
        twin = following if cell.language == "zh-TW" else None
        if twin and _headings(twin):
            last = re.findall(r"^#+ (.+)", twin.text, re.MULTILINE)[-1]
            section = re.sub(r"[^a-z0-9]+", "-", last.lower())[:48].strip("-") or "part"
            uses[section] += 1
            section += f"-{uses[section]}" if uses[section] > 1 else ""
            count = 0
        count += cell.language != "en"
        name = previous.name if cell.language == "en" else cell.name
        cell.id = f"exercise-{cell.exercise}" if cell.exercise else name or f"{section}-{count}"
        previous = cell
    seen: dict[str, Cell] = {}
    for cell in lesson.cells:
        other = seen.get(cell.id) if cell.language != "en" else None
        if other:
            raise lesson.fail(cell.line, f"two cells are called {cell.id!r}; the other stands in line {other.line}")
        seen[cell.id] = cell
