"""The second half of the day: a killed bot, limits, moderators who change their minds."""

from typing import Any

from tests.day.day import BOT, Day


def killed(day: Day) -> None:
    """Somebody kills the bot while Reddit stores its comment; for an hour it does not run."""
    day.at("15:50")
    day.posts("AskHistory", "erika | grey | The glassblower\nernst | grey | The organ")
    day.asks(
        """
        esther | The glassblower | @bot       | colorized | comment
        eva    | The organ       | @bot       | colorized | comment
        fanny  | The organ       | @bot vivid | deleted
        """,
        remark="killed after Reddit had stored the first of these answers",
    )
    day.kill_while_it_replies()
    day.at("16:00")
    day.world.delete(day["The organ / fanny"].fullname)
    day.asks(
        """
        felix  | The organ        | @bot soft | colorized      | comment
        fritz  | The organ        | @bot      | given_again    | comment
        """,
        remark="while the bot is down",
    )
    day.say("georg", "The glassblower", "@bot quick")
    day.posts(
        "OldPhotos",
        """
        greta  | grey   | The lock keeper               | colorized      | comment
        gustav | colour | My new scanner                | already_colour
        hanna  | grey   | Deleted before the bot saw it
        """,
    )
    day.world.ban("Genealogy", BOT)  # again: it lasts anew
    day.at("16:40")
    day.world.delete(day["The glassblower / georg"].fullname)
    day.world.delete(day["Deleted before the bot saw it"].fullname)
    day.at("17:00")
    day.start()


def corrected(day: Day) -> None:
    """Who asked for an answer corrects its colours in the studio, and a stranger gets a page of his own."""
    day.at("17:05")
    day.settle()  # the killed bot's answer is found only now
    for who in ("esther", "boris"):
        day.message(who, "studio {name of The glassblower / esther}", "", "linked", "message", subject="studio")
    day.settle()
    day.publish("esther", "The glassblower > esther", "revised", "edit", look="soft", remark="the answer is edited")
    day.publish("boris", "The glassblower > esther", "published", look="vivid", remark="the answer stays as it is")


def trouble(day: Day) -> None:
    """Things that do not work for hours: a photo's file, Reddit's messages, the disk of the pictures."""
    day.at("17:15")
    day.posts("AskHistory", "hector | grey | The lost file\nhelga | grey | The found file")
    day.posts("OldPhotos", "henry | crosspost of The ghost town | Ghosts | colorized | comment | source_gone")
    name = day.link("picture of The lost file").rsplit("/", 1)[-1]
    for path in (f"/i.redd.it/{name}", f"/preview.redd.it/{name}"):
        day.world.faults.add(path, "status", status=503, times=None)
    day.say("hilda", "The lost file", "@bot", "photo_unreachable", remark="its file cannot be had for six hours")
    day.say("ilse", "The lost file", "@bot soft", "cancelled", remark="the operator cancels it at 17:30")
    day.no_messages = day.world.faults.add("/api/compose", "status", method="POST", status=500, times=None)
    day.say("hugo", "The emigrants", "@bot soft", "reply_failed", remark="Reddit takes no messages for six hours")
    day.at("17:30")
    day.operator("cancel", "The lost file / ilse")
    day.world.delete(day["The ghost town"].fullname)
    results = day.folder / "results"
    away = results.rename(day.folder / "elsewhere")
    results.touch()  # a file where the folder should be
    day.say("ida", "The found file", "@bot", "colorized", "comment", remark="the disk is away for half an hour")
    day.at("18:00")
    results.unlink()
    away.rename(results)


def closed(day: Day) -> None:
    """Threads that allow no answer."""
    day.at("18:15")
    fields: dict[str, dict[str, Any]] = {
        "Locked": {"locked": True},
        "Archived": {"archived": True},
        "Not for children": {"over_18": True},
        "Removed": {"removed_by_category": "moderator"},
        "Taken down": {"removed_by_category": "reddit"},
        "Deleted": {"deleted": True},
    }
    for title, changes in fields.items():
        day.post("AskHistory", "igor", "grey", title, **changes)
    day.posts("Circle", "ingrid | grey | Our lake")
    day.asks(
        """
        ilse   | Locked           | @bot | locked
        irma   | Archived         | @bot | archived
        jakob  | Not for children | @bot | nsfw
        johanna | Removed         | @bot | removed
        josef  | Taken down       | @bot | removed
        julia  | Deleted          | @bot | deleted
        karl   | Our lake         | @bot | kept_out
        """
    )
    day.posts("NightPhotos", "klara | grey | The lamp lighter | nsfw")
    day.say("konrad", "The lamp lighter", "!colorize", "nsfw")
    day.world.subreddit("Quarrels").quarantine = True
    day.message("lars", "{The mill pond}", "", "quarantined")
    day.at("18:30")
    day.wiki("NightPhotos", "mode: auto\nnsfw: allow\ncommand: none")
    day.world.subreddit("Circle").kind = "private"
    day.message("laura", "{Our lake}", "", "forbidden")
    day.at("18:45")
    day.posts("NightPhotos", "lena | grey | The bar, 3 a.m. | colorized | comment")
    day.say("leo", "The lamp lighter", "@bot", "colorized", "comment")
    day.say("lotte", "The lamp lighter", "!colorize")
    day.post("AskHistory", "ludwig", "text", "Edited later")
    day.say("magda", "Edited later", "Nothing yet")
    day.world.edit(day["Edited later / magda"].fullname, f"u/{BOT} now")


def limits(day: Day) -> None:
    """Six answers a day for one person, four comments in one thread, eight answers in Darkroom."""
    day.at("19:00")
    day.asks(
        """
        margit | The tram         | @bot vivid | colorized      | comment
        margit | The bridge       | @bot       | given_again    | comment
        margit | Coffee this morning | @bot    | already_colour | comment
        margit | Votes by county  | @bot       | not_a_photo    | comment
        margit | The orchestra    | @bot       | given_again    | comment
        margit | The bakery       | @bot       | user_limit
        margit | The bakery       | @bot help  | user_limit
        """
    )
    day.posts(
        "Darkroom",
        """
        martha | grey | Second print   | answered_there
        max    | grey | Third print    | colorized | comment
        mila   | grey | Fourth print   | colorized | comment
        nora   | copy of First print | First print, once more  | given_again | comment
        olga   | copy of First print | First print, a third time | given_again | comment
        oskar  | brown | Fifth print   | colorized | comment
        otto   | copy of First print | First print, a fourth time | given_again | comment
        paula  | copy of First print | First print, a fifth time | subreddit_limit
        """,
    )
    day.say("petra", "Second print", "@bot", "colorized", "comment", remark="her mention is read before the new posts")


def moderators(day: Day) -> None:
    """Villages breaks its page, repairs it, turns the bot off, sends it away and takes it back."""
    day.at("19:30")
    day.wiki("Villages", "mode: sometimes\nmin_sise: 3")
    day.at("19:45")
    day.posts("Villages", "ralf | grey | The forge | colorized | comment | subreddit_left")
    day.wiki("Villages", "mode: auto\ncommand: none\nfooter: short")
    day.at("20:00")
    day.posts("Villages", "rosa | grey | The green | colorized | comment | subreddit_left")
    day.say("ruth", "The green", "!colorize")
    day.at("20:10")
    day.wiki("Villages", "enabled: no")
    day.at("20:20")
    day.posts("Villages", "selma | grey | The inn")
    day.asks(
        """
        simon  | The inn   | @bot       | turned_off
        sonja  | The inn   | @bot help  | turned_off
        theo   | The green > post | delete | not_yours
        """
    )
    day.message("simon", "{The inn}", "Villages", "colorized", "message")
    day.at("20:45")
    day.world.remove_moderator("Villages", BOT)
    day.at("21:00")
    day.say(
        "viktor",
        "The inn",
        "@bot",
        "given_again",
        "message",
        remark="sent away; the message waits until Reddit takes it",
    )
    day.posts("Villages", "wanda | grey | The pond")
    day.at("21:30")
    day.world.invite_moderator("Villages", BOT)
    day.at("21:45")
    day.wiki("Villages", "mode: auto")
    day.at("22:00")
    day.posts("Villages", "ada | grey | The fair | colorized | comment")
    day.at("22:15")
    day.say("ada", "The fair", "@bot", "given_again", "comment")


def late(day: Day) -> None:
    """The operator restarts the bot with a lower limit, and opens a job again."""
    day.at("22:30")
    day.say("ida", "Three from the attic > laura", "delete", "not_yours")
    day.say("hilda", "Three from the attic > laura", "delete", "deleted_reply")
    day.world.user("bertha").blocked.clear()
    day.operator("retry", "The lighthouse / bertha")
    day.at("23:20")
    day.settle()
    day.no_messages.times = 0
    day.stop()
    day.limits["per_day"] = 5
    day.start()
    day.at("23:30")
    day.say("albert", "The lighthouse", "@bot", "day_limit", remark="the operator has lowered the limit")
    day.at("23:45")  # said at once, `stop` might have its turn first
    day.message("albert", "stop", "", "stopped", "message")
    day.at("24:00")
    day.at("27:00")  # the message to viktor is tried more and more rarely: now and then it needs until then
