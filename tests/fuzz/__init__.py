"""Coverage-guided fuzzing: ``python -m fuzz TARGET`` (see README.md here)."""

from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
