"""The ways to learn a host's interfaces and addresses, a room for each way of asking.

A backend is a module with the names of ``ifdiscover.discovery.Backend``. It reads with one short function and decodes
with another, pure one. It knows the model and nothing of Postfix. A module that calls a package of the same name is
called ``via_`` and that name, so that running it from an editor does not make it import itself.
"""
