"""The pictures of docs/benchmarks.md, as SVG: one for each question."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from charged import Cell
from stored import CONTESTED, MINE, WORKLOADS, Matrix, Search

__all__ = ["charts", "label"]

GOOD, BAD, PALE, DARK = "#1b7f4d", "#c0392b", "#dddddd", "#333333"
ENOUGH, REACH = 0.95, 0.9
"""The aims: never below the one against a peer, nor below the other of the best found."""
Element = str


def svg(title: str, width: float, height: float, inside: Iterable[Element]) -> str:
    box = f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="sans-serif" font-size="12"'
    head = f'<title>{title}</title><rect width="100%" height="100%" fill="white"/>'
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" {box}>', head, *inside, "</svg>"]) + "\n"


def text(x: float, y: float, words: object, anchor: str = "start", colour: str = DARK) -> Element:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'


def label(cell: Cell) -> str:
    return f"{cell.memory}, {cell.cpus} CPU, {cell.postgres}"


def survival(matrix: Matrix) -> str:
    """A row for each configuration, a column for each cell."""
    left, column, row, top = 130, 96, 24, 40

    def inside() -> Iterator[Element]:
        for x, cell in enumerate(matrix.cells):
            middle = left + column * (x + 0.5)
            yield text(middle, 16, f"{cell.memory}, {cell.cpus} CPU", "middle")
            yield text(middle, 30, cell.postgres, "middle", "#777777")
        for y, name in enumerate(matrix.names):
            yield text(left - 8, top + row * y + 16, name, "end")
            for x, cell in enumerate(matrix.cells):
                storm = matrix.storms(cell).get(name)
                failure = storm["outcome"]["failure"] if storm else "not run"
                colour = PALE if not storm else BAD if failure else GOOD
                place = f'x="{left + column * x + 3}" y="{top + row * y + 2}" width="{column - 6}" height="{row - 4}"'
                yield f'<rect {place} rx="3" fill="{colour}"/>'
                said = failure.partition(":")[0] or f"{storm['outcome']['sessions']} held" if storm else failure
                yield text(left + column * (x + 0.5), top + row * y + 16, said, "middle", "white" if storm else DARK)

    width, height = left + column * len(matrix.cells) + 8, top + row * len(matrix.names) + 8
    return svg("Who holds all of its sessions", width, height, inside())


def dots(
    title: str, caption: str, rows: Sequence[tuple[str, Sequence[tuple[float, str]]]], aim: float, bounds: tuple[float, float]
) -> str:
    """A row for each workload, a mark for each figure; the ratio grows to the right."""
    left, width, row = 90, 520, 34
    low, high = bounds
    height = row * len(rows) + 50

    def place(ratio: float) -> float:
        return left + (min(max(ratio, low), high) - low) / (high - low) * width

    def inside() -> Iterator[Element]:
        for step in range(round((high - low) * 10) + 1):
            tick = low + step / 10
            colour = DARK if abs(tick - 1) < 0.01 else PALE
            yield f'<path d="M{place(tick):.1f} 10V{height - 36}" stroke="{colour}"/>'
            yield text(place(tick), height - 20, f"{tick:.1f}", "middle", "#555555")
        yield f'<path d="M{place(aim):.1f} 10V{height - 36}" stroke="{BAD}" stroke-dasharray="3 3"/>'
        yield text(left + width / 2, height - 4, caption, "middle")
        for number, (name, marks) in enumerate(rows):
            y = 26 + row * number
            yield text(left - 10, y + 4, name, "end")
            for ratio, words in marks:
                colour = GOOD if ratio >= aim else BAD
                dot = f'cx="{place(ratio):.1f}" cy="{y}" r="6" fill="{colour}" fill-opacity="0.7"'
                yield f"<circle {dot}><title>{words}</title></circle>"

    return svg(title, left + width + 40, height, inside())


def speed(matrix: Matrix) -> str:
    found = matrix.against_peers()
    rows = [
        (name, [(ratio, f"{label(one.cell)}: {ratio:.2f} × {peer}") for one, peer, ratio in found if one.workload == name])
        for name in WORKLOADS
        if any(matrix.of(cell, name) for cell in matrix.cells)
    ]
    return dots("pgfit over the best surviving peer", "pgfit / best surviving peer; right is faster", rows, ENOUGH, (0.7, 2.0))


def reach(search: Search) -> str:
    rows = []
    for name in CONTESTED:
        found = [one for one in search.distances() if one.workload == name]
        marks = [(one.surviving, f"{label(one.cell)}: {one.surviving:.2f}") for one in found if one.surviving is not None]
        rows.append((name, marks))
    return dots("pgfit over the best found", "pgfit / best configuration found that survives", rows, REACH, (0.5, 1.4))


def model(matrix: Matrix) -> str:
    """Bars for each cell: promised, expected of what ran, seen; over the limit's width."""
    left, width, row, top = 150, 480, 58, 14

    def inside() -> Iterator[Element]:
        for number, cell in enumerate(matrix.cells):
            storm = matrix.storms(cell)[MINE]
            y = top + row * number
            yield text(left - 10, y + 26, label(cell), "end")
            bars = (
                ("promised", storm["worst_case"], PALE),
                ("as run", storm["as_run"], "#8fb7d9"),
                ("seen", storm["outcome"]["peak"], GOOD),
            )
            for line, (name, size, colour) in enumerate(bars):
                share = size / storm["limit"]
                yield f'<rect x="{left}" y="{y + 15 * line}" width="{width * share:.1f}" height="13" fill="{colour}"/>'
                yield text(
                    left + 4, y + 15 * line + 11, f"{name} {size / 1024**2:.0f} MB", colour="white" if colour == GOOD else DARK
                )
            yield f'<path d="M{left + width} {y - 4}v{row - 8}" stroke="{BAD}" stroke-width="2"/>'
        yield text(left + width, top + row * len(matrix.cells) + 6, "the limit", "end", BAD)

    return svg("Promised and used", left + width + 20, top + row * len(matrix.cells) + 14, inside())


def charts(matrix: Matrix, others: Mapping[str, Matrix], search: Search) -> dict[str, str]:
    """By name of the file. `others`: the contests on other disks."""
    made = {"survival": survival(matrix), "speed": speed(matrix), "model": model(matrix)}
    made |= {name: speed(other) for name, other in others.items()}
    if search.cells:
        made["search"] = reach(search)
    return {f"benchmarks-{name}.svg": picture for name, picture in made.items()}
