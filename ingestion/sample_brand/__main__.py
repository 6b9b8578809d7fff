"""Command line: ``python -m ingestion.sample_brand --out DIR [--seed S]``."""

import argparse
from pathlib import Path

from ingestion.sample_brand import write_sample


def main() -> None:
    """Write the sample and say what was written."""
    parser = argparse.ArgumentParser(description="Write a fictional brand's exports.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--seed", type=int, default=7, help="same seed, same files (default 7)")
    arguments = parser.parse_args()
    paths = write_sample(arguments.out, arguments.seed)
    size = sum(path.stat().st_size for path in paths)
    print(f"{len(paths)} files, {size / 1_000_000:.2f} MB in {arguments.out}")


if __name__ == "__main__":
    main()
