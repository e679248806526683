"""A Reddit on loopback that speaks HTTP as Reddit does, for demos and tests."""
