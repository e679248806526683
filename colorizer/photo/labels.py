"""The word in a file that a machine made its colours: XMP, as the IPTC asks for and as other programs read it."""

import html
import re
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
"""IPTC's digital source type of a photograph that a trained model has added to."""

TOOL = "colorizer (ColorizeBot)"

_LOOKED_AT = 200_000
"""Bytes from a file's start that can hold its EXIF and XMP."""

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmp:CreatorTool={tool} dc:source={source} dc:identifier={settings} Iptc4xmpExt:DigitalSourceType={kind}/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
_TEXT = rb"(\"[^\"]*\"|'[^']*')"
_OURS = re.compile(
    rb'xmp:CreatorTool="' + re.escape(TOOL.encode()) + rb'" dc:source=' + _TEXT + rb" dc:identifier=" + _TEXT
)


class Origin(NamedTuple):
    """What a result was made of. source: name of the photograph's file; settings: a word for how it was coloured."""

    source: str
    settings: str = ""


def machine_made(origin: Origin | None = None) -> bytes:
    """An XMP packet that says so, and from what, by which results are told apart later."""
    origin = origin or Origin("")
    packet = _PACKET.format(
        tool=quoteattr(TOOL),
        source=quoteattr(origin.source),
        settings=quoteattr(origin.settings),
        kind=quoteattr(SOURCE_TYPE),
    )
    return packet.encode("utf-8", "replace")


def origin_of(file: Path) -> Origin | None:
    """What a result of this program was made of; None for every other file."""
    with file.open("rb") as stream:
        found = _OURS.search(stream.read(_LOOKED_AT))
    if found is None:
        return None
    return Origin(*(html.unescape(text[1:-1].decode("utf-8", "replace")) for text in found.groups()))
