"""The filter ``bracket``: IPv6 addresses and networks in the form in which Postfix takes them."""

DOCUMENTATION = r"""
name: bracket
short_description: Put IPv6 addresses in brackets, as Postfix wants them
version_added: "0.2.0"
description:
  - Puts the address of an IPv6 network in brackets, and leaves IPv4 as it is. To Postfix C(2001:db8::/32) is a table of
    the type C(2001), and it defers the mail of every client that comes so far in the list.
  - A list gives a list. What has its brackets already is left as it is.
  - Fails at what is no address or network, and at a network with host bits, which Postfix does not take.
options:
  _input:
    description: An address or a network, or a list of them.
    type: raw
    required: true
author:
  - The ifdiscover authors (@ifdiscover)
"""

EXAMPLES = r"""
- name: Write networks for Postfix
  ansible.builtin.debug:
    msg: "{{ ['192.0.2.0/24', '2001:db8::/32'] | ifdiscover.ifdiscover.bracket | join(' ') }}"
"""

RETURN = r"""
_value:
  description: The same with brackets.
  type: raw
  sample: ["192.0.2.0/24", "[2001:db8::]/32"]
"""

import ipaddress

from ansible.errors import AnsibleFilterError


def bracket(value):
    """A network with its IPv6 address in brackets; of a list, a list.

    Raises:
        AnsibleFilterError: a word is no address or network that Postfix takes.
    """
    if isinstance(value, (list, tuple)):
        return [bracket(word) for word in value]
    if not isinstance(value, str):
        raise AnsibleFilterError(f"bracket: {value!r} is no text and no list of texts")
    address, slash, length = value.partition("/")
    if address.startswith("[") and address.endswith("]"):
        address = address[1:-1]
    if "%" in address or (slash and not length.isdigit()):
        raise AnsibleFilterError(f"bracket: {value!r} has a zone or no length; write a network as 2001:db8::/32")
    try:
        network = ipaddress.ip_network(address + slash + length)
    except ValueError as error:
        raise AnsibleFilterError(f"bracket: {error}; write a network as 2001:db8::/32") from error
    return f"[{address}]{slash}{length}" if network.version == 6 else f"{address}{slash}{length}"


class FilterModule:
    """What Ansible asks for the filters of this file."""

    def filters(self):
        """The filters by name."""
        return {"bracket": bracket}
