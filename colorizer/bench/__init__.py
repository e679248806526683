"""What the models cost: time, memory and cold start, in one run on the same photographs.

Machines are noisy, and other work runs beside a measurement. So all contestants take turns, each once a round, and
what counts are ratios within a round; medians over the rounds are reported.
"""
