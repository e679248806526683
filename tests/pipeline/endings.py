"""What came of the jobs of a bot that has done everything there is to do."""

import io

import numpy as np
from PIL import Image

from bot.store import pictures
from bot.store.reply_log import latest_jobs


def ended(bot):
    """The jobs, oldest first, after everything is done."""
    bot.drain()
    return latest_jobs(bot.engine)[::-1]


def outcomes(bot):
    """The outcomes of the jobs, oldest first, after everything is done."""
    return [job.outcome for job in ended(bot)]


def results(bot, job):
    """The pictures of a job's reply as arrays."""
    hosted = pictures.results_of(bot.engine, job)
    return [np.asarray(Image.open(io.BytesIO(bot.host.path(one.key).read_bytes())), np.float32) for one in hosted]


def chroma(pixels):
    """How much colour a result has, on average."""
    return float(np.abs(pixels - pixels.mean(axis=2, keepdims=True)).mean())
