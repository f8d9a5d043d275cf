#!/usr/bin/python
"""Tells whom the Postfix of a host trusts, or would trust, and what is wrong with that."""

DOCUMENTATION = r"""
module: mynetworks_info
short_description: Tell which networks the Postfix of a host trusts, and what is wrong with them
version_added: "0.2.0"
description:
  - Gives the C(mynetworks) of a host's Postfix. It is the one that C(main.cf) sets. If it sets none, it is the one that
    Postfix computes from the addresses of the host.
  - Judges C(main.cf) as C(ifdiscover check) does, also with values that are not yet written there.
  - Changes nothing. The target needs Python 3.9 and nothing else.
options:
  style:
    description:
      - Gives the networks that Postfix would compute in this C(mynetworks_style), whatever C(main.cf) sets.
      - The findings are then those about the computed networks.
    type: str
    choices: [class, subnet, host]
  parameters:
    description:
      - Values by name that come before those of C(main.cf), to judge them before they are written.
      - Each is a text, a number or a boolean. YAML makes a boolean of C(yes) or C(no) without quotation marks, and
        C(main.cf) gets the word again. No value at all is the empty one.
    type: dict
    default: {}
  config_directory:
    description:
      - The folder of C(main.cf). By default it is Postfix's own, C(/etc/postfix). If that has no C(main.cf), Postfix's
        defaults count.
    type: path
  fail_on:
    description:
      - Fail if a finding has this severity or a higher one. By default no finding is a failure.
    type: str
    choices: [high, medium, low, info]
author:
  - The ifdiscover authors (@ifdiscover)
attributes:
  check_mode:
    description: Can run in check mode, and does there the same.
    support: full
  diff_mode:
    description: Has nothing to show in diff mode.
    support: none
"""

EXAMPLES = r"""
- name: Ask whom Postfix trusts
  ifdiscover.ifdiscover.mynetworks_info:
  register: trusted

- name: Fail if anybody may relay
  ifdiscover.ifdiscover.mynetworks_info:
    fail_on: high

- name: Judge a list before it is written
  ifdiscover.ifdiscover.mynetworks_info:
    parameters:
      mynetworks: 127.0.0.0/8 [::1]/128 192.0.2.0/24
    fail_on: medium
"""

RETURN = r"""
mynetworks:
  description: The elements of the list, as they would stand in C(main.cf). It is null if Postfix would not start.
  returned: always
  type: list
  elements: str
  sample: ["127.0.0.0/8", "[::1]/128", "192.0.2.16/28"]
style:
  description: The C(mynetworks_style) if the list is computed. Otherwise it is null.
  returned: always
  type: str
  sample: host
findings:
  description: The faults, the most severe first. The fields are those of C(ifdiscover check --json).
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: A name that never changes. The page C(check.md) of ifdiscover explains it.
      type: str
    severity:
      description: C(high), C(medium), C(low) or C(info).
      type: str
    element:
      description: The word with the fault. It is null if the whole value has it.
      type: str
    suggestion:
      description: The corrected text, or what to do.
      type: str
more:
  description: How many findings of a kind there are besides the first hundred, as in C(ifdiscover check --json).
  returned: always
  type: list
  elements: dict
errors:
  description: Why something could not be told.
  returned: always
  type: list
  elements: str
unwritten:
  description: The lines of C(main.cf), of those in O(parameters), that are not there yet.
  returned: always
  type: list
  elements: str
  sample: ["mynetworks = 127.0.0.0/8 [::1]/128 192.0.2.0/24"]
needs:
  description:
    - What a Postfix that runs with the present C(main.cf) needs once O(parameters) are written. It is null if that
      cannot be told.
  returned: always
  type: dict
  contains:
    what:
      description: C(nothing), C(reload), C(restart), which is a stop and a start, or C(edit).
      type: str
    then:
      description: What it needs once C(main.cf) is mended, if what it needs is C(edit). Otherwise the same.
      type: str
    reasons:
      description: Why, a sentence each.
      type: list
      elements: str
    until:
      description: What is true until it is done, a sentence each.
      type: list
      elements: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ifdiscover.ifdiscover.plugins.module_utils.package import make_importable


class Question:
    """What is asked about the Postfix of this host.

    Args:
        host: the host.
        style: a mynetworks_style; None: the list in force is asked for.
        parameters: values that come before those of main.cf.
        directory: the folder of main.cf; None: there is none.
    """

    def __init__(self, host, style, parameters, directory):
        self.host = host
        self.style = style
        self.parameters = parameters
        self.directory = directory

    def mynetworks(self):
        """The elements of the list, and the style if it is computed."""
        from ifdiscover import printable, trusted_clients

        trusted = trusted_clients(
            self.host, config_directory=self.directory, overrides=self.parameters, style=self.style
        )
        elements = trusted.match_list.elements
        texts = ["!" * element.negated + element.text.lstrip("!") for element in elements]
        return {"mynetworks": [printable(text) for text in texts], "style": trusted.style}

    def findings(self):
        """The findings; in a style, those of a Postfix for which only its interfaces and protocols are set."""
        from ifdiscover import check
        from ifdiscover._render.documents import findings_fields

        directory, overrides = self.directory, self.parameters
        if self.style is not None:
            from ifdiscover._postfix.in_force import in_force

            set_here = in_force(self._configuration(), self.host, inet_interfaces=None, inet_protocols=None)
            directory, overrides = None, dict(set_here, mynetworks_style=self.style)
        found = check(self.host, config_directory=directory, overrides=overrides)
        listed, more = findings_fields(found)
        return {"findings": listed, "more": more}

    def needs(self):
        """What a Postfix that runs needs once the parameters are written, and which of them are not written yet."""
        from ifdiscover import printable
        from ifdiscover._postfix.changes.answer import answer_of
        from ifdiscover._postfix.changes.needs import needs

        now, then = self._configuration(by={}), self._configuration()
        need = needs(answer_of(self.host, now), answer_of(self.host, then), then)
        return {
            "needs": {
                "what": need.what,
                "then": need.then or need.what,
                "reasons": list(map(printable, need.reasons)),
                "until": list(map(printable, need.until)),
            },
            "unwritten": [
                f"{name} = {value}"
                for name, value in sorted(self.parameters.items())
                if now is None or not now.is_set(name) or now.written(name).split() != value.split()
            ],
        }

    def _configuration(self, by=None):
        from ifdiscover._postfix.in_force import configuration_of

        return configuration_of(self.host, self.directory, self.parameters if by is None else by)


def answer_to(question):
    """The answer to a question. What cannot be told is null, and the reason is among the errors."""
    from ifdiscover import IfdiscoverError, printable

    parts = ("mynetworks", "style", "findings", "more", "needs", "unwritten")
    answer = dict(dict.fromkeys(parts), errors=[])
    for ask in (question.mynetworks, question.findings, question.needs):
        try:
            answer.update(ask())
        except IfdiscoverError as error:
            answer["errors"].append(printable(str(error)))
    answer["errors"] = list(dict.fromkeys(answer["errors"]))
    return answer


def failing(findings, fail_on):
    """The findings with this severity or a higher one."""
    from ifdiscover._postfix.syntax.findings import SEVERITIES

    severe = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return [finding for finding in findings if finding["severity"] in severe]


def sentence(finding):
    """A finding for people."""
    subject = ": ".join(filter(None, (finding["parameter"], finding["element"])))
    return f"{subject} [{finding['kind']}]: {finding['consequence']}"


def text_of(name, value):
    """The value of a parameter as it stands in main.cf.

    Raises:
        ValueError: it is a list or a dictionary.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise ValueError(f"parameters: {name} is no text, number or boolean; write what stands in main.cf")


def main():
    """Answer Ansible."""
    module = AnsibleModule(
        argument_spec={
            "style": {"type": "str", "choices": ["class", "subnet", "host"]},
            "parameters": {"type": "dict", "default": {}},
            "config_directory": {"type": "path"},
            "fail_on": {"type": "str", "choices": ["high", "medium", "low", "info"]},
        },
        supports_check_mode=True,
    )
    try:
        make_importable()
    except ImportError as error:
        module.fail_json(msg=str(error))
    from ifdiscover import IfdiscoverError, discover, printable
    from ifdiscover._postfix.in_force import which_directory

    params = module.params
    try:
        parameters = {name: text_of(name, value) for name, value in params["parameters"].items()}
        host = discover(routes=True)
    except (ValueError, IfdiscoverError) as error:
        module.fail_json(msg=printable(str(error)))
    directory, _chosen_by = which_directory(params["config_directory"])
    answer = answer_to(Question(host, params["style"], parameters, directory))
    if params["fail_on"] is not None:
        found = failing(answer["findings"] or [], params["fail_on"])
        if found or answer["findings"] is None:
            module.fail_json(msg="; ".join(map(sentence, found)) or "; ".join(answer["errors"]), **answer)
    module.exit_json(changed=False, **answer)


if __name__ == "__main__":
    main()
