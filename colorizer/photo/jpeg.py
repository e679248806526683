"""The structure of a JPEG file: its scans, read from its markers without decoding anything."""

import re
from typing import NamedTuple

# A marker that ends the entropy-coded data of a scan: not a stuffed zero, not a restart, not a fill byte.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_SOS, _EOI = 0xDA, 0xD9

END = b"\xff\xd9"
NOISE = bytes(range(1, 200, 3))
"""Data that a decoder which still wants some would take for coefficients."""


class Scan(NamedTuple):
    """One scan: the components it holds, its first and last coefficient (0 to 63), and the lowest bit it gives."""

    components: bytes
    first: int
    last: int
    bit: int


class Structure(NamedTuple):
    """What the markers say. components: ids of all; ended: there is an end marker after the last scan."""

    components: bytes
    progressive: bool
    scans: tuple[Scan, ...]
    ended: bool


def structure(data: bytes, *, most_scans: int) -> Structure:
    """Read the markers, up to `most_scans` + 1 scans; damaged ones end the reading."""
    components, progressive, place = b"", False, 2
    scans: list[Scan] = []
    while found := _MARKER.search(data, place):
        marker, place = data[found.end() - 1], found.end()
        if marker == _EOI:
            return Structure(components, progressive, tuple(scans), bool(scans))
        if marker in _STANDALONE:
            continue
        length = int.from_bytes(data[place : place + 2], "big")
        body = data[place + 2 : place + length]
        place += max(2, length)
        if marker in _SOF and len(body) >= 6:
            progressive = marker in (0xC2, 0xC6, 0xCA, 0xCE)
            components = body[6 : 6 + 3 * body[5] : 3]
        elif marker == _SOS and body and len(body) >= 4 + 2 * body[0]:
            first, last, bits = body[1 + 2 * body[0] : 4 + 2 * body[0]]
            scans.append(Scan(body[1 : 1 + 2 * body[0] : 2], first, last, bits & 15))
            if len(scans) > most_scans:
                break
    return Structure(components, progressive, tuple(scans), ended=False)


def complete(found: Structure) -> bool:
    """Whether the scans give every coefficient of every component to its last bit."""
    if not found.progressive:
        return bool(found.components) and set(found.components) <= {
            one for scan in found.scans for one in scan.components
        }
    finest = {
        (component, coefficient)
        for scan in found.scans
        if scan.bit == 0
        for component in scan.components
        for coefficient in range(scan.first, min(scan.last, 63) + 1)
    }
    return bool(found.components) and len(finest) >= 64 * len(set(found.components))
