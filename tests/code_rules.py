"""Rules over the code cells of a lesson: what a label says is what stands beside it, and held-out rows are held out.

A rule reads the source only. It follows a name to what it was last assigned, never into a function; where nothing tells
whether data are training, validation or test data, it stays silent.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

WORDS = {
    "test": re.compile(r"\btests?\b", re.I),
    "train": re.compile(r"\btraining\b(?! on)", re.I),
    "validation": re.compile(r"\bvalidation\b|\bheld[- ]out\b", re.I),
}
PARTS_OF_NAMES = {
    "test": "test",
    "train": "train",
    "val": "validation",
    "held": "validation",
    "validation": "validation",
}
RIGHT = re.compile(r"\b(accuracy|right|correct)\b")
WRONG = re.compile(r"\b(wrong|mistakes?|error rate|misread)\b")
LABELS = {"title", "xlabel", "ylabel"}
ROWS_OF_MNIST = {"x_train": 60_000, "y_train": 60_000, "images_train": 60_000}
ROWS_OF_MNIST |= {"x_test": 10_000, "y_test": 10_000, "images_test": 10_000}


@dataclass
class Reader:
    """Reads the visible cells of a lesson in order; remembers what each name was last assigned."""

    values: dict[str, ast.expr] = field(default_factory=dict)
    roles: dict[str, set[str]] = field(default_factory=dict)
    rows: dict[str, tuple[str, int, int] | None] = field(default_factory=dict)  # name: array, first row, last row + 1

    def problems(self, code: str) -> Iterator[tuple[int, str]]:
        """Yield line and message for everything in a cell that breaks a rule."""
        for statement in ast.parse(code).body:
            for node in ast.walk(statement):
                yield from self._problems_of(node)
            for node in ast.walk(statement):
                if isinstance(node, ast.Assign):
                    self._assign(node)
                elif isinstance(node, (ast.For, ast.comprehension)):
                    self._assign_one(node.target, node.iter)

    def _problems_of(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        if isinstance(node, ast.JoinedStr):
            yield from self._in_f_string(node)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield from self._compare(node.lineno, key.value, [value])
        elif isinstance(node, ast.Call):
            yield from self._in_call(node)

    def _in_f_string(self, node: ast.JoinedStr) -> Iterator[tuple[int, str]]:
        before = ""
        for part, after in zip(node.values, [*node.values[1:], None], strict=True):
            if isinstance(part, ast.Constant):
                before = str(part.value)
                continue
            yield from self._compare(node.lineno, _nearest(before), [part.value])
            spec = ast.unparse(part.format_spec) if part.format_spec else ""
            per_cent = isinstance(after, ast.Constant) and str(after.value).lstrip().startswith("%")
            hundred = 100 in self._constants(part.value)
            if "%" in spec and per_cent:
                yield node.lineno, "a share written with % twice"
            elif "%" in spec and hundred:
                yield node.lineno, "a share multiplied by 100, then written as per cent"
            elif per_cent and not hundred:
                yield node.lineno, f"% after {ast.unparse(part.value)}, which is not multiplied by 100"
            before = ""

    def _in_call(self, node: ast.Call) -> Iterator[tuple[int, str]]:
        name = ast.unparse(node.func)
        if name == "print":
            texts = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            for text, value in zip(texts, node.args[1:], strict=False):
                if isinstance(text, str):
                    yield from self._compare(node.lineno, text, [value])
        for keyword in node.keywords:
            text = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            if keyword.arg in LABELS and isinstance(text, str) and node.args:
                yield from self._compare(node.lineno, text, node.args[:1])
        if name.endswith((".fit", ".evaluate")) and node.args:
            yield from self._rows_of_call(node)

    def _compare(self, line: int, label: str, values: list[ast.expr]) -> Iterator[tuple[int, str]]:
        """Compare what a label says with what is known of the values beside it."""
        said = {role for role, word in WORDS.items() if word.search(label)}
        shown = ", ".join(ast.unparse(value) for value in values)
        if len(said) == 1:
            role = said.pop()
            known = set().union(*(self.roles_of(value) for value in values))
            keys = [text for value in values for text in self._texts(value) if re.search("loss|accuracy", text)]
            of_validation = {text.startswith("val_") for text in keys}
            allowed = {"validation", "train"} if role == "validation" else {role}
            if (known and not known & allowed) or (of_validation and (role == "validation") not in of_validation):
                yield line, f"{label.strip()!r} stands beside {shown}, which is of {', '.join(sorted(known)) or keys}"
        compared = {type(node) for value in values for node in self._nodes(value) if isinstance(node, ast.cmpop)}
        taken_from_one = any(isinstance(node, ast.Sub) for value in values for node in self._nodes(value))
        if not taken_from_one and len(values) == 1 and compared in ({ast.Eq}, {ast.NotEq}):
            if RIGHT.search(label) and not WRONG.search(label) and compared == {ast.NotEq}:
                yield line, f"{label.strip()!r} stands beside {shown}, which counts what differs"
            if WRONG.search(label) and not RIGHT.search(label) and compared == {ast.Eq}:
                yield line, f"{label.strip()!r} stands beside {shown}, which counts what is equal"

    def roles_of(self, value: ast.expr) -> set[str]:
        """Return of which data a value is: test, train, validation; empty where its names do not tell."""
        roles: set[str] = set()
        for node in ast.walk(value):
            if isinstance(node, ast.Name):
                own = {PARTS_OF_NAMES[part] for part in node.id.split("_") if part in PARTS_OF_NAMES}
                roles |= own or self.roles.get(node.id, set())
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".fit"):
                roles |= {"train", "validation"}  # the record of a training has both
            elif isinstance(node, ast.Constant) and str(node.value).startswith("val_"):
                roles.add("validation")
        return roles

    def _nodes(self, value: ast.expr) -> Iterator[ast.AST]:
        """Yield the nodes of a value, or of what the name was assigned that it consists of."""
        yield from ast.walk(self.values.get(value.id, value) if isinstance(value, ast.Name) else value)

    def _constants(self, value: ast.expr) -> set[object]:
        return {node.value for node in self._nodes(value) if isinstance(node, ast.Constant)}

    def _texts(self, value: ast.expr) -> list[str]:
        keys = (node.slice for node in ast.walk(value) if isinstance(node, ast.Subscript))
        return [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]

    def _assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for name, value in zip(target.elts, node.value.elts, strict=False):
                    self._assign_one(name, value)
            else:
                self._assign_one(target, node.value)

    def _assign_one(self, target: ast.expr, value: ast.expr) -> None:
        roles, rows = self.roles_of(value), self.rows_of(value)
        loaded = isinstance(value, ast.Call) and ast.unparse(value.func).endswith("load_mnist")
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                self.values.pop(node.id, None)
                self.roles[node.id] = roles
                if not loaded:
                    self.rows[node.id] = rows if node is target else None
        if isinstance(target, ast.Name):
            self.values[target.id] = value

    def rows_of(self, value: ast.expr) -> tuple[str, int, int] | None:
        """Return which rows of which array a value is, None where that is not plain."""
        if isinstance(value, ast.Name):
            whole = (value.id, 0, ROWS_OF_MNIST[value.id]) if value.id in ROWS_OF_MNIST else None
            return self.rows.get(value.id, whole)
        if isinstance(value, ast.BinOp):
            return self.rows_of(value.left)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            return self.rows_of(value.func.value) if value.func.attr in ("reshape", "astype") else None
        if not isinstance(value, ast.Subscript) or not isinstance(value.slice, ast.Slice) or value.slice.step:
            return None
        whole = self.rows_of(value.value)
        try:
            ends = [end and ast.literal_eval(end) for end in (value.slice.lower, value.slice.upper)]
        except ValueError:
            return None
        if not whole:
            return None
        first, last, _ = slice(*ends).indices(whole[2] - whole[1])
        return whole[0], whole[1] + first, whole[1] + last

    def _rows_of_call(self, node: ast.Call) -> Iterator[tuple[int, str]]:
        """Yield where inputs and targets are of different rows, or rows to validate with are among those to fit."""
        held = next((keyword.value for keyword in node.keywords if keyword.arg == "validation_data"), None)
        pairs = [node.args[:2], held.elts[:2] if isinstance(held, ast.Tuple) else []]
        rows = [[self.rows_of(value) for value in pair] for pair in pairs]
        for pair, shown in zip(rows, pairs, strict=True):
            if len(pair) == 2 and all(pair) and pair[0][1:] != pair[1][1:]:
                yield node.lineno, f"{ast.unparse(shown[0])} and {ast.unparse(shown[1])} are different rows"
        if rows[0] and rows[1] and rows[0][0] and rows[1][0]:
            (base, first, last), (other, lower, upper) = rows[0][0], rows[1][0]
            if base == other and first < upper and lower < last:
                shown = f"{ast.unparse(pairs[0][0])} and {ast.unparse(pairs[1][0])}"
                yield node.lineno, f"{shown}: rows to fit are among those to validate with"


def _nearest(text: str) -> str:
    """Return the part of a text that belongs to the value after it: what follows the last comma or semicolon."""
    return re.split(r"[,;]\s", text)[-1]


def bound(code: str) -> set[str]:
    """Return the names that a cell gives a value outside its functions."""
    names: set[str] = set()
    for statement in ast.parse(code).body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            names.add(statement.name)
        else:
            nodes = set(ast.walk(statement)) - _in_comprehensions(statement)
            names |= {node.id for node in nodes if isinstance(node, ast.Name) and not _read(node)}
            imports = [node for node in ast.walk(statement) if isinstance(node, (ast.Import, ast.ImportFrom))]
            names |= {(alias.asname or alias.name).split(".")[0] for node in imports for alias in node.names}
    return names


def read(code: str) -> set[str]:
    """Return the names that a cell takes from the cells before it."""
    names: set[str] = set()
    known: set[str] = set()
    for statement in ast.parse(code).body:
        loads = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and _read(node)}
        stores = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and not _read(node)}
        arguments = {node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)}
        own = (
            stores
            if isinstance(statement, (ast.FunctionDef, ast.ClassDef, ast.For, ast.With))
            else {node.id for node in _in_comprehensions(statement) if isinstance(node, ast.Name)}
        )
        names |= loads - known - own - arguments
        known |= bound(ast.unparse(statement))
    return names


def _in_comprehensions(statement: ast.AST) -> set[ast.AST]:
    """Return the targets of comprehensions, which bind nothing outside."""
    targets = (node.target for node in ast.walk(statement) if isinstance(node, ast.comprehension))
    return {node for target in targets for node in ast.walk(target)}


def _read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)
