"""What the benchmarks print with."""

from typing import Sequence


def pair(*numbers: float, form: str = "{:.2f}") -> str:
    return " / ".join(form.format(number) for number in numbers)


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    rows = [head, *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
