"""Build the notebooks from the lessons.

`python -m tools.build` executes every lesson (or those named, such as 01_sequential) once and writes it in both
languages. `--reuse-outputs` executes nothing: it writes prose, links and titles anew around the outputs that are there,
and refuses a lesson whose code has changed. `--check` writes nothing and fails when a notebook or a README is not what
its source gives, or its outputs are not those that the build left.
"""

import argparse
import copy
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

from tools.compose import compose
from tools.errors import page
from tools.readme import README_FILES, pictures_of, readme_of
from tools.source import LANGUAGES, ROOT, Lesson, SourceError, lesson_paths, read_lesson

NOTEBOOKS = ROOT / "notebooks"
CELL_TIMEOUT = 600  # seconds
WIDGET = "application/vnd.jupyter.widget-view+json"
MACHINE_PATHS = [str(ROOT), str(Path.home()) + "/", sys.prefix, "site-packages", tempfile.gettempdir() + "/"]
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def notebook_path(lesson: Lesson, language: str) -> Path:
    """Where a lesson's notebook stands."""
    return NOTEBOOKS / language / f"{lesson.name}.ipynb"


def execute(notebook: nbformat.NotebookNode, lesson: Lesson) -> None:
    """Run a notebook from the first cell to the last, in place. Raises SourceError, with file and line, where it fails."""
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # this interpreter's kernel, no stray one
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")  # the same figures whatever the number of cores
    folder = NOTEBOOKS / notebook.metadata.keras_beyond.language
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
        raise lesson.fail(_line_of(lesson, running[-1]), f"the cell failed: {ANSI.sub('', reason)}") from None


def _line_of(lesson: Lesson, cell_id: str) -> int:
    return next((cell.line for cell in lesson.cells if cell.id == cell_id), 1)


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
    """SHA-256 of all outputs and execution counts."""
    outputs = [[cell.execution_count, cell.outputs] for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(outputs, sort_keys=True).encode()).hexdigest()


def build(lesson: Lesson, lessons: list[Lesson]) -> None:
    """Execute a lesson once and write both notebooks; whatever fails, the old ones stay as they were."""
    executed = compose(lesson, LANGUAGES[0], lessons)
    execute(executed, lesson)
    clean(executed, lesson)
    _write(lesson, lessons, executed)


def reuse_outputs(lesson: Lesson, lessons: list[Lesson]) -> None:
    """Write both notebooks anew around the outputs that are there. Raises SourceError where the code has changed."""
    old = _read(notebook_path(lesson, LANGUAGES[0]))
    new = compose(lesson, LANGUAGES[0], lessons)
    old_code, new_code = ([cell for cell in one.cells if cell.cell_type == "code"] for one in (old, new))
    if [_code(cell) for cell in old_code] != [_code(cell) for cell in new_code]:
        raise SourceError(f"lessons/{lesson.path.name}: its code has changed; run python -m tools.build {lesson.name}")
    for before, after in zip(old_code, new_code, strict=True):
        after.outputs, after.execution_count = before.outputs, before.execution_count
    _write(lesson, lessons, new)


def _code(cell: nbformat.NotebookNode) -> str:
    """What a code cell runs; the setup cell's addresses and language do not change what comes after it."""
    return "" if cell.id == "setup" else cell.source


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


def _write(lesson: Lesson, lessons: list[Lesson], executed: nbformat.NotebookNode) -> None:
    """Give the outputs of `executed` to the notebook of each language, and replace the files."""
    finished = {}
    for language in LANGUAGES:
        notebook = compose(lesson, language, lessons)
        done = (cell for cell in executed.cells if cell.cell_type == "code")
        for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
            source = next(done)
            cell.outputs, cell.execution_count = copy.deepcopy(source.outputs), source.execution_count
        notebook.metadata.course.outputs = digest(notebook)
        nbformat.validate(notebook)
        finished[notebook_path(lesson, language)] = f"{nbformat.writes(notebook)}\n".encode()
    for path, content in finished.items():
        write_whole(path, content)


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step: whoever reads it, or is killed meanwhile, finds the old content or the new.

    What a killed build leaves is called *.part; git ignores it, and the next build writes over it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)


def differences(lesson: Lesson, lessons: list[Lesson]) -> Iterator[str]:
    """What in a lesson's notebooks is not what the source gives or the build left, a sentence each."""
    for language in LANGUAGES:
        path = notebook_path(lesson, language)
        shown = path.relative_to(ROOT)
        try:
            found = _read(path)
        except SourceError as error:
            yield str(error)
            continue
        expected = compose(lesson, language, lessons)
        if len(found.cells) != len(expected.cells):
            yield f"{shown}: expected {len(expected.cells)} cells, found {len(found.cells)}"
        for wanted, cell in zip(expected.cells, found.cells, strict=False):
            for part in ("cell_type", "id", "source", "metadata"):
                if wanted[part] != cell[part]:
                    yield f"{shown}: cell {wanted.id!r}: its {part} is not what lessons/{lesson.path.name} gives"
                    break
        if found.metadata.get("course", {}).get("outputs") != digest(found):
            yield f"{shown}: its outputs are not those that the build left"


def check(lessons: list[Lesson]) -> list[str]:
    """Everything that `--check` finds: notebooks unlike their sources, notebooks without one, READMEs out of date."""
    found = [text for lesson in lessons for text in differences(lesson, lessons)]
    expected = {notebook_path(lesson, language) for lesson in lessons for language in LANGUAGES}
    for path in sorted(path for language in LANGUAGES for path in (NOTEBOOKS / language).glob("*.ipynb")):
        if path not in expected:
            found.append(f"{path.relative_to(ROOT)}: no lesson in lessons/ gives this notebook")
    for path, content in readme_files(lessons).items():
        if not path.is_file() or path.read_bytes() != content:
            found.append(f"{path.relative_to(ROOT)}: out of date; run python -m tools.build --reuse-outputs")
    return found


def readme_files(lessons: list[Lesson]) -> dict[Path, bytes]:
    """The READMEs, the pages of errors and the gallery as the lessons and the built notebooks give them."""
    texts = {path: readme_of(language, lessons).encode() for language, path in README_FILES.items()}
    pages = {NOTEBOOKS / language / "errors.md": page(language, lessons, NOTEBOOKS).encode() for language in LANGUAGES}
    return texts | pages | pictures_of(NOTEBOOKS)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.build", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="lessons, such as 01_sequential; all when none is named")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--check", action="store_true", help="write nothing; fail when something is out of date")
    way.add_argument("--reuse-outputs", action="store_true", help="execute nothing; new prose and links, old outputs")
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
            found = (
                check(chosen) if not options.names else [text for one in chosen for text in differences(one, lessons)]
            )
            print("\n".join(found) or f"{len(chosen)} lessons: the notebooks are what their sources give")
            return 1 if found else 0
        for lesson in chosen:
            (reuse_outputs if options.reuse_outputs else build)(lesson, lessons)
            print(f"{lesson.name}: {' and '.join(LANGUAGES)} written", flush=True)
        for path, content in readme_files(lessons).items():
            write_whole(path, content)
    except SourceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
