"""Pictures to train and to measure on: what they look like to whoever reads them, and what is none."""

import imagecodecs
import numpy as np
import pytest
from PIL import Image
from skimage import data as samples

from colorizer.training.photos import PhotoSet


def test_pictures_are_learned_as_a_viewer_shows_them(tmp_path):
    """A phone's photo, which lies on its side in the file, and a format that Pillow does not read."""
    picture, exif = samples.coffee()[:96, :160], Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.rot90(picture)).save(tmp_path / "a.jpg", exif=exif, quality=95)
    (tmp_path / "b.jxl").write_bytes(imagecodecs.jpegxl_encode(picture, lossless=True))
    turned, whole = PhotoSet.open([tmp_path])
    assert np.array_equal(np.asarray(whole), picture)
    assert turned.size == whole.size
    assert np.abs(np.asarray(turned, int) - picture).mean() < 5


def test_wrong_data_is_named(tmp_path):
    with pytest.raises(ValueError, match="nowhere"):
        PhotoSet.open([tmp_path / "nowhere"])
    with pytest.raises(ValueError, match="no pictures"):
        PhotoSet.open([tmp_path])
