"""What a trial measured."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Noted:
    """What only the fault itself can tell of its course."""

    glued_from: float = math.inf  # the glued client's writes of this time are looked at alone
    glued_until: float = math.inf
    slowest_s: float = 0          # of what the fault timed
    exit_statuses: tuple[int, ...] = ()  # of the containers it asked to end
    broken: tuple[str, ...] = ()  # what it saw that must not be


@dataclass(frozen=True)
class Figures:
    """The figures of one trial."""

    gap_s: float                # the longest silence between two acknowledged writes
    gap_open: bool              # nothing was acknowledged after it
    acknowledged: int
    lost: int | None            # of those, absent from the final master; None: there is none
    copied_acknowledged: int    # of the writes that waited for replicas
    copied_lost: int | None
    glued_acknowledged: int     # the same for the client that never looks for a new master
    glued_lost: int | None
    two_masters_s: float        # two nodes accepted writes
    strays: int                 # the probe's writes accepted by others while the final master did too
    preloaded: int
    preloaded_left: int         # on the node that has most of them
    preloaded_on_master: int | None
    before_left: int | None     # of the writes acknowledged before the fault, on the final master
    foreign_left: int | None    # of the foreign node's keys
    master_before: str | None
    master: str | None
    failovers: int              # by which the Sentinels' configuration epoch rose
    healthy_s: float | None     # from the fault until all was well for good
    refused: int                # writes that were refused for want of replicas, since the fault
    fences: int                 # times a node told that its fence closed, since the fault
    restarts: int               # servers that are others than before the fault
    containers: int             # PID 1s that are others than before the fault
    limits_kept: bool           # all have the same min-replicas values as before the fault
    priorities_kept: bool       # and the same replica-priority
    glued_noted: int            # what the glued client wrote in the time that the fault noted
    glued_noted_lost: int | None
    slowest_s: float
    exit_statuses: tuple[int, ...]  # of containers that ended by themselves, or that the fault asked to
    broken: tuple[str, ...]
    down_after_s: float         # what the Sentinels call down
