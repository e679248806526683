"""Videos that the sandbox serves as v.redd.it does: pictures and sound in files of their own, and the list of both."""

from dataclasses import dataclass

from .shapes import Json


@dataclass(frozen=True)
class Video:
    """A video of a post. content: MP4 without sound. sound: MP4 with the sound alone; None for a silent one.

    size: Width and height. seconds: How long. gif: Whether it was posted as a GIF.
    """

    id: str
    content: bytes
    sound: bytes | None
    size: tuple[int, int]
    seconds: float
    gif: bool = False

    @property
    def files(self) -> dict[str, bytes]:
        """What lies below its address, by name."""
        files = {self.name: self.content, "DASHPlaylist.mpd": self._playlist().encode()}
        return files if self.sound is None else files | {"DASH_AUDIO_128.mp4": self.sound}

    @property
    def name(self) -> str:
        """The file with the pictures."""
        return f"DASH_{self.size[1]}.mp4"

    def of(self, url: str) -> Json:
        """Reddit's JSON for it, the value of `media` and of `secure_media`. url: Its address."""
        width, height = self.size
        return {
            "reddit_video": {
                "bitrate_kbps": 1200,
                "fallback_url": f"{url}/{self.name}?source=fallback",
                "has_audio": self.sound is not None,
                "height": height,
                "width": width,
                "scrubber_media_url": f"{url}/{self.name}",
                "dash_url": f"{url}/DASHPlaylist.mpd?a=0&v=1&f=sd",
                "duration": round(self.seconds),
                "hls_url": f"{url}/HLSPlaylist.m3u8?a=0&v=1&f=sd",
                "is_gif": self.gif,
                "transcoding_status": "completed",
            }
        }

    def _playlist(self) -> str:
        """MPEG-DASH (ISO/IEC 23009-1), one representation of each kind."""
        width, height = self.size
        kinds = [("video", self.name, f' width="{width}" height="{height}"')]
        if self.sound is not None:
            kinds.append(("audio", "DASH_AUDIO_128.mp4", ""))
        sets = "".join(
            f'<AdaptationSet contentType="{kind}"><Representation id="{kind}" mimeType="{kind}/mp4"{more}>'
            f"<BaseURL>{name}</BaseURL></Representation></AdaptationSet>"
            for kind, name, more in kinds
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
            f'mediaPresentationDuration="PT{self.seconds:.3f}S"><Period>{sets}</Period></MPD>\n'
        )
