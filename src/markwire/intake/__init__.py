"""From the content folder to bytes: what is there, what has changed, and what it holds.

Above the I/O floor: this room reads the disk, and nothing here writes to it.
"""
