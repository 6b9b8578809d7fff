"""The command ``omnimart``. Light on purpose: what a command needs is imported when it runs."""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console

from ingestion.settings import PROJECT_ROOT, Settings, get_settings
from ingestion.source_settings import SourcesFileError
from orchestration.fingerprint import (
    Refresh,
    landing_files,
    last_refresh,
    refresh_fingerprint,
)
from orchestration.publishing import current_file, current_version

SUCCESS, FAILURE, MISUSE, INTERRUPTED = 0, 1, 2, 130
SAMPLE_EXPORTED_AT = datetime(2026, 10, 1, 9, tzinfo=UTC)  # as the scenario `tiny` has it

DESCRIPTION = """\
Turns a folder of marketing exports into customers, journeys, KPIs and attribution.

Drop export files, as the platforms hand them out, anywhere under <data>/landing and run
`omnimart run`. Files are recognised by their content; names and folders do not matter.
"""

EPILOGUE = """\
Where things stand (<data> is ./data unless OMNIMART_DATA_DIR says otherwise):
  <data>/landing/                            your exports; never moved, never changed
  <data>/published/current/omnimart.duckdb   the marts, for BI tools; always whole, never locked
  <data>/reports/index.html                  the report, readable offline
  <data>/quarantine/                         what could not be loaded, and why
  <data>/sources.yml                         time zone, currency, account and date order by source
  <data>/reference/                          your own versions of the reference tables

Settings are variables OMNIMART_* or lines of .env; .env.example describes each.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command given and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except ValidationError as error:  # of the settings: everything else is caught where it is read
        for problem in error.errors():
            name = "_".join(str(part) for part in problem["loc"]).upper()
            print(f"OMNIMART_{name}: {problem['msg']}", file=sys.stderr)
        return MISUSE
    except SourcesFileError as error:
        print(error, file=sys.stderr)
        return MISUSE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILURE


def run(options: argparse.Namespace) -> int:
    """Refresh everything, or say that nothing is new."""
    settings, console = get_settings(), Console()
    if settings.landing_url is None:
        _offer_sample(settings, console)
    elif not _mirror(settings, console):
        return FAILURE
    current = None if options.full_refresh else _current_refresh(settings)
    if current is not None:
        from orchestration.presentation import show_unchanged

        show_unchanged(console, settings, current)
        return SUCCESS

    from orchestration.refresh import refresh

    return SUCCESS if refresh(settings, full_refresh=options.full_refresh) else FAILURE


def inspect(options: argparse.Namespace) -> int:
    """Say what each file is and what loading it would give."""
    from ingestion.inspection import inspect_file
    from orchestration.presentation import show_inspection

    settings, console = get_settings(), Console()
    missing = [path for path in options.files if not path.is_file()]
    for path in missing:
        console.print(f"{path}: there is no such file", style="red", markup=False)
    for path in options.files:
        if path not in missing:
            show_inspection(console, inspect_file(path, settings))
    return FAILURE if missing else SUCCESS


def formats(options: argparse.Namespace) -> int:
    """List the export formats that are recognised, or write the page of them."""
    from ingestion.catalogue import load_catalogue
    from ingestion.catalogue_page import as_markdown
    from orchestration.presentation import show_formats

    catalogue = load_catalogue()
    if options.page is None:
        show_formats(Console(), catalogue)
    else:
        options.page.write_text(as_markdown(catalogue), encoding="utf-8")
    return SUCCESS


def simulate(options: argparse.Namespace) -> int:
    """Write a simulated brand's exports, and the truth about them."""
    from ingestion import simulator
    from ingestion.simulator.plan import make_plan

    console = Console()
    try:
        plan = make_plan(options.scenario, options.customers, options.days, options.seed)
    except ValueError as error:
        console.print(str(error), style="red", markup=False)
        return MISUSE
    with console.status("simulating"):
        paths = simulator.simulate(plan, options.out)
    size = sum(path.stat().st_size for path in paths)
    console.print(
        f"{len(paths)} exports, {size / 1_000_000:,.1f} MB, of {plan.first_day} to {plan.last_day} "
        f"in {options.out}; the truth in {options.out / simulator.TRUTH}",
        highlight=False,
        soft_wrap=True,
    )
    return SUCCESS


def truth(options: argparse.Namespace) -> int:
    """Compare the published marts with the truth of the simulation they came from."""
    from ingestion.simulator.accuracy import measure_accuracy
    from ingestion.simulator.accuracy_page import as_markdown
    from orchestration.presentation import show_accuracy

    settings, console = get_settings(), Console()
    folder = options.truth or _find_truth(settings.landing_dir)
    if folder is None:
        console.print(
            f"There is no truth in {settings.landing_dir}: simulate a brand into it first "
            "(omnimart simulate --out), or name the folder (--truth DIR).",
            style="red",
            soft_wrap=True,
        )
        return MISUSE
    marts = current_file(settings.published_dir)
    if marts is None:
        console.print("Nothing is published yet: omnimart run comes first.", style="red")
        return MISUSE
    accuracy = measure_accuracy(
        folder, marts, settings.identity_key_value(), settings.warehouse_path
    )
    show_accuracy(console, accuracy)
    if options.report is not None:
        options.report.write_text(as_markdown(accuracy), encoding="utf-8")
    return SUCCESS


def _find_truth(landing: Path) -> Path | None:
    """Return the folder of the newest truth below the landing folder, or None."""
    found = sorted(landing.rglob("truth/persons.parquet"), key=lambda path: path.stat().st_mtime)
    return found[-1].parent if found else None


def explain(options: argparse.Namespace) -> int:
    """Draw what makes records one customer, in the terminal and as a page."""
    from orchestration.identity.explanation import explain as find_ties
    from orchestration.identity.page import write_page
    from orchestration.identity.terminal import show_explanation

    settings, console = get_settings(), Console()
    if not settings.warehouse_path.exists():
        console.print("There are no customers yet: omnimart run comes first.", style="red")
        return MISUSE
    found = find_ties(settings, options.customer_id, options.show_values)
    if found is None:
        console.print(f"No customer has the id {options.customer_id}.", style="red", markup=False)
        return MISUSE
    show_explanation(console, found)
    masked = found if not options.show_values else find_ties(settings, options.customer_id)
    console.print(f"Drawn in {write_page(masked, settings.reports_dir)}", soft_wrap=True)
    return SUCCESS


def learn(options: argparse.Namespace) -> int:
    """Learn from the records at hand what agreement is worth."""
    from orchestration.identity.learning import NothingToLearnError, learn_levels

    settings, console = get_settings(), Console()
    try:
        with console.status("learning"):
            path, profiles = learn_levels(settings)
    except NothingToLearnError as error:
        console.print(str(error), style="red", markup=False)
        return MISUSE
    console.print(
        f"Learnt from {profiles:,} profiles; the next run weighs likeness by {path}. "
        "Without the file, the shipped parameters hold.",
        highlight=False,
        soft_wrap=True,
    )
    return SUCCESS


def activate(options: argparse.Namespace) -> int:
    """Hand an audience to where it is used, or say what that would do."""
    from orchestration import activation
    from orchestration.presentation import show_activation

    settings, console = get_settings(), Console()
    try:
        if options.send:
            plan, sent = activation.activate(settings, options.audience, options.to)
        else:
            plan, sent = activation.preview(settings, options.audience, options.to), None
    except activation.ActivationError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        return FAILURE
    show_activation(console, settings, plan, sent)
    return SUCCESS


def status(options: argparse.Namespace) -> int:
    """Show the last run, the freshness of each source, the quarantine and the failed checks."""
    from orchestration.instance import open_instance
    from orchestration.presentation import show_status
    from orchestration.run_summary import collect_status

    settings = get_settings()
    show_status(Console(), settings, collect_status(settings, open_instance(settings)))
    return SUCCESS


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="omnimart", description=DESCRIPTION, epilog=EPILOGUE, formatter_class=layout
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser(
        "run",
        help="load new exports, rebuild and check the marts, publish them, write the report",
        formatter_class=layout,
        description=(
            "Runs the Dagster job nightly_refresh in this process. New exports are loaded, every\n"
            "model is rebuilt and tested, the marts are checked and published, the report is\n"
            "written. Readers of the published marts never wait and never see half a refresh.\n\n"
            "When nothing that a refresh reads has changed since the last one (exports, settings,\n"
            "reference tables, models, code), nothing is done. When the landing folder is empty,\n"
            "the shipped sample is copied into it first."
        ),
        epilog=(
            "Exit code: 0 when all is well; 1 when a step or a check at error level failed: the\n"
            "marts published before stay in place; 2 when the settings or sources.yml cannot be\n"
            "understood. Warnings do not change the exit code."
        ),
    )
    command.add_argument(
        "--full-refresh",
        action="store_true",
        help="forget what was loaded, read every export again and rebuild every table",
    )
    command.set_defaults(command=run)

    command = commands.add_parser(
        "inspect",
        help="say what files are and what loading them would give; loads nothing",
        description=(
            "Says for each file what it is recognised as, its encoding, header row and period, "
            "how many rows would be loaded, rejected and ignored, and why."
        ),
    )
    command.add_argument("files", nargs="+", type=Path, metavar="FILE", help="export to look at")
    command.set_defaults(command=inspect)

    command = commands.add_parser(
        "formats",
        help="list the export formats that are recognised",
        description="Lists every export format by platform, with the raw table it fills.",
    )
    command.add_argument(
        "--page", type=Path, metavar="FILE.md", help="write all that is known of them to a page"
    )
    command.set_defaults(command=formats)

    command = commands.add_parser(
        "simulate",
        help="write a simulated brand's exports, and the truth about them",
        formatter_class=layout,
        description=(
            "Writes the exports of a brand that does not exist, as its platforms would write\n"
            "them, and into DIR/truth what no platform knows: who is who, and what caused which\n"
            "order. The same seed gives the same files. A run recognises the truth and leaves it\n"
            "alone, so DIR may be the landing folder:\n\n"
            "  omnimart simulate --customers 10000 --days 180 --out data/landing\n"
            "  omnimart run\n"
            "  omnimart truth"
        ),
    )
    command.add_argument(
        "--customers", type=_positive, metavar="N", help="people (the scenario's number)"
    )
    command.add_argument(
        "--days", type=_positive, metavar="D", help="days, up to 2026-09-30 (the scenario's)"
    )
    command.add_argument(
        "--seed", type=int, metavar="S", help="another one gives another world (the scenario's)"
    )
    command.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where the exports go"
    )
    command.add_argument(
        "--scenario",
        default="default",
        metavar="NAME",
        help=f"one of {', '.join(_scenarios())} (default)",
    )
    command.set_defaults(command=simulate)

    command = commands.add_parser(
        "truth",
        help="compare the marts with the truth of the simulation they came from",
        description=(
            "Prints how near identity, orders and attribution of the published marts come to the "
            "truth that `omnimart simulate` wrote into the landing folder."
        ),
    )
    command.add_argument(
        "report", nargs="?", type=Path, metavar="REPORT", help="write it as Markdown too"
    )
    command.add_argument(
        "--truth",
        type=Path,
        metavar="DIR",
        help="folder of the truth, where it is not in the landing folder",
    )
    command.set_defaults(command=truth)

    command = commands.add_parser(
        "explain",
        help="show which records make a customer and what ties each",
        description=(
            "Draws the records of a customer, what they share, what was cut, and the sums behind "
            "ties of likeness; in the terminal and in <data>/reports. An id that was merged into "
            "another is followed. Addresses and numbers are masked."
        ),
    )
    command.add_argument("customer_id", metavar="CUSTOMER_ID", help="as in dim_customers")
    command.add_argument(
        "--show-values", action="store_true", help="print addresses and numbers in full"
    )
    command.set_defaults(command=explain)

    command = commands.add_parser(
        "learn",
        help="learn from the records at hand what agreement of names and addresses is worth",
        description=(
            "Estimates without labels (Splink, expectation maximisation) how often records of one "
            "person and of strangers agree, and writes it to <data>/reference/match_levels.csv, "
            "which the next run weighs likeness by. Worth it once, with some thousand profiles."
        ),
    )
    command.set_defaults(command=learn)

    command = commands.add_parser(
        "activate",
        help="hand an audience to an ad platform, a file or a webhook; a dry run unless told",
        formatter_class=layout,
        description=(
            "Hands the members of an audience (mart audience_members) who consented to it to\n"
            "where it is used, each of them once: a ledger in the warehouse knows who was.\n"
            "Without --send it only counts and shows a masked preview.\n\n"
            "  google_customer_match  file for Google Ads, hashed as Google asks; consent to ads\n"
            "  meta_custom_audience   file for Meta Ads, hashed as Meta asks; consent to ads\n"
            "  csv                    file of the contacts by consented channel, not hashed\n"
            "  webhook                the same as JSON, in batches to OMNIMART_WEBHOOK_URL\n\n"
            "Files are written to <data>/activation. What was interrupted goes on when run again."
        ),
        epilog="Exit code: 0 when all is well; 1 when the audience could not be handed over.",
    )
    command.add_argument("audience", metavar="AUDIENCE", help="as the seed audiences names it")
    command.add_argument(
        "--to",
        required=True,
        choices=["google_customer_match", "meta_custom_audience", "csv", "webhook"],
        help="where it goes",
    )
    command.add_argument(
        "--send", "--write", action="store_true", help="do it, and write it into the ledger"
    )
    command.set_defaults(command=activate)

    command = commands.add_parser(
        "status",
        help="show the last run, freshness per source, quarantine and failed checks",
        description="Shows how the last refresh went and what needs attention. Changes nothing.",
    )
    command.set_defaults(command=status)
    return parser


def _scenarios() -> list[str]:
    folder = PROJECT_ROOT / "ingestion" / "simulator" / "scenarios"
    return sorted(path.stem for path in folder.glob("*.yml"))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _offer_sample(settings: Settings, console: Console) -> None:
    """Copy the shipped sample into an empty landing folder, and say so.

    Its brand's targets and costs become the user's reference files, where none stand yet. Exports
    get the time the story has them exported at: the time decides between exports of the same days
    and dates what is a snapshot, and must not be that of a clone.
    """
    seeds = settings.project_root / "seeds"
    landing, sample = settings.landing_dir, seeds / "sample"
    landing.mkdir(parents=True, exist_ok=True)
    if landing_files(landing):
        return
    copied = landing_files(sample)
    for source in copied:
        target = landing / source.relative_to(sample)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        os.utime(target, (SAMPLE_EXPORTED_AT.timestamp(), SAMPLE_EXPORTED_AT.timestamp()))
    settings.reference_dir.mkdir(parents=True, exist_ok=True)
    for source in sorted((seeds / "sample_reference").glob("*.csv")):
        target = settings.reference_dir / source.name
        if not target.exists():
            shutil.copyfile(source, target)
    console.print(
        f"{landing} is empty: copied the sample of {len(copied)} exports into it, and its brand's\n"
        f"targets and costs into {settings.reference_dir}. Replace them by your own whenever you "
        "like.",
        highlight=False,
        soft_wrap=True,
    )


def _mirror(settings: Settings, console: Console) -> bool:
    """Renew the mirror of a remote landing; say why where it cannot be."""
    from ingestion.mirror import UnreachableLandingError, mirror_landing

    try:
        mirror_landing(settings)
    except UnreachableLandingError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        return False
    return True


def _current_refresh(settings: Settings) -> Refresh | None:
    """Return the last refresh when another one would change nothing."""
    refresh = last_refresh(settings)
    is_complete = (
        refresh is not None
        and refresh.version == current_version(settings.published_dir)
        and settings.warehouse_path.exists()
        and (settings.reports_dir / "index.html").exists()
    )
    if is_complete and refresh.fingerprint == refresh_fingerprint(settings):
        return refresh
    return None


if __name__ == "__main__":
    sys.exit(main())
