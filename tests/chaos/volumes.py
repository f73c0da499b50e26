"""A volume that can be full: a small file system of its own."""

import contextlib
import os
import re
import subprocess
from pathlib import Path
from typing import Iterator

FILLER = "filler"  # the file that fills it
_BLOCK = bytes(1 << 16)


@contextlib.contextmanager
def small(volume: Path, megabytes: int) -> Iterator[None]:
    """For a while the volume holds no more than that; 0: it is left as it is."""
    if not megabytes:
        yield
        return
    _remove_leftovers()
    _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", f"chaos-{os.getpid()}", str(volume))
    try:
        yield
    finally:
        _run("umount", "--lazy", str(volume))


def fill(volume: Path) -> None:
    """Not one byte is free then."""
    with (volume / FILLER).open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(_BLOCK):
            pass


def make_room(volume: Path) -> None:
    (volume / FILLER).unlink()


def _remove_leftovers() -> None:
    """Of runs that were killed before they could tidy up."""
    for line in Path("/proc/self/mounts").read_text().splitlines():
        source, folder = line.split()[:2]
        made_by = re.fullmatch(r"chaos-(\d+)", source)
        if made_by and not Path("/proc", made_by[1]).exists():
            _run("umount", "--lazy", folder)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=10)
