"""A virtual environment without the course, in seconds: it borrows TensorFlow and all the rest from this one.

A lesson's notebook runs in it from a folder far from the checkout, through a kernel, as it does at a reader's.
"""

import json
import os
import subprocess
import sysconfig
import venv
from pathlib import Path

import nbformat
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tools.compose import compose
from tools.source import lesson_paths, read_lesson

COURSE = ("keras_beyond", "_editable_impl_keras_beyond")


class FreshEnvironment:
    """A virtual environment in `folder`, which must not be there yet; `without` are packages that it does not borrow."""

    def __init__(self, folder: Path, without: tuple[str, ...] = ()) -> None:
        """Make the environment. What is borrowed is linked beside site-packages, where pip uninstalls nothing."""
        folder = folder.resolve()
        venv.create(folder)
        self.python = folder / "bin" / "python"
        borrowed = folder / "borrowed"
        borrowed.mkdir()
        for entry in Path(sysconfig.get_paths()["purelib"]).iterdir():
            if not entry.name.startswith((*COURSE, *without)):
                (borrowed / entry.name).symlink_to(entry)
        (site,) = folder.glob("lib/python*/site-packages")
        (site / "borrowed.pth").write_text(f"{borrowed}\n")
        self.site = site
        kernel = {"argv": [str(self.python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]}
        (folder / "kernels" / "fresh").mkdir(parents=True)
        (folder / "kernels" / "fresh" / "kernel.json").write_text(
            json.dumps({**kernel, "display_name": "fresh", "language": "python"})
        )
        self.kernels = KernelSpecManager(kernel_dirs=[str(folder / "kernels")])

    def pip(self, *arguments: str) -> str:
        """Run pip in the environment; return what it prints."""
        command = [str(self.python), "-m", "pip", *arguments]
        return subprocess.run(command, env=clean(), capture_output=True, text=True, check=True).stdout

    def run(self, *codes: str, folder: Path, environment: dict[str, str] | None = None) -> tuple[str, str]:
        """Run code cells in a new kernel, in `folder`; return what they print, and the error on which they stopped."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in codes])
        manager = KernelManager(kernel_name="fresh", kernel_spec_manager=self.kernels)
        client = NotebookClient(notebook, km=manager, timeout=120, resources={"metadata": {"path": str(folder)}})
        client.comm_open_handlers.clear()  # as in the build
        error = ""
        try:
            client.execute(env=clean() | (environment or {}))
        except CellExecutionError as stopped:
            error = f"{stopped.ename}: {stopped.evalue}"
        outputs = [output for cell in notebook.cells for output in cell.outputs]
        return "".join(output.get("text", "") for output in outputs), error


def clean() -> dict[str, str]:
    """Return the environment variables of this process but for those that lead to the checkout."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}


def code_of(lesson: str) -> list[str]:
    """Return the code cells of a lesson's notebook in English."""
    lessons = [read_lesson(path) for path in lesson_paths()]
    (chosen,) = (each for each in lessons if each.name == lesson)
    return [cell.source for cell in compose(chosen, "en", lessons).cells if cell.cell_type == "code"]
