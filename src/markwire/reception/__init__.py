"""Where a running watch is asked how the newsroom is: ``listening`` answers, ``asking`` asks.

At the I/O rim: a socket or pipe of this machine, whose address and key lie in the state folder.
What goes over it is JSON (``letters``), never a pickle. Whoever asks imports nothing that
publishes.
"""
