"""A brand's exports, simulated: as every platform writes them, and the truth beside them.

``simulate`` is the whole interface. The same plan gives the same bytes.
"""

import tempfile
from pathlib import Path

from ingestion.simulator.dirt import soil
from ingestion.simulator.exports import platforms_of
from ingestion.simulator.exports.records import add_order_refs, add_records
from ingestion.simulator.plan import Plan
from ingestion.simulator.story import tell
from ingestion.simulator.truth import add_files, add_spend, write_truth
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
            platforms = platforms_of(world)
            for platform in platforms.values():
                platform.export(world, folder)
            sources = {source for platform in platforms.values() for source in platform.sources}
            add_records(world, sources)
            add_order_refs(world, sources)
            add_spend(world, platforms)
            soiled = soil(folder, plan.scenario.dirt, plan.seed)
            world.insert("defects", soiled.defects())
            world.insert("file_sums", soiled.file_sums())
            add_files(world, folder)
            write_truth(world, out / TRUTH)
        return [out / file.path for file in folder.files]
