"""The rules of a subreddit."""

import json
from urllib.parse import unquote

from ..calls import Call, Routes
from ..errors import HttpError, not_found
from ..markup import to_reddit_html
from ..subreddit_records import Rule, Subreddit
from ..things import Json

routes = Routes()


def _rule(place: Subreddit, rule: Rule) -> Json:
    return {
        "kind": rule.kind,
        "description": rule.description,
        "description_html": to_reddit_html(rule.description) if rule.description else None,
        "short_name": rule.short_name,
        "violation_reason": rule.violation_reason,
        "created_utc": rule.created_utc,
        "priority": place.rules.index(rule),
    }


def _answer(place: Subreddit, rules: list[Rule]) -> Json:
    """Rules come as JSON in a string."""
    shown = [_rule(place, rule) for rule in rules]
    html = shown[0]["description_html"] if len(shown) == 1 else None
    return {"json": {"errors": [], "data": {"rules": json.dumps(shown), "description_html": html}}}


@routes.on("GET", "/r/{subreddit}/about/rules")
def rules(call: Call) -> Json:
    """The subreddit's rules, with Reddit's own."""
    place = call.subreddit(call.path["subreddit"])
    own = [_rule(place, rule) for rule in place.rules]
    return {"rules": own, "site_rules": ["Spam"], "site_rules_flow": []}


def _find(place: Subreddit, name: str) -> Rule:
    found = next((rule for rule in place.rules if rule.short_name == name), None)
    if found is None:
        raise not_found()
    return found


@routes.on("POST", "/api/add_subreddit_rule")
def add(call: Call) -> Json:
    """A new rule, after the others."""
    place = call.moderated(call.get("r"))
    name = call.get("short_name")
    reason = call.get("violation_reason") or name
    rule = Rule(name, call.get("description"), reason, call.get("kind", "all"), call.world.now())
    place.rules.append(rule)
    call.world.log(place, call.require_user().name, "createrule", details=name)
    return _answer(place, [rule])


@routes.on("POST", "/api/update_subreddit_rule")
def update(call: Call) -> Json:
    """Change a rule, which is named by its old short name."""
    place = call.moderated(call.get("r"))
    rule = _find(place, call.get("old_short_name"))
    rule.short_name, rule.kind = call.get("short_name", rule.short_name), call.get("kind", rule.kind)
    rule.description = call.get("description", rule.description)
    rule.violation_reason = call.get("violation_reason", rule.violation_reason)
    call.world.log(place, call.require_user().name, "editrule", details=rule.short_name)
    return _answer(place, [rule])


@routes.on("POST", "/api/remove_subreddit_rule")
def remove(call: Call) -> Json:
    """Drop a rule; answers the rest."""
    place = call.moderated(call.get("r"))
    place.rules.remove(_find(place, call.get("short_name")))
    call.world.log(place, call.require_user().name, "deleterule", details=call.get("short_name"))
    return _answer(place, place.rules)


@routes.on("POST", "/api/reorder_subreddit_rules")
def reorder(call: Call) -> Json:
    """The short names in their new order, separated by commas, each escaped once more."""
    place = call.moderated(call.get("r"))
    names = [unquote(name) for name in call.get("new_rule_order").split(",")]
    if len(set(names)) < len(names):
        raise HttpError(400, "Bad Request")
    place.rules.sort(key=lambda rule: names.index(rule.short_name) if rule.short_name in names else len(names))
    return _answer(place, place.rules)
