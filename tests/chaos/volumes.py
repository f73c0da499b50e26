"""A volume that can be full, or hang: a small file system of its own."""

import contextlib
import os
import re
import subprocess
from pathlib import Path
from typing import Iterator

FILLER = "filler"  # the file that fills it
FREEZABLE_BYTES = 64 << 20
_BLOCK = bytes(1 << 16)


@contextlib.contextmanager
def small(volume: Path, megabytes: int) -> Iterator[None]:
    """For a while the volume holds no more than that."""
    _remove_leftovers()
    _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", f"chaos-{os.getpid()}", str(volume))
    try:
        yield
    finally:
        _run("umount", "--lazy", str(volume))


@contextlib.contextmanager
def freezable(volume: Path) -> Iterator[None]:
    """For a while the volume can be frozen."""
    _remove_leftovers()
    image = volume.with_suffix(".img")
    with image.open("wb") as file:
        file.truncate(FREEZABLE_BYTES)
    _run("mkfs.ext4", "-q", str(image))
    _run("mount", "-o", "loop", str(image), str(volume))
    (volume / "lost+found").rmdir()
    try:
        yield
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            thaw(volume)
        _run("umount", "--lazy", str(volume))


def freeze(volume: Path) -> None:
    """Who writes there waits from now on, and cannot be killed."""
    _run("fsfreeze", "--freeze", str(volume))


def thaw(volume: Path) -> None:
    _run("fsfreeze", "--unfreeze", str(volume))


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
