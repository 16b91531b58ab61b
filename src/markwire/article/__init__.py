"""Text → article, body, fragments. Pure: no disk, clock, network, locale or environment.

``read`` turns the bytes of one file into a ``Manuscript``; ``compose`` turns a manuscript with
an identity into everything that is published of it.
"""
