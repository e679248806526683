"""Tricks that lead a fetcher where it must not go, each with what becomes of it.

CANARY stands for the port of a server on this machine that must never hear anything. The names of `RESOLVED` resolve to
what stands there, as strangers' name servers may answer.
"""

from bot.domain.outcomes import Outcome

BAD, PRIVATE, STRANGE = Outcome.BAD_URL, Outcome.PRIVATE_ADDRESS, Outcome.HOST_NOT_ALLOWED

RESOLVED = {
    "loopback.rebind.test": ["127.0.0.1"],
    "other-loopback.rebind.test": ["127.8.8.8"],
    "any.rebind.test": ["0.0.0.0"],
    "private10.rebind.test": ["10.0.0.1"],
    "private172.rebind.test": ["172.16.0.1"],
    "private192.rebind.test": ["192.168.1.1"],
    "shared.rebind.test": ["100.64.0.1"],
    "metadata.rebind.test": ["169.254.169.254"],
    "metadata-classic.rebind.test": ["192.0.0.192"],
    "metadata6.rebind.test": ["fd00:ec2::254"],
    "loopback6.rebind.test": ["::1"],
    "mapped.rebind.test": ["::ffff:127.0.0.1"],
    "compatible.rebind.test": ["::127.0.0.1"],
    "nat64.rebind.test": ["64:ff9b::7f00:1"],
    "sixtofour.rebind.test": ["2002:7f00:1::"],
    "teredo.rebind.test": ["2001::1"],
    "scoped.rebind.test": ["fe80::1%lo"],
    "unique-local.rebind.test": ["fc00::1"],
    "multicast.rebind.test": ["224.0.0.1"],
    "broadcast.rebind.test": ["255.255.255.255"],
    "documentation.rebind.test": ["192.0.2.1"],
    "mixed.rebind.test": ["93.184.215.14", "127.0.0.1"],
    "mixed-first.rebind.test": ["127.0.0.1", "93.184.215.14"],
    "mixed6.rebind.test": ["2606:4700::6810:84e5", "::1"],
}

DIRECT = [
    # Other schemes, and none.
    ("file:///etc/passwd", BAD), ("FILE:///etc/passwd", BAD), ("file://127.0.0.1/etc/passwd", BAD),
    ("gopher://127.0.0.1:CANARY/_GET", BAD), ("dict://127.0.0.1:CANARY/stat", BAD), ("ftp://127.0.0.1:CANARY/", BAD),
    ("ldap://127.0.0.1:CANARY/", BAD), ("tftp://127.0.0.1:CANARY/x", BAD), ("jar:http://127.0.0.1:CANARY/!/", BAD),
    ("netdoc:///etc/passwd", BAD), ("data:image/png;base64,AAAA", BAD), ("javascript:alert(1)", BAD),
    ("//127.0.0.1:CANARY/", BAD), ("127.0.0.1:CANARY", BAD), ("http:/127.0.0.1:CANARY/", BAD),
    ("http:127.0.0.1:CANARY", BAD), ("http:///127.0.0.1:CANARY/", BAD), ("view-source:http://127.0.0.1:CANARY/", BAD),
    # This machine, the private network and a cloud's metadata service, as they are written.
    ("http://127.0.0.1:CANARY/", PRIVATE), ("http://127.0.0.1./", PRIVATE), ("http://127.255.255.254/", PRIVATE),
    ("http://0.0.0.0:CANARY/", PRIVATE), ("http://10.0.0.1/", PRIVATE), ("http://172.31.255.255/", PRIVATE),
    ("http://192.168.0.1/", PRIVATE), ("http://100.100.100.200/", PRIVATE), ("http://169.254.169.254/latest/", PRIVATE),
    ("http://169.254.170.2/v2/credentials", PRIVATE), ("http://224.0.0.251/", PRIVATE),
    ("http://255.255.255.255/", PRIVATE),
    ("http://198.18.0.1/", PRIVATE), ("http://192.0.0.192/opc/v1/", PRIVATE), ("http://240.0.0.1/", PRIVATE),
    ("http://[::1]:CANARY/", PRIVATE), ("http://[::]:CANARY/", PRIVATE), ("http://[0:0:0:0:0:0:0:1]:CANARY/", PRIVATE),
    ("http://[0000::1]:CANARY/", PRIVATE), ("http://[::ffff:127.0.0.1]:CANARY/", PRIVATE),
    ("http://[::ffff:7f00:1]:CANARY/", PRIVATE), ("http://[::127.0.0.1]:CANARY/", PRIVATE),
    ("http://[64:ff9b::127.0.0.1]/", PRIVATE), ("http://[2002:7f00:1::]/", PRIVATE),
    ("http://[fd00:ec2::254]/", PRIVATE),
    ("http://[fe80::1%25lo]:CANARY/", PRIVATE), ("http://[ff02::1]/", PRIVATE), ("http://[2001:db8::1]/", PRIVATE),
    # The same in spellings that some resolvers read, and others do not.
    ("http://2130706433:CANARY/", BAD), ("http://017700000001:CANARY/", BAD), ("http://0x7f000001:CANARY/", BAD),
    ("http://0x7f.0x0.0x0.0x1:CANARY/", BAD), ("http://0177.0.0.1:CANARY/", BAD), ("http://0177.0.0.0x1:CANARY/", BAD),
    ("http://127.1:CANARY/", BAD), ("http://127.0.1:CANARY/", BAD), ("http://0:CANARY/", BAD),
    ("http://127.0.0.01:CANARY/", BAD), ("http://127.0.0.1.:CANARY/", PRIVATE), ("http://127.0.0.1..:CANARY/", BAD),
    ("http://127.000.000.001:CANARY/", BAD), ("http://4294967297:CANARY/", BAD), ("http://2852039166/", BAD),
    ("http://0xa9fea9fe/", BAD), ("http://0xA9.0xFE.0xA9.0xFE/", BAD), ("http://425.510.425.510/", BAD),
    ("http://①②⑦.⓪.⓪.①:CANARY/", BAD), ("http://127。0。0。1:CANARY/", BAD), ("http://127.0.0.1\u200b:CANARY/", BAD),
    ("http://loc\u00adalhost:CANARY/", BAD), ("http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:CANARY/", BAD), ("http://127%2e0%2e0%2e1:CANARY/", BAD),
    ("http://%31%32%37.0.0.1:CANARY/", BAD), ("http://[::1:CANARY/", BAD), ("http://[::1]x:CANARY/", BAD),
    ("http://[::ffff:127.1]:CANARY/", BAD), ("http://[v1.127.0.0.1]:CANARY/", BAD),
    ("http://127.0.0.1,i.redd.it/", BAD),
    # Names for this machine, and names that resolve to it.
    ("http://localhost:CANARY/", STRANGE), ("http://LOCALHOST.:CANARY/", STRANGE), ("http://ip6-localhost/", STRANGE),
    ("http://localhost.localdomain/", STRANGE), ("http://127.0.0.1.nip.io/", STRANGE),
    ("http://localtest.me/", STRANGE),
    ("http://metadata.google.internal/", STRANGE), ("http://instance-data/latest/", STRANGE),
    # What stands before the host, after it, and around it.
    ("http://i.redd.it@127.0.0.1:CANARY/", BAD), ("http://i.redd.it:80@127.0.0.1:CANARY/", BAD),
    ("http://127.0.0.1:CANARY@i.redd.it/", BAD), ("http://a@b@127.0.0.1:CANARY/", BAD),
    ("http://@127.0.0.1:CANARY/", BAD),
    ("http://i.redd.it%40127.0.0.1:CANARY/", BAD), ("http://127.0.0.1:CANARY\\@i.redd.it/", BAD),
    ("http://i.redd.it\\.127.0.0.1:CANARY/", BAD), ("http:\\\\127.0.0.1:CANARY\\", BAD),
    ("http://127.0.0.1:CANARY#@i.redd.it/", PRIVATE), ("http://127.0.0.1:CANARY?@i.redd.it/", PRIVATE),
    ("http://127.0.0.1:CANARY;@i.redd.it/", BAD), ("http://127.0.0.1:CANARY/?i.redd.it/a.jpg", PRIVATE),
    ("http://i.redd.it%00.127.0.0.1:CANARY/", BAD), ("http://i.redd.it\x00@127.0.0.1:CANARY/", BAD),
    ("http://127.0.0.1\t:CANARY/", BAD), ("http://127.0.0.1 i.redd.it/", BAD), ("http://i.redd.it\r\n@127.0.0.1/", BAD),
    ("http://i.redd.it/\r\nHost: 127.0.0.1", BAD), ("http://127.0.0.1:-1/", BAD), ("http://127.0.0.1:0x50/", BAD),
    ("http://127.0.0.1:99999/", BAD), ("http://127.0.0.1:CANARY:80/", BAD),
    # Other hosts and ports than those of the list.
    ("http://i.redd.it.evil.test/", STRANGE), ("http://evil.test/i.redd.it/a.jpg", STRANGE),
    ("http://xi.redd.it/", STRANGE),
    ("http://i.redd.it:22/", STRANGE), ("http://i.redd.it:6379/", STRANGE), ("http://i.redd.it:443/", STRANGE),
    ("http://8.8.8.8/", STRANGE), ("http://[2606:4700::6810:84e5]/", STRANGE), ("http://evil.test#i.redd.it", STRANGE),
    # Hosts of the list whose name leads inside, by http and by https.
    *((f"http://{name}/a.jpg", PRIVATE) for name in RESOLVED),
    *((f"https://{name}/a.jpg", PRIVATE) for name in RESOLVED),
]  # fmt: skip
"""As they are given to the bot."""

REDIRECTED = [
    ("http://127.0.0.1:CANARY/", PRIVATE), ("//127.0.0.1:CANARY/", PRIVATE), ("http://[::1]:CANARY/", PRIVATE),
    ("http://169.254.169.254/latest/meta-data", PRIVATE), ("http://loopback.rebind.test/", PRIVATE),
    ("https://metadata.rebind.test/", PRIVATE), ("file:///etc/passwd", BAD), ("gopher://127.0.0.1:CANARY/", BAD),
    ("data:image/png;base64,AAAA", BAD), ("http://2130706433:CANARY/", BAD), ("http://0x7f.1:CANARY/", BAD),
    ("http://i.redd.it@127.0.0.1:CANARY/", BAD), ("http://user:secret@i.redd.it/", BAD), ("http://evil.test/", STRANGE),
    ("http://localhost:CANARY/", STRANGE), ("http://i.redd.it:6379/", STRANGE),
    ("http://127.0.0.1:CANARY\\@i.redd.it/", BAD),
    ("\\\\127.0.0.1:CANARY\\", BAD), ("http://[", BAD),
    ("http:///127.0.0.1:CANARY/", Outcome.PHOTO_GONE),  # a path of the same host, to browsers too
]  # fmt: skip
"""As where an address that may be asked redirects to."""
