"""What is said to editors, in their language: problems, results, reports, explanations.

At the I/O rim for the catalogues and explanations that it reads from the package; what it makes
of them is pure. English is written in the code, and ``make messages`` keeps the catalogues of
``locale/`` true to it.
"""
