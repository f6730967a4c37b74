"""Read a lesson's source: `lessons/NN_name.py`, jupytext percent format, prose in both languages and code once.

What the source may hold, and every message about what it may not, is written here.
"""

import functools
import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import jupytext

ROOT = Path(__file__).resolve().parents[1]
LESSONS = ROOT / "lessons"
LANGUAGES = ("zh-TW", "en")

AUTHOR_TAGS = {"exercise", "check", "widget", "nbval-check-output", "once", "folded"}
JUPYTEXT_OWN = {"lines_to_next_cell", "lines_to_end_of_cell_marker"}  # jupytext notes blank lines so
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
CAUSE = re.compile(r"<!--cause(?: (\d))?-->(.+?)<!--/cause-->")  # why an error comes, or so many errors in a row
EXPECT_ERROR = re.compile(r"""with expect_error\([\w.]+, match=r?(["'])(.+?)\1\):""")
NAME_IN_CHECK = re.compile(r'\bcheck\(\s*"([a-z0-9-]+)"')


class SourceError(Exception):
    """A lesson's source, or what came of running it, is not as it must be; the text names file and line."""


@dataclass
class Cell:
    """A cell of a lesson: its text, where it stands, and what its marker line says of it."""

    kind: str  # "markdown" or "code"
    text: str
    line: int
    id: str = ""
    language: str | None = None
    tags: list[str] = field(default_factory=list)
    row: str | None = None
    exercise: str | None = None  # the name of the exercise that this cell poses


@dataclass
class Lesson:
    """A lesson as its author wrote it."""

    path: Path
    minutes: int
    needs: list[str]
    cells: list[Cell]

    @property
    def name(self) -> str:
        """The file's name without its ending: "01_sequential"."""
        return self.path.stem

    @cached_property
    def titles(self) -> dict[str, str]:
        """The title in each language, without its "# "."""
        return {cell.language: cell.text.splitlines()[0].removeprefix("# ") for cell in self.cells[:2]}

    def causes(self, language: str) -> list[str]:
        """What is marked as the cause of each error that the lesson meets on purpose, in their order."""
        marked = [found for cell in self.cells if cell.language == language for found in CAUSE.findall(cell.text)]
        return [text for count, text in marked for _ in range(int(count or 1))]

    def fail(self, line: int, message: str) -> SourceError:
        """An error that names the lesson's file and line."""
        return SourceError(f"lessons/{self.path.name}:{line}: {message}")


def course_settings() -> dict[str, str]:
    """The table [tool.course] of pyproject.toml: `repository` ("owner/name") and `ref` (a branch or tag)."""
    return project()["tool"]["course"]


def course_version() -> str:
    """Return the version of the course, which its package and every notebook carry."""
    return project()["project"]["version"]


@functools.cache
def project() -> dict[str, Any]:
    """Return what pyproject.toml holds."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def lesson_paths() -> list[Path]:
    """The sources of all lessons, in the order of the course."""
    return sorted(LESSONS.glob("[0-9][0-9]_*.py"))


def read_lesson(path: Path) -> Lesson:
    """Read and check one source. Raises SourceError at the first thing that is not as it must be."""
    text = path.read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt="py:percent")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"# %%( |$)", line)]
    header = notebook.metadata.get("course", {})
    lesson = Lesson(path, header.get("minutes", 0), header.get("needs", []), [])
    if len(lines) != len(notebook.cells):
        raise lesson.fail(1, f"expected every cell to begin with a # %% marker, found {len(notebook.cells)} cells")
    if not lesson.minutes:
        raise lesson.fail(1, "expected a header with jupyter: course: minutes and needs, found none")
    for line, cell in zip(lines, notebook.cells, strict=True):
        lesson.cells.append(_read_cell(lesson, line, cell.cell_type, cell.source, dict(cell.metadata)))
    _check_title(lesson)
    _check_twins(lesson)
    _check_causes(lesson)
    _name_exercises(lesson)
    _give_ids(lesson)
    return lesson


def _read_cell(lesson: Lesson, line: int, kind: str, text: str, metadata: dict[str, Any]) -> Cell:
    allowed = {"markdown": {"lang"}, "code": {"tags", "row"}}.get(kind, set())
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
    if not text.strip():
        raise lesson.fail(line, "an empty cell")
    cell = Cell(kind, text, line, language=language, tags=list(tags), row=metadata.get("row"))
    _check_markers(lesson, cell)
    return cell


def _check_markers(lesson: Lesson, cell: Cell) -> None:
    """Solution markers come in pairs, in exercise cells only."""
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
    """After each Chinese cell comes its English twin, with the same headings."""
    waiting = None
    for cell in lesson.cells:
        if waiting and cell.language != "en":
            raise lesson.fail(waiting.line, "a zh-TW cell without its en twin right after it")
        if not waiting and cell.language == "en":
            raise lesson.fail(cell.line, "an en cell without its zh-TW twin right before it")
        if waiting and _headings(waiting) != _headings(cell):
            raise lesson.fail(cell.line, "expected the same levels of headings as in the zh-TW twin")
        waiting = cell if cell.language == "zh-TW" else None
    if waiting:
        raise lesson.fail(waiting.line, "a zh-TW cell without its en twin right after it")


def _headings(cell: Cell) -> list[int]:
    return [len(match) for match in re.findall(r"^(#+) ", cell.text, re.MULTILINE)]


def _check_causes(lesson: Lesson) -> None:
    """Each error met on purpose has a cause marked in the prose of each language, in the same order."""
    errors = sum(cell.text.count("with expect_error(") for cell in lesson.cells if cell.kind == "code")
    for language in LANGUAGES:
        found = len(lesson.causes(language))
        if found != errors:
            raise lesson.fail(
                1,
                f"{errors} errors are met on purpose; expected a cause in {language} for each, in their order, "
                f"<!--cause-->...<!--/cause-->, found {found}",
            )


def without_marks(text: str) -> str:
    """Prose as the reader gets it, without the marks of causes."""
    return CAUSE.sub(r"\2", text)


def _name_exercises(lesson: Lesson) -> None:
    """An exercise has the name in the check that follows it."""
    for place, cell in enumerate(lesson.cells):
        if "exercise" not in cell.tags:
            continue
        following = lesson.cells[place + 1] if place + 1 < len(lesson.cells) else None
        named = NAME_IN_CHECK.search(following.text) if following and "check" in following.tags else None
        if not named:
            raise lesson.fail(
                cell.line, 'an exercise without a cell tagged "check" that calls check("name", ...) after it'
            )
        cell.exercise = named[1]


def _give_ids(lesson: Lesson) -> None:
    """Ids come from the heading above a cell and its place under it, so that a change elsewhere leaves them alone."""
    section, count, used = "title", 0, {}
    for place, cell in enumerate(lesson.cells):
        twin = lesson.cells[place + 1] if cell.language == "zh-TW" else None
        if twin and _headings(twin):
            last = re.findall(r"^#+ (.+)", twin.text, re.MULTILINE)[-1]
            section = re.sub(r"[^a-z0-9]+", "-", last.lower())[:48].strip("-") or "part"
            used[section] = used.get(section, 0) + 1
            section += f"-{used[section]}" * (used[section] > 1)
            count = 0
        count += cell.language != "en"
        cell.id = f"exercise-{cell.exercise}" if cell.exercise else f"{section}-{count}"
