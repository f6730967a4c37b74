"""From a lesson's source to the notebook of one language, not yet executed."""

import re
import textwrap

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools.source import BEGIN, END, ROOT, Cell, Lesson, course_settings, course_version, without_marks

SETUP = (ROOT / "tools" / "templates" / "setup_cell.txt").read_text(encoding="utf-8")
WORDS = {
    "zh-TW": {
        "setup": "準備環境：先執行這一格",
        "install": "請下載整個課程，在課程資料夾裡執行 pip install -e .；在 Colab 請確認網路，再執行一次這一格。",
        "colab": "在 Colab 開啟",
        "previous": "上一課",
        "next": "下一課",
        "minutes": "約 {} 分鐘",
        "needs": "需要先讀",
        "solutions": "解答",
        "folded": "先自己試，卡住了再展開。",
    },
    "en": {
        "setup": "Setup: run this cell first",
        "install": "Download the course and run pip install -e . in its folder. On Colab, check the network and run this cell again.",
        "colab": "Open in Colab",
        "previous": "Previous",
        "next": "Next",
        "minutes": "About {} minutes",
        "needs": "Read first",
        "solutions": "Solutions",
        "folded": "Try first; unfold one when you are stuck.",
    },
}
OTHER = {"zh-TW": ("en", "English"), "en": ("zh-TW", "中文")}


def colab_address(name: str, language: str) -> str:
    """Where Colab opens a lesson of the repository and ref in [tool.course]."""
    course = course_settings()
    return f"https://colab.research.google.com/github/{course['repository']}/blob/{course['ref']}/notebooks/{language}/{name}.ipynb"


def compose(lesson: Lesson, language: str, lessons: list[Lesson], *, solved: bool = False) -> nbformat.NotebookNode:
    """The notebook of a lesson in one language, without outputs; with `solved`, solutions stand in the exercises."""
    cells, exercises = [], []
    for cell in lesson.cells:
        if cell.language not in (language, None):
            continue
        if cell.kind == "markdown":
            cells.append(new_markdown_cell(without_marks(cell.text), id=cell.id))
        else:
            cells.append(_code_cell(cell, solved))
            exercises += [cell] if cell.exercise else []
        if len(cells) == 1:
            cells[0].source += "\n\n" + _title_bar(lesson, language, lessons)
            cells.append(_setup_cell(lesson.name, language))
    if exercises:
        cells.append(new_markdown_cell(_solutions(exercises, language), id="solutions"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"lesson": lesson.name, "language": language}
    return new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}, "course": about}
    )


def _code_cell(cell: Cell, solved: bool) -> nbformat.NotebookNode:
    tags = [*cell.tags, *(["nbval-check-output"] if "check" in cell.tags else [])]
    folded = {"cellView": "form", "jupyter": {"source_hidden": True}} if "folded" in cell.tags else {}
    metadata = {**({"tags": tags} if tags else {}), **({"row": cell.row} if cell.row else {}), **folded}
    text = cell.text
    if cell.exercise:
        text = solution_of(cell) if solved else stub_of(cell)
    return new_code_cell(text, id=cell.id, metadata=metadata)


def stub_of(cell: Cell) -> str:
    """What the learner finds: everything but the lines between the markers."""
    kept, hidden = [], False
    for line in cell.text.splitlines():
        if line.strip() in (BEGIN, END):
            hidden = line.strip() == BEGIN
        elif not hidden:
            kept.append(line)
    return "\n".join(kept).rstrip()


def solution_of(cell: Cell) -> str:
    """The solved cell: no markers, and no `name = None` that only held the place of the answer."""
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


def _setup_cell(name: str, language: str) -> nbformat.NotebookNode:
    """Compose the setup cell, folded in Colab (`cellView`) and in Jupyter (`source_hidden`)."""
    metadata = {"cellView": "form", "jupyter": {"source_hidden": True}}
    return new_code_cell(setup_code(name, language), id="setup", metadata=metadata)


def _title_bar(lesson: Lesson, language: str, lessons: list[Lesson]) -> str:
    """Text links, which need no network to show: Colab, the other language, the lessons before and after; minutes, needs."""
    words, (other, other_name) = WORDS[language], OTHER[language]
    names = [one.name for one in lessons]
    place = names.index(lesson.name)
    links = [
        f"[{words['colab']}]({colab_address(lesson.name, language)})",
        f"[{other_name}](../{other}/{lesson.name}.ipynb) ([Colab]({colab_address(lesson.name, other)}))",
    ]
    for word, neighbour in (("previous", place - 1), ("next", place + 1)):
        if 0 <= neighbour < len(lessons):
            one = lessons[neighbour]
            links.append(
                f"{words[word]}: [{one.titles[language]}]({one.name}.ipynb) ([Colab]({colab_address(one.name, language)}))"
            )
    needed = [f"[{name[:2]}]({name}.ipynb)" for name in lesson.needs]
    colon, comma, listed = ("：", "，", "、") if language == "zh-TW" else (": ", "; ", ", ")
    facts = [words["minutes"].format(lesson.minutes), *([f"{words['needs']} {listed.join(needed)}"] if needed else [])]
    return " | ".join(links).replace(": [", f"{colon}[") + "\n\n" + comma.join(facts) + "。."[language != "zh-TW"]


def _solutions(exercises: list[Cell], language: str) -> str:
    words = WORDS[language]
    parts = [f"## {words['solutions']}\n\n{words['folded']}"]
    for cell in exercises:
        code = textwrap.dedent(solution_of(cell))
        parts.append(f"<details>\n<summary>{cell.exercise}</summary>\n\n```python\n{code}\n```\n\n</details>")
    return "\n\n".join(parts)
