"""Hosts as the programs of fleets tell of them, in their "facts".

Ansible's are decoded. Those of other programs are known by ``programs.py``, and refused with what to collect instead. A
decoder for one of them is a module beside ``ansible.py`` that takes a ``Field`` and gives a ``Host``; it is called in
``facts.py``, and the program's row goes from the table in ``programs.py``.
"""
