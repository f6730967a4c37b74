"""Run the guards of a lesson under nbval, which sees only what is published.

Each guard becomes an item of its own right after its cell, in nbval's own kernel. Figures in prose that no guard mentions
are exact, such as counts of parameters: they have to be again what the notebook says.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbval.plugin import IPyNbCell

from tools.build import NOTEBOOKS, kept_figures
from tools.compose import guard_code
from tools.prose import names_in, split_figure
from tools.source import LESSONS, Lesson, read_lesson


def with_guards(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Yield the items, and after each cell of a built notebook the guard of the cell and the figures of the prose under it."""
    lessons: dict[Path, dict[str, list[tuple[str, str]]]] = {}
    for item in items:
        yield item
        if isinstance(item, IPyNbCell) and item.path.parents[1] == NOTEBOOKS:
            source = LESSONS / f"{item.path.stem}.py"
            if source not in lessons:
                lessons[source] = guards_of(read_lesson(source), item.parent.nb) if source.is_file() else {}
            for name, code in lessons[source].get(item.cell.id, []):
                options = defaultdict(bool, check=False)
                yield IPyNbCell.from_parent(
                    item.parent, name=name, cell_num=item.cell_num, cell=new_code_cell(code), options=options
                )


def guards_of(lesson: Lesson, notebook: NotebookNode) -> dict[str, list[tuple[str, str]]]:
    """Return, for the id of a code cell of a built notebook, the name and the code of what has to run after it."""
    figures = kept_figures(notebook, lesson)
    texts = [cell.text for cell in lesson.cells if "guard" in cell.tags]
    guarded = set().union(*map(names_in, texts))
    guards: dict[str, list[tuple[str, str]]] = defaultdict(list)
    last = "setup"
    for cell in lesson.cells:
        if "guard" in cell.tags:
            guards[last].append((f"Guard of {last} (lessons/{lesson.path.name}:{cell.line})", guard_code(cell)))
        elif cell.kind == "code":
            last = cell.id
        elif cell.language == "en":
            exact = exact_figures(figures.get(cell.id, {}), guarded)
            if exact:
                guards[last].append((f"Figures of {cell.id} (lessons/{lesson.path.name}:{cell.line})", exact))
    return guards


def exact_figures(values: dict[str, str], guarded: set[str]) -> str:
    """Return asserts that the figures which no guard mentions are what the prose says."""
    lines = []
    for figure, value in values.items():
        expression, spec = split_figure(figure)
        if not names_in(expression) & guarded:
            lines.append(f"assert format({expression}, {spec!r}) == {value!r}, {figure!r}")
    return "\n".join(lines)
