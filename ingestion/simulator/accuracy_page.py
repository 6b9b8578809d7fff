"""The comparison of marts and truth as a page."""

from collections.abc import Iterator

from ingestion.simulator.accuracy import Accuracy


def as_markdown(accuracy: Accuracy) -> str:
    """Return the comparison as a page."""
    size = accuracy.parameters
    lines = [
        "# Accuracy",
        "",
        f"What the marts make of a simulated brand ({int(size['customers']):,} people, "
        f"{size['days']} days), against what the simulation knows. Written by `make accuracy`:",
        "",
        "```sh",
        f"omnimart simulate --customers {size['customers']} --days {size['days']} "
        f"--seed {size['seed']} --scenario {size['name']} --out ...",
        "omnimart run",
        "omnimart truth",
        "```",
        "",
        "| subject | measure | value | meaning |",
        "|---|---|---:|---|",
    ]
    lines += [
        f"| {item.subject} | {item.name} | {item.spelled} | {item.meaning} |"
        for item in accuracy.measures
    ]
    lines += [line for note in accuracy.notes for line in ("", note)]
    lines += _over_merge_lines(accuracy)
    lines += _defect_lines(accuracy)
    models = sorted({model for share in accuracy.channels for model in share.by_model})
    lines += [
        "",
        "Share of the orders that each channel caused (they would not have happened without it), "
        "and share of credit that each model gives it:",
        "",
        f"| channel | caused | {' | '.join(models)} |",
        f"|---|---:|{'---:|' * len(models)}",
    ]
    lines += [
        f"| {share.channel} | {share.caused:.1%} | "
        + " | ".join(f"{share.by_model[model]:.1%}" for model in models)
        + " |"
        for share in accuracy.channels
    ]
    return "\n".join(lines) + "\n"


def _over_merge_lines(accuracy: Accuracy) -> Iterator[str]:
    if not accuracy.over_merges:
        return
    yield ""
    yield (
        "Customers that are several people, and what tied one to another (a record of both is one "
        "that the truth gives to nobody, such as a tablet of the family):"
    )
    yield ""
    yield "| customer | people | records | wrong pairs | tied by |"
    yield "|---|---:|---:|---:|---|"
    for item in accuracy.over_merges:
        tied_by = ", ".join(item.tied_by) or "a record of both"
        yield (
            f"| {item.customer_id} | {item.people} | {item.records} | {item.wrong_pairs} "
            f"| {tied_by} |"
        )


def _defect_lines(accuracy: Accuracy) -> Iterator[str]:
    yield ""
    if not any(measure.subject == "defects" for measure in accuracy.measures):
        yield (
            "Nothing is wrong with these files on purpose. What becomes of planted defects stands "
            "in [the page of the dirty scenario](accuracy_dirty.md)."
        )
        return
    if not accuracy.defects:
        return
    yield "What became of each defect that was planted:"
    yield ""
    yield "| defect | is to be | planted | caught | missed | what it is |"
    yield "|---|---|---:|---:|---:|---|"
    for item in accuracy.defects:
        counts = f"{item.planted:,} | {item.caught:,} | {item.missed:,}"
        text = item.description.replace("|", "\\|")
        yield f"| {item.name} | {item.expected} | {counts} | {text} |"
