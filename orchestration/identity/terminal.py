"""An explanation in a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from orchestration.identity.explanation import Explanation, Record, Tie


def show_explanation(console: Console, explanation: Explanation) -> None:
    """Draw the records of a customer and what ties each to the others."""
    names = {record.key: f"{record.source} {record.reference}" for record in explanation.records}
    tree = Tree(f"[bold]{explanation.customer_id}[/]", highlight=False)
    if explanation.asked_for != explanation.customer_id:
        tree.add(f"[yellow]{escape(explanation.asked_for)} was merged into it[/]")
    for record in explanation.records:
        branch = tree.add(_record_line(record))
        for tie in explanation.ties:
            if record.key in tie.records:
                _add_tie(branch, tie, record.key, names)
    console.print(tree)
    for change in explanation.changes:
        console.print(
            f"{change.changed_at:%Y-%m-%d %H:%M} {change.change}: {change.records} records "
            f"from {change.old_id} to {change.new_id}",
            highlight=False,
        )
    if explanation.lone_identifiers:
        console.print(
            f"{explanation.lone_identifiers} identifiers stand in one record alone.", style="dim"
        )


def _record_line(record: Record) -> str:
    seen = f", first seen {record.first_seen:%Y-%m-%d}" if record.first_seen else ""
    return (
        f"[bold]{escape(record.source)}[/] {escape(record.reference)} [dim]({record.record_type}"
        f"{seen})[/] {record.matched_by} {record.probability:.3f}"
    )


def _add_tie(branch: Tree, tie: Tie, record_key: str, names: dict[str, str]) -> None:
    others = [names[key] for key in tie.records if key != record_key]
    shown = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
    if tie.is_cut:
        text = f"[red]cut: {tie.kind} {escape(tie.value)}[/]"
    elif tie.weights:
        sums = ", ".join(
            f"{weight.comparison.replace('_', ' ')} {weight.level.replace('_', ' ')} "
            f"{weight.bits:+.1f}"
            for weight in tie.weights
        )
        text = f"[yellow]likeness {tie.confidence:.3f}[/]: {sums}"
    else:
        text = f"{tie.kind} {escape(tie.value)}"
    branch.add(f"{text} [dim]{escape('= ' + shown) if shown else ''}[/]")
