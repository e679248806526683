"""`OnnxColorizer`: colours photographs as `colorizer.Colorizer` does, without PyTorch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from colorizer import mounts
from colorizer.architectures import LONGEST, architecture
from colorizer.errors import InputError
from colorizer.hints import Colour, Hint, Mask, hint_list
from colorizer.looks import Decoding, in_look
from colorizer.numpy_lab import Floats, lightness, rgb_to_lab
from colorizer.pictures import Photograph, Style, read
from colorizer.pixels import Pixels
from colorizer.runtime import decoding as read_colours
from colorizer.runtime.decoding import AB_SCALE, Prediction
from colorizer.runtime.joining import join
from colorizer.runtime.network import NAME, Encoded, OnnxNetwork
from colorizer.runtime.resizing import bilinear

RADIUS = 3.0  # half the side of a hint's square, as in colorizer.hint_layers


def load(weights: str | Path = NAME) -> "OnnxColorizer":
    """A colorizer with weights: a name, or a file that training wrote.

    Raises WeightsNotFound, WeightsError, and InputError for a network that runs in PyTorch only.
    """
    return OnnxColorizer(OnnxNetwork(weights))


@dataclass(frozen=True)
class _Photo:
    """A photo that was encoded. L: (1, h, w) of the network's copy. emphasis: of a palette, (313,), or None."""

    pixels: Pixels
    L: Floats
    state: Encoded
    decoding: Decoding
    emphasis: Floats | None
    mount: mounts.Mount | None


class OnnxColorizer:
    """Colours photographs with `compact` in ONNX Runtime. Safe to share between threads."""

    def __init__(self, network: OnnxNetwork) -> None:
        self._network = network
        self._size = architecture(NAME).input_size

    def __repr__(self) -> str:
        return f"<OnnxColorizer {NAME}>"

    def colorize(
        self,
        photo: Photograph | Pixels,
        hints: Sequence[Hint] | None = None,
        *,
        palette: Sequence[Colour] | None = None,
        style: Style = None,
        look: str = "natural",
        seed: int | None = None,
    ) -> Any:
        """The photo in colour, at its own size. Arguments, result and errors as in `colorizer.Colorizer.colorize`.

        Raises InputError too for a photo longer than 4:1, which PyTorch colours tile by tile.
        """
        pixels, finish = read(photo)
        encoded = self._encode(pixels, palette, style, look)
        hints = hint_list([] if hints is None else hints)
        if encoded.mount and not all(encoded.mount.holds(hint.x, hint.y) for hint in hints):
            encoded = replace(encoded, mount=None)
        return finish(self._paint(encoded, hints, seed))

    def _encode(self, pixels: Pixels, colours: Sequence[Colour] | None, style: Style, look: str) -> _Photo:
        height, width = pixels.shape[:2]
        if max(height, width) > LONGEST * min(height, width):
            raise InputError(f"a photo of {width} x {height} pixels is longer than {LONGEST}:1: that needs PyTorch")
        if colours is not None and style is not None:
            raise InputError("give a palette or a style photo, not both")
        condition = None
        if colours is not None:
            condition = read_colours.condition_of_colours(colours)
        elif style is not None:
            condition = read_colours.condition_of_photo(self._small(read(style)[0]))
        L = lightness(self._small(pixels))
        return _Photo(
            pixels,
            L,
            self._network.encode(read_colours.levelled(L), condition),
            in_look(self._network.decoding, look),
            None if condition is None else read_colours.emphasis(condition),
            mounts.find(pixels),
        )

    def _small(self, pixels: Pixels) -> Floats:
        height, width = self._size(*pixels.shape[:2])
        image = Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0)
        return np.moveaxis(np.asarray(image, np.float32) / 255, -1, 0)

    def _paint(self, photo: _Photo, hints: Sequence[Hint], seed: int | None) -> Pixels:
        height, width = photo.pixels.shape[:2]
        regions: list[tuple[Mask | None, list[Hint]]] = [(None, [])]
        for hint in hints:
            mask = hint.inside(height, width)
            same = [found for found in regions if _alike(found[0], mask)]
            if same:
                same[0][1].append(hint)
            else:
                regions.append((mask, [hint]))
        everywhere = regions[0][1]
        drawn = None
        if seed is not None:
            drawn = self._drawn(photo, self._map(photo, [one for one in everywhere if one.rgb is not None]), seed)
        painted = photo.pixels
        for mask, own in regions:
            members = everywhere if mask is None else [*everywhere, *own]
            ab, certain = self._colours(photo, members, drawn)
            coloured = join(photo.pixels, ab, photo.L, certain)
            painted = coloured if mask is None else np.where(mask[..., None], coloured, painted)
        return mounts.restored(painted, photo.pixels, photo.mount)

    def _drawn(self, photo: _Photo, given: Floats | None, seed: int) -> Floats:
        def predict(hints: Floats | None) -> tuple[Floats, Floats]:
            prediction = self._network.paint(photo.state, hints)
            power = self._network.decoding.rebalancing - self._network.rebalancing
            return read_colours.rebalance(read_colours.hinted_logits(prediction), power), read_colours.confidence(
                prediction
            )[0]

        rows, columns = photo.L.shape[1:]
        return read_colours.draw(predict, given, (rows, columns), seed)

    def _colours(self, photo: _Photo, hints: Sequence[Hint], drawn: Floats | None) -> tuple[Floats, Floats]:
        """ab (2, h, w) of one region, and the confidence in it (1, h, w)."""
        given = self._map(photo, [hint for hint in hints if hint.rgb is not None])
        kept = self._map(photo, [hint for hint in hints if hint.rgb is None])
        given = given if drawn is None else read_colours.over(given, drawn)
        prediction = self._network.paint(photo.state, given)
        ab, certain = self._decode(photo, prediction), read_colours.confidence(prediction)
        if kept is not None and given is not None:
            trust = self._network.paint(photo.state, kept).trust
            assert trust is not None  # noqa: S101 - with hints it is there
            plain = photo.state.plain
            share = read_colours.share_beside(trust, prediction.trust)
            plain_ab, plain_certain = self._decode(photo, plain), read_colours.confidence(plain)
            ab, certain = plain_ab + share * (ab - plain_ab), plain_certain + share * (certain - plain_certain)
        return ab, certain

    def _decode(self, photo: _Photo, prediction: Prediction) -> Floats:
        decoding = photo.decoding if photo.emphasis is None else replace(photo.decoding, regression=0.0)
        return read_colours.decode(prediction, decoding, self._network.rebalancing, photo.emphasis)

    def _map(self, photo: _Photo, hints: Sequence[Hint]) -> Floats | None:
        """Hints as the network takes them, see `colorizer.hint_layers.hint_map`; None where there are none."""
        if not hints:
            return None
        size, copy = photo.pixels.shape[:2], photo.L.shape[1:]
        given = np.zeros((3, *copy), np.float32)
        plain = None
        for hint in hints:
            y, x = hint.y / size[0] * copy[0], hint.x / size[1] * copy[1]
            top, left = max(0, round(y - RADIUS)), max(0, round(x - RADIUS))
            place = (slice(None), slice(top, round(y + RADIUS)), slice(left, round(x + RADIUS)))
            if hint.rgb is not None:
                ab = rgb_to_lab(np.array(hint.rgb, np.float32).reshape(3, 1, 1) / 255)[1:]
            else:
                if plain is None:
                    plain = self._decode(photo, photo.state.plain) / photo.decoding.chroma
                    plain = bilinear(plain, (copy[0], copy[1]))
                ab = plain[place]
            given[:2][place] = ab / AB_SCALE
            given[2:][place] = 1
        return given


def _alike(one: Mask | None, other: Mask | None) -> bool:
    return (one is None and other is None) or (one is not None and other is not None and np.array_equal(one, other))
