"""Real or recoloured? A test with people, after Zhang et al. 2016, section 3.1 (docs/evaluation.md)."""
