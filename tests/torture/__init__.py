"""The torture: what is done to Markwire that no newsroom should live through, and what must hold.

Each torment is a module with one function; ``table`` lists them all. ``make torture`` runs their
long form, ``tests/test_torture.py`` a short one; ``python -m torture --help`` says what can be
chosen. After each, ``verdict`` says what readers see and what is left.
"""
