"""How many CPUs a container grants, read from folders like the kernel's."""

from pathlib import Path

import pytest

from todobot import cpu


@pytest.fixture(autouse=True)
def on_64_cpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu, "allowed", lambda: 64)


def available(folder: Path, own: str, files: dict[str, str]) -> float:
    """With these files in the cgroup file system and /proc/self/cgroup saying `own`."""
    for name, text in files.items():
        file = folder / "cgroup" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (folder / "own").write_text(own)
    return cpu.available(folder / "cgroup", folder / "own")


VERSION_1 = "12:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc\n"


@pytest.mark.parametrize(
    ("own", "files", "cpus"),
    [
        ("0::/\n", {"cpu.max": "150000 100000\n"}, 1.5),
        ("0::/\n", {"cpu.max": "max 100000\n"}, 64),
        ("0::/\n", {"cpu.max": "12800000 100000\n"}, 64),
        # The narrowest of a pod's and its container's, seen from the machine.
        ("0::/pod/box\n", {"pod/cpu.max": "50000 100000\n", "pod/box/cpu.max": "max 100000\n"}, 0.5),
        # In a container that is told the machine's path, but whose file system begins at its own group.
        ("0::/kubepods/pod1/box\n", {"cpu.max": "200000 100000\n"}, 2),
        ("0::/\n", {}, 64),
        ("", {}, 64),
    ],
)
def test_version_2(tmp_path: Path, own: str, files: dict[str, str], cpus: float) -> None:
    assert available(tmp_path, own, files) == cpus


@pytest.mark.parametrize("folder", ["cpu", "cpu,cpuacct"])
@pytest.mark.parametrize("group", ["", "/docker/abc"])
@pytest.mark.parametrize(("quota", "cpus"), [("250000\n", 2.5), ("-1\n", 64)])
def test_version_1(tmp_path: Path, folder: str, group: str, quota: str, cpus: float) -> None:
    files = {
        f"{folder}{group}/cpu.cfs_quota_us": quota,
        f"{folder}{group}/cpu.cfs_period_us": "100000\n",
    }
    assert available(tmp_path, VERSION_1, files) == cpus


def test_a_quota_of_another_group_is_not_ours(tmp_path: Path) -> None:
    files = {"cpu.max": "max 100000", "other/cpu.max": "50000 100000"}
    assert available(tmp_path, "0::/ours\n", files) == 64


def test_a_machine_without_cgroups_has_its_cpus(tmp_path: Path) -> None:
    assert cpu.available(tmp_path / "nowhere", tmp_path / "nothing") == 64
