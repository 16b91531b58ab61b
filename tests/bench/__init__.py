"""The benchmark: what one change, a cold start and a warm start cost, beside other tools.

Drives every tool, Markwire too, through its command line only. ``python -m bench --help`` says
what can be chosen; ``make bench`` installs what it needs and runs it.
"""
