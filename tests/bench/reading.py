"""How much hidden text is found: `python -m tests.bench.reading [MARKITDOWN]`.

Prints how many markers of each file of tests/marked_files.py this project's reader finds, and beside it how
many the command MARKITDOWN finds, where one is named: it lives in an environment of its own.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.marked_files import MAKERS, made
from tests.test_reading_markers import document_of

SECONDS = 120


def ours(name: str) -> str:
    """Return all that this project reads of the file."""
    return "\n".join(piece.text for piece in document_of(name).pieces)


def theirs(command: str, name: str) -> str:
    """Return all that the command prints of the file; nothing where it fails."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(made(name))
        done = subprocess.run([command, str(path)], capture_output=True, timeout=SECONDS, check=False)
    return done.stdout.decode("utf-8", "replace")


def main(command: str = "") -> None:
    """Print a row for each file and the sums."""
    sums = [0, 0, 0]
    print(f"{'file':14}{'markers':>8}{'ours':>6}{'markitdown':>12}")
    for name, (_, markers) in MAKERS.items():
        texts = [ours(name), *([theirs(command, name)] if command else [])]
        found = [sum(marker in text for marker in markers) for text in texts]
        sums = [total + one for total, one in zip(sums, [len(markers), *found, 0], strict=False)]
        print(f"{name:14}{len(markers):8}{found[0]:6}{found[1] if command else '–':>12}")
    print(f"{'all':14}{sums[0]:8}{sums[1]:6}{sums[2] if command else '–':>12}")


if __name__ == "__main__":
    main(*sys.argv[1:])
