"""Build the notebooks from the lessons.

`python -m tools.build` brings everything that is made up to date: a lesson whose code, guards, figures, package or data
have changed is executed, once for both languages; of any other only the prose is written anew. `01_sequential` after it
limits it to that lesson, `--force` executes whatever has changed, `--check` writes nothing and fails where something is
out of date.
"""

import argparse
import copy
import functools
import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell

from tools.compose import compose
from tools.errors_page import errors_page, read_errors
from tools.files import replace_file
from tools.pages import pages_of, pictures_of
from tools.prose import code_of_figures, figures_in
from tools.requirements import requirements_text
from tools.source import LANGUAGES, ROOT, Lesson, SourceError, lesson_paths, read_lesson

NOTEBOOKS = ROOT / "notebooks"
PACKAGE = ROOT / "src" / "keras_beyond"
MANIFEST = ROOT / "weights" / "manifest.toml"
CELL_TIMEOUT = 600  # seconds
FIGURES = "-figures"  # ends the id of a cell that prints what the prose above it needs
WIDGET = "application/vnd.jupyter.widget-view+json"
MACHINE_PATHS = [str(ROOT), str(Path.home()) + "/", sys.prefix, "site-packages", tempfile.gettempdir() + "/"]
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def notebook_path(lesson: Lesson, language: str) -> Path:
    """Return the path of a lesson's notebook."""
    return NOTEBOOKS / language / f"{lesson.name}.ipynb"


def execute(notebook: nbformat.NotebookNode, lesson: Lesson) -> None:
    """Run a notebook from the first cell to the last, in place. Raises SourceError, with file and line, where it fails."""
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # this interpreter's kernel, no stray one
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")  # the same figures whatever the number of cores
    folder = NOTEBOOKS / notebook.metadata.course.language
    folder.mkdir(exist_ok=True)
    running: list[str] = []
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=lambda cell, cell_index: running.append(cell.id),
    )
    # nbclient answers widgets over the socket on which it awaits the cell's reply, and may then miss the reply: no answers.
    client.comm_open_handlers.clear()
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        reason = (
            f"{error.ename}: {error.evalue}" if isinstance(error, CellExecutionError) else str(error).split("\n")[0]
        )
        raise _failure(lesson, running[-1], ANSI.sub("", reason)) from None


def _failure(lesson: Lesson, cell_id: str, reason: str) -> SourceError:
    """Return the error that says which cell, guard or figure of a lesson failed, and why."""
    if cell_id.endswith(FIGURES):
        cells = [cell for cell in lesson.cells if cell.id == cell_id.removesuffix(FIGURES)]
        figures = ", ".join(f"{{{{{figure}}}}}" for cell in cells for figure in figures_in(cell.text))
        return lesson.fail(cells[0].line, f"a figure in the prose failed ({figures}): {reason}")
    what = "the guard" if cell_id.endswith("-guard") else "the cell"
    return lesson.fail(_line_of(lesson, cell_id), f"{what} failed: {reason}")


def _line_of(lesson: Lesson, cell_id: str) -> int:
    return next((cell.line for cell in lesson.cells if cell.id == cell_id), 1)


def with_figures(notebook: nbformat.NotebookNode, lesson: Lesson) -> nbformat.NotebookNode:
    """Return a composed notebook with a code cell after each prose cell that has figures, which prints their values."""
    figures = figures_of(lesson)
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.id in figures:
            cells.append(new_code_cell(code_of_figures(figures[cell.id]), id=cell.id + FIGURES))
    return nbformat.from_dict({**notebook, "cells": cells})


def figures_of(lesson: Lesson) -> dict[str, list[str]]:
    """Return, for the id of each prose cell and its twin, the figures that stand in either."""
    figures: dict[str, list[str]] = {}
    for cell in lesson.cells:
        for figure in figures_in(cell.text) if cell.kind == "markdown" else ():
            if figure not in figures.setdefault(cell.id, []):
                figures[cell.id].append(figure)
    return figures


def take_figures(notebook: nbformat.NotebookNode, lesson: Lesson) -> dict[str, dict[str, str]]:
    """Take the cells that `with_figures` put in out of an executed notebook; return the values that they printed."""
    figures, values = figures_of(lesson), {}
    for cell in notebook.cells:
        if cell.id.endswith(FIGURES):
            prose = cell.id.removesuffix(FIGURES)
            printed = "".join(output.get("text", "") for output in cell.outputs)
            values[prose] = dict(zip(figures[prose], json.loads(printed), strict=True))
    notebook.cells = [cell for cell in notebook.cells if not cell.id.endswith(FIGURES)]
    return values


def clean(notebook: nbformat.NotebookNode, lesson: Lesson) -> None:
    """Leave only what is the same on every machine; refuse an output with a warning, a machine's path, an address."""
    notebook.metadata.language_info = nbformat.NotebookNode(name="python")
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        if "widget" in cell.metadata.get("tags", []):
            cell.outputs = []
        for output in cell.outputs:
            _refuse(output, lesson, _line_of(lesson, cell.id))


def _refuse(output: nbformat.NotebookNode, lesson: Lesson, line: int) -> None:
    if output.output_type == "stream" and output.name == "stderr":
        raise lesson.fail(line, f"the cell wrote to stderr: {output.text.strip()[:200]}")
    data = output.get("data", {})
    if WIDGET in data:
        raise lesson.fail(line, 'the cell shows a widget: expected the tag "widget"')
    text = output.get("text", "") + "".join(value for key, value in data.items() if key.startswith("text/"))
    for path in MACHINE_PATHS:
        if path in text:
            raise lesson.fail(line, f"the output contains a path of this machine: {path}")
    if re.search(r"Warning\b", text):
        raise lesson.fail(line, f"the output contains a warning: {text.strip()[:200]}")
    if address := re.search(r"0x[0-9a-f]{6,}", text):
        raise lesson.fail(line, f"the output contains an address in memory, which differs each time: {address[0]}")


def digest(notebook: nbformat.NotebookNode) -> str:
    """Return the SHA-256 of all outputs and execution counts."""
    outputs = [[cell.execution_count, cell.outputs] for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(outputs, sort_keys=True).encode()).hexdigest()


def fingerprint(lesson: Lesson) -> str:
    """Return the SHA-256 of all that a lesson's outputs depend on: its code and figures, the package, data and weights.

    The checks of the exercises are left out: unanswered, as the exercises are in the notebooks, they all print the same.
    """
    code = [[cell.text, cell.tags] for cell in lesson.cells if cell.kind == "code"]
    figures = list(figures_of(lesson).values())
    return hashlib.sha256(json.dumps([code, figures, *_package_files()]).encode()).hexdigest()


@functools.cache
def _package_files() -> list[str]:
    """Return the text of the package's files but the exercises, and the record of the shipped weights and data."""
    modules = (path for path in sorted(PACKAGE.rglob("*")) if path.suffix in (".py", ".js", ".css", ".toml"))
    files = [path for path in modules if "exercises" not in path.relative_to(PACKAGE).parts]
    return [path.read_text(encoding="utf-8") for path in [*files, MANIFEST]]


def build(lesson: Lesson, lessons: list[Lesson], *, force: bool = False) -> str:
    """Bring both notebooks of a lesson up to date, and return what was done; whatever fails, the old ones stay."""
    kept = None if force else _kept(lesson)
    if kept is not None:
        executed, values = kept
        outcome = "prose written"
    else:
        executed = with_figures(compose(lesson, LANGUAGES[0], lessons, guards=True), lesson)
        execute(executed, lesson)
        values = take_figures(executed, lesson)
        executed.cells = [cell for cell in executed.cells if "guard" not in cell.metadata.get("tags", [])]
        clean(executed, lesson)
        outcome = "executed"
    _write(lesson, lessons, executed, values)
    return outcome


def _kept(lesson: Lesson) -> tuple[nbformat.NotebookNode, dict[str, dict[str, str]]] | None:
    """Return the notebook that was built last, with the values of its figures, or None where it has to be executed."""
    try:
        notebook = _read(notebook_path(lesson, LANGUAGES[0]))
    except SourceError:
        return None
    about = notebook.metadata.get("course", {})
    if about.get("fingerprint") != fingerprint(lesson) or about.get("outputs") != digest(notebook):
        return None
    return notebook, kept_figures(notebook, lesson)


def kept_figures(notebook: nbformat.NotebookNode, lesson: Lesson) -> dict[str, dict[str, str]]:
    """Return the values of a lesson's figures, by the ids of its prose cells, that a built notebook keeps in their order."""
    return dict(zip(figures_of(lesson), notebook.metadata.course.get("figures", []), strict=False))


def _read(path: Path) -> nbformat.NotebookNode:
    if not path.is_file():
        raise SourceError(
            f"{path.relative_to(ROOT)}: expected a notebook, found none; run python -m tools.build {path.stem}"
        )
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises many kinds
        raise SourceError(
            f"{path.relative_to(ROOT)}: not a notebook ({error}); run python -m tools.build {path.stem}"
        ) from None


def _write(
    lesson: Lesson, lessons: list[Lesson], executed: nbformat.NotebookNode, values: dict[str, dict[str, str]]
) -> None:
    """Give the outputs of `executed` to the notebook of each language, and replace the files."""
    contents = {}
    for language in LANGUAGES:
        notebook = compose(lesson, language, lessons, values=values)
        sources = (cell for cell in executed.cells if cell.cell_type == "code")
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for number, (cell, source) in enumerate(zip(code, sources, strict=True), 1):
            cell.outputs, cell.execution_count = copy.deepcopy(source.outputs), number
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = number
        about = notebook.metadata.course
        about.outputs, about.fingerprint, about.figures = digest(notebook), fingerprint(lesson), list(values.values())
        nbformat.validate(notebook)
        contents[notebook_path(lesson, language)] = f"{nbformat.writes(notebook)}\n".encode()
    for path, content in contents.items():
        replace_file(path, content)


def differences(lesson: Lesson, lessons: list[Lesson]) -> Iterator[str]:
    """Yield one sentence for each way a lesson's notebooks differ from their source or from the last build."""
    for language in LANGUAGES:
        path = notebook_path(lesson, language)
        shown = path.relative_to(ROOT)
        try:
            notebook = _read(path)
        except SourceError as error:
            yield str(error)
            continue
        about = notebook.metadata.get("course", {})
        if about.get("fingerprint") != fingerprint(lesson):
            yield f"{shown}: its code, the package or the weights have changed since it was executed; {_again(lesson)}"
            continue
        try:
            expected = compose(lesson, language, lessons, values=kept_figures(notebook, lesson))
        except KeyError as error:
            yield f"{shown}: the figure {error} has no value; {_again(lesson)}"
            continue
        if len(notebook.cells) != len(expected.cells):
            yield f"{shown}: expected {len(expected.cells)} cells, found {len(notebook.cells)}; {_again(lesson)}"
        for wanted, cell in zip(expected.cells, notebook.cells, strict=False):
            for part in ("cell_type", "id", "source", "metadata"):
                if wanted[part] != cell[part]:
                    yield f"{shown}: cell {wanted.id!r}: its {part} is not what lessons/{lesson.path.name} gives"
                    break
        if about.get("version") != expected.metadata.course.version:
            yield f"{shown}: it is of version {about.get('version')}; {_again(lesson)}"
        if about.get("outputs") != digest(notebook):
            yield f"{shown}: its outputs are not those that the build left"


def _again(lesson: Lesson) -> str:
    return f"run python -m tools.build {lesson.name}"


def check(lessons: list[Lesson]) -> list[str]:
    """Return everything that is out of date: notebooks unlike their sources or without one, and the files made beside them."""
    messages = [text for lesson in lessons for text in differences(lesson, lessons)]
    expected = {notebook_path(lesson, language) for lesson in lessons for language in LANGUAGES}
    for path in sorted(path for language in LANGUAGES for path in (NOTEBOOKS / language).glob("*.ipynb")):
        if path not in expected:
            messages.append(f"{path.relative_to(ROOT)}: no lesson in lessons/ gives this notebook")
    for path, content in other_files(lessons).items():
        if not path.is_file() or _lines(path.read_bytes()) != _lines(content):
            messages.append(f"{path.relative_to(ROOT)}: out of date; run python -m tools.build")
    return messages


def _lines(content: bytes) -> bytes:
    """Return a text with Unix line ends, so that a checkout with Windows' ends is no difference."""
    return content if content.startswith(b"\x89PNG") else content.replace(b"\r\n", b"\n")


def other_files(lessons: list[Lesson]) -> dict[Path, bytes]:
    """Return the content of all that is made but the notebooks: parts of pages, errors pages, the gallery, requirements.txt."""
    entries = read_errors(lessons)
    errors = {NOTEBOOKS / language / "errors.md": errors_page(language, entries).encode() for language in LANGUAGES}
    requirements = {ROOT / "requirements.txt": requirements_text().encode()}
    return pages_of(ROOT, lessons) | pictures_of(NOTEBOOKS) | errors | requirements


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.build", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="lessons, such as 01_sequential; all when none is named")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when something is out of date")
    parser.add_argument("--force", action="store_true", help="execute also what has not changed")
    options = parser.parse_args(arguments)
    try:
        lessons = [read_lesson(path) for path in lesson_paths()]
        known = {lesson.name for lesson in lessons}
        for name in options.names:
            if name not in known:
                raise SourceError(
                    f"lessons/{name}.py: expected a lesson, found none; there are {', '.join(sorted(known))}"
                )
        chosen = [lesson for lesson in lessons if not options.names or lesson.name in options.names]
        if options.check:
            limited = (text for lesson in chosen for text in differences(lesson, lessons))
            messages = list(limited) if options.names else check(lessons)
            print("\n".join(messages) or f"{len(chosen)} lessons: the notebooks are what their sources give")
            return 1 if messages else 0
        for lesson in chosen:
            print(f"{lesson.name}: {build(lesson, lessons, force=options.force)}", flush=True)
        for path, content in other_files(lessons).items():
            replace_file(path, content)
    except SourceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
