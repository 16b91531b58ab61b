"""Tell hubs and partners what was published: the only room that opens a connection.

At the I/O rim. What is owed, and how it fared, stands in an ``Outbox`` that outlasts this process.
``paying`` sends it from threads of its own; ``requests`` says what is sent to whom, ``hosts``
whether an address may be gone to, and ``wire`` goes there.
"""
