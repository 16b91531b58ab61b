"""What the desk is told of a newsroom, by the process that publishes: a view for each question.

At the I/O rim. Reads the catalogue a batch at a time, between the editions, and changes nothing.
"""
