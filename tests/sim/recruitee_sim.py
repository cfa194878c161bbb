#!/usr/bin/python3
"""Runs the simulated Recruitee from anywhere: python3 recruitee_sim.py --port 0 --print-url."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sim.recruitee.__main__ import main  # noqa: E402

if __name__ == "__main__":
    main()
