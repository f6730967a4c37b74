"""Whole lessons, with no network and nothing but the temporary directory to write to: each code cell twice in a row,
then each section once more, the last one first. Cells tagged `once` do not run twice in a row.

What a cell prints is compared each time where nbval compares it, and its asserts have to hold each time.
"""

import copy
import functools
import re

import nbformat
import pytest
from shut_in import shut_in_command

from tools.compose import compose
from tools.replay import LANGUAGE, replay, with_committed_outputs
from tools.source import lesson_paths, read_lesson

pytestmark = pytest.mark.slow

LESSONS = [read_lesson(path) for path in lesson_paths()]
every_lesson = pytest.mark.parametrize("name", [lesson.name for lesson in LESSONS])


def again_and_again(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The code cells in the order above; each says in its metadata in which of the three runs it stands."""
    sections: list[list[nbformat.NotebookNode]] = [[]]
    order = []

    def add(cell: nbformat.NotebookNode, run: str) -> None:
        if run != "second" or "once" not in cell.metadata.get("tags", []):
            order.append(copy.deepcopy(cell))
            order[-1].metadata |= {"run": run, "was": cell.id}
            order[-1].id = f"{run}-{len(order)}"

    for cell in notebook.cells:
        if cell.cell_type == "markdown" and re.search(r"^##+ ", cell.source, re.MULTILINE):
            sections.append([])
        elif cell.cell_type == "code":
            sections[-1].append(cell)
            add(cell, "first")
            add(cell, "second")
    for section in reversed(sections):
        for cell in section:
            add(cell, "section")
    return nbformat.v4.new_notebook(cells=order, metadata=notebook.metadata)


@functools.cache
def failures(name: str) -> list[tuple[str, str]]:
    """Of a whole lesson: the run in which a cell failed, and the cell with what it said."""
    lesson = next(lesson for lesson in LESSONS if lesson.name == name)
    notebook = with_committed_outputs(compose(lesson, LANGUAGE, LESSONS), lesson)
    failed = replay(again_and_again(notebook), inside=shut_in_command())
    return [(cell.metadata.run, f"{cell.metadata.was}: {said}") for cell, said in failed]


@every_lesson
def test_a_lesson_runs_offline_from_a_read_only_checkout(name: str) -> None:
    assert [said for run, said in failures(name) if run == "first"] == []


@every_lesson
def test_every_cell_runs_twice_in_a_row(name: str) -> None:
    assert [said for run, said in failures(name) if run == "second"] == []


@every_lesson
def test_every_section_runs_again_after_those_that_follow_it(name: str) -> None:
    assert [said for run, said in failures(name) if run == "section"] == []
