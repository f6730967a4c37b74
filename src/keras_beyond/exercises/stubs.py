"""Whether an exercise is still as the learner met it: read from the source of the answer."""

import ast
import inspect
import textwrap
import types

from tensorflow import keras


def is_stub(answer: object) -> bool:
    """Return True while an answer is missing: None, or a function or class with an empty body, not registered with Keras.

    Empty is a body of a docstring, `pass`, `...` or `return None`. A function without source (from `exec` or a compiled
    module) and a lambda count as answered.
    """
    if isinstance(answer, types.FunctionType):
        return _has_an_empty_body(answer)
    if isinstance(answer, type):
        if keras.utils.get_registered_name(answer) != answer.__name__:
            return False
        own = [part for name, part in vars(answer).items() if callable(part) or not name.startswith("__")]
        return all(is_stub(part) for part in own)
    return answer is None


def _has_an_empty_body(function: types.FunctionType) -> bool:
    """Return True where the source of a function is at hand and nothing in it does anything."""
    try:
        definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):  # no source, or a lambda in the middle of an expression
        return False
    return isinstance(definition, ast.FunctionDef) and all(map(_does_nothing, definition.body))


def _does_nothing(statement: ast.stmt) -> bool:
    """Return True for `pass`, for a constant on its own (a docstring, `...`), and for `return` with None or nothing."""
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()) | ast.Return(value=None | ast.Constant(value=None)):
            return True
    return False
