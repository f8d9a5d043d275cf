"""Restriction lists in the shapes of the field, and random ones.

The shapes are those of real configurations; every value is of our own making. Each has the parameters that one smtpd
service sets, beside a mynetworks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

CLIENT, HELO, SENDER = "smtpd_client_restrictions", "smtpd_helo_restrictions", "smtpd_sender_restrictions"
RELAY, RECIPIENT = "smtpd_relay_restrictions", "smtpd_recipient_restrictions"
CLASSES, DELAY = "smtpd_restriction_classes", "smtpd_delay_reject"

# A name server must not have heard of the client.
ZEN, DBL = "reject_rbl_client zen.list.example", "reject_rhsbl_sender dbl.list.example"

FIELD: dict[str, dict[str, str]] = {
    "nothing set": {},
    "level 0": {"compatibility_level": "0"},
    "level 0, recipients": {"compatibility_level": "0", RECIPIENT: "permit_mynetworks, reject_unauth_destination"},
    "level 1": {"compatibility_level": "1"},
    "level 2": {"compatibility_level": "2"},
    "level 2, before 3.6": {"compatibility_level": "2", RECIPIENT: "permit_mynetworks, reject_unlisted_recipient"},
    "Debian": {RELAY: "permit_mynetworks permit_sasl_authenticated defer_unauth_destination"},
    "Debian, submission": {
        CLIENT: "permit_sasl_authenticated,reject",
        RECIPIENT: "",
        RELAY: "permit_sasl_authenticated,reject",
    },
    "submission, old": {CLIENT: "permit_sasl_authenticated,reject"},
    "submission, mynetworks too": {
        CLIENT: "permit_mynetworks,permit_sasl_authenticated,reject",
        RELAY: "permit_mynetworks,permit_sasl_authenticated,reject",
    },
    "submission, recipients": {RECIPIENT: "permit_sasl_authenticated,reject", RELAY: "$smtpd_recipient_restrictions"},
    "Red Hat, old": {"compatibility_level": "0", RECIPIENT: "permit_mynetworks,reject_unauth_destination"},
    "before 2.10": {RELAY: "", RECIPIENT: "permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination"},
    "no mynetworks": {RELAY: "permit_sasl_authenticated, reject_unauth_destination"},
    "no mynetworks, deferring": {RELAY: "permit_sasl_authenticated defer_unauth_destination"},
    "mynetworks too late": {RELAY: "permit_sasl_authenticated, reject_unauth_destination, permit_mynetworks"},
    "mynetworks for recipients only": {
        RELAY: "permit_sasl_authenticated, reject_unauth_destination",
        RECIPIENT: "permit_mynetworks, reject",
    },
    "mynetworks for relaying only": {
        RELAY: "permit_mynetworks, reject_unauth_destination",
        RECIPIENT: "reject_unauth_destination",
    },
    "reinjection": {
        CLIENT: "permit_mynetworks,reject",
        HELO: "",
        SENDER: "",
        RECIPIENT: "permit_mynetworks,reject",
        "mynetworks": "127.0.0.0/8",
        RELAY: "permit_mynetworks,reject_unauth_destination",
    },
    "reinjection, one list": {
        CLIENT: "",
        RELAY: "",
        RECIPIENT: "permit_mynetworks,reject",
        "mynetworks": "127.0.0.0/8",
    },
    "reinjection, for the net": {CLIENT: "permit_mynetworks,reject", RECIPIENT: "permit_mynetworks,reject"},
    "tutorial, ISPs": {
        RELAY: "permit_mynetworks permit_sasl_authenticated defer_unauth_destination",
        HELO: "permit_mynetworks, reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname",
        RECIPIENT: "permit_mynetworks, reject_unauth_destination, reject_unknown_recipient_domain, "
        f"reject_unverified_recipient, {ZEN}",
        SENDER: "reject_non_fqdn_sender, reject_unknown_sender_domain",
    },
    "tutorial, policy": {
        RECIPIENT: "permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination, "
        "check_policy_service unix:private/quota",
    },
    "container": {
        HELO: "permit_mynetworks, reject_invalid_helo_hostname, permit",
        RELAY: "permit_mynetworks permit_sasl_authenticated defer_unauth_destination",
        RECIPIENT: "permit_sasl_authenticated, permit_mynetworks, reject_unauth_destination, "
        "check_policy_service unix:private/policyd-spf, reject_unauth_pipelining, reject_invalid_helo_hostname, "
        f"reject_non_fqdn_helo_hostname, reject_unknown_recipient_domain, {ZEN}",
        CLIENT: "permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination, reject_unauth_pipelining",
        SENDER: "permit_sasl_authenticated, permit_mynetworks, reject_unknown_sender_domain",
    },
    "groupware": {
        HELO: "permit_mynetworks, permit_sasl_authenticated, reject_invalid_helo_hostname",
        RECIPIENT: "permit_sasl_authenticated, permit_mynetworks, check_recipient_access "
        "inline:{blocked@example.org=REJECT}, reject_invalid_helo_hostname, reject_unauth_destination",
        SENDER: "reject_authenticated_sender_login_mismatch, permit_mynetworks, permit_sasl_authenticated, "
        "reject_unlisted_sender, reject_unknown_sender_domain",
        RELAY: "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination",
    },
    "installer": {
        SENDER: "reject_unknown_sender_domain, reject_non_fqdn_sender, permit_mynetworks, permit_sasl_authenticated, "
        "check_sender_access inline:{spammer@example.org=REJECT}",
        HELO: "permit_mynetworks, permit_sasl_authenticated, check_helo_access regexp:/nonexistent/helo, "
        "reject_non_fqdn_helo_hostname, reject_unknown_helo_hostname",
        RECIPIENT: "reject_unknown_recipient_domain, reject_non_fqdn_recipient, reject_unlisted_recipient, "
        "permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination",
    },
    "first the forms": {
        RECIPIENT: "reject_non_fqdn_sender, reject_non_fqdn_recipient, reject_unknown_sender_domain, "
        f"reject_unknown_recipient_domain, permit_mynetworks, reject_unauth_destination, {ZEN}, {DBL}, permit",
    },
    "first the lists": {RECIPIENT: f"{ZEN}, {DBL}, permit_mynetworks, reject_unauth_destination"},
    "lists for clients": {CLIENT: f"{ZEN}, reject_unknown_client_hostname"},
    "lists for strangers": {CLIENT: f"permit_mynetworks, {ZEN}, reject_unknown_client_hostname"},
    "reverse names for all": {CLIENT: "reject_unknown_reverse_client_hostname"},
    "closed": {CLIENT: "permit_mynetworks, reject"},
    "closed, deferring": {CLIENT: "permit_mynetworks, defer"},
    "closed for all": {CLIENT: "reject"},
    "open relay": {RELAY: "permit, reject_unauth_destination", RECIPIENT: "permit_mynetworks, permit, reject"},
    "open relay, in a class": {RELAY: "open, reject", CLASSES: "open", "open": "permit"},
    "open for recipients": {RELAY: "", RECIPIENT: "permit_mynetworks, permit, reject_unauth_destination"},
    "permit in the end": {RECIPIENT: "permit_mynetworks, reject_unauth_destination, permit"},
    "a table of networks": {CLIENT: "check_client_access cidr:{ {192.168.1.0/24 OK}, {0.0.0.0/0 REJECT} }"},
    "a table that excludes": {CLIENT: "check_client_access cidr:{ {192.168.1.5 REJECT} }, permit"},
    "a table that lets relay": {RELAY: "check_client_access cidr:{ {10.0.0.0/8 OK} }, permit_mynetworks, reject"},
    "a table in front": {RELAY: "check_client_access inline:{192.168=550 no}, permit_mynetworks, reject"},
    "a table of names": {RELAY: "check_client_access inline:{example.com=OK}, reject_unauth_destination"},
    "a table of classes": {
        RELAY: "check_client_access inline:{192.168.1=inside, 10=outside}, reject_unauth_destination",
        CLASSES: "inside, outside",
        "inside": "permit_mynetworks, reject",
        "outside": "permit_sasl_authenticated, reject",
    },
    "a table without its file": {CLIENT: "check_client_access hash:/nonexistent/access"},
    "a table without its file, too late": {
        RELAY: "permit_mynetworks, reject_unauth_destination, check_client_access hash:/nonexistent/access",
    },
    "a table alone": {CLIENT: "cidr:{ {10.0.0.0/8 REJECT} }"},
    "a table alone, of recipients": {RECIPIENT: "inline:{ {example.net = REJECT} }"},
    "senders": {SENDER: "check_sender_access inline:{example.com=OK}, permit_mynetworks, reject"},
    "every sender": {SENDER: "check_sender_access static:OK, reject"},
    "helo": {HELO: "permit_mynetworks, check_helo_access inline:{localhost=REJECT}"},
    "recipients outside": {RELAY: "permit_mynetworks, check_recipient_access inline:{example.net=OK}, reject"},
    "classes": {
        RECIPIENT: "permit_mynetworks, inbound",
        CLASSES: "inbound",
        "inbound": "reject_unauth_destination, reject_unlisted_recipient",
        RELAY: "",
    },
    "a class that is not there": {RELAY: "permit_mynetworks, inbound, reject"},
    "a class without a value": {RELAY: "permit_mynetworks, reject", CLASSES: "inbound"},
    "warnings": {RELAY: "warn_if_reject reject_unauth_destination, permit_mynetworks, reject"},
    "warnings about all": {CLIENT: "warn_if_reject reject", HELO: "warn_if_reject reject_unknown_helo_hostname"},
    "nothing but a warning": {RELAY: "permit_mynetworks, warn_if_reject reject_unauth_destination"},
    "misspelt": {RELAY: "permit_mynetwork, reject_unauth_destination"},
    "misspelt after the networks": {RELAY: "permit_mynetworks, reject_unauth_destinations, reject"},
    "misspelt, and nothing else": {RELAY: "permit_mynetworks, reject_unauth_destinations"},
    "a comment": {RELAY: "permit_mynetworks, reject_unauth_destination # the rest is refused"},
    "a comment in front": {RELAY: "permit_sasl_authenticated, # users permit_mynetworks, reject"},
    "semicolons": {RELAY: "permit_mynetworks; reject_unauth_destination"},
    "braces": {RELAY: "{ permit_mynetworks, reject }"},
    "one brace more": {RELAY: "permit_mynetworks, {reject}, reject"},
    "capitals": {RELAY: "PERMIT_MYNETWORKS, Reject_Unauth_Destination"},
    "networks only": {RELAY: "permit_mynetworks"},
    "networks only, twice": {RELAY: "permit_mynetworks", RECIPIENT: "permit_mynetworks"},
    "empty": {RELAY: "", RECIPIENT: ""},
    "no delay": {DELAY: "no", HELO: "permit_mynetworks, reject_unauth_destination", SENDER: "reject_unknown_address"},
    "no delay, senders": {DELAY: "no", SENDER: "permit_mynetworks, reject"},
    "no delay, too early": {DELAY: "no", HELO: "check_recipient_access static:REJECT, check_sender_access static:550"},
    "delay, misspelt": {DELAY: "true"},
    "backup": {RELAY: "permit_mynetworks, permit_mx_backup, reject_unauth_destination"},
    "allowlist": {CLIENT: "permit_mynetworks, permit_dnswl_client good.other.example, reject_unauth_destination"},
    "certificates": {RELAY: "permit_tls_clientcerts, permit_tls_all_clientcerts, reject_unauth_destination"},
    "sleep": {CLIENT: "sleep 0, permit_mynetworks, reject_unauth_pipelining"},
    "sleep, for ever": {CLIENT: "sleep forever"},
    "put off": {RELAY: "permit_mynetworks, defer_if_permit, reject_unauth_destination"},
    "put off, for all": {CLIENT: "defer_if_permit"},
    "put off, unless refused": {RELAY: "defer_if_reject, permit_mynetworks, reject_unauth_destination"},
    "recipients first": {"smtpd_relay_before_recipient_restrictions": "no", RECIPIENT: "permit_mynetworks, reject"},
    "deprecated": {RELAY: "permit_naked_ip_address, permit_mynetworks, check_relay_domains"},
    "owners of senders": {SENDER: "reject_sender_login_mismatch, permit_mynetworks, reject"},
}

INSIDE, OUTSIDE = {"192.168.1.5", "2001:db8::1"}, {"10.0.0.1", "2001:db8:1::1"}
IN_DOUBT = {
    "first the lists": INSIDE,
    "lists for clients": INSIDE,
    "reverse names for all": {"192.168.1.5"},  # the one without a name; its reverse name may be there
    "a table alone, of recipients": INSIDE,
    "recipients outside": OUTSIDE,
    "deprecated": INSIDE,  # Postfix 3.9 refuses the first word
}
"""Where CANNOT_TELL is right: by shape, the clients. A verdict for anybody else must be smtpd's."""

RESULTS = (
    "OK",
    "REJECT",
    "DUNNO",
    "DEFER_IF_PERMIT later",
    "DEFER_IF_REJECT later",
    "450 later",
    "550",
    "permit_mynetworks, reject",
    "reject_unauth_destination",
    "one",
    "two",
    "WARN of it",
    "HOLD",
    "misspelt",
    "warn_if_reject reject, permit",
    "permit",
    "defer_if_permit",
    "relay",
)
_KEYS = ("192.168.1.5", "192.168.1", "192", "10.0.0.1", "10", "mail.example.com", "example.com", "com", "unknown")
_KEYS_IPV6 = ("2001:db8:", "2001:db8", "2001")
_NETWORKS = ("192.168.1.0/24", "0.0.0.0/0", "10.0.0.0/8", "::/0", "!192.168.1.5", "192.168.0.0/16", "2001:db8::/32")
_WORDS = (
    *["permit_mynetworks"] * 6,
    *["permit_sasl_authenticated", "reject_unauth_destination"] * 3,
    *("reject", "defer", "permit", "defer_if_permit", "defer_if_reject", "defer_unauth_destination"),
    *("permit_auth_destination", "permit_mx_backup", "permit_tls_clientcerts", "permit_tls_all_clientcerts"),
    *("permit_inet_interfaces", "permit_naked_ip_address", "check_relay_domains", "PERMIT_MYNETWORKS"),
    *("reject_unknown_client_hostname", "reject_unknown_reverse_client_hostname", "reject_unknown_sender_domain"),
    *("reject_non_fqdn_sender", "reject_non_fqdn_recipient", "reject_non_fqdn_helo_hostname", "reject_unlisted_sender"),
    *("reject_unlisted_recipient", "reject_unauth_pipelining", "reject_multi_recipient_bounce", ZEN, "sleep 0"),
    *("check_ccert_access static:OK", "check_sasl_access static:OK", "one", "two", "misspelt"),
    *("check_helo_mx_access static:REJECT", "check_sender_ns_access static:OK", "reject_plaintext_session"),
)
_CLASS_ONE = (
    *(
        "permit_mynetworks, reject",
        "permit_mynetworks",
        "reject_unauth_destination",
        "permit",
        "defer_if_permit, permit",
    ),
    *("warn_if_reject reject", "check_client_access inline:{10.0.0.1=OK}", "inline:{10.0.0.1=REJECT}"),
)
_CLASS_TWO = ("one, reject", "permit_sasl_authenticated, reject", "one", "misspelt", "warn_if_reject one, permit")
_CHECKS = ("check_reverse_client_hostname_access", "check_helo_access", "check_sender_access", "check_recipient_access")


def random_case(source: random.Random) -> dict[str, str]:
    """The parameters of a service with random lists."""
    case = {CLASSES: "one two", "one": source.choice(_CLASS_ONE), "two": source.choice(_CLASS_TWO)}
    for parameter in (CLIENT, HELO, SENDER):
        if source.random() < 0.3:
            case[parameter] = _random_list(source, 3)
    if source.random() < 0.8:
        case[RELAY] = _random_list(source, 4)
    if source.random() < 0.6:
        ends = ("", ", reject_unauth_destination", ", permit_mynetworks, reject")
        case[RECIPIENT] = _random_list(source, 4) + source.choice(ends)
    if CLIENT not in case and source.random() < 0.2:  # without a delay, the harness itself would be its client
        case[DELAY] = "no"
    for parameter, values in (
        ("compatibility_level", ("0", "1", "2")),
        ("smtpd_relay_before_recipient_restrictions", ("yes", "no")),
        ("parent_domain_matches_subdomains", ("", "mynetworks")),
    ):
        if source.random() < 0.1:
            case[parameter] = source.choice(values)
    return case


def _random_list(source: random.Random, most: int) -> str:
    return ", ".join([_random_word(source) for _ in range(source.randrange(most + 1))])


def _random_word(source: random.Random) -> str:
    kind = source.random()
    warning = "warn_if_reject " if source.random() < 0.12 else ""
    if kind < 0.72:
        return warning + source.choice(_WORDS)
    check = "check_client_access" if kind < 0.9 else source.choice((*_CHECKS, "check_etrn_access", ""))
    return f"{warning}{check} {_random_table(source)}".replace("  ", " ").strip()


def _random_table(source: random.Random) -> str:
    def result() -> str:
        return source.choice(RESULTS)

    kind = source.randrange(6)
    if kind == 0:
        return f"static:{{{result()}}}"
    if kind == 1:
        rules = [f"{{{source.choice(_NETWORKS)} {result()}}}" for _ in range(2)]
        return f"cidr:{{ {', '.join(rules)} }}"
    if kind == 2:
        return source.choice(("fail:x", "hash:/nonexistent/x", "texthash:/nonexistent/y"))
    entries = [f"{{{source.choice(_KEYS + _KEYS_IPV6)} = {result()}}}" for _ in range(source.randrange(1, 4))]
    return f"inline:{{ {', '.join(entries)} }}"
