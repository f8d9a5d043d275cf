"""The ways to learn a host's interfaces and addresses, one folder for each way.

A backend is a module with the names of ``ifdiscover.discovery.Backend``. One short function reads, and another one,
which is pure, decodes. A backend knows the model and nothing of Postfix. If it calls a package, its name is ``via_``
and the package's name: without ``via_`` it would import itself when an editor runs it.
"""
