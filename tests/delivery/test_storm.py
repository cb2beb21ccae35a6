"""The storm over the real sender breaks nothing; over a naive one it finds what it must."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newsletter.delivery.cluster import NotInstalled, find_program

ROOT = Path(__file__).resolve().parents[2]


def has_postgres() -> bool:
    try:
        find_program("initdb")
    except NotInstalled:
        return False
    return True


# SQLite always; PostgreSQL too where its programs are.
DATABASES = [["--sqlite"], *([["--restarts", "1"]] if has_postgres() else [])]


def storm(tmp_path: Path, *arguments: str) -> dict[str, Any]:
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "newsletter.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "django", "storm", *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("{"), done.stderr[-3000:]
    verdict: dict[str, Any] = json.loads(done.stdout)
    return verdict


@pytest.mark.slow
@pytest.mark.parametrize("database", DATABASES, ids=lambda options: options[0].strip("-"))
def test_exactly_one_survives_a_storm(tmp_path: Path, database: list[str]) -> None:
    verdict = storm(
        tmp_path, "--recipients", "600", "--kills", "5", "--freezes", "1", "--seed", "5", *database
    )
    assert verdict["is_good"], verdict
    assert verdict["happened"]["kills"] == 5


@pytest.mark.slow
def test_a_naive_sender_does_not_survive_it(tmp_path: Path) -> None:
    verdict = storm(tmp_path, "--naive", "--recipients", "600", "--kills", "5", "--seed", "5", *DATABASES[-1])
    assert verdict["duplicates"] > 0
    assert not verdict["is_good"]
