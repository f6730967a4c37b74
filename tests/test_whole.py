"""Whole lessons, with no network and nothing but the temporary directory to write to (where there is a sandbox).

A lesson runs from the first cell to the last. Then its sections run once more, the last one first, so that each finds
what the later ones have left, and every code cell in them runs twice in a row (cells tagged `once` do not). Each time a
cell prints what nbval compares, it is compared, and its asserts have to hold.
"""

import functools
import re

import nbformat
import pytest
from sandbox import missing_sandbox, require_sandbox, sandboxed

from tools.compose import compose
from tools.replay import LANGUAGE, replay, with_committed_outputs
from tools.source import lesson_paths, read_lesson

pytestmark = pytest.mark.slow

LESSONS = [read_lesson(path) for path in lesson_paths()]
every_lesson = pytest.mark.parametrize("name", [lesson.name for lesson in LESSONS])


def again(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The code cells in the order above; each says in its metadata in which of its runs it stands."""
    sections: list[list[nbformat.NotebookNode]] = [[]]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and re.search(r"^##+ ", cell.source, re.MULTILINE):
            sections.append([])
        elif cell.cell_type == "code":
            sections[-1].append(cell)
    order = [("first run", cell) for section in sections for cell in section]
    for section in reversed(sections):
        for cell in section:
            order.append(("section again", cell))
            if "once" not in cell.metadata.get("tags", []):
                order.append(("twice in a row", cell))
    cells = []
    for number, (run, cell) in enumerate(order):
        metadata = {**cell.metadata, "run": run, "was": cell.id}
        cells.append(nbformat.from_dict({**cell, "id": f"cell-{number}", "metadata": metadata}))
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata)


@functools.cache
def failures(name: str) -> list[tuple[str, str]]:
    """Of a whole lesson: in which run of its a cell failed, and the cell with what it said."""
    lesson = next(lesson for lesson in LESSONS if lesson.name == name)
    notebook = with_committed_outputs(compose(lesson, LANGUAGE, LESSONS, guards=True), lesson)
    failed = replay(again(notebook), inside=None if missing_sandbox() else sandboxed)
    return [(cell.metadata.run, f"{cell.metadata.was}: {said}") for cell, said in failed]


@every_lesson
def test_a_lesson_runs_offline_from_a_read_only_checkout(name: str) -> None:
    require_sandbox()
    assert not [said for run, said in failures(name) if run == "first run"]


@every_lesson
def test_its_sections_run_again_and_their_cells_twice_in_a_row(name: str) -> None:
    again = [f"{run}, {said}" for run, said in failures(name) if run != "first run"]
    assert not again, "\n" + "\n".join(again)


def notebook_of(*codes: str) -> nbformat.NotebookNode:
    """A section for each code cell."""
    cells = []
    for code in codes:
        cells += [nbformat.v4.new_markdown_cell("## A section"), nbformat.v4.new_code_cell(code)]
    return nbformat.v4.new_notebook(cells=cells)


def test_in_the_sandbox_nothing_can_be_written_and_nobody_reached() -> None:
    require_sandbox()
    failed = replay(
        notebook_of(
            "import tempfile; tempfile.TemporaryFile()",
            "open('here', 'w')",
            "from pathlib import Path; (Path.home() / 'here').write_text('')",
            "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)",
        ),
        inside=sandboxed,
    )
    said = [reason for _, reason in failed]
    assert [reason[:30] for reason in said[:2]] == ["OSError: [Errno 30] Read-only "] * 2
    assert said[2:] == ["OSError: [Errno 101] Network is unreachable"]


def test_what_must_not_run_again_is_noticed() -> None:
    failed = replay(again(notebook_of("done = []", "done.append(1)\nassert len(done) == 1")))
    assert [cell.metadata.run for cell, _ in failed] == ["section again", "twice in a row"]
