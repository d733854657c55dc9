"""shellcheck finds nothing in our shell scripts, whatever shell each is for."""

import subprocess
from pathlib import Path

import pytest

from tests.e2e.base import BIN, ROOT

FOLDERS = (".ci", "nginx", "k8s")


def is_script(file: Path) -> bool:
    if file.suffix in (".sh", ".envsh"):
        return True
    return file.is_file() and file.read_bytes().startswith((b"#!/bin/sh", b"#!/usr/bin/env bash"))


SCRIPTS = sorted(
    str(file.relative_to(ROOT))
    for folder in FOLDERS
    for file in (ROOT / folder).rglob("*")
    if is_script(file)
)


def test_the_scripts_are_found() -> None:
    assert {".ci/run", "k8s/overlays/local/load", "k8s/components/mysql/backup.sh"} <= {*SCRIPTS}
    assert "nginx/entrypoint/15-trusted-proxies.envsh" in SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck_finds_nothing(script: str) -> None:
    # The image of nginx has no bash; MySQL's has, and runs ours by it.
    shell = "sh" if script.startswith("nginx/") else "bash"
    command = [str(BIN / "shellcheck"), f"--shell={shell}", script]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (checked.returncode, checked.stdout) == (0, "")
