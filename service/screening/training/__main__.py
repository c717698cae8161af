"""Trains the reader of names: `python -m service.screening.training [RULES]` writes its model into RULES."""

import sys
from pathlib import Path

from service.rules.screening import load_screening
from service.screening.training.train import train

if __name__ == "__main__":
    rules = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("rules")
    model = train(load_screening(rules, name_model=b""), rules)
    (rules / "names" / "model.crfsuite").write_bytes(model)
