"""What is posted all day long, wanted by the bot or not: questions, colour photos, reposts."""

from tests.day.day import Day


def after_midnight(day: Day) -> None:
    """The first ones."""
    day.passing("OldPhotos", 8, "no_photo")
    day.passing("AskHistory", 12)
    day.passing("Railways", 6)


def breakfast(day: Day) -> None:
    """More."""
    day.passing("OldPhotos", 6, "no_photo")
    day.passing("OldPhotos", 6, "already_colour", what="colour")
    day.passing("FamilyAlbums", 8, "flair")
    day.passing("AskHistory", 12, what="colour")
    day.passing("Portraits", 6)
    day.posts(
        "OldPhotos",
        """
        klara  | grey                | The ferry landing      | colorized   | comment
        konrad | copy of First print | Found in the darkroom  | given_again | comment
        lars   | grey                | Market day             | colorized   | comment
        """,
    )


def brunch(day: Day) -> None:
    """More."""
    day.passing("OldPhotos", 4, "not_a_photo", what="drawing")
    day.passing("Genealogy", 6)
    day.passing("Quarrels", 5)
    day.posts(
        "OldPhotos",
        """
        lena   | brown               | The wedding            | colorized   | comment
        leo    | copy of Market day  | Market day, found      | given_again | comment
        lotte  | brown+brown         | Two brown ones         | colorized   | comment
        """,
    )
    for who, title in (("ludwig", "Grandfather's shop"), ("magda", "The allotment"), ("martha", "On the pier")):
        day.post("FamilyAlbums", who, "grey", title, "colorized", "comment", flair="Family")


def lunch(day: Day) -> None:
    """More."""
    day.passing("OldPhotos", 8, "no_photo")
    day.passing("FamilyAlbums", 6, "flair", what="colour")
    day.passing("AskHistory", 16)
    day.passing("Railways", 5, what="drawing")
    day.posts(
        "OldPhotos",
        """
        max    | grey                     | The sawmill           | colorized   | comment
        mila   | crosspost of The sawmill | The sawmill, again    | given_again | comment
        nora   | small copy of The sawmill | A little sawmill     | colorized   | comment
        """,
    )


def supper(day: Day) -> None:
    """More."""
    day.passing("OldPhotos", 6, "already_colour", what="colour")
    day.passing("Portraits", 4, what="colour")
    day.passing("AskHistory", 10)
    day.posts(
        "OldPhotos",
        """
        olga   | grey                     | The windmill          | colorized   | comment
        oskar  | copy of Our new car      | That car              | already_colour
        paula  | grey                     | The brass band        | colorized   | comment
        """,
    )


def nightcap(day: Day) -> None:
    """More."""
    day.passing("OldPhotos", 5, "no_photo")
    day.passing("Villages", 6, "no_photo")
    day.passing("NightPhotos", 4, "already_colour", what="colour")
    day.passing("Circle", 3)
    day.passing("AskHistory", 15)
    day.posts("NightPhotos", "ralf | grey | The night shift | colorized | comment")
