"""Picture files for tests."""

import io

from PIL import Image


def jpeg(pixels, size=(192, 160)):
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert("L").resize(size).save(buffer, "JPEG")
    return buffer.getvalue()
