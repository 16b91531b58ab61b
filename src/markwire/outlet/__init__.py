"""Where documents go: checked by ``gate``, written by ``directory``."""
