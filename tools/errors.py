"""From traceback to lesson: a page of the errors met in the course, what causes each, and where it is explained.

The messages are those in the built notebooks, the causes sentences of the lessons, marked in their sources.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

from tools.source import EXPECT_ERROR, Lesson, without_marks

WORDS = {
    "zh-TW": (
        "# 從錯誤訊息找到課文",
        "課程裡故意遇過的錯誤都在這裡。複製訊息最後一行裡的幾個字，在這一頁搜尋（Ctrl+F 或 ⌘F）；形狀、名字和數字會和你的不同，"
        "所以別把它們一起複製。每一則說明原因，以及哪一課的哪一節講到。",
        "。",
        "（[第 {number} 課]({file})「{heading}」）",
    ),
    "en": (
        "# From traceback to lesson",
        "These are the errors met on purpose in the course. Copy a few words of the last line of yours and search this page for "
        "them (Ctrl+F or ⌘F); shapes, names and numbers are not yours, so leave them out. Each has its cause, and the lesson "
        "and section that explain it.",
        ".",
        ' ([lesson {number}]({file}), "{heading}")',
    ),
}
TYPE = re.compile(r"^(\w*(?:Error|Exception)): ", re.MULTILINE)
LONGEST = 200  # characters of a message


@dataclass(frozen=True)
class Met:
    """An error of a lesson: its type, the telling part of its message, its cause in one language, and its place."""

    kind: str
    message: str
    cause: str
    lesson: Lesson
    heading: str


def page(language: str, lessons: list[Lesson], notebooks: Path) -> str:
    """The page in one language; errors by type, then by message, those of one wording together."""
    title, about, stop, where = WORDS[language]
    lines = [title, "", about]
    found = sorted(
        (one for lesson in lessons for one in met(lesson, language, notebooks)),
        key=lambda one: (one.kind, wording(one.message), one.lesson.name),
    )
    kind = shape = None
    for one in found:
        if one.kind != kind:
            kind, shape = one.kind, None
            lines += ["", f"## {kind}"]
        if wording(one.message) != shape:
            shape = wording(one.message)
            quote = "```" if "``" in one.message else "``"
            lines += ["", f"**{quote} {one.message} {quote}**", ""]
        cause = one.cause[0].upper() + one.cause[1:].rstrip(stop) + ("" if one.cause[-1] in "?？" else stop)
        place = where.format(number=one.lesson.name[:2], file=f"{one.lesson.name}.ipynb", heading=one.heading)
        lines.append(f"- {cause}{place}")
    return "\n".join(lines) + "\n"


def wording(message: str) -> str:
    """A message without what differs from case to case: names, numbers and shapes."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|\([^()]*\)|\[[^\[\]]*\]|\d+", "*", message).lower()


def met(lesson: Lesson, language: str, notebooks: Path) -> Iterator[Met]:
    """The errors of a lesson in their order, each with the cause that is marked for it."""
    causes = lesson.causes(language)
    path = notebooks / language / f"{lesson.name}.ipynb"
    outputs = {cell.id: shown(cell) for cell in nbformat.read(path, as_version=4).cells} if causes else {}
    heading = lesson.titles[language]
    for cell in lesson.cells:
        if cell.language == language:
            heading = (re.findall(r"^#+ (.+)", without_marks(cell.text), re.MULTILINE) or [heading])[-1]
        matches = [match for _, match in EXPECT_ERROR.findall(cell.text)] if cell.kind == "code" else []
        found = list(errors_in(outputs.get(cell.id, ""))) if matches else []
        if len(found) != len(matches):
            raise lesson.fail(
                cell.line, f"{path.name} does not show these errors; run python -m tools.build {lesson.name}"
            )
        for match, (kind, text) in zip(matches, found, strict=True):
            yield Met(kind, telling(text, match), causes.pop(0), lesson, heading)


def shown(cell: nbformat.NotebookNode) -> str:
    """What a cell has printed."""
    return "".join(output.get("text", "") for output in cell.get("outputs", []))


def errors_in(text: str) -> Iterator[tuple[str, str]]:
    """Type and message of each error in an output."""
    starts = list(TYPE.finditer(text))
    for start, following in itertools.pairwise([*starts, None]):
        yield start[1], text[start.end() : following.start() if following else len(text)]


def telling(text: str, match: str) -> str:
    """The sentence of a message in which the lesson's `match` is found, without line breaks and not too long."""
    for paragraph in re.split(r"\n\s*\n", re.sub(r"\{\{.*?\}\} | \[Op:.*", "", text)):
        flat = " ".join(paragraph.split())
        for sentence in re.split(r"(?<=\.) (?=[A-Z])", flat):
            if re.search(match, sentence):
                return sentence if len(sentence) <= LONGEST else f"{sentence[:LONGEST].rsplit(' ', 1)[0]} ..."
    raise ValueError(f"expected {match!r} in a sentence of {text!r}")
