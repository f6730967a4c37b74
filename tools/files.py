"""Write files whole."""

import os
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file in one step: whoever reads it, or is killed meanwhile, gets the old content or the new.

    A killed process leaves its half under a name that ends in `.part`; git ignores it, and the next write replaces it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)
