"""A connection plugin: each host is a network namespace of this machine."""

from __future__ import annotations

import shlex

from ansible.plugins.connection.local import (  # pyright: ignore[reportMissingImports] - it has an environment of its own
    Connection as Local,
)

DOCUMENTATION = """
name: netns
short_description: run on this machine in a network namespace
description: Commands and modules run by C(ip netns exec). Files are those of this machine.
options:
  netns:
    description: the name of the namespace
    required: true
    vars:
      - name: ansible_netns
extends_documentation_fragment:
  - connection_pipelining
"""


class Connection(Local):  # type: ignore[misc]  # pyright: ignore[reportUntypedBaseClass] - Ansible has no types here
    """A host that is a network namespace."""

    transport = "netns"

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Run a command there."""
        inside = shlex.join(["ip", "netns", "exec", self.get_option("netns"), "/bin/sh", "-c", cmd])
        found: tuple[int, bytes, bytes] = super().exec_command(inside, in_data, sudoable)
        return found
