"""Make requirements.txt, which Binder and the README's first command install, from pyproject.toml."""

from tools.source import project


def requirements_text() -> str:
    """Return what a reader installs: the package's dependencies, the extra `notebooks`, and the package itself."""
    table = project()["project"]
    lines = ["# Made from pyproject.toml by python -m tools.build. Edit pyproject.toml."]
    lines += [*table["dependencies"], *table["optional-dependencies"]["notebooks"], "-e ."]
    return "\n".join(lines) + "\n"
