"""Where the boxes and the arrows of a drawn model go: from top to bottom, or from left to right.

igraph puts the graph in layers (Sugiyama, Tagawa and Toda, 1981): a box stands one layer after the last of those that it
reads, and an arrow that is longer has a point in each layer between. Lengths are inches; x points right and y down.
"""

from dataclasses import dataclass
from itertools import accumulate, pairwise

from matplotlib.textpath import TextPath

from keras_beyond.figures import CHARACTER, PAGE_WIDTH, TEXT
from keras_beyond.graph import Box

LINE, PADDING = 0.19, 0.08  # a line of text, the room round it
SHAPE_ROOM, GAP_X, GAP_Y = 0.28, 0.3, 0.2  # for the shape under a box, between boxes, between rows
NARROWEST_GAP, WIDEST_GAP = 0.24, 0.6  # between columns
HEAD, LANE = 0.16, 0.14  # before the side of a box, for an arrow's head; between lines

Point = tuple[float, float]
Spot = tuple[float, int]  # where a box stands or an arrow passes: how far across its layer, and which layer


@dataclass
class Layout:
    """The middle of the top and the (width, height) of each box, the points of each arrow, and the room for them all."""

    tops: list[Point]
    sizes: list[Point]
    arrows: list[list[Point]]
    center: float
    width: float
    height: float


def lay_down(boxes: list[Box]) -> Layout:
    """Lay the boxes out from top to bottom; a row is as high as the box with the most lines in it."""
    spots, ways = _sugiyama(boxes, _width(boxes) + GAP_X)
    tops, bottoms, top = [], [], 0.0
    for row in range(_count_layers(spots)):
        tops.append(top)
        bottoms.append(top + _height(_layer(boxes, spots, row)))
        top = bottoms[-1] + SHAPE_ROOM + GAP_Y
    xs = [x for x, _ in [*spots, *(spot for way in ways for spot in way)]] or [0]
    return Layout(
        tops=[(x, tops[row]) for x, row in spots],
        sizes=[(_width(boxes), bottoms[row] - tops[row]) for _, row in spots],
        arrows=[
            [*((x, y) for x, row in way for y in (tops[row], bottoms[row] + SHAPE_ROOM)), (last_x, tops[last_row])]
            for *way, (last_x, last_row) in ways
        ],
        center=(min(xs) + max(xs)) / 2,
        width=max(xs) - min(xs) + _width(boxes),
        height=max(bottoms, default=0) + SHAPE_ROOM,
    )


def lay_right(boxes: list[Box]) -> Layout:
    """Lay the boxes out from left to right; a column is as wide as the longest text in it.

    Columns that do not fit the page's width go on in a new band below, as words do in a new line. An arrow from one band
    to the next leaves on the right, goes back between the two in a lane of its own, and enters on the left.
    """
    spots, ways = _sugiyama(boxes, 1.0)
    widths = [_measured_width(_layer(boxes, spots, column)) for column in range(_count_layers(spots))]
    lanes = [_lanes(ways, column) for column in range(len(widths))]
    bands, gap = _bands(widths, [len(across) for across in lanes])
    lefts: list[float] = []
    for band in bands:
        lefts += accumulate((widths[column] + gap for column in band[:-1]), initial=0.0)
    rights = [left + width for left, width in zip(lefts, widths, strict=True)]
    ys, floors = _heights(spots, ways, bands, [len(lanes[band[-1]]) for band in bands], _height(boxes))
    band_of = [index for index, band in enumerate(bands) for _ in band]

    def arrow(way: list[Spot]) -> list[Point]:
        points = [(rights[way[0][1]], ys[way[0]])]
        for spot, after in pairwise(way):
            (across, column), column_after = spot, after[1]
            if band_of[column] < band_of[column_after]:  # the uppermost goes round the others
                lane = lanes[column].index(across)
                aside = LANE * (len(lanes[column]) - lane)
                right, y, left = rights[column] + aside, floors[band_of[column]] + aside, -HEAD - LANE * lane
                points += [(right, ys[spot]), (right, y), (left, y), (left, ys[after])]
            points += [(lefts[column_after] - HEAD, ys[after]), (rights[column_after], ys[after])]
        return [*points[:-1], (lefts[way[-1][1]], ys[way[-1]])]

    arrows = [arrow(way) for way in ways]
    xs = [*lefts, *rights, *(x for points in arrows for x, _ in points)] or [0]
    return Layout(
        tops=[
            ((lefts[column] + rights[column]) / 2, ys[across, column] - _height(boxes) / 2) for across, column in spots
        ],
        sizes=[(widths[column], _height(boxes)) for _, column in spots],
        arrows=arrows,
        center=(min(xs) + max(xs)) / 2,
        width=max(xs) - min(xs),
        height=max(floors, default=0),
    )


def _lanes(ways: list[list[Spot]], column: int) -> list[float]:
    """Return from where arrows leave a column, the uppermost first; what leaves one box shares a lane."""
    return sorted({across for *way, _ in ways for across, mine in way if mine == column})


def _bands(widths: list[float], lanes: list[int]) -> tuple[list[range], float]:
    """Share the columns out among as few bands as the page's width allows; return them and the gap between columns.

    `lanes` says how many lanes begin after each column, if it is the last of its band.
    """
    bands, gap = [], 0.0
    for count in range(1, len(widths) + 1):
        size = -(-len(widths) // count)
        bands = [range(start, min(start + size, len(widths))) for start in range(0, len(widths), size)]
        sides = max((HEAD + 2 * LANE * lanes[band[-1]] for band in bands[:-1]), default=0.0)
        room = PAGE_WIDTH - 2 * PADDING - sides - max(sum(widths[column] for column in band) for band in bands)
        gap = room / max(size - 1, 1)
        if gap >= NARROWEST_GAP:
            break
    return bands, min(max(gap, NARROWEST_GAP), WIDEST_GAP)


def _heights(
    spots: list[Spot], ways: list[list[Spot]], bands: list[range], lanes: list[int], height: float
) -> tuple[dict[Spot, float], list[float]]:
    """Return the y of each spot, the middle of a box of that height or of a line, and the y at which each band ends.

    `lanes` says how many lanes there are under each band.
    """
    up = {spot: PADDING for way in ways for spot in way} | dict.fromkeys(spots, height / 2)
    down = up | dict.fromkeys(spots, height / 2 + SHAPE_ROOM)
    ys: dict[Spot, float] = {}
    floors: list[float] = []
    top = 0.0
    for band in bands:
        mine = sorted((spot for spot in up if spot[1] in band), key=lambda spot: (spot[1], spot[0]))
        apart = [
            (above[0], below[0], down[above] + GAP_Y + up[below])
            for above, below in pairwise(mine)
            if above[1] == below[1]
        ]
        y_of = _spread(sorted({across for across, _ in mine}), apart)
        start = top - min(y_of[spot[0]] - up[spot] for spot in mine)
        ys |= {spot: start + y_of[spot[0]] for spot in mine}
        floors.append(max(ys[spot] + down[spot] for spot in mine))
        top = floors[-1] + LANE * lanes[len(floors) - 1] + GAP_Y
    return ys, floors


def _spread(levels: list[float], apart: list[tuple[float, float, float]]) -> dict[float, float]:
    """Return a y for each level, from the uppermost to the lowest, with no more room between than `apart` asks for.

    `apart` has pairs of levels, each with the distance that they need.
    """
    number = {level: index for index, level in enumerate(levels)}
    unit = max((distance / (below - above) for above, below, distance in apart), default=0.0)
    gaps = [unit * (below - above) for above, below in pairwise(levels)]
    for index, gap in enumerate(gaps):
        spare = (
            sum(gaps[number[above] : number[below]]) - distance
            for above, below, distance in apart
            if number[above] <= index < number[below]
        )
        gaps[index] = gap - min([gap, *spare])
    return dict(zip(levels, accumulate(gaps, initial=0.0), strict=True))


def _sugiyama(boxes: list[Box], gap: float) -> tuple[list[Spot], list[list[Spot]]]:
    """Return the spot of each box, and for each arrow its way from spot to spot; neighbours are at least `gap` apart."""
    import igraph  # only when a model is drawn

    layers: list[int] = []
    for box in boxes:
        layers.append(1 + max((layers[source] for source in box.sources), default=-1))
    edges = [(source, index) for index, box in enumerate(boxes) for source in box.sources]
    layout = igraph.Graph(len(boxes), edges, directed=True).layout_sugiyama(layers=layers, hgap=gap)
    spots = [(across, layer) for (across, _), layer in zip(layout.coords, layers, strict=True)]
    ways = [
        [spots[source], *((across, round(layer)) for across, layer in bends), spots[target]]
        for (source, target), bends in zip(edges, layout.edge_routing, strict=True)
    ]
    return spots, ways


def _count_layers(spots: list[Spot]) -> int:
    return 1 + max((layer for _, layer in spots), default=-1)


def _layer(boxes: list[Box], spots: list[Spot], number: int) -> list[Box]:
    """Return the boxes of one layer."""
    return [box for box, (_, layer) in zip(boxes, spots, strict=True) if layer == number]


def _width(boxes: list[Box]) -> float:
    """Return how wide a box is that can hold any line of these boxes, and any of their shapes under it."""
    return 2 * PADDING + CHARACTER * max((len(text) for box in boxes for text in [*box.lines, box.shape]), default=0)


def _measured_width(boxes: list[Box]) -> float:
    """Return the same as `_width`, but to the point: side by side, room for one more box is worth the measuring."""
    texts = [text for box in boxes for text in [*box.lines, box.shape] if text]
    return 2 * PADDING + max(TextPath((0, 0), text, size=TEXT).get_extents().x1 / 72 for text in texts)


def _height(boxes: list[Box]) -> float:
    """Return how high a box is that can hold the lines of any of these boxes."""
    return 2 * PADDING + LINE * max((len(box.lines) for box in boxes), default=0)
