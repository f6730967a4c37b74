"""What maintainers run: `build` (lessons to notebooks) and `train` (weights)."""
