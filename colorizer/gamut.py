"""The staircase of ab that the 313 bins of Zhang et al. 2017 fill; see `colorizer.bins`. Needs no PyTorch."""

# b of the first and of the last bin for a = -90, -80, ..., 100.
RUNS = (
    (50, 90), (20, 90), (0, 90), (-20, 90), (-30, 100), (-40, 100), (-50, 100), (-50, 100), (-60, 100), (-70, 100),
    (-80, 90), (-80, 90), (-90, 90), (-100, 90), (-100, 80), (-110, 80), (-110, 80), (-110, 70), (-110, 70), (-90, 0),
)  # fmt: skip
