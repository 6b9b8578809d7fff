"""A brand's exports, simulated: as every platform writes them, and the truth beside them.

``simulate`` is the whole interface. The same plan gives the same bytes.
"""

import tempfile
from pathlib import Path

from ingestion.simulator.exports import EXPORTERS
from ingestion.simulator.exports.records import add_order_refs, add_records
from ingestion.simulator.plan import Plan
from ingestion.simulator.story import tell
from ingestion.simulator.truth import write_truth
from ingestion.simulator.world import World
from ingestion.simulator.writing import Folder

TRUTH = "truth"


def simulate(plan: Plan, out: Path) -> list[Path]:
    """Write the exports of ``plan`` into folders of ``out``, and the truth into ``out/truth``.

    Returns the paths of the exports. Files of the same names are replaced.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".simulation-", dir=out) as scratch:
        with World(plan, Path(scratch)) as world:
            tell(world)
            folder = Folder(out, world.connection)
            for export in EXPORTERS:
                export(world, folder)
            add_records(world)
            add_order_refs(world)
            write_truth(world, out / TRUTH)
        return folder.paths
