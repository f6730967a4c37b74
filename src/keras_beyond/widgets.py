"""Interactive views: a plain function, and a slider or a menu for each of its arguments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass
class View:
    """An interactive view: its function, and of each control the ends of its slider or the entries of its menu."""

    function: Callable[..., object]
    values: dict[str, list[Any]]

    @property
    def name(self) -> str:
        """Return the name of the function."""
        return self.function.__name__


last_view: View | None = None  # what a guard tries out: keras_beyond.guarding.try_view


def explore(function: Callable[..., object], **choices: Sequence[Any]) -> None:
    """Show what `function` returns, and call it anew whenever the reader moves a slider or picks from a menu.

    Each keyword names an argument of `function`: a tuple of two whole numbers (lowest, highest) gives a slider, one of
    two floats a slider of a hundred steps, a list a menu. The function is called when the slider is let go.
    """
    global last_view
    import ipywidgets  # only when a view is shown

    controls = {}
    for name, choice in choices.items():
        if isinstance(choice, list):
            controls[name] = ipywidgets.Dropdown(options=choice)
        elif all(isinstance(end, int) for end in choice):
            controls[name] = ipywidgets.IntSlider(min=choice[0], max=choice[1], continuous_update=False)
        else:
            step = (choice[1] - choice[0]) / 100
            controls[name] = ipywidgets.FloatSlider(
                min=choice[0], max=choice[1], value=sum(choice) / 2, step=step, continuous_update=False
            )
    last_view = View(function, {name: list(choice) for name, choice in choices.items()})
    ipywidgets.interact(function, **controls)
