"""Jobs as they lie in the database after a while."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.store import jobs
from bot.store.tables import Colourization, Hosted, Job, Photo


def add(engine, summons, *, hours=1.0, outcome="colorized", reply=True, pictures=False, **fields):
    """One job that was received so many hours ago; outcome None leaves it open."""
    received = jobs.now() - timedelta(hours=hours)
    values = {
        "source": "mention",
        "subreddit": "OldPhotos",
        "author": "ida",
        "post": "t3_p",
        "post_author": "henry",
        "title": "Attic",
        "body": "u/ColorizeBot please",
        "permalink": "/r/OldPhotos/comments/p/attic/a/",
        "not_before": received,
    }
    if outcome:
        values |= {"outcome": outcome, "stage": "finish", "finished_at": received + timedelta(minutes=1)}
    if outcome and reply:
        values |= {"reply": f"t1_re{summons[3:]}", "replied_at": values["finished_at"], "reply_permalink": "/r/x/"}
    with Session(engine) as session, session.begin():
        job = Job(summons=summons, received_at=received, **(values | fields))
        session.add(job)
        session.flush()
        if pictures:
            hosted = Hosted(host="folder", key=f"key-{summons}-12345", url="https://x/", created_at=received)
            photo = Photo(job_id=job.id, number=1, url="https://i.redd.it/a.jpg", fallbacks=[], fingerprint="ff00")
            session.add_all([hosted, photo])
            session.flush()
            session.add(Colourization(photo_id=photo.id, settings="{}", hosted_id=hosted.id))
        return job.id
