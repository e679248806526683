"""Measuring colourings against true photographs; docs/evaluation.md explains every figure and its source."""
