"""Trains the readers of names and roles.

`python -m service.screening.training [RULES]` writes their models into RULES.
"""

import sys
from pathlib import Path

from service.rules.screening import load_screening
from service.screening.training.train import train_names, train_roles

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("rules")
    rules = load_screening(folder, name_model=b"", role_model=b"")
    (folder / "names" / "model.crfsuite").write_bytes(train_names(rules, folder))
    (folder / "names" / "roles.crfsuite").write_bytes(train_roles(rules, folder))
