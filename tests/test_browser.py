"""What a learner sees: a lesson of each language in a real browser, run with the keyboard, its views moved."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from base64 import b64decode
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

import keras_beyond
from tools.source import ROOT

pytestmark = pytest.mark.slow

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
A_CELL = 60_000  # milliseconds for the slowest cell, and for the page to open
A_MOVE = 20_000  # milliseconds for a view to answer
QUIET = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},  # every cell stays in the page
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Jupyter"]:
    """A Jupyter server over a copy of the course, with settings of its own, and a token."""
    folder = tmp_path_factory.mktemp("jupyter")
    for name in ("notebooks", "assets", "weights"):
        shutil.copytree(ROOT / name, folder / "course" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder / "course" / "notebooks").glob("*/*.ipynb"):
        notebook = nbformat.read(path, 4)
        for cell in notebook.cells:
            if cell.cell_type == "code":  # what the page shows comes from this run alone
                cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, path)
    (folder / "config" / "labconfig").mkdir(parents=True)
    (folder / "config" / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(QUIET))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    own = {f"JUPYTER_{name.upper()}_DIR": str(folder / name) for name in ("config", "data", "runtime")} | {
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_TOKEN": token,
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--port-retries=0", f"--ServerApp.root_dir={folder / 'course'}", "--LabApp.news_url=None",
        "--LabApp.extension_manager=readonly",
    ]  # fmt: skip
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **own}, stdout=log, stderr=log)
    try:
        jupyter = Jupyter(f"http://127.0.0.1:{port}", token)
        _wait_until(lambda: jupyter.ask("api/status"), 60, lambda: (folder / "log").read_text())
        yield jupyter
    finally:
        process.terminate()
        process.wait(30)


class Jupyter:
    """A running server, and how to ask it."""

    def __init__(self, address: str, token: str):
        self.address, self.token = address, token

    def ask(self, what: str, method: str = "GET") -> object:
        """What the server answers, or None as long as it does not."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.address}/{what}", method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.loads(answer.read() or "{}")
        except OSError:
            return None

    def kernel_is_ready(self) -> bool:
        """Whether the one kernel is idle and a page is connected to it; before that, what is run is lost."""
        kernels = self.ask("api/kernels") or []
        return [(kernel["execution_state"], kernel["connections"] > 0) for kernel in kernels] == [("idle", True)]

    def stop_kernels(self) -> None:
        for session in self.ask("api/sessions"):
            self.ask(f"api/sessions/{session['id']}", method="DELETE")
        assert self.ask("api/kernels") == []


def _wait_until(condition: Callable[[], object], seconds: float, told: Callable[[], str]) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, told()
        time.sleep(0.1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        assert not os.environ.get("CI"), f"expected a browser ({', '.join(BROWSERS)}), found none"
        pytest.skip(f"no browser was found: install one of {', '.join(BROWSERS)} to run this test")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, server: "Jupyter") -> Iterator[Page]:
    """A page that notes every request to another machine; there must be none."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(A_MOVE)
    strangers: list[str] = []
    page.on("request", lambda request: strangers.append(request.url) if "127.0.0.1" not in request.url else None)
    yield page
    page.close()
    server.stop_kernels()
    assert [url for url in strangers if not url.startswith(("data:", "blob:"))] == []


@pytest.fixture
def screenshot(tmp_path: Path) -> Callable[[Page | Locator, str], None]:
    """Save a picture of a part of the page, in the folder that COURSE_SCREENSHOTS names or in pytest's own."""
    folder = Path(os.environ.get("COURSE_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)

    def save(part: Page | Locator, name: str) -> None:
        part.screenshot(path=folder / f"{name}.png")

    return save


class Lesson:
    """A lesson that stands open in a page."""

    def __init__(self, page: Page, server: Jupyter, language: str, name: str, front_end: str):
        path = f"notebooks/{language}/{name}.ipynb"
        self.page, self.server = page, server
        self.source = nbformat.read(ROOT / path, 4).cells
        page.goto(f"{server.address}/{front_end}/{path}?reset&token={server.token}", timeout=A_CELL)
        self.cells = page.locator(".jp-Notebook .jp-Cell")
        expect(self.cells).to_have_count(len(self.source), timeout=A_CELL)

    def run(self) -> None:
        """Shift and Enter from the first cell to the last, as a learner does, each when the one before has finished."""
        expect(self.page.locator("[data-status=idle]").first).to_be_attached(timeout=A_CELL)
        _wait_until(self.server.kernel_is_ready, A_CELL / 1000, lambda: "expected a kernel that is idle")
        self.cells.first.locator(".jp-InputArea-prompt").click()
        self.page.keyboard.press("Escape")
        executed = 0
        for cell, shown in zip(self.source, self.cells.all(), strict=True):
            expect(shown).to_have_class(re.compile(r"\bjp-mod-active\b"))
            self.page.keyboard.press("Shift+Enter")
            if cell.cell_type == "code":
                executed += 1
                if not cell.metadata.get("jupyter", {}).get("source_hidden"):  # a folded cell shows no number
                    expect(shown.locator(".jp-InputArea-prompt")).to_have_text(f"[{executed}]:", timeout=A_CELL)
                expect(self.page.locator("[data-mime-type='application/vnd.jupyter.error']")).to_have_count(0)
        stubs = sum("check" in cell.metadata.get("tags", []) for cell in self.source)
        expect(self.page.locator("pre", has_text="還沒作答 · not answered yet")).to_have_count(stubs)

    def view(self, call: str) -> "View":
        """The interactive view whose cell contains `call`."""
        [place] = [place for place, cell in enumerate(self.source) if call in cell.source]
        return View(self.cells.nth(place))


class View:
    """An interactive view: its controls, its text, its picture."""

    def __init__(self, cell: Locator):
        self.cell = cell
        cell.scroll_into_view_if_needed()
        self.handles = cell.locator(".noUi-handle")
        self.readouts = cell.locator(".widget-readout")
        self.menu = cell.locator("select")
        self.text = cell.locator(".jp-OutputArea-output pre")

    def move(self, handle: int, key: str, readout: str) -> None:
        """Press a key on a slider; the number beside it has to become `readout`."""
        self.handles.nth(handle).focus()
        self.handles.nth(handle).press(key)
        expect(self.readouts.nth(handle)).to_have_text(readout)

    def shows(self, said: str) -> bytes:
        """Wait until the description of the picture contains `said`; returns the picture."""
        picture = self.cell.locator("img")
        found = ""

        def described() -> bool:
            nonlocal found
            source = picture.get_attribute("src") if picture.count() == 1 else None
            found = Image.open(BytesIO(b64decode(source.split(",")[1]))).text["Description"] if source else ""
            return said in found

        _wait_until(described, A_MOVE / 1000, lambda: f"expected a picture of {said!r}, found {found!r}")
        return b64decode(picture.get_attribute("src").split(",")[1])


def test_lesson_01_in_chinese(page: Page, server: Jupyter, screenshot: Callable[[Page | Locator, str], None]) -> None:
    lesson = Lesson(page, server, "zh-TW", "01_sequential", "lab/tree")
    lesson.run()
    screenshot(page, "lesson_01_zh-TW")
    labels = keras_beyond.load_mnist()[0][1]

    digits = lesson.view("explore(show_digit")
    first = digits.shows(f"number 0: {labels[0]}")
    digits.move(0, "ArrowRight", "1")
    second = digits.shows(f"number 1: {labels[1]}")
    digits.move(0, "End", "59999")
    assert len({first, second, digits.shows(f"number 59999: {labels[-1]}")}) == 3
    screenshot(digits.cell, "browse_the_digits")

    parameters = lesson.view("explore(count_parameters")
    expect(parameters.text).to_have_text("n u + u = 2 with n = 1, u = 1\n")
    parameters.menu.select_option("LSTM")
    parameters.shows("one_layer: 12 parameters")
    parameters.move(0, "End", "64")
    parameters.move(1, "ArrowRight", "2")
    expect(parameters.text).to_have_text("4 (n u + u u + u) = 17,152 with n = 2, u = 64\n")
    parameters.shows("one_layer: 17,152 parameters")
    screenshot(parameters.cell, "count_parameters")


def test_lesson_07_in_english(page: Page, server: Jupyter, screenshot: Callable[[Page | Locator, str], None]) -> None:
    lesson = Lesson(page, server, "en", "07_sampling_and_vae", "lab/tree")
    lesson.run()
    screenshot(page, "lesson_07_en")

    cloud = lesson.view("explore(cloud")
    pattern = re.compile(r"covariance of the 500 points: \[\[(.*?), (.*?)\], \[(.*?), (.*?)\]\]")
    expect(cloud.text).to_have_text(pattern)
    before = cloud.shows("500 points, one call (x: z_1, y: z_2)")
    cloud.move(0, "Home", "−6.00")
    cloud.move(2, "End", "3.00")  # log_var_1: a variance of exp(3), about 20
    expect(cloud.text).to_have_text(re.compile(r"points: \[\[(1[5-9]|2[0-6])\."))
    wide, _, _, narrow = map(float, pattern.search(cloud.text.text_content()).groups())
    assert wide > 15 and narrow < 1 and cloud.shows("500 points") != before
    screenshot(cloud.cell, "sampling")

    plane = lesson.view("explore(look_at")
    middle = plane.shows("z = (0.00, 0.00)")
    plane.move(0, "ArrowRight", "0.06")
    assert plane.shows("z = (0.06, 0.00)") != middle
    plane.move(1, "End", "3.00")
    plane.shows("z = (0.06, 3.00)")
    screenshot(plane.cell, "the_latent_plane")


def test_lesson_08_in_chinese_in_notebook_7(
    page: Page, server: Jupyter, screenshot: Callable[[Page | Locator, str], None]
) -> None:
    lesson = Lesson(page, server, "zh-TW", "08_gradient_tape", "notebooks")
    lesson.run()
    screenshot(page, "lesson_08_zh-TW")

    descent = lesson.view("explore(watch_descent")
    descent.shows("learning rate 0.01 ")
    descent.move(0, "End", "60")  # Notebook 7 keeps the arrow keys left and right for itself
    descent.shows("the line after step 60")
    descent.menu.select_option("0.16")
    descent.shows("learning rate 0.16")
    descent.shows("e+07")  # at this rate it flies off
    screenshot(descent.cell, "gradient_descent")
