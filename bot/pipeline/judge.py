"""Judge: are photos and films grey or tinted, and large enough; and were they coloured before."""

from collections.abc import Sequence

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.domain.request import Request
from bot.domain.stages import Stage
from bot.domain.verdict import Verdict
from bot.photos.detect import detect, detect_film
from bot.photos.fingerprint import fingerprint
from bot.pipeline import films
from bot.pipeline.jumps import Goto, given_again
from bot.pipeline.pictures import original, thumbnail
from bot.pipeline.tools import Tools
from bot.store import pictures
from bot.store.files import JobFiles
from bot.store.tables import Job, Photo
from colorizer.pixels import Pixels

MAX_SIDE = 65_500  # pixels; what a JPEG can hold

_GONE = {Outcome.NOT_AN_IMAGE, Outcome.BROKEN_IMAGE, Outcome.TOO_MANY_PIXELS}


def judge(job: Job, tools: Tools) -> None:
    """Check each photo's size and verdict; verdict and measures are stored in any case, for the reply log."""
    request = Request.from_json(job.wanted or {})
    photos = [photo for photo in pictures.photos_of(tools.engine, job) if photo.outcome is None]
    undecodable = False
    for photo in photos:
        try:
            _judge(job, photo, tools, force=request.force)
        except Refused as refused:
            if refused.outcome in _GONE and photo.fallbacks and not photo.moving:
                # A page that says "not here", with status 200: as good as gone, and another copy is known.
                undecodable = True
                pictures.note(tools.engine, photo, url=photo.fallbacks[0], fallbacks=photo.fallbacks[1:])
                continue
            pictures.note(tools.engine, photo, outcome=refused.outcome)
            if len(photos) == 1:
                raise
    if undecodable:
        raise Goto(Stage.FETCH, "an original cannot be decoded, and a smaller copy is known")
    left = [photo for photo in photos if photo.outcome is None]
    if not left:
        outcome = Outcome.named(photos[0].outcome or "")
        raise Refused(outcome, f"all of {len(photos)} photos are refused; the first: {outcome.meaning}")
    if len(left) == len(photos) == 1:
        _give_again(job, left[0], tools, request)


def _judge(job: Job, photo: Photo, tools: Tools, *, force: bool) -> None:
    seen = films.see(job, photo, tools) if photo.moving else None
    pixels = original(job, photo, tools) if seen is None else seen.pictures[len(seen.pictures) // 2]
    height, width = pixels.shape[:2]
    least = max(tools.photos.min_side, tools.rules(job.subreddit).min_size)
    if min(height, width) < least:
        raise Refused(Outcome.TOO_SMALL, f"{width} x {height} pixels; at least {least} are needed")
    if max(height, width) > MAX_SIDE:
        raise Refused(Outcome.TOO_MANY_PIXELS, f"{width} x {height} pixels; a JPEG's side ends at {MAX_SIDE}")
    tools.files.write(job.id, JobFiles.before(photo.number), thumbnail(pixels))
    found = detect(pixels) if seen is None else detect_film(seen.pictures)
    score = _unsafe_score(job, (pixels,) if seen is None else seen.pictures, tools)
    pictures.note(
        tools.engine,
        photo,
        verdict=found.verdict,
        verdict_numbers=found.measures | ({} if score is None else {"unsafe": round(score, 3)}),
        width=width,
        height=height,
        fingerprint=fingerprint(pixels) if seen is None else films.fingerprint_of(job, photo, tools),
    )
    if score is not None and tools.photos.guard is not None and score >= tools.photos.guard.above:
        raise Refused(Outcome.UNSAFE, f"the picture guard's score is {score:.2f}")
    if outcome := refusal(found.verdict, force=force):
        raise Refused(outcome)


def _unsafe_score(job: Job, shown: Sequence[Pixels], tools: Tools) -> float | None:
    """What the guard says of a photo, or of the frames of a film: the highest score.

    None where there is no guard, or NSFW photos are welcome.
    """
    guard = tools.photos.guard
    if guard is None or tools.rules(job.subreddit).nsfw == "allow":
        return None
    return max(guard.score(pixels) for pixels in shown)


def refusal(verdict: Verdict, *, force: bool) -> Outcome | None:
    """Why a photo of that verdict is not coloured; `force` overrides the colour, not the drawing."""
    if verdict is Verdict.NOT_A_PHOTO:
        return Outcome.NOT_A_PHOTO
    if verdict is Verdict.COLOUR and not force:
        return Outcome.ALREADY_COLOUR
    return None


def _give_again(job: Job, photo: Photo, tools: Tools, request: Request) -> None:
    """Where the very same pixels were coloured before with the same settings: their result, without new work."""
    settings = pictures.colourizations_of(tools.engine, photo)[0][0].settings
    if before := pictures.earlier(tools.engine, job, settings, request.variants, fingerprint=photo.fingerprint):
        raise given_again(tools.engine, photo, before)
