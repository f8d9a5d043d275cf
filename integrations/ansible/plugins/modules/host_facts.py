#!/usr/bin/python
"""Gathers the addresses, netmasks and routes of a host, and what its Postfix makes of them."""

DOCUMENTATION = r"""
module: host_facts
short_description: Gather addresses, netmasks, routes, and the networks that Postfix trusts
version_added: "0.2.0"
description:
  - Gathers what C(ifdiscover facts) prints as the one fact C(ansible_facts.ifdiscover). No name of an interface can
    replace another fact, as one called C(local) replaces C(ansible_local).
  - What cannot be told is null, and C(errors) has the reason. Only a Python that is too old is a failure.
  - The target needs Python 3.9 and nothing else.
options:
  config_directory:
    description:
      - The folder of C(main.cf). By default it is Postfix's own, C(/etc/postfix), if it has one.
    type: path
author:
  - The ifdiscover authors (@ifdiscover)
attributes:
  check_mode:
    description: Can run in check mode, and does there the same.
    support: full
  diff_mode:
    description: Has nothing to show in diff mode.
    support: none
  facts:
    description: Gives facts of the host that it runs on.
    support: full
"""

EXAMPLES = r"""
- name: Gather the facts
  ifdiscover.ifdiscover.host_facts:

- name: Show the networks that are on the links of this host
  ansible.builtin.debug:
    var: ansible_facts.ifdiscover.mynetworks.subnet.networks
"""

RETURN = r"""
ansible_facts:
  description: The facts.
  returned: always
  type: dict
  contains:
    ifdiscover:
      description: The document of C(ifdiscover facts). The page C(docs/fleet.md) has each of its fields.
      type: dict
      sample:
        mynetworks:
          host:
            networks: ["127.0.0.1/32", "192.0.2.10/32", "::1/128"]
            value: 127.0.0.1/32 192.0.2.10/32 [::1]/128
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ifdiscover.ifdiscover.plugins.module_utils.package import make_importable


def main():
    """Answer Ansible."""
    module = AnsibleModule(argument_spec={"config_directory": {"type": "path"}}, supports_check_mode=True)
    try:
        make_importable()
    except ImportError as error:
        module.fail_json(msg=str(error))
    from ifdiscover import discover
    from ifdiscover._facts.facts import facts_of
    from ifdiscover._postfix.in_force import which_directory

    main_cf = which_directory(module.params["config_directory"])
    found = facts_of(lambda: discover(routes=True), main_cf)
    module.exit_json(changed=False, ansible_facts={"ifdiscover": found})


if __name__ == "__main__":
    main()
