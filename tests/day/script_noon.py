"""The middle of the day: bans, deletions, and an hour without Reddit."""

from datetime import timedelta

from tests.day.day import BOT, Day


def noon(day: Day) -> None:
    """Reddit is down from eleven to twelve; what was asked just before and meanwhile is answered after."""
    day.at("10:40")
    day.posts(
        "Railways",
        """
        helga  | grey       | The night train
        henry  | grey       | The old station
        hilda  | grey       | The viaduct
        """,
    )
    day.asks(
        """
        hugo   | The night train     | !tint                    | colorized      | comment
        igor   | The night train     | !tint soft               | colorized      | comment
        ilse   | The night train     | !colorize
        ingrid | The old station     | @bot !tint               | colorized      | comment
        irma   | The old station     | @bot natural             | colorized      | comment
        """
    )
    day.posts(
        "Portraits",
        """
        jakob  | grey       | A dancer
        johanna | colour    | My passport photo
        """,
    )
    day.asks(
        """
        josef  | A dancer            | @bot                     | colorized      | message
        julia  | A dancer            | @bot photo 7             | no_such_photo  | message
        karl   | My passport photo   | !colorize                | already_colour | message
        """
    )
    day.say("klara", "A dancer", "@bot help", "helped", "message")
    day.posts(
        "AskHistory",
        """
        jakob  | film        | The carnival in motion
        josef  | long film   | The whole wedding
        julia  | huge film   | The regatta in motion
        karl   | broken film | A reel from the attic
        klara  | no film     | Another reel
        """,
    )
    day.asks(
        """
        konrad | The carnival in motion | @bot        | colorized      | comment
        lars   | The carnival in motion | @bot        | given_again    | comment
        konrad | The whole wedding      | @bot        | film_too_long  | comment
        laura  | The regatta in motion  | @bot        | film_too_large | comment
        lena   | A reel from the attic  | @bot        | broken_film    | comment
        leo    | Another reel           | @bot        | not_a_film     | comment
        """
    )

    day.at("11:00")
    day.posts("AskHistory", "konrad | grey | The bridge\nlars | grey | The tram")
    day.say("laura", "The bridge", "@bot", "colorized", "comment", remark="Reddit goes down after the inbox was read")
    assert day.bot is not None
    day.bot.poll()
    down = day.world.faults.add("*", "status", status=503, times=None)
    day.say("lena", "The tram", "@bot", "colorized", "comment", remark="while Reddit is down")
    day.posts("OldPhotos", "leo | grey | The harvest | colorized | comment")
    day.say("lotte", "The tram", "@bot, I take it back")
    day.at("11:50")
    day.world.delete(day["The tram / lotte"].fullname)  # before the bot could know
    day.at("12:00")
    assert not [one for one in day.world.replies_by(BOT) if one.created_utc > day.time.timestamp() - 3500]
    down.times = 0


def takings(day: Day) -> None:
    """Answers that go again: downvoted, deleted with what they answer, removed by moderators or the operator."""
    day.at("12:30")
    day.posts(
        "AskHistory",
        """
        ludwig | grey | Aloysius at Przemysl
        magda  | grey | The orchestra
        margit | grey | The bakery
        martha | grey | The regatta
        """,
    )
    day.posts(
        "OldPhotos",
        """
        max    | grey | Cousin Kunigunde on skis       | colorized | comment | source_gone
        mila   | grey | A barn                         | colorized | comment | score
        nora   | grey | The choir                      | colorized | comment | moderator
        """,
    )
    day.asks(
        """
        olga   | Aloysius at Przemysl | @bot                                | colorized   | comment | source_gone
        oskar  | Aloysius at Przemysl | @bot for my uncle Telesphorus       | given_again | comment | source_gone
        otto   | The orchestra        | @bot, that is my mother Scholastika | colorized   | comment | source_gone
        paula  | The orchestra        | @bot                                | given_again | comment
        pavel  | The bakery           | @bot                                | colorized   | comment | score
        petra  | The bakery           | @bot vivid                          | colorized   | comment | operator
        ralf   | The bakery           | @bot soft                           | colorized   | comment | operator
        rosa   | The regatta          | @bot                                | colorized   | comment
        """
    )
    day.posts(
        "OldPhotos", "oskar | crosspost of The regatta | A regatta elsewhere | given_again | comment | source_gone"
    )
    day.posts("AskHistory", "otto | grey | The ghost town")
    day.at("13:00")
    for title in ("Aloysius at Przemysl", "Cousin Kunigunde on skis", "A regatta elsewhere"):
        day.world.delete(day[title].fullname)
    day.world.delete(day["The orchestra / otto"].fullname)
    for answer in ("The bakery > pavel", "A barn > post"):
        day.world.set_score(day[answer].fullname, -3)
    day.world.set_score(day["The bakery > petra"].fullname, -1)
    day.world.remove(day["The choir > post"].fullname)
    day.world.remove(day["The regatta > rosa"].fullname)  # the bot does not moderate there and is not told
    day.world.delete(day["The bakery > petra"].fullname)  # by hand, with the bot's account
    day.operator("delete", "The bakery / ralf")
    day.operator("block", "The bakery / pavel")


def shut_out(day: Day) -> None:
    """Genealogy bans the bot, Quarrels mutes it, Lectures takes comments only from approved people."""
    day.at("13:30")
    day.posts(
        "Genealogy",
        """
        ruth   | grey | The christening
        selma  | grey | The emigrants
        """,
    )
    day.say("simon", "The christening", "@bot", "colorized", "comment", remark="before the ban")
    day.say("pavel", "The regatta", "@bot", "silenced", remark="the operator has blocked him")
    day.at("13:45")
    day.world.ban("Genealogy", BOT)
    day.asks(
        """
        sonja  | The christening | @bot          | given_again    | message
        theo   | The emigrants   | @bot          | colorized      | message
        viktor | The emigrants   | @bot photo 5  | no_such_photo  | message
        wanda  | The emigrants   | @bot help     | helped         | message
        """,
        remark="banned an instant ago",
    )
    day.at("14:00")
    day.posts("Quarrels", "ada | grey | The mill pond")
    day.say("alma", "The mill pond", "@bot", "colorized", "comment")
    day.world.subreddit("Lectures").contributors.add("astrid")
    day.posts(
        "Lectures",
        """
        astrid | grey   | A lecture in Vienna        | forbidden
        astrid | colour | The lecturer               | already_colour
        astrid | text   | Next week's lecture        | no_photo
        """,
    )
    day.say("august", "A lecture in Vienna", "@bot", "colorized", "message", remark="only approved people may write")
    day.at("14:30")
    day.world.mute("Quarrels", BOT)
    day.say("anton", "The mill pond", "@bot vivid", "colorized", "message", remark="muted an instant ago")
    day.world.user("bertha").blocked[BOT.lower()] = day.world.now()
    day.posts("AskHistory", "bertha | grey | The quay\nboris | grey | The lighthouse")
    day.say("bertha", "The lighthouse", "@bot", "colorized", "comment", remark="blocked the bot; opened again at 22:30")
    day.say("boris", "The lighthouse", "@bot soft", "colorized", "comment")
    day.say("carla", "The lighthouse", "@bot I want you to stop", "unclear", remark="it may be a command")
    day.say("celia", "The lighthouse", "@bot https://www.flickr.com/photos/someone/5", "picture_page", "comment")
    day.world.user("bruno").blocked[BOT.lower()] = day.world.now()
    day.say("bruno", "The quay", "@bot", "blocked", remark="he has blocked the bot")


def waiting(day: Day) -> None:
    """Reddit tells the bot to wait nine minutes; the world does not wait."""
    day.at("15:00")
    day.posts(
        "AskHistory",
        """
        bruno   | grey | The foundry
        carla   | grey | The quarry
        casimir | grey | The parade
        celia   | grey | The kiosk
        clara   | grey | The ice house
        """,
    )
    day.posts("Circle", "conrad | grey | Our circle\ncyril | grey | Our garden")
    day.asks(
        """
        dagmar  | The foundry   | @bot | colorized | comment
        daphne  | The quarry    | @bot | locked
        dora    | The parade    | @bot | removed
        edgar   | The kiosk     | @bot | deleted
        edith   | The ice house | @bot | deleted
        egon    | Our circle    | @bot | forbidden
        """,
        remark="RATELIMIT: 9 minutes",
    )
    day.world.faults.add("/api/comment", "ratelimit", method="POST", times=6, text="9 minutes")
    day.settle()
    day.world.lock(day["The quarry"].fullname)
    day.world.remove(day["The parade"].fullname)
    day.world.delete(day["The kiosk"].fullname)
    day.world.delete(day["The ice house / edith"].fullname)
    day.world.subreddit("Circle").kind = "private"
    day.until(day.time + timedelta(minutes=20))
    day.settle()
    day.world.subreddit("Circle").kind = "public"
    day.say("elsa", "Our garden", "@bot", "kept_out", remark="open again, but it was private a while ago")
