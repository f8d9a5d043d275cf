"""The filter ``mynetworks``: the networks of many hosts as one list for Postfix."""

DOCUMENTATION = r"""
name: mynetworks
short_description: Make one list for Postfix of the networks of many hosts
version_added: "0.2.0"
description:
  - Takes the facts of hosts, as M(ifdiscover.ifdiscover.host_facts) gathers them. Gives the networks of all of them in
    the form in which Postfix takes them. They are as few as cover the same addresses and no others.
  - A host on which nothing is up adds none. If its networks could not be told for another reason, that is an error.
options:
  _input:
    description: The values of C(ansible_facts.ifdiscover) of the hosts.
    type: list
    elements: dict
    required: true
  style:
    description:
      - The C(mynetworks_style). With V(host) the list has the addresses of the hosts, and nobody else's. With V(subnet)
        it has all of the networks that they are in.
    type: str
    choices: [class, subnet, host]
    default: host
author:
  - The ifdiscover authors (@ifdiscover)
"""

EXAMPLES = r"""
- name: Show one list with the addresses of all hosts of a group
  ansible.builtin.debug:
    msg: >-
      {{ groups['clients'] | map('extract', hostvars, ['ansible_facts', 'ifdiscover'])
      | ifdiscover.ifdiscover.mynetworks | join(' ') }}
"""

RETURN = r"""
_value:
  description: The networks, those of IPv4 first, each family in ascending order.
  type: list
  elements: str
  sample: ["127.0.0.1/32", "192.0.2.10/31", "[::1]/128"]
"""

import ipaddress
from collections.abc import Iterable, Mapping

from ansible.errors import AnsibleFilterError

STYLES = ("class", "subnet", "host")
NOTHING_UP = "could not find any active network interfaces"  # so Postfix says it, and the facts do too


def mynetworks(facts_of_hosts, style="host"):
    """The networks of many hosts in Postfix's form, collapsed.

    Args:
        facts_of_hosts: the facts of each host.
        style: a mynetworks_style.

    Raises:
        AnsibleFilterError: the style is none, or something is no facts.
    """
    if style not in STYLES:
        raise AnsibleFilterError(f"mynetworks: {style!r} is no style; choose one of {', '.join(STYLES)}")
    if isinstance(facts_of_hosts, (str, Mapping)) or not isinstance(facts_of_hosts, Iterable):
        raise AnsibleFilterError("mynetworks: this is no list; give the facts of several hosts")
    found = {4: [], 6: []}
    for facts in facts_of_hosts:
        for text in _networks(facts, style):
            network = ipaddress.ip_network(text)
            found[network.version].append(network)
    collapsed = [network for version in (4, 6) for network in ipaddress.collapse_addresses(found[version])]
    return [f"[{one.network_address}]/{one.prefixlen}" if one.version == 6 else str(one) for one in collapsed]


def _networks(facts, style):
    """The networks of one host, as texts."""
    if not isinstance(facts, Mapping) or "mynetworks" not in facts:
        raise AnsibleFilterError(
            "mynetworks: a host has no facts of ifdiscover; run ifdiscover.ifdiscover.host_facts there"
        )
    of_styles = facts["mynetworks"]
    if of_styles is None:
        reasons = "; ".join(error["message"] for error in facts["errors"])
        raise AnsibleFilterError(f"mynetworks: a host could not be read: {reasons}")
    if of_styles[style] is not None:
        return of_styles[style]["networks"]
    reasons = [error["message"] for error in facts["errors"] if error["part"] == f"mynetworks.{style}"]
    if len(reasons) == 1 and reasons[0].startswith(NOTHING_UP):
        return []
    raise AnsibleFilterError(f"mynetworks: a host has no networks in style {style}: {'; '.join(reasons)}")


class FilterModule:
    """What Ansible asks for the filters of this file."""

    def filters(self):
        """The filters by name."""
        return {"mynetworks": mynetworks}
