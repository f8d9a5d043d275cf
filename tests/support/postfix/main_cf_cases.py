"""Files main.cf, and what to ask of them: each was put to the real postconf, whose answers are in a fixture."""

from __future__ import annotations

from support.postfix.main_cf_parity import Case


def nested(depth: int, inner: str = "z") -> str:
    """That many arms, each in the one before."""
    return "${x?{" * depth + inner + "}}" * depth


def chain(length: int, last: str = "all") -> str:
    """That many parameters, each of which names the next."""
    return "".join(f"c{n} = $c{n + 1}\n" for n in range(length)) + f"c{length} = {last}\n"


MACROS = (
    *("$", "$$", "$-", "${}", "$()", "${", "$(", "${x", "$(x", "$(x}", "${x)", "$x$", "$x$$", "$(x)$(", "a$", "$ x"),
    *("${x}", "$(x)", "${ x}", "${ x-y}", "$(\tx.y)"),
    *("${x }", "${ x }", "${x\t}", "${x\v}", "${\vx}", "$x-y", "$x.y", "$xy", "$_", "$1"),
    *("${x.y}", "${x-y}", "${x y}", "${ }", "$( )", "${?a}", "${:a}", "${$x}", "${${x}}", "$(${x})", "$\u00e9"),
    *("${\u00e9}", "$$x", "$$$x", "$$$$", "$$(x)", "$x$x${x}", "${x}?", "${x?}", "${x:}", "${q:}", "${q?}", "${x?y"),
    *("${x?{y}", "${x?{y}}", "${x?{y}:{z}}", "${q?{y}:{z}}", "${x? {y} : {z} }", "${q? {y} : {z} }", "${q?{y}:z}"),
    *("${q?{y}: z}", "${q?{y}:}", "${x?y:z}", "${q?y:z}", "${q:y?z}", "${q:{y}}", "${q:{y}z}", "${x?{y}z}"),
    *("${q:{y}:{z}}", "${x?{a}:{b}:{c}}", "${x?{a}?{b}}", "${x?{a}{b}}", "${x?{a}:{b} c}", "${x ?{a}}", "${x ? a}"),
    *("${x? a }", "${x?  a  b }", "$(q:a)", "$(x?a)b)", "${q:a}b)c}", "$(q:(a)b)", "$(q:{a}b)", "${x?a{b}c}"),
    *("${x?\v{a}\v:\v{b}}", "$({a)", "$(x?{a)", "$(x?{a}:{b)", "$(x:{a)", "$({a}=={b)", "${x??}", "${x?{a}}}}"),
    *("${q:$x}", "${q:${x}}", "${q:$(x)}", "${q:$$x}", "${q:$${x}}", "${x?$-}", "${q?$-}", "${q?${}", "${q?{${y.z}}}"),
    *("${{a}=={a}}", "${{a}=={b}}", "$({a}=={a})", "$((a)==(a))", "${(a)==(a)}", "${ {1}=={1}}", "${{1}}", "${{}?b}"),
    *("${{a}=={a}?{t}:{f}}", "${{a} == {b} ? {t} : {f} }", "${{a}=={a}?t:f}", "${{a}=={b}:f}", "${{a}=={b}?{t}:f}"),
    *("${{a}={b}}", "${{a}<>{b}}", "${{a}!{b}}", "${{a}=<{b}}", "${{a}===={b}}", "${{a}==-{b}}", "${{a}%{b}}"),
    *("${{a}==a}", "${{a}==}", "${{a}b=={a}}", "${{a}=={a}z}", "${{a}=={a} {b}}", "${{a}=={a}\v?a}", "${{a{b}=={a}}"),
    *("${{a}!={b}?1}", "${{a}>{b}?1}", "${{b}>={b}?1}", "${{a}<={b}?1}", "${{10}<{9}?{1}:{2}}"),
    "${{a10}<{a9}?{1}:{2}}",
    *("${{10}<{9a}?{1}:{2}}", "${{}<{1}?{1}:{2}}", "${{ 10 }<{ 9 }?{1}:{2}}", "${{010}=={10}}", "${{+1}=={1}}"),
    *("${{\u00e9}>{z}}", "${{B}<{a}}", "${{ab}<{abc}}", "${{9223372036854775807}>{1}}", "${{9223372036854775808}>{1}}"),
    *("${{$x}=={1}?{a}:{b}}", "${{${x}}=={1}?{a}:{b}}", "${{$-}=={a}}", "${{a}=={$-}}", "${{a}=={a}?{ok}:{$-}}"),
    *("${e?{a}:{b}}", "${f?{a}:{b}}", "${{$f}=={}}", "${proxy_interfaces:b}", "${mynetworks_style?a}", "${mydomain?a}"),
    *("${{1}<level{2}}", "${{1} <level {2}}", "${{1} < level {2}}", "${{1}<level x}", "${{1}<level}"),
    "${{1}<Level{2}}",
    *("${{1}<levels{2}}", "${{1}<9{2}}", "${{1}<_a{2}}", "${{1}<level_{2}}", "${{3.9}<level{3.10}}", "${{3.9}<{3.10}}"),
    *("${{3.9}==level{3.9.0}}", "${{3.9}!=level{3.9.1}}", "${{1.2.3}>=level{1.2.4}}", "${{1..2}<level{2}}"),
    *("${{1.}<level{2}}", "${{.1}<level{2}}", "${{1.1024}<level{2}}", "${{1.1023}<level{2}}", "${{1.1.1024}<level{2}}"),
    *("${{1.1.1.1}<level{2}}", "${{8796093022207}>level{2}}", "${{8796093022208}>level{2}}", "${{ 1}<level{2}}"),
    *("${{1 }<level{2}}", "${{1. 2}<level{2}}", "${{+1.+2}<level{2}}", "${{-0.-0}<level{2}}", "${{1.-2}<level{2}}"),
    *("${{++1}<level{2}}", "${{0x1}<level{2}}", "${{}<level{2}}", "${{99999999999999999999999}<level{2}}"),
    *(nested(depth) for depth in (3, 100, 101, 102)),
    *(nested(100, inner) for inner in ("$x", "$e", "$$")),
    *("${q?{" + nested(200) + "}}", "${q?{$x$y$z}}", "${x." + "0123456789" * 4 + "}"),
    "${{a}==" + "0123456789" * 4 + "{b}}",
)  # fmt: skip

LINES = (
    None,
    "",
    "mynetworks",
    "=1",
    " = 1",
    "my networks = 1",
    "mynetworks = = 1",
    "mynetworks == 1",
    "mynetworks=1\n mynetworks=2",
    "#a\nmynetworks\n = 1",
    "#a\n\nx =1\nmynetworks 1\n#c\n 2",
    "mynetworks = 192.0.2.1/32,  192.0.2.2/32",
    "mynetworks =\n\t192.0.2.1\n\n# c\n  192.0.2.2\n #d\n\t\n 192.0.2.3",
    "mynetworks = a\t\tb \t c ",
    "mynetworks = a\vb\f \r c\r\n d\r",
    "mynetworks = a\x01 \udce9 \u00e9 \x1b[1m\r",
    "mynetworks = 1\\\n2",
    "mynetworks = 1\nmynetworks = 1\nmynetworks = 2\nmynetworks=3",
    "mynetworks = 1\n 2\nmynetworks\n =\n 3\nmynetworks =5",
    "a\vb = 1\nmynetworks = 1",
    "\va= 1\nmynetworks = 1",
    "\ufeffmynetworks = 1",
    "MyNetworks = 1",
    " inet_interfaces = loopback-only",
    "mynetworks = # c",
    'mynetworks = "1"',
)

SCOPES = (
    "myhostname = mail.example.com\ninet_interfaces = $myhostname",
    "myhostname = mail.example.com\ninet_interfaces = $myhostname, localhost",
    "myhostname = mail.example.com\ninet_interfaces = $mydomain",
    "inet_interfaces = $myhostname",
    "inet_interfaces = $myorigin",
    "inet_interfaces = ${myhostname:localhost}",
    "inet_interfaces = $$myhostname",
    "inet_interfaces = $inet_interfaces",
    "inet_interfaces = ${inet_protocols}",
    "inet_interfaces = $smtp_bind_address\nsmtp_bind_address=192.0.2.10",
    "inet_interfaces = $smtp_bind_address\nsmtp_bind_address=$x\nx=$smtp_bind_address6",
    "inet_interfaces = ${{$inet_protocols}=={}?{loopback-only}:{all}}",
    "inet_interfaces = $nosuch",
    "inet_interfaces = all # comment",
    "inet_interfaces = localhost # c",
    "inet_interfaces = ${q:{ all }}",
    "inet_interfaces = ${q: loopback-only}",
    "inet_interfaces = ${q:{ 192.0.2.10\r}}",
    "inet_interfaces =",
    "inet_interfaces = $config_directory",
    "inet_protocols = $y\ny=$z",
    "inet_protocols = $y\ny=${",
    "inet_protocols = bogus",
    "inet_protocols = ${q:{ ipv4 }}",
    "inet_protocols = ${mynetworks:ipv4}",
    "inet_protocols = ipv6\ninet_interfaces=loopback-only",
    "mynetworks_style =",
    "mynetworks_style = host class",
    "mynetworks_style = $mynetworks_style",
    "mynetworks_style = $compatibility_level",
    "mynetworks_style = ${x}\nx = class",
    "mynetworks_style = ${{$compatibility_level} <level {2} ? {subnet} : {host}}",
    "mynetworks_style = ${{$compatibility_level} <level {2} ? {subnet} : {host}}\ncompatibility_level=3",
    "mynetworks_style = ${{$mail_name} == {Postfix}?{host}:{subnet}}",
    *(f"compatibility_level = {v}" for v in ("0", "1.9", "2", " 02 ", "3.12", "3.6-snap", "-1", "", "$q", "$x")),
    "compatibility_level = $x\nx=2",
    "compatibility_level = ${compatibility_level}",
    "compatibility_level = ${compatibility_level}\nmynetworks_style = host",
    "compatibility_level = x\nmynetworks_style = host",
    "compatibility_level = x\nmynetworks = 1",
    "mynetworks = $mynetworks",
    "mynetworks = ${q?$mynetworks}",
    "mynetworks = a $x\nx=$y\ny=$x",
    "mynetworks = ${q?{$x}}\nx=${",
    "mynetworks = 1\ninet_protocols = ${{1.x}<level{2}}",
    "mynetworks = 1\ninet_protocols = bogus",
    "mynetworks = 1\nmydomain = ${",
    "mynetworks = 1\nmyhostname = ${{x}<level{2}}",
    "mynetworks = $myhostname $mydomain $myorigin [$mydestination] $mail_name $smtp_bind_address",
    "mynetworks = $config_directory/x",
    "mynetworks = $config_directory/x\nconfig_directory = /y",
    "mynetworks = $mynetworks_style ${mynetworks_style?a} $inet_interfaces",
    "foo = $y\nmynetworks = 1",
    *(f"inet_interfaces = $c0\n{chain(length)}" for length in (99, 100, 101)),
    *(f"mynetworks = $c0\n{chain(length, '')}" for length in (100, 101)),
    f"x = 1\ninet_interfaces = {nested(101, 'all')}",
    *(f"mynetworks = 1\n{name} = ${{" for name in ("smtpd_banner", "inet_protocol", "default_privs", "queue_minfree")),
    *(f"mynetworks = 1\n{name} = ${{" for name in ("luser_relay", "smtpd_reject_footer")),
    "mynetworks = 1\nsmtpd_banner = $mail_version ${x-y}",
    "mynetworks = 1\nsmtpd_banner = $mail_version ${q?{${x-y}}}",
    "mynetworks = 1\nsmtpd_banner = ${mail_version?{a}b}",
    "mynetworks = 1\nsmtpd_banner = $mail_version ${{1} <9 {2}}",
    "mynetworks = 1\nsmtpd_banner = $myhostname ESMTP $x-y ${x?{z}}\nalias_maps = $alias_database",
)

NAMES = ("myhostname", "mydomain", "myorigin", "mydestination")
HOST_NAMES = (
    "",
    *("mydomain = example.com", "mydomain =", "mydomain = $myhostname", "mydomain = $mydomain"),
    *("myhostname = foo", "myhostname = foo.", "myhostname = a.b.c", "myhostname =", "myhostname = .foo"),
    *("myhostname = $x", "myhostname = $myhostname", "myhostname = host.$mydomain"),
    *(
        "myhostname = host.$mydomain\nmydomain = a.b",
        "myhostname = a.b\nmydomain = $x",
        "myhostname = a.b\nx=$mydomain",
    ),
)

SOME = "inet_protocols = ipv6\nmynetworks_style = class\nx = 1\nmyorigin = $x\n"
FLAGS = (
    *("-n", "-nx", "-nh", "-nH", "-n inet_protocols inet_interfaces", "-h inet_protocols inet_interfaces", "-dn x"),
    *(
        "-H inet_protocols inet_interfaces",
        "-hH inet_protocols",
        "-d inet_protocols mynetworks",
        "-dx mynetworks_style",
    ),
    *("-dh mynetworks", "-hx mynetworks_style", "-d -o inet_protocols=ipv4 inet_protocols", "x", "-x x myorigin"),
    *("inet_protocols inet_protocols", "-dxh myhostname mydomain mydestination", "-d proxy_interfaces relay_domains"),
)
OVERRIDES = (
    *("inet_protocols=ipv4", "inet_protocols = ipv4 ", " inet_protocols =ipv4", "inet_protocols=", "inet_protocols"),
    *("=ipv4", "", "inet protocols=ipv4", "{inet_protocols=ipv4", "x=$q", "inet_protocols=$inet_protocols"),
    *("inet_protocols=${", "inet_protocols=a\tipv4", "inet_protocols=$x", "mynetworks=$x", "config_directory=/y"),
)
MENTIONS = (
    *("$a$-$b", "${a?$b$-}$c", "${a?{$b}$c}$d", "${a?{$b}:{$c}$d}$e", "${a:{$b}$c}$d", "${a?{$-}:{$b}}$c"),
    *("${a-$b}$c", "${a?{$b}", "${{$a}=={$b}$c}$d", "${{$a$-}=={$b}?{$c}}$d", "${{$a}=={$b$-}?{$c}}$d"),
    *("${{$a}=+{$b}}$c", "${{$a}<level{x}?{$b}}$c", "${a?{${b?{$c}d}}}$e", "${a?$b}$c", "${{a}=={b}?$c:$d}$e"),
    *("${a?" * n + "$b" + "}" * n + "$c" for n in (98, 100, 101)),
)
LONG = ", ".join(["192.0.2.1/32"] * 20)
FOLDED = (
    LONG,
    "",
    "1" * 120 + " 2",
    *(f"{'1' * n} 2 3" for n in (63, 64, 65, 66)),
    *(f"1 {'1' * n} 3" for n in (74, 75)),
    "\u00e9" * 32 + " 2",
)

CASES = [
    *(Case(f"x = 1\ny = 2\ne =\nf = $e\nmynetworks = [{m}]\n", ["-x", "mynetworks"]) for m in MACROS),
    *(Case(text and f"{text}\n", ["mynetworks"]) for text in LINES),
    *(Case(f"{text}\n", ["mynetworks"]) for text in SCOPES),
    *(Case(f"{text}\n", ["-x", "mynetworks", "inet_interfaces", "mynetworks_style"]) for text in SCOPES),
    *(Case(f"{text}\n", [*flags, *NAMES]) for text in HOST_NAMES for flags in ([], ["-x"], ["-d"])),
    *(Case(SOME, flags.split()) for flags in FLAGS),
    *(Case(SOME, ["-o", text, "-n"]) for text in OVERRIDES),
    *(Case(f"m = {text}\na = 1\nb = 1\nc = 1\nd = 1\ne = 1\n", ["-n"]) for text in MENTIONS),
    *(Case(f"mynetworks = {text}\n", ["-f", "mynetworks"]) for text in FOLDED),
    Case(f"mynetworks = {LONG}\n", ["-fh", "mynetworks"]),
    Case("mynetworks =\n", ["-h", "mynetworks"]),
    Case("mynetworks = 1\ncompatibility_level = x\n", ["-Hx", "mynetworks_style"]),
    Case("mynetworks = 1\ncompatibility_level = x\n", ["-hx", "mynetworks_style"]),
    Case(None, ["-d", "inet_protocols"]),
    Case("mynetworks 1\n", ["-d", "inet_protocols"]),
]
