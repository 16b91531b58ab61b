"""``python -m markwire`` is ``markwire``."""

from markwire.cli import main

main(prog_name="markwire")
