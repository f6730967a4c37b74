"""Private names stand in `keras_beyond/_keras.py` alone, and the course goes on without any of them."""

import ast
import re
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
from tensorflow import keras
from tensorflow.keras import layers

import keras_beyond
from keras_beyond import _keras
from tools.source import ROOT

ROOM = Path(_keras.__file__)
SOURCES = {
    path: ast.parse(path.read_text(encoding="utf-8"))
    for folder in ("src", "tools", "lessons", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
MODULES = re.compile(r"(keras\.src|tensorflow\.python|tensorflow\.compiler|tensorflow\._api|tf\.__internal__)(\.|$)")
PRIVATE = re.compile(r"_[a-z][a-z0-9_]*(?<!_)")  # what ends with "_" is IPython's, such as _repr_png_


def own_names() -> set[str]:
    """The private names that the course defines itself: functions, attributes of `self`, variables, parameters."""
    names = set()
    for tree in SOURCES.values():
        for node in ast.walk(tree):
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name) | ast.alias(asname=name):
                    names.add(name)
                case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                    names.add(name)
    return names


OWN = own_names() | {"_keras", "_getframe", "_exit"}  # the last two are documented by Python


def private_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The private names of other packages in a module, each with its line: as attribute, import or text."""
    for node in ast.walk(tree):
        names: list[str] = []
        match node:
            case ast.Attribute(attr=attribute):
                names = [attribute]
                if MODULES.match(path := ast.unparse(node)):
                    names = [path]
            case ast.Import(names=aliases):
                names = [alias.name for alias in aliases]
            case ast.ImportFrom(module=module, names=aliases):
                names = [f"{module}.{alias.name}" for alias in aliases]
            case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[_, ast.Constant(value=str(attribute)), *_]):
                names = [attribute]
            case ast.Constant(value=str(text)) if MODULES.match(text):
                names = [text]
        for name in names:
            last = name.rpartition(".")[2]
            if MODULES.match(name) or (PRIVATE.fullmatch(last) and last not in OWN):
                yield node.lineno, name


NAMES = sorted({name for _, name in private_names(SOURCES[ROOM])})


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_private_names_stand_in_one_room(path: Path) -> None:
    if path == ROOM:
        assert NAMES
    elif path != Path(__file__):
        named = [f"line {line}: {name}" for line, name in private_names(SOURCES[path])]
        assert not named, f"{path.relative_to(ROOT)}: put it into keras_beyond/_keras.py, with a fallback: {named}"


@pytest.mark.parametrize(
    "source",
    [
        "from keras.src import backend",
        "import tensorflow.python.eager.context",
        "from tensorflow.python.eager import context",
        "x = tensor._keras_history",
        "x = getattr(layer, '_inbound_nodes')",
        "keras.src.backend.common",
        "importlib.import_module('keras.src.ops')",
    ],
)
def test_a_private_name_is_noticed(source: str) -> None:
    assert list(private_names(ast.parse(source)))


def renamed(*names: str) -> str:
    """The source of the room as it would act on a Keras that calls these names otherwise."""
    source = ROOM.read_text(encoding="utf-8")
    for name in names:
        source = re.sub(rf"\b{re.escape(name)}\b", f"{name}_renamed", source)
    return source


def without(name: str) -> types.ModuleType:
    module = types.ModuleType("keras_beyond._keras")
    exec(renamed(name), vars(module))
    return module


def residual() -> keras.Model:
    x = keras.Input((4,), name="x")
    return keras.Model(x, layers.add([layers.Dense(4, name="f")(x), x], name="sum"), name="residual")


@pytest.mark.parametrize("name", NAMES)
def test_the_course_goes_on_without(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = without(name)
    for function in [name for name, value in vars(_keras).items() if isinstance(value, types.FunctionType)]:
        for module in [module for key, module in sys.modules.items() if key.startswith("keras_beyond")]:
            if hasattr(module, function):
                monkeypatch.setattr(module, function, getattr(other, function))
    keras_beyond.start("en", "01_sequential")
    picture = keras_beyond.draw(residual())
    assert "sum Add" in " ".join(text.get_text().replace("\n", " ") for text in picture.figure.axes[0].texts)
    assert ("wiring cannot be read" in picture.description) == (name in ("_keras_history", "_inbound_nodes"))
    capsys.readouterr()
    for answer, verdict in [(None, "[ ]"), (residual(), "[✗]"), (218_058, "[✓]")]:
        keras_beyond.check("dense-parameters", answer)
        assert capsys.readouterr().out.startswith(f"{verdict} dense-parameters")


def test_layers_are_listed_alike_without_the_private_name() -> None:
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    model = keras.Sequential([keras.Input((4,)), inner, layers.Dense(2)])
    for layer in (model, residual(), layers.Bidirectional(layers.LSTM(2))):
        full, fallback = (
            {id(part) for part in room.flat_layers(layer) if not isinstance(part, layers.InputLayer)}
            for room in (_keras, without("_flatten_layers"))
        )
        assert full == fallback and len(full) > 2


def test_a_lesson_starts_where_all_private_names_are_gone(tmp_path: Path) -> None:
    (tmp_path / "room.py").write_text(renamed(*NAMES), encoding="utf-8")
    code = (
        "import importlib.util as util, sys; "
        f"spec = util.spec_from_file_location('keras_beyond._keras', {str(tmp_path / 'room.py')!r}); "
        "module = sys.modules['keras_beyond._keras'] = util.module_from_spec(spec); spec.loader.exec_module(module); "
        "from keras_beyond import start; start('en', '01_sequential'); print(module.__file__)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert run.stdout.startswith("TensorFlow") and "room.py" in run.stdout, run.stderr
