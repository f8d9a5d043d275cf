"""The words of smtpd's restriction lists, and what each can do with a client that wants to relay.

From postconf(5), under smtpd_client_restrictions, smtpd_helo_restrictions, smtpd_sender_restrictions and
smtpd_recipient_restrictions. Old spellings are those that smtpd still knows.

The client, its message and its DNS are ordinary ones: it says EHLO with a name that exists, gives no command too early,
has not authenticated and has no certificate; sender and recipient have domains that exist, and that are not this
host's. So what checks the form and existence of these lets the client pass.
"""

from __future__ import annotations

from ifdiscover._record import Record

NEXT = "next"  # the next word is looked at
PERMIT = "permit"  # the rest of the list is not looked at
REJECT = "reject"  # also for now only, with a 4xx; warn_if_reject makes it NEXT
ERROR = "error"  # 451, whatever warn_if_reject says
DEFER = "defer"  # NEXT, but if smtpd would accept the recipient in the end, it answers 450; see warn_if_reject

ANYTHING = (NEXT, PERMIT, REJECT, DEFER, ERROR)
"""What an access table or a policy service can say, NEXT first: as if nothing were found."""

CLIENT, HELO, SENDER, RECIPIENT = range(4)
"""The steps of an SMTP conversation, at which smtpd learns more of a message."""

TABLE = "type:table"
DOMAIN = "domain"
SECONDS = "seconds"
SERVER = "policy server"
"""What follows a word."""

BY_CLIENT, BY_REVERSE_NAME, BY_MESSAGE = "client", "reverse name", "message"
"""The keys with which a word asks its access table."""


class Word(Record):
    """What a word can do.

    Attributes:
        effects: first what comes if nothing special is found, then what else can come.
        step: the step from which on the word does anything.
        argument: TABLE, DOMAIN, SECONDS, SERVER, or "" if none follows.
        keys: BY_CLIENT, BY_REVERSE_NAME, BY_MESSAGE, or "" if ``effects`` do not come from a table that can be asked.
        depends_on: what decides between several effects.
    """

    effects: tuple[str, ...]
    step: int = CLIENT
    argument: str = ""
    keys: str = ""
    depends_on: str = ""


_PASSES = Word((NEXT,))
_PASSES_TABLE = Word((NEXT,), argument=TABLE)
_REFUSES = Word((REJECT,))
_NOT_OURS = Word((REJECT,), RECIPIENT)
_HOSTNAME = "the client's host name in DNS"
_LISTED = Word((NEXT, REJECT), argument=DOMAIN, depends_on="DNS")
# "For safety, silently ignored when it would override reject_unauth_destination."
_ALLOWLIST = Word((NEXT,), argument=DOMAIN)
_OWNER = "the sender"
_PROBED = "mail that Postfix sends to probe the address"
_VERSION = "the version of Postfix: 3.9 and later do not know the word"  # DEPRECATION_README


def _resolved(step: int) -> Word:
    """A table that is asked for what DNS has; OK in it is an error."""
    return Word((NEXT, REJECT, DEFER, ERROR), step, TABLE, depends_on="DNS")


WORDS = {
    "permit": Word((PERMIT,)),
    "reject": _REFUSES,
    "defer": _REFUSES,
    "defer_if_permit": Word((DEFER,)),
    "defer_if_reject": _PASSES,
    "sleep": Word((NEXT,), argument=SECONDS),
    "check_policy_service": Word(ANYTHING, argument=SERVER, depends_on="a policy service"),
    # The recipient is in a domain of others.
    "reject_unauth_destination": _NOT_OURS,
    "defer_unauth_destination": _NOT_OURS,
    "check_relay_domains": Word((REJECT, ERROR), RECIPIENT, depends_on=_VERSION),
    "permit_auth_destination": _PASSES,
    "permit_mx_backup": _PASSES,
    # The client. What permit_mynetworks does is not in this table's hands.
    "permit_mynetworks": Word((NEXT, PERMIT, ERROR), depends_on="whether mynetworks has the client"),
    "permit_inet_interfaces": Word((NEXT, PERMIT), depends_on="the addresses of this host"),
    "permit_sasl_authenticated": _PASSES,
    "permit_tls_clientcerts": _PASSES,
    "permit_tls_all_clientcerts": _PASSES,
    "permit_naked_ip_address": Word((NEXT, ERROR), depends_on=_VERSION),
    "reject_unknown_client_hostname": Word((NEXT, REJECT), depends_on=_HOSTNAME),
    "reject_unknown_client": Word((NEXT, REJECT), depends_on=_HOSTNAME),
    "reject_unknown_reverse_client_hostname": Word((NEXT, REJECT), depends_on=_HOSTNAME),
    "reject_plaintext_session": Word((NEXT, REJECT), depends_on="whether the client encrypts the session"),
    "reject_unauth_pipelining": _PASSES,
    "reject_multi_recipient_bounce": _PASSES,
    "check_client_access": Word(ANYTHING, argument=TABLE, keys=BY_CLIENT),
    "check_reverse_client_hostname_access": Word(ANYTHING, argument=TABLE, keys=BY_REVERSE_NAME),
    "check_client_a_access": _resolved(CLIENT),
    "check_client_mx_access": _resolved(CLIENT),
    "check_client_ns_access": _resolved(CLIENT),
    "check_reverse_client_hostname_a_access": _resolved(CLIENT),
    "check_reverse_client_hostname_mx_access": _resolved(CLIENT),
    "check_reverse_client_hostname_ns_access": _resolved(CLIENT),
    "check_ccert_access": _PASSES_TABLE,
    "check_sasl_access": _PASSES_TABLE,
    "check_etrn_access": _PASSES_TABLE,
    "reject_rbl_client": _LISTED,
    "reject_rbl": _LISTED,
    "reject_maps_rbl": Word((NEXT, REJECT, ERROR), depends_on="DNS"),
    "reject_rhsbl_client": _LISTED,
    "reject_rhsbl_reverse_client": _LISTED,
    "permit_dnswl_client": _ALLOWLIST,
    "permit_rhswl_client": _ALLOWLIST,
    # Its name in HELO or EHLO.
    "reject_invalid_helo_hostname": _PASSES,
    "reject_invalid_hostname": _PASSES,
    "reject_non_fqdn_helo_hostname": _PASSES,
    "reject_non_fqdn_hostname": _PASSES,
    "reject_unknown_helo_hostname": _PASSES,
    "reject_unknown_hostname": _PASSES,
    "check_helo_access": Word(ANYTHING, HELO, TABLE, BY_MESSAGE, "the name in EHLO"),
    "check_helo_a_access": _resolved(HELO),
    "check_helo_mx_access": _resolved(HELO),
    "check_helo_ns_access": _resolved(HELO),
    "reject_rhsbl_helo": _LISTED._replace(step=HELO),
    # The sender.
    "reject_non_fqdn_sender": _PASSES,
    "reject_unknown_sender_domain": _PASSES,
    "reject_unknown_address": _PASSES,
    "reject_unlisted_sender": _PASSES,
    "reject_unverified_sender": Word((NEXT, REJECT, DEFER), SENDER, depends_on=_PROBED),
    "reject_sender_login_mismatch": Word((NEXT, REJECT), SENDER, depends_on=_OWNER),
    "reject_known_sender_login_mismatch": Word((NEXT, REJECT), SENDER, depends_on=_OWNER),
    "reject_unauthenticated_sender_login_mismatch": Word((NEXT, REJECT), SENDER, depends_on=_OWNER),
    "reject_authenticated_sender_login_mismatch": _PASSES,
    "check_sender_access": Word(ANYTHING, SENDER, TABLE, BY_MESSAGE, "the sender"),
    "check_sender_a_access": _resolved(SENDER),
    "check_sender_mx_access": _resolved(SENDER),
    "check_sender_ns_access": _resolved(SENDER),
    "reject_rhsbl_sender": _LISTED._replace(step=SENDER),
    # The recipient.
    "reject_non_fqdn_recipient": _PASSES,
    "reject_unknown_recipient_domain": _PASSES,
    "reject_unlisted_recipient": _PASSES,
    "check_recipient_maps": _PASSES,
    "reject_unverified_recipient": Word((NEXT, REJECT, DEFER), RECIPIENT, depends_on=_PROBED),
    "check_recipient_access": Word(ANYTHING, RECIPIENT, TABLE, BY_MESSAGE, "the recipient"),
    "check_recipient_a_access": _resolved(RECIPIENT),
    "check_recipient_mx_access": _resolved(RECIPIENT),
    "check_recipient_ns_access": _resolved(RECIPIENT),
    "reject_rhsbl_recipient": _LISTED._replace(step=RECIPIENT),
}
"""Every word but warn_if_reject, in lower case."""

REQUIRED = (
    "reject_unauth_destination",
    "defer_unauth_destination",
    "reject",
    "defer",
    "defer_if_permit",
    "check_relay_domains",
)
"""smtpd starts only if it finds one of these; in the order of its complaint."""

LOGIN_MISMATCH = tuple(word for word, does in WORDS.items() if does.depends_on == _OWNER and not does.keys)
"""These need smtpd_sender_login_maps and SASL."""
NEEDS_HOSTNAME = tuple(word for word, does in WORDS.items() if does.depends_on == _HOSTNAME)
"""These refuse a client without a host name."""
