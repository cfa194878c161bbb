"""weir-harness as it is built, and cases that are written for one test."""

from __future__ import annotations

import copy
import json
import os
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["WEIR_BUILD"])
PROGRAM = BUILD / "sdk/harness/weir-harness"
CONNECTORS = BUILD / "tests/harness/connectors"
SECRET = "an-invented-webhook-secret"

PERSON = {"name": "Ada", "gender": "FEMALE"}
CASE = {
    "title": "a person is read",
    "settings": {"token": "an-invented-token"},
    "secrets": [SECRET],
    "steps": [
        {
            "record": {"model": "hris_employees", "remote_id": "7"},
            "exchanges": [{"request": "GET /people/7", "answer": {"body": PERSON}}],
            "expect": {
                "records": [
                    {"model": "hris_employees", "remote_id": "7", "json": {"first_name": "Ada", "gender": "FEMALE"}}
                ],
            },
        }
    ],
}


class Harness:
    """Runs the program, and writes cases into a folder of the test."""

    def __init__(self, folder: Path):
        self.folder = folder

    def case(self, name: str = "one", base: dict = CASE, habit: str = "", **changes) -> dict:
        """A copy of base with changes, as cases/<name>.json; the case, to be changed further and written again."""
        case = copy.deepcopy(base)
        case.update(changes)
        if habit:
            case["settings"]["habit"] = habit
        return self.write(name, case)

    def write(self, name: str, case: dict) -> dict:
        self.write_text(name, json.dumps(case))
        return case

    def write_text(self, name: str, text: str) -> None:
        (self.folder / "cases").mkdir(exist_ok=True)
        (self.folder / f"cases/{name}.json").write_text(text)

    def run(self, *args: str, status: int | None = None) -> subprocess.CompletedProcess:
        done = subprocess.run([PROGRAM, *map(str, args)], cwd=self.folder, capture_output=True, text=True, timeout=120,
                              check=False)
        assert status is None or done.returncode == status, done.stdout + done.stderr
        return done

    def test(self, *args: str, tool: str = "sampler", status: int = 0) -> str:
        """Standard output of `test` on the cases that were written; without the contract checks, unless they are asked
        for with --only."""
        if "--only" not in args:
            for name in ("load", *sorted(path.stem for path in (self.folder / "cases").iterdir())):
                args = (*args, "--only", name)
        return self.run("test", CONNECTORS / f"{tool}.so", "cases", *args, status=status).stdout


@pytest.fixture
def harness(tmp_path) -> Harness:
    return Harness(tmp_path)
