"""From a lesson's source to the notebook of one language, not yet executed."""

import re
import textwrap
from collections.abc import Mapping

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools.prose import MINUTES, Effort, count_reading, fill_in
from tools.source import BEGIN, END, LANGUAGES, ROOT, Cell, Lesson, course_settings, course_version

SETUP = (ROOT / "tools" / "templates" / "setup_cell.txt").read_text(encoding="utf-8")
WORDS = {
    "zh-TW": {
        "setup": "準備環境，請先執行這一格",
        "install": "請下載整個課程，在課程資料夾裡執行 pip install -e .；在 Colab 請確認網路，再執行一次這一格。",
        "colab": "在 Colab 開啟",
        "previous": "上一課：{0}（[Colab]({1})）",
        "next": "下一課：{0}（[Colab]({1})）",
        "minutes": "約 {} 分鐘",
        "minute": "約 1 分鐘",
        "all": "連同練習約 {} 分鐘。",
        "core": "主要內容連同練習約 {} 分鐘。",
        "further": "進階的部分另外約 {} 分鐘，可以之後再讀。",
        "needs": "請先讀第 {} 課。",
        "comma": "、",
        "space": "",
        "solutions": "解答",
        "folded": "先自己試，卡住了再展開。",
    },
    "en": {
        "setup": "Setup: run this cell first",
        "install": "Download the course and run pip install -e . in its folder. On Colab, check the network and run this cell again.",
        "colab": "Open in Colab",
        "previous": "Previous: {0} ([Colab]({1}))",
        "next": "Next: {0} ([Colab]({1}))",
        "minutes": "About {} minutes",
        "minute": "About a minute",
        "all": "About {} minutes with the exercises.",
        "core": "The core takes about {} minutes with its exercises.",
        "further": "The further sections take another {} or so, and can wait.",
        "needs": "Read lesson {} first.",
        "comma": ", ",
        "space": " ",
        "solutions": "Solutions",
        "folded": "Try first; unfold one when you are stuck.",
    },
}
OTHER = {"zh-TW": ("en", "English"), "en": ("zh-TW", "中文")}


def colab_address(name: str, language: str) -> str:
    """Return where Colab opens a lesson of the repository and ref in [tool.course]."""
    course = course_settings()
    return f"https://colab.research.google.com/github/{course['repository']}/blob/{course['ref']}/notebooks/{language}/{name}.ipynb"


def compose(
    lesson: Lesson,
    language: str,
    lessons: list[Lesson],
    *,
    values: Mapping[str, Mapping[str, str]] | None = None,
    guards: bool = False,
    solved: bool = False,
) -> nbformat.NotebookNode:
    """Return the notebook of a lesson in one language, without outputs.

    `values` has, for the id of each prose cell with figures, what stands in the place of each; without `values` the
    figures stay as they are in the source. With `guards` the guards are in it, each after its cell; with `solved`, the
    exercises hold their solutions. Raises KeyError for a figure without a value.
    """
    cells, exercises = [], []
    for cell in lesson.cells:
        if cell.language not in (language, None) or ("guard" in cell.tags and not guards):
            continue
        if cell.kind == "markdown":
            text = fill_in(cell.text, values.get(cell.id, {})) if values is not None else cell.text
            if cell.section:
                text = _with_minutes(text, lesson, cell, language)
            cells.append(new_markdown_cell(text, id=cell.id))
        else:
            cells.append(_code_cell(cell, solved))
            exercises += [cell] if cell.exercise else []
        if len(cells) == 1:
            cells[0].source += "\n\n" + _title_bar(lesson, language, lessons)
            cells.append(new_code_cell(setup_code(lesson.name, language), id="setup"))
    if exercises:
        cells.append(new_markdown_cell(_solutions(exercises, language), id="solutions"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"lesson": lesson.name, "language": language, "version": course_version()}
    return new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}, "course": about}
    )


def minutes_of(lesson: Lesson) -> list[int]:
    """Return the minutes of the core, and of each further section in order, exercises included."""
    parts = [Effort()]
    for cell in lesson.cells:
        if cell.section and cell.language == LANGUAGES[0]:
            parts.append(Effort())
        effort = parts[-1]
        if cell.kind == "markdown":
            characters, words = count_reading(cell.text)
            if cell.language == "en":
                effort.words += words
                effort.exercises += sum(int(minutes) for minutes in MINUTES["en"].findall(cell.text))
            else:
                effort.characters += characters + words
        elif not {"exercise", "check", "guard"} & set(cell.tags):
            effort.cells += 1
            effort.lines += sum(bool(line.strip()) for line in cell.text.splitlines())
    return [effort.minutes for effort in parts]


def _with_minutes(text: str, lesson: Lesson, cell: Cell, language: str) -> str:
    """Put the minutes of a further section under its heading."""
    beginnings = [other.line for other in lesson.cells if other.section and other.language == language]
    minutes = minutes_of(lesson)[1 + beginnings.index(cell.line)]
    words = WORDS[language]["minute" if minutes == 1 else "minutes"].format(minutes)
    heading, _, rest = text.partition("\n")
    return f"{heading}\n\n*{words}*\n{rest}"


def _code_cell(cell: Cell, solved: bool) -> nbformat.NotebookNode:
    tags = [*cell.tags, *(["nbval-check-output"] if "check" in cell.tags else [])]
    folded = {"cellView": "form", "jupyter": {"source_hidden": True}} if "folded" in cell.tags else {}
    metadata = {**({"tags": tags} if tags else {}), **({"row": cell.row} if cell.row else {}), **folded}
    text = cell.text
    if cell.exercise:
        text = solution_of(cell) if solved else stub_of(cell)
    elif "guard" in cell.tags:
        text = guard_code(cell)
    return new_code_cell(text, id=cell.id, metadata=metadata)


def guard_code(cell: Cell) -> str:
    """Return a guard as it is executed: what it draws from the random generators leaves the lesson's own draws alone."""
    return (
        f"with __import__('keras_beyond.guarding').guarding.random_state_kept():\n{textwrap.indent(cell.text, '    ')}"
    )


def stub_of(cell: Cell) -> str:
    """Return an exercise as the learner gets it: everything but the lines between the markers."""
    kept, hidden = [], False
    for line in cell.text.splitlines():
        if line.strip() in (BEGIN, END):
            hidden = line.strip() == BEGIN
        elif not hidden:
            kept.append(line)
    return "\n".join(kept).rstrip()


def solution_of(cell: Cell) -> str:
    """Return an exercise solved: no markers, and no `name = None` that only stood in for the answer."""
    before = cell.text.split(BEGIN)[0].rstrip().splitlines()
    while before and re.fullmatch(r"\s*\w+( = None|, .* = None.*)(  #.*)?", before[-1]):
        before.pop()
    after = cell.text.split(BEGIN, 1)[1]
    return "\n".join([*before, *(line for line in after.splitlines() if line.strip() not in (BEGIN, END, ""))]).strip(
        "\n"
    )


def setup_code(name: str, language: str) -> str:
    """Return the setup cell of a lesson: it installs the package on Colab, says what to install elsewhere, and starts."""
    values = {
        "language": language,
        "lesson": name,
        "version": course_version(),
        "title": WORDS[language]["setup"],
        "install": WORDS[language]["install"],
        **course_settings(),
    }
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), SETUP).strip()


def _title_bar(lesson: Lesson, language: str, lessons: list[Lesson]) -> str:
    """Compose text links, which need no network to show: Colab, the other language, the lessons before and after; minutes, needs."""
    words, (other, other_name) = WORDS[language], OTHER[language]
    names = [other.name for other in lessons]
    index = names.index(lesson.name)
    links = [
        f"[{words['colab']}]({colab_address(lesson.name, language)})",
        f"[{other_name}](../{other}/{lesson.name}.ipynb) ([Colab]({colab_address(lesson.name, other)}))",
    ]
    for word, neighbour in (("previous", index - 1), ("next", index + 1)):
        if 0 <= neighbour < len(lessons):
            other_lesson = lessons[neighbour]
            link = f"[{other_lesson.titles[language]}]({other_lesson.name}.ipynb)"
            links.append(words[word].format(link, colab_address(other_lesson.name, language)))
    core, *further = minutes_of(lesson)
    sentences = [words["core"].format(core) if further else words["all"].format(core)]
    if further:
        sentences.append(words["further"].format(sum(further)))
    if lesson.needs:
        needed = words["comma"].join(f"[{name[:2]}]({name}.ipynb)" for name in lesson.needs)
        sentences.append(words["needs"].format(needed))
    return " | ".join(links) + "\n\n" + words["space"].join(sentences)


def _solutions(exercises: list[Cell], language: str) -> str:
    words = WORDS[language]
    parts = [f"## {words['solutions']}\n\n{words['folded']}"]
    for cell in exercises:
        code = textwrap.dedent(solution_of(cell))
        parts.append(f"<details>\n<summary>{cell.exercise}</summary>\n\n```python\n{code}\n```\n\n</details>")
    return "\n\n".join(parts)
