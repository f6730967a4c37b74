"""The graph of a model: which layer is called on what, read from Keras's own record."""

from dataclasses import dataclass, field
from typing import Any

from tensorflow import keras

from keras_beyond._keras import call_behind

MOST_BOXES = 40  # a deeper model is folded
KEPT_BOXES = 5  # at either end of a folded model


@dataclass
class Box:
    """One call of a layer: the lines of text in its box, the shape it gives, the indices of the boxes it reads."""

    layer: Any
    lines: list[str]
    shape: str = ""
    sources: list[int] = field(default_factory=list)
    frozen: bool = False


def count_parameters(model: keras.Model) -> tuple[int, int]:
    """Count the parameters of a model, all of them and the trainable ones; a shared weight counts once."""
    total, training = (
        sum(int(keras.ops.size(weight)) for weight in weights) for weights in (model.weights, model.trainable_weights)
    )
    return total, training


def boxes_of(model: keras.Model) -> tuple[list[Box], str]:
    """Return the boxes of a model in the order of computation, and a remark where not everything is known of it."""
    if isinstance(model, keras.Sequential) and not model.built:
        boxes = [_box(layer) for layer in model.layers]
        for index, box in enumerate(boxes[1:]):
            box.sources = [index]
        return boxes, "not built yet"
    if not getattr(model, "outputs", None):
        return [_box(layer) for layer in model.layers], "subclassed, so the order of its calls is unknown"
    try:
        return _fold(_walk(model)), ""
    except _WiringUnknown:
        return _fold([_box(layer) for layer in model.layers]), "its wiring cannot be read from this version of Keras"


class _WiringUnknown(Exception):
    """Keras does not tell which call made a tensor."""


def _walk(model: keras.Model) -> list[Box]:
    """Go back from the outputs along the record of the call that made each tensor."""
    boxes: list[Box] = []
    index_of: dict[tuple[int, int], int] = {}

    def visit(tensor: keras.KerasTensor) -> int:
        call = call_behind(tensor)
        if call is None:
            raise _WiringUnknown
        key = (id(call.layer), call.index)
        if key not in index_of:
            sources = [visit(source) for source in call.inputs]
            box = _box(call.layer)
            box.sources = sources
            box.shape = " and ".join(str(tuple(output.shape)) for output in call.outputs)
            index_of[key] = len(boxes)
            boxes.append(box)
        return index_of[key]

    for tensor in [*model.inputs, *model.outputs]:
        visit(tensor)
    return boxes


def _box(layer: Any) -> Box:
    """Return a box with the name, the type and the parameters of a layer (or of a bare operation, which has none)."""
    weights = getattr(layer, "weights", [])
    frozen = bool(weights) and not layer.trainable_weights
    lines = [layer.name, type(layer).__name__]
    if weights:
        lines.append(f"{layer.count_params():,} {'frozen' if frozen else 'parameters'}")
    return Box(layer=layer, lines=lines, frozen=frozen)


def _fold(boxes: list[Box]) -> list[Box]:
    """Put the middle of a very deep model into one box."""
    if len(boxes) <= MOST_BOXES:
        return boxes
    start, stop = KEPT_BOXES, len(boxes) - KEPT_BOXES
    hidden = boxes[start:stop]
    layers = {id(box.layer): box.layer for box in hidden if getattr(box.layer, "weights", [])}
    frozen = bool(layers) and not any(layer.trainable_weights for layer in layers.values())
    parameters = sum(layer.count_params() for layer in layers.values())
    middle = Box(
        layer=None,
        lines=[f"{len(hidden)} more layers", f"{parameters:,} {'frozen' if frozen else 'parameters'}"],
        frozen=frozen,
        shape=hidden[-1].shape,
        sources=sorted({source for box in hidden for source in box.sources if source < start}),
    )
    index_of = [*range(start), *[start] * len(hidden), *range(start + 1, start + 1 + KEPT_BOXES)]
    for box in boxes[stop:]:
        box.sources = sorted({index_of[source] for source in box.sources})
    return [*boxes[:start], middle, *boxes[stop:]]
