"""An explanation as one page that opens offline: a drawing of the ties, and the sums."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from orchestration.identity.explanation import Explanation, Tie

ROW = 40  # pixels from one node to the next


@dataclass(frozen=True)
class Line:
    """A line of the drawing, from a record to what it shares."""

    from_y: float
    to_y: float
    is_cut: bool
    is_likeness: bool


def write_page(explanation: Explanation, folder: Path) -> Path:
    """Write ``customer_<id>.html`` into ``folder`` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"customer_{explanation.customer_id}.html"
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True
    )
    path.write_text(
        environment.get_template("page.html.j2").render(
            explanation=explanation,
            row=ROW,
            height=ROW * max(len(explanation.records), len(explanation.ties), 1) + ROW,
            tie_heights=_tie_heights(explanation),
            lines=_lines(explanation),
            likenesses=[tie for tie in explanation.ties if tie.weights],
            names={
                record.key: f"{record.source} {record.reference}" for record in explanation.records
            },
            most_bits=max(
                (abs(weight.bits) for tie in explanation.ties for weight in tie.weights), default=1
            ),
        ),
        encoding="utf-8",
    )
    return path


def _tie_heights(explanation: Explanation) -> dict[str, float]:
    """Return where each tie stands: spread over the height of the records, near its own."""
    place = {record.key: number for number, record in enumerate(explanation.records)}

    def middle(tie: Tie) -> float:
        return sum(place[key] for key in tie.records) / len(tie.records)

    ordered = sorted(explanation.ties, key=middle)
    step = max(len(explanation.records), len(ordered)) / max(len(ordered), 1)
    return {tie.key: ROW * (number + 0.5) * step for number, tie in enumerate(ordered)}


def _lines(explanation: Explanation) -> list[Line]:
    heights = {
        record.key: ROW * (number + 0.5) for number, record in enumerate(explanation.records)
    }
    ends = _tie_heights(explanation)
    return [
        Line(heights[key], ends[tie.key], tie.is_cut, tie.kind == "probabilistic")
        for tie in explanation.ties
        for key in tie.records
    ]
