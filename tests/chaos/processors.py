"""Takes processor time from processes, by a control group of this run."""

import contextlib
import os
import re
from pathlib import Path
from typing import Iterable, Iterator

from network import Unsupported

PERIOD_US = 100_000
_V1 = Path("/sys/fs/cgroup/cpu")
_V2 = Path("/sys/fs/cgroup")


@contextlib.contextmanager
def scarce(processes: Iterable[int], share: float) -> Iterator[Path]:
    """For a while the processes, and those they start, have this much of one processor together."""
    root = _V1 if (_V1 / "cpu.cfs_quota_us").exists() else _V2
    group = root / f"chaos-{os.getpid()}"
    try:
        _remove_leftovers(root)
        group.mkdir()
    except OSError as reason:
        raise Unsupported(f"no control group for the processor: {reason}") from reason
    try:
        _limit(group, round(share * PERIOD_US))
        _move(processes, group)
        yield group
    finally:
        _move(_processes(group), root)
        group.rmdir()


def want(group: Path) -> str:
    """How often the group had to wait."""
    seen = dict(line.split() for line in (group / "cpu.stat").read_text().splitlines())
    return f"{seen['nr_throttled']} of {seen['nr_periods']} periods"


def _limit(group: Path, quota_us: int) -> None:
    """Version 1 is told in two files, version 2 in one, which is there when the parent allows it."""
    if (group / "cpu.cfs_quota_us").exists():
        (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
        (group / "cpu.cfs_quota_us").write_text(str(quota_us))
    elif (group / "cpu.max").exists():
        (group / "cpu.max").write_text(f"{quota_us} {PERIOD_US}")
    else:
        raise Unsupported("no control group for the processor")


def _move(processes: Iterable[int], group: Path) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            (group / "cgroup.procs").write_text(str(process))


def _processes(group: Path) -> list[int]:
    return [int(word) for word in (group / "cgroup.procs").read_text().split()]


def _remove_leftovers(root: Path) -> None:
    """Of runs that were killed before they could tidy up."""
    for group in root.glob("chaos-*"):
        made_by = re.fullmatch(r"chaos-(\d+)", group.name)
        if made_by and not Path("/proc", made_by[1]).exists():
            _move(_processes(group), root)
            group.rmdir()
