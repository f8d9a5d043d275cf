"""Cases of Postfix's parameters, lists and files."""

from __future__ import annotations

from errors.case import Case, Group

IP = '[{"ifname":"eth0","ifindex":2,"flags":["UP"],"addr_info":[]}]'
SERVICES = {"services/main.cf": "", "services/master.cf": "smtp inet\n"}
FOLDER = {"folder/main.cf": "", "folder/master.cf/x": ""}
MAPS = "parent_domain_matches_subdomains"
LARGE = f"large = {'x' * (1 << 20)}\ninet_interfaces = {'$large' * 65}\n"


GROUPS = (
    Group(
        "Values that Postfix refuses",
        "The words before the semicolon are Postfix's own.",
        (
            Case("ifdiscover mynetworks --style Subnet --from relay.json"),
            Case("ifdiscover mynetworks --style 'host, class' --from relay.json"),
            Case("ifdiscover mynetworks --style class --from class-e.json"),
            Case("ifdiscover own --inet-protocols ipv5 --from relay.json"),
            Case("ifdiscover own -o 'inet_interfaces = 192.0.2.99' --from relay.json"),
            Case("ifdiscover own -o 'inet_interfaces = 10.1.2.300' --from relay.json"),
            Case("ifdiscover own -4 --inet-interfaces 2001:db8::1 --from relay.json"),
            Case("ifdiscover own --from down.json"),
            Case("ifdiscover addresses --from down.json"),
            Case("ifdiscover match --mynetworks 'cidr:' 192.0.2.1"),
        ),
    ),
    Group(
        "main.cf and -o",
        "",
        (
            Case("ifdiscover own -c nowhere --from relay.json"),
            Case("ifdiscover own -c main.cf --from relay.json", {"main.cf": ""}),
            Case("ifdiscover own -c faulty --from relay.json", {"faulty/main.cf": "inet_interfaces all\n"}),
            Case("ifdiscover own -o inet_interfaces --from relay.json"),
            Case("ifdiscover own -o =all --from relay.json"),
            Case("ifdiscover own -o 'inet_interfaces = $myhostname' --from ip.json", {"ip.json": IP}),
            Case("ifdiscover own -c large --from relay.json", {"large/main.cf": LARGE}),
            Case("ifdiscover check /dev/zero"),
            Case("ifdiscover own -c folders --from relay.json", {"folders/main.cf/x": ""}),
            Case("ifdiscover match 192.0.2.1 -c services --from relay.json", SERVICES),
            Case("ifdiscover match 192.0.2.1 -c folder --from relay.json", FOLDER),
            Case(f"ifdiscover match 192.0.2.1 -o {MAPS}=hash:/etc/postfix/x --from relay.json"),
            Case("ifdiscover match 192.0.2.1 -o parent_domain_matches_subdomains=cidr: --from relay.json"),
            Case("ifdiscover mynetworks --format cidr -o 'mynetworks = !192.0.2.1, 192.0.2.0/24' --from relay.json"),
            Case("ifdiscover mynetworks --format cidr -o 'mynetworks = /etc/postfix/x' --from relay.json"),
            Case("ifdiscover postconf -x -o 'mynetworks = ${x' mynetworks --from relay.json"),
        ),
    ),
    Group(
        "A $ in a value",
        "Before what Postfix refuses stands `macro processing error: `, before the remedy `in the value of NAME: `.",
        (
            Case("$"),
            Case("${x"),
            Case("${{1} = {2}}"),
            Case("${{1} <size {2}}"),
            Case("${{1} <level {two}}"),
            Case("${{1} == 2}"),
            Case("${x?{a} b}"),
            Case("${x?{a}:{b} c}"),
            Case("${x-y}"),
            Case("${{99999999999999999999} == {1}}"),
            Case("${{1} == {2} x}"),
            Case("$(x?{a)"),
            Case("${{1} <level {1.2.3.4}}"),
            Case("$inet_interfaces"),
            Case("$mynetworks"),
            Case("$mail_version"),
        ),
        "ifdiscover own -o 'inet_interfaces = {}' --from relay.json",
        "^macro processing error: |in the value of inet_interfaces: ",
    ),
)
