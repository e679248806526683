"""Colourization of grey photographs: networks, decoding, training."""
