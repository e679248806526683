"""`/api/v1/access_token`, by every grant that PRAW knows, and the page that hands out codes."""

import base64
import binascii
from urllib.parse import urlencode

from ..calls import Answer, Call, Routes
from ..errors import HttpError
from ..templating import html_page
from ..tokens import LIFETIME

routes = Routes()
_INSTALLED = "https://oauth.reddit.com/grants/installed_client"


def _check_client(call: Call) -> str:
    """The id of a registered application, which sends it with its secret by HTTP Basic; 401 for anything else."""
    scheme, _, encoded = call.headers.get("authorization", "").partition(" ")
    try:
        client, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        client, secret = "", ""
    if scheme.lower() != "basic" or call.world.apps.get(client) != secret:
        raise HttpError(401, "Unauthorized")
    return client


@routes.on("POST", "/api/v1/access_token")
def access_token(call: Call) -> object:
    """A wrong password or code is HTTP 200 with an error in it, as on Reddit."""
    client = _check_client(call)
    grant, world = call.get("grant_type"), call.world
    user: str | None = None
    more: dict[str, str] = {}
    if grant == "password":
        account = world.users.get(call.get("username").lower())
        if account is None or account.password != call.get("password"):
            return {"error": "invalid_grant"}
        user = account.name
    elif grant == "refresh_token":
        more["refresh_token"] = call.get("refresh_token")
        user = call.world.tokens.refreshes(more["refresh_token"])
        if user is None:
            return Answer({"message": "Bad Request", "error": 400}, 400)
    elif grant == "authorization_code":
        redeemed = world.tokens.redeem(call.get("code"))
        if redeemed is None:
            return {"error": "invalid_grant"}
        user, permanent = redeemed
        if permanent:
            more["refresh_token"] = world.tokens.issue_refresh(user)
    elif grant not in ("client_credentials", _INSTALLED):
        return {"error": "unsupported_grant_type"}
    scope = call.get("scope", "*")
    return {
        "access_token": call.world.tokens.issue(user, scope, client=client),
        "token_type": "bearer",
        "expires_in": LIFETIME,
        "scope": scope,
        **more,
    }


@routes.on("GET", "/api/v1/authorize")
def authorize(call: Call) -> object:
    """The page on which one lets an application in: it offers every account, and the link of one leads back."""
    if call.get("client_id") not in call.world.apps:
        raise HttpError(400, "Bad Request", explanation="There is no application of that client_id.")
    account = call.world.users.get(call.get("user").lower())
    if account is not None:
        permanent = call.get("duration") == "permanent"
        query = {"state": call.get("state"), "code": call.world.tokens.issue_code(account.name, permanent=permanent)}
    elif call.get("user"):
        query = {"state": call.get("state"), "error": "access_denied"}
    else:
        links = {user.name: f"?{urlencode({**call.query, 'user': user.name})}" for user in call.world.users.values()}
        refuse = f"?{urlencode({**call.query, 'user': 'nobody'})}"
        return html_page("authorize.html", title="Let an application in", links=links, refuse=refuse)
    return Answer({}, 302, {"location": f"{call.get('redirect_uri')}?{urlencode(query)}"})


@routes.on("POST", "/api/v1/revoke_token")
def revoke_token(call: Call) -> Answer:
    """204 whether or not the token was known."""
    _check_client(call)
    call.world.tokens.forget(call.get("token"))
    return Answer(None, 204)


@routes.on("GET", "/api/v1/scopes")
def scopes(_: Call) -> object:
    """The sandbox grants everything and knows only one scope."""
    return {"*": {"id": "*", "name": "Everything", "description": "Every permission."}}
