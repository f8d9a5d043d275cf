"""Cases of recorded hosts."""

from __future__ import annotations

from errors.case import Case, Group

LINK = "1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default\n    link/loopback\n"
ONE_LINE = "1: lo: <UP> mtu 9 qdisc noqueue \\    link/loopback\n"
HP_UX = "lan0: flags=843<UP,BROADCAST,RUNNING,MULTICAST>\n        inet 192.0.2.1 netmask ffffff00\n"
HALF = "eth0: flags=1<UP>  mtu 1500\n        inet 192.0.2  netmask 255.255.255.0\n"
IP = '[{"ifname":"eth0","ifindex":2,"flags":["UP"],"addr_info":[]}]'


GROUPS = (
    Group(
        "Recorded hosts",
        "",
        (
            Case("ifdiscover --from relay.jsn"),
            Case("ifdiscover source --from ip.json", {"ip.json": IP}),
            Case("ifdiscover --from link.txt", {"link.txt": LINK}),
            Case("ifdiscover --from one-line.txt", {"one-line.txt": ONE_LINE}),
            Case("ifdiscover --from hp-ux.txt", {"hp-ux.txt": HP_UX}),
            Case("ifdiscover --from half.txt", {"half.txt": HALF}),
            Case("replay('two\\nlines')"),
            Case("ifdiscover --from empty.txt", {"empty.txt": ""}),
            Case("ifdiscover --from latin-1.json", {"latin-1.json": b'{"schema":"\xe9"}'}),
            Case("ifdiscover --from odd-utf-16.txt", {"odd-utf-16.txt": b"\xff\xfe1\0:\0 "}),
        ),
    ),
    Group(
        "What is in a recorded host",
        "Before each message stands `standard input: `, or the name of the file.",
        (
            Case("hello"),
            Case('{"schema": "ifdiscover.snapshot/9"}'),
            Case('{"schema": 1, "schema": 2}'),
            Case("[1, 2"),
            Case('{"schema": NaN}'),
            Case("[" * 70),
            Case('{"networking": {"interfaces": {}}}'),
            Case('{"ip4_interfaces": {}}'),
            Case('{"web1": {"ansible_facts": {}}, "web2": {"ansible_facts": {}}}'),
            Case('{"plays": []}'),
            Case("[WARNING]: Skipping plugin"),
            Case("web1 | UNREACHABLE! => {"),
            Case("web1 | SUCCESS => ansible_facts:"),
            Case('[{"ifname":"eth0","flags":["UP"]}]'),
            Case('[{"ifname":"eth0","addr_info":[]}]'),
            Case('[{"index":2,"dev":"eth0","addr_info":[]}]'),
            Case('[{"dst":"default","dev":"eth0"}]'),
            Case(IP.replace("2", "0")),
            Case("1: lo    inet 127.0.0.1/8 scope host lo"),
            Case("lo               UNKNOWN        127.0.0.1/8"),
            Case("default via 192.0.2.1 dev eth0"),
        ),
        "echo '{}' | ifdiscover --from -",
        "^standard input: ",
    ),
    Group(
        "Many recorded hosts",
        "",
        (
            Case("ifdiscover merge empty", {"empty/.hidden": ""}),
            Case("ifdiscover merge no-such-folder"),
        ),
    ),
)
