"""The meaning of each exit status, for every help page; ``errors.py`` lists each error's status."""

from __future__ import annotations

STATUSES = """exit status:
  0 done; 1 no: not local, not trusted, faults found (check --fail-on),
  backends or hosts differ, two hosts have one address;
  64 usage; 65 a broken recording or address, or an answer that only Postfix or
  nobody knows; 66 no such interface, file or namespace; 69 no backend, or no
  active interface; 70 a fault of ifdiscover; 71 the system refused; 74 output
  could not be written; 75 addresses kept changing; 77 permission; 78 a value
  that Postfix refuses;
  for several addresses or clients, the highest of their statuses"""
