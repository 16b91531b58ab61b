"""What typography costs beside converting, article by article of the sample newsroom.

``PYTHONPATH=tests python -m bench.typography``: converting and setting alternate, so that both
meet the same machine; of each article the median counts, and the sums of these are compared.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from markwire.article.body import References
from markwire.article.markdown import render
from markwire.article.typography import typeset

CONTENT: Final = Path(__file__).parents[2] / "content"
ROUNDS: Final = 60


def main(rounds: int = ROUNDS) -> None:
    """Print microseconds an article, and what share of converting the setting is."""
    converting = setting = 0.0
    files = sorted(CONTENT.rglob("*.md"))
    for file in files:
        language = file.parent.name if file.parent.name in ("kk", "ru") else "fr"
        text = file.read_text("utf-8").split("---\n", 2)[2]
        references = References("https://example.org/a", "a", {}, {}, language)
        times: list[tuple[float, float]] = []
        for _ in range(rounds):
            started = perf_counter()
            html = render(text, references).html
            converted = perf_counter()
            typeset(html, (), language)
            times.append((converted - started, perf_counter() - converted))
        converting += median(first for first, _ in times)
        setting += median(second for _, second in times)
    each = 1e6 / len(files)
    print(f"{len(files)} articles: converting {converting * each:.0f} µs, ", end="")
    print(f"setting {setting * each:.0f} µs, {setting / converting:.1%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
