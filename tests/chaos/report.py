"""The table: a row per scenario and subject, and with several runs the median and the worst."""

import statistics
from dataclasses import dataclass
from typing import Callable, Sequence

from figures import Figures
from scenarios import Scenario

JUDGED = "dkr"  # the subject that has to meet what is required
MEDIAN_OF = 3   # runs, at least
COLUMNS = ("scenario", "subject", "runs", "gap ms", "lost", "copied lost", "glued lost", "two masters ms", "stray",
           "wiped", "refused", "fences", "failovers", "master", "healthy s", "missed")


@dataclass(frozen=True)
class Outcome:
    """The trials of one scenario with one subject. A trial that broke has a complaint; one that this
    machine cannot do, the reason."""

    scenario: Scenario
    subject: str
    figures: Sequence[Figures]
    complaints: Sequence[str]
    skipped: str | None = None

    def missed(self) -> list[str]:
        """What was required and not met in any of the runs, or not by their median."""
        if self.subject != JUDGED:
            return []
        missed = [required.text for required in self.scenario.required
                  if not all(required.met(figures) for figures in self.figures)]
        if len(self.figures) >= MEDIAN_OF:
            missed += [median.text for median in self.scenario.medians
                       if statistics.median(map(median.of, self.figures)) >= median.below]
        return [*self.complaints, *missed]


def table(outcomes: Sequence[Outcome]) -> str:
    rows = [COLUMNS, *map(_row, outcomes)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _row(outcome: Outcome) -> tuple[str, ...]:
    figures = outcome.figures
    head = (outcome.scenario.name, outcome.subject, str(len(figures) + len(outcome.complaints)))
    missed = ", ".join(outcome.missed() or outcome.complaints) or outcome.skipped or "-"
    if not figures:
        return (*head, *["-"] * (len(COLUMNS) - len(head) - 1), missed)
    return (*head,
            _spread(figures, lambda f: f.gap_s * 1000, lambda f: ">" if f.gap_open else ""),
            _losses(figures, lambda f: f.lost, lambda f: f.acknowledged),
            _losses(figures, lambda f: f.copied_lost, lambda f: f.copied_acknowledged),
            _losses(figures, lambda f: f.glued_lost, lambda f: f.glued_acknowledged),
            _spread(figures, lambda f: f.two_masters_s * 1000),
            _spread(figures, lambda f: f.strays),
            _all(figures, _wiped),
            _spread(figures, lambda f: f.refused),
            _spread(figures, lambda f: f.fences),
            _spread(figures, lambda f: f.failovers),
            _all(figures, lambda f: f.master or "none"),
            _healthy(figures),
            missed)


def _spread(figures: Sequence[Figures], value: Callable[[Figures], float],
            mark: Callable[[Figures], str] = lambda f: "") -> str:
    """The median, and the worst when there are several; the mark belongs to the worst."""
    worst = max(figures, key=value)
    text = f"{mark(worst)}{value(worst):.0f}"
    return text if len(figures) == 1 else f"{statistics.median(map(value, figures)):.0f} (worst {text})"


def _losses(figures: Sequence[Figures], lost: Callable[[Figures], int | None],
            acknowledged: Callable[[Figures], int]) -> str:
    """How many of how many; of several runs the one that lost most."""
    worst = max(figures, key=lambda f: float("inf") if lost(f) is None else lost(f))
    if acknowledged(worst) == 0:
        return "-"
    known = lost(worst)
    return f"{'?' if known is None else known} of {acknowledged(worst)}"


def _wiped(figures: Figures) -> str:
    if figures.preloaded == 0:
        return "-"
    if figures.preloaded_left == figures.preloaded:
        return "no"
    return "YES" if figures.preloaded_left == 0 else f"{figures.preloaded_left} left"


def _all(figures: Sequence[Figures], word: Callable[[Figures], str]) -> str:
    return "/".join(sorted(set(map(word, figures))))


def _healthy(figures: Sequence[Figures]) -> str:
    known = [f.healthy_s for f in figures if f.healthy_s is not None]
    if not known:
        return "never"
    worst = "never" if len(known) < len(figures) else f"{max(known):.1f}"
    return worst if len(figures) == 1 else f"{statistics.median(known):.1f} (worst {worst})"
