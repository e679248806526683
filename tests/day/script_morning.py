"""The day until noon: the bot is let in, answers unasked, and learns what people can say."""

from tests.day.day import BOT, Day


def night(day: Day) -> None:
    """Six subreddits have invited the bot. It starts, accepts, writes its pages, and the moderators edit them."""
    day.post("OldPhotos", "ada", "grey", "Posted before anybody let the bot in")
    day.start()

    day.at("00:10")
    day.wiki("OldPhotos", "mode: auto\nsticky: yes\ndistinguish: yes")
    day.wiki(
        "FamilyAlbums", 'mode: auto\nflair_allow: ["Old photo", Family]\nignored_authors: [u/hector]\nfooter: none'
    )
    day.wiki("Railways", 'command: "!tint"\nstyle: vivid\nlock: yes\ninline: yes\nfooter: short')
    day.wiki("Portraits", "reply: message")
    day.wiki("Darkroom", "mode: auto\nmin_size: 110\ndaily_limit: 8\nflair_deny: [Colorized]")

    day.at("00:30")
    day.posts(
        "OldPhotos",
        """
        ada    | grey       | The well, 1931                   | colorized      | comment
        albert | colour     | Our new car                      | already_colour
        alma   | endless    | A file of empty scans            | too_costly
        anton  | drawing    | Attendance by year               | not_a_photo
        astrid | brown      | The mill, on brown paper         | colorized      | comment
        august | web page   | A link gone wrong                | not_an_image
        bela   | damaged    | Half of a file                   | broken_image
        bertha | tiny       | A stamp                          | too_small
        boris  | huge       | A whole wall                     | too_many_pixels
        bruno  | heavy      | Straight from the scanner        | too_many_bytes
        """,
    )
    day.post("OldPhotos", BOT, "text", "I am new here", "own_thing", remark="the bot's own post")
    day.post("OldPhotos", "clockwork", "colour", "Photo of the day", "asked_by_bot", remark="on the operator's list")
    day.post("OldPhotos", "carla", "grey", "Study, 1920s", "nsfw", over_18=True)
    day.post("OldPhotos", "casimir", "grey", "The ferry", "locked", locked=True)
    day.posts(
        "Darkroom",
        """
        celia  | grey       | First print                      | colorized      | comment
        clara  | small      | Contact sheet, a corner          | too_small
        conrad | colour     | The enlarger                     | already_colour
        """,
    )
    day.post("Darkroom", "cyril", "grey", "Done by hand", "flair", flair="Colorized")
    day.post("FamilyAlbums", "dagmar", "grey", "Our house", "colorized", "comment", flair="Family")
    day.post("FamilyAlbums", "daphne", "grey", "Great-aunt Dora", "colorized", "comment", flair=":camera: old photo")
    day.post("FamilyAlbums", "dora", "grey", "No flair on this one", "flair")
    day.post("FamilyAlbums", "hector", "grey", "Hector's boat", "ignored_author", flair="Family")


def early(day: Day) -> None:
    """People begin to call it by name."""
    day.at("06:00")
    day.posts(
        "AskHistory",
        """
        henry  | grey              | The mill wheel, 1910
        hilda  | grey+grey+colour  | Three from the attic
        hugo   | grey              | My aunt, 1943
        ida    | grey              | A street in Ghent
        igor   | grey              | The hat
        ilse   | grey              | The doctor
        emil   | colour            | Coffee this morning
        erika  | drawing           | Votes by county
        ernst  | text              | What do you read?
        """,
    )
    day.asks(
        """
        ida    | The mill wheel, 1910 | @bot               | colorized      | comment | requested
        julia  | The mill wheel, 1910 | @bot               | given_again    | comment | requested
        jakob  | The mill wheel, 1910 | @bot vivid         | colorized      | comment
        karl   | The mill wheel, 1910 | soft please, @bot  | given_again    | comment
        klara  | The mill wheel, 1910 | @bot natural       | thread_limit
        lars   | Three from the attic | @bot photo 2       | colorized      | comment
        laura  | Three from the attic | @bot all           | colorized      | comment | requested
        lena   | Three from the attic | @bot photo 9       | no_such_photo  | comment
        leo    | Three from the attic | @bot photo 3       | already_colour | comment
        lotte  | My aunt, 1943        | @bot variants 3    | colorized      | comment
        ludwig | My aunt, 1943        | @bot variants 9    | colorized      | comment
        magda  | A street in Ghent    | @bot hint 40%,30% #aa3322 | colorized | comment
        margit | A street in Ghent    | @bot hint 40,30 red       | colorized | comment
        martha | The hat              | @bot like {picture of Coffee this morning} | colorized | comment
        max    | The hat              | @bot like https://evil.example/palette.png | colorized | comment
        mila   | The doctor           | @bot model compact | colorized      | comment
        nora   | The doctor           | @bot model nosuch  | given_again    | comment
        olga   | Coffee this morning  | @bot               | already_colour | comment
        oskar  | Coffee this morning  | @bot force         | colorized      | comment
        otto   | Votes by county      | @bot               | not_a_photo    | comment
        paula  | Votes by county      | @bot force         | not_a_photo    | comment
        pavel  | What do you read?    | @bot               | no_photo
        petra  | My aunt, 1943        | @bot help          | helped         | comment
        """
    )
    day.say("AutoModerator", "The hat", "@bot, please see this", "asked_by_bot")
    day.say("ralf", "The hat", "No bot is meant here")
    day.say("rosa", "The hat", "> @bot please\n\nWho asks like that?", "not_summoned", remark="a quote")

    day.at("06:30")
    day.asks(
        """
        ida    | The mill wheel, 1910 > ida   | thank you             | not_summoned
        max    | The mill wheel, 1910 > ida   | delete                | not_yours
        stats-bot | The mill wheel, 1910 > ida | again                | asked_by_bot
        mila   | The doctor > mila            | again                 | colorized      | comment
        nora   | The doctor > mila            | vivid                 | colorized      | comment
        lars   | Three from the attic > lars  | @bot once more        | thread_limit
        olga   | Coffee this morning > olga   | force                 | given_again    | comment
        ruth   | My aunt, 1943 > lotte        | help                  | helped         | comment
        """
    )
    day.at("06:50")
    day.asks(
        """
        ida    | The mill wheel, 1910 > ida   | delete                | deleted_reply
        henry  | The mill wheel, 1910 > julia | please delete         | deleted_reply
        """
    )
    day.at("07:10")
    day.message("julia", "delete {name of The mill wheel, 1910 / julia}", "", "nothing_to_delete", "message")


def letters(day: Day) -> None:
    """What can be done by private message."""
    day.at("07:30")
    day.message("selma", "help", "", "helped", "message")
    day.message("selma", "hello, are you there?", "", "not_summoned")
    day.message("simon", "{The mill wheel, 1910}", "AskHistory", "given_again", "message", remark="not in the thread")
    day.message("simon", "please: {The hat}", "AskHistory", "colorized", "message")
    day.message("sonja", "{A street in Ghent / magda} soft", "AskHistory", "colorized", "message", "requested")
    day.message("theo", "{share of Our house}", "FamilyAlbums", "given_again", "message")
    day.message("viktor", "{picture of The ferry}", "", "colorized", "message")
    day.message("viktor", "{The ferry}", "OldPhotos", "given_again", "message", remark="a locked thread, by message")
    day.message("viktor", "{Study, 1920s}", "", "nsfw")
    day.message("ada", "https://evil.example/r/pics/s/abcdef", "", "no_photo", "message")
    day.message("ada", "https://evil.example/photo.jpg", "", "host_not_allowed", "message")
    day.message("ada", "http://127.0.0.1/photo.jpg", "", "private_address")
    day.message("albert", "stop", "", "stopped", "message")
    day.message("bruno", "delete", "", "nothing_to_delete", "message")

    day.at("08:00")
    day.asks(
        """
        albert | A street in Ghent    | @bot            | opted_out
        alma   | The well, 1931       | @bot            | given_again | comment
        alma   | The well, 1931       | @bot vivid      | colorized   | comment | requested
        bela   | A street in Ghent    | @bot            | given_again | comment
        """
    )
    day.post("OldPhotos", "albert", "grey", "Albert does not want this", "opted_out")
    day.post("AskHistory", "albert", "grey", "Nor that")
    day.say("anton", "Nor that", "@bot", "opted_out", remark="the post's author said stop")
    day.message("albert", "{The hat}", "", "opted_out")

    day.at("08:20")
    day.message(
        "alma", "delete {name of The well, 1931 / alma}", "", "deleted_reply", "message", remark="the newer one"
    )
    day.message("albert", "start", "", "started", "message")
    day.message("sonja", "delete", "", "deleted_reply", "message", remark="the message stays, its pictures go")

    day.at("08:40")
    day.say("albert", "A street in Ghent", "@bot vivid", "colorized", "comment")
    day.say("anton", "Nor that", "@bot", "colorized", "comment")


def forenoon(day: Day) -> None:
    """Villages invites the bot; copies, crossposts and links turn up."""
    day.at("09:00")
    day.post("Villages", "georg", "grey", "The chapel", flair="Before the invitation")
    day.world.invite_moderator("Villages", BOT)
    day.posts(
        "OldPhotos",
        """
        carla  | copy of The well, 1931       | Found this well              | given_again    | comment
        celia  | small copy of The well, 1931 | A small well                 | colorized      | comment
        clara  | large copy of The well, 1931 | The well, a better scan      | colorized      | comment
        conrad | crosspost of My aunt, 1943   | Seen elsewhere               | colorized      | comment
        cyril  | crosspost of Study, 1920s    | Seen elsewhere, not for all  | nsfw
        dagmar | grey+colour+grey             | A page of the album          | colorized      | comment
        daphne | text with grey               | Who can date this?           | colorized      | comment
        dora   | text                         | I cannot find the negative   | no_photo
        edgar  | https://evil.example/1.jpg   | From another site            | host_not_allowed
        edith  | http://me:pw@i.redd.it/1.jpg | With a password              | bad_url
        egon   | https://example.org/article  | An article                   | no_photo
        """,
    )
    day.post("OldPhotos", "elsa", f"{day.reddit.url}/i.redd.it/nothing.jpg", "A dead link", "photo_gone")
    day.post("OldPhotos", "emil", day.link("picture of The hat"), "A link to a photo", "given_again", "comment")
    day.post("AskHistory", "erika", "text", "Who is on this?")
    found = day.world.add_picture(day.picture("grey"), "image/jpeg")
    day.say("erika", "Who is on this?", f"Her album: ![img]({found.id})", images=[found.id])
    day.say("ernst", "Who is on this? / erika", "@bot", "colorized", "comment", remark="a picture in a comment")
    day.say(
        "esther", "Who is on this? / ernst", "@bot photo 1", "given_again", "comment", remark="two comments below it"
    )
    day.say(
        "eva", "Who is on this?", "@bot {picture of The hat}", "given_again", "comment", remark="a link in the summons"
    )

    day.at("09:30")
    day.wiki("Villages", "mode: auto\nstyle: soft")

    day.at("10:00")
    day.posts(
        "Villages",
        """
        georg  | grey       | The chapel, from the east        | colorized      | comment | subreddit_left
        greta  | colour     | Harvest festival                 | already_colour
        gustav | drawing    | A map                            | not_a_photo
        hanna  | grey       | The smithy                       | colorized      | comment | subreddit_left
        """,
    )
    day.asks(
        """
        fanny  | The chapel | !colorize            | colorized      | comment
        felix  | The chapel | @bot !colorize vivid | colorized      | comment
        fritz  | The chapel | `!colorize` is the word
        """,
    )
    day.wiki("NightPhotos", "mode: auto")
    day.post("NightPhotos", "hector", "grey", "The harbour by night", "nsfw")
