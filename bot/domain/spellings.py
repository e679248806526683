"""In which spellings the addresses of pictures come, and which one leads to the original.

The one table: `addresses.read_address` reads by it, docs/addresses.md is made from it, and a test holds every row to
its example. A row's path is a regular expression for the whole path; its templates may use the names in it, and `url`
for the address as it was written.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an address leads to."""

    PICTURE = "picture"
    ALBUM = "album"  # several pictures, which have to be asked for
    THREAD = "thread"  # a post or comment at Reddit
    SHARE = "share"  # a link of Reddit's that has to be opened to know the thread
    PAGE = "page"  # a page around a picture, from which the picture cannot be had
    MOVING = "moving"  # a film
    REACTION = "reaction"  # a moving picture that stands for a word


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write an address.

    hosts: names, or patterns with `*`. path: of the whole path. query: names of parameters that the path's template
    may use, with the value where there is none. best: the address to fetch, the written one when empty. others: what
    else to try. example: a spelling, and what becomes of it.
    """

    site: str
    hosts: tuple[str, ...]
    path: str
    kind: Kind
    example: tuple[str, str]
    best: str = ""
    others: tuple[str, ...] = ()
    query: tuple[tuple[str, str], ...] = ()


SUFFIX = r"(?i:jpe?g|jpe|jfif|png|webp|avif|heic|bmp|gif|tiff?)"
MOVING_SUFFIX = r"(?i:gifv|mp4|m4v|webm|mov)"
_REDDIT = ("reddit.com", "*.reddit.com")
_POST = r"(?P<post>[A-Za-z0-9]{1,13})"
_HELD = r"/(?:[\w-]*-v\d+-)?(?P<id>[A-Za-z0-9_]{5,32})\.(?P<ext>" + SUFFIX + ")"
_IMGUR_FILES = ("i.imgur.com", "i.imgur.io", "imgur.com", "www.imgur.com", "m.imgur.com", "imgur.io")
_IMGUR = ("imgur.com", "www.imgur.com", "m.imgur.com", "imgur.io")
_IMGUR_ID = r"(?P<id>[A-Za-z0-9]{5,8})"
_NO_PAGES = "(?!(?:about|terms|upload|signin|search|random|privacy|removal|rules|register|account|memegen|apps)$)"
_TITLED = r"/(?:[\w%.~-]*-)?" + _IMGUR_ID
_WIKI_FILE = r"/(?P<wiki>wiki[pm]edia|wikipedia)/(?P<lang>[a-z-]+)"
_FLICKR = ("live.staticflickr.com", "farm*.staticflickr.com", "c*.staticflickr.com", "farm*.static.flickr.com")
_FLICKR_FILE = r"(?P<dir>\d+)/(?P<id>\d+_[0-9a-f]+)"

SPELLINGS = (
    # Reddit
    Spelling("Reddit", ("i.redd.it",), _HELD, Kind.PICTURE,
             ("https://i.redd.it/attic-in-1932-v0-ab12cd34ef5g1.jpg?width=320", "https://i.redd.it/ab12cd34ef5g1.jpg"),
             "https://i.redd.it/{id}.{ext}"),
    Spelling("Reddit", ("preview.redd.it",), _HELD, Kind.PICTURE,
             ("https://preview.redd.it/ab12cd34ef5g1.jpg?width=320&s=0f", "https://i.redd.it/ab12cd34ef5g1.jpg"),
             "https://i.redd.it/{id}.{ext}", ("{url}",)),
    Spelling("Reddit", ("external-preview.redd.it",), r"/.+", Kind.PICTURE,
             ("https://external-preview.redd.it/x.jpg?s=1", "https://external-preview.redd.it/x.jpg?s=1")),
    Spelling("Reddit", ("v.redd.it",), r"/(?P<id>[\w-]{1,32})(?:/.*)?", Kind.MOVING,
             ("https://v.redd.it/ab12cd/DASH_720.mp4?source=fallback", "https://v.redd.it/ab12cd"),
             "https://v.redd.it/{id}"),
    Spelling("Reddit", _REDDIT, r"/(?:r|u|user)/[\w-]+/s/\w+", Kind.SHARE,
             ("https://www.reddit.com/r/OldPhotos/s/AbCd123", "")),
    Spelling("Reddit", _REDDIT,
             r"/(?:(?:r|u|user)/[\w.-]+/)?(?:comments|gallery|poll|tb|duplicates)/" + _POST
             + r"(?:/[^/]*(?:/(?P<comment>[A-Za-z0-9]{1,13}))?)?(?:/.*)?", Kind.THREAD,
             ("https://old.reddit.com/gallery/1sa001", "")),
    Spelling("Reddit", ("redd.it",), "/" + _POST, Kind.THREAD, ("https://redd.it/1sa001", "")),
    Spelling("Reddit", ("reddit.com", "www.reddit.com", "old.reddit.com"), r"/(?=[a-z]*\d)(?P<post>[a-z0-9]{6,8})",
             Kind.THREAD, ("https://www.reddit.com/1sa001", "")),
    # imgur
    Spelling("imgur", _IMGUR_FILES, r"/(?:download/)?(?P<id>[\w-]+)\." + MOVING_SUFFIX, Kind.MOVING,
             ("https://i.imgur.com/AbCdE12.gifv", "https://i.imgur.com/AbCdE12.mp4"), "https://i.imgur.com/{id}.mp4"),
    Spelling("imgur", _IMGUR_FILES,
             r"/(?P<id>[A-Za-z0-9]{7}|[A-Za-z0-9]{5})(?P<size>[sbtmlhgr]?)\.(?P<ext>" + SUFFIX + ")", Kind.PICTURE,
             ("https://i.imgur.com/AbCdE12m.jpg", "https://i.imgur.com/AbCdE12.jpg"),
             "https://i.imgur.com/{id}.{ext}", ("https://i.imgur.com/{id}{size}.{ext}",)),
    Spelling("imgur", _IMGUR_FILES, r"/" + _IMGUR_ID + r"_d\.\w+", Kind.PICTURE,
             ("https://i.imgur.com/AbCdE12_d.webp?maxwidth=760", "https://i.imgur.com/AbCdE12.jpg"),
             "https://i.imgur.com/{id}.jpg", ("{url}",)),
    Spelling("imgur", ("i.imgur.com", "i.imgur.io"), r"/(?P<id>[A-Za-z0-9]{7}|[A-Za-z0-9]{5})(?P<size>[sbtmlhgr]?)",
             Kind.PICTURE, ("https://i.imgur.io/AbCdE12", "https://i.imgur.com/AbCdE12.jpg"),
             "https://i.imgur.com/{id}.jpg", ("https://i.imgur.com/{id}{size}.jpg",)),
    Spelling("imgur", _IMGUR, r"/(?:download/|r/\w+/)?" + _NO_PAGES + _IMGUR_ID, Kind.PICTURE,
             ("https://m.imgur.com/AbCdE12", "https://i.imgur.com/AbCdE12.jpg"), "https://i.imgur.com/{id}.jpg"),
    Spelling("imgur", _IMGUR, r"/(?:gallery|t/[\w-]+|topic/[\w-]+)" + _TITLED + r"(?:/.*)?", Kind.ALBUM,
             ("https://imgur.com/gallery/my-aunt-AbCdE12", "https://i.imgur.com/AbCdE12.jpg"),
             "https://i.imgur.com/{id}.jpg"),
    Spelling("imgur", _IMGUR, r"/a" + _TITLED + r"(?:/.*)?", Kind.ALBUM, ("https://imgur.com/a/AbCdE12", "")),
    # Twitter
    Spelling("Twitter", ("pbs.twimg.com",), r"/media/(?P<id>[\w-]+)\.(?P<format>\w+)(?::\w+)?", Kind.PICTURE,
             ("https://pbs.twimg.com/media/AbC-1.jpg:large", "https://pbs.twimg.com/media/AbC-1?format=jpg&name=orig"),
             "https://pbs.twimg.com/media/{id}?format={format}&name=orig", ("{url}",)),
    Spelling("Twitter", ("pbs.twimg.com",), r"/media/(?P<id>[\w-]+)(?::\w+)?", Kind.PICTURE,
             ("https://pbs.twimg.com/media/AbC-1?format=png&name=small",
              "https://pbs.twimg.com/media/AbC-1?format=png&name=orig"),
             "https://pbs.twimg.com/media/{id}?format={format}&name=orig", ("{url}",), (("format", "jpg"),)),
    Spelling("Twitter", ("pbs.twimg.com",),
             r"/profile_images/(?P<user>\d+)/(?P<name>[\w-]+?)(?:_normal|_bigger|_mini|_\d+x\d+)?\.(?P<ext>\w+)",
             Kind.PICTURE, ("https://pbs.twimg.com/profile_images/1/AbC_400x400.jpg",
                            "https://pbs.twimg.com/profile_images/1/AbC.jpg"),
             "https://pbs.twimg.com/profile_images/{user}/{name}.{ext}", ("{url}",)),
    Spelling("Twitter", ("pbs.twimg.com",), r"/.+", Kind.PICTURE,
             ("https://pbs.twimg.com/card_img/1/AbC?format=jpg", "https://pbs.twimg.com/card_img/1/AbC?format=jpg")),
    Spelling("Twitter", ("twitter.com", "*.twitter.com", "x.com", "*.x.com", "fxtwitter.com", "vxtwitter.com",
                         "fixupx.com", "fixvx.com"), r"/\w+/status/\d+(?:/.*)?", Kind.PAGE,
             ("https://x.com/someone/status/1/photo/1", "")),
    Spelling("Twitter", ("pic.twitter.com", "pic.x.com"), r"/\w+", Kind.PAGE, ("https://pic.twitter.com/AbC", "")),
    # Bluesky
    Spelling("Bluesky", ("cdn.bsky.app",), r"/img/feed_\w+/plain/(?P<did>[\w:.-]+)/(?P<id>\w+)(?:@(?P<ext>\w+))?",
             Kind.PICTURE, ("https://cdn.bsky.app/img/feed_thumbnail/plain/did:plc:a1/bafkre1@jpeg",
                            "https://cdn.bsky.app/img/feed_fullsize/plain/did:plc:a1/bafkre1@jpeg"),
             "https://cdn.bsky.app/img/feed_fullsize/plain/{did}/{id}@jpeg", ("{url}",)),
    Spelling("Bluesky", ("cdn.bsky.app",), r"/img/avatar_thumbnail/(?P<rest>.+)", Kind.PICTURE,
             ("https://cdn.bsky.app/img/avatar_thumbnail/plain/did:plc:a1/bafkre1@jpeg",
              "https://cdn.bsky.app/img/avatar/plain/did:plc:a1/bafkre1@jpeg"),
             "https://cdn.bsky.app/img/avatar/{rest}", ("{url}",)),
    Spelling("Bluesky", ("cdn.bsky.app",), r"/img/.+", Kind.PICTURE,
             ("https://cdn.bsky.app/img/banner/plain/did:plc:a1/bafkre1@jpeg",
              "https://cdn.bsky.app/img/banner/plain/did:plc:a1/bafkre1@jpeg")),
    Spelling("Bluesky", ("bsky.app",), r"/profile/[^/]+/post/\w+", Kind.PAGE,
             ("https://bsky.app/profile/someone.example/post/3k1", "")),
    # Unsplash
    Spelling("Unsplash", ("images.unsplash.com",), r"/(?P<rest>.+)", Kind.PICTURE,
             ("https://images.unsplash.com/photo-1-ab?w=400&fit=crop", "https://images.unsplash.com/photo-1-ab"),
             "https://images.unsplash.com/{rest}", ("{url}",)),
    Spelling("Unsplash", ("unsplash.com", "www.unsplash.com"), r"/(?:[a-z]{2}/)?(?:photos|%E5%86%99%E7%9C%9F)/.+",
             Kind.PAGE, ("https://unsplash.com/photos/a-street-AbC123", "")),
    # Wikimedia
    Spelling("Wikimedia", ("upload.wikimedia.org",),
             r"/(?P<place>[\w-]+/[\w-]+)/thumb/(?P<file>(?:archive/)?[0-9a-f]/[0-9a-f]{2}/[^/]+\.(?:" + SUFFIX
             + r"))/[^/]+", Kind.PICTURE,
             ("https://upload.wikimedia.org/wikipedia/commons/thumb/a/ab/Aunt.jpg/640px-Aunt.jpg",
              "https://upload.wikimedia.org/wikipedia/commons/a/ab/Aunt.jpg"),
             "https://upload.wikimedia.org/{place}/{file}", ("{url}",)),
    Spelling("Wikimedia", ("upload.wikimedia.org",), r"/.+\." + SUFFIX, Kind.PICTURE,
             ("https://upload.wikimedia.org/wikipedia/commons/a/ab/Aunt.jpg?download",
              "https://upload.wikimedia.org/wikipedia/commons/a/ab/Aunt.jpg?download")),
    # Flickr: sizes up to 1024 pixels share one secret, larger ones have their own.
    Spelling("Flickr", _FLICKR, r"/" + _FLICKR_FILE + r"_(?P<size>[hko]|\dk)\.(?P<ext>\w+)", Kind.PICTURE,
             ("https://farm5.staticflickr.com/4/5_ab_o.png", "https://live.staticflickr.com/4/5_ab_o.png"),
             "https://live.staticflickr.com/{dir}/{id}_{size}.{ext}"),
    Spelling("Flickr", _FLICKR, r"/(?:\d/)?" + _FLICKR_FILE + r"(?P<size>(?:_[a-z])?)\.(?P<ext>\w+)", Kind.PICTURE,
             ("https://live.staticflickr.com/4/5_ab_m.jpg", "https://live.staticflickr.com/4/5_ab_b.jpg"),
             "https://live.staticflickr.com/{dir}/{id}_b.{ext}", ("https://live.staticflickr.com/{dir}/{id}{size}.{ext}",)),
    Spelling("Flickr", ("flickr.com", "www.flickr.com", "m.flickr.com"), r"/photos/[^/]+/.+", Kind.PAGE,
             ("https://www.flickr.com/photos/someone/5", "")),
    Spelling("Flickr", ("flic.kr",), r"/p/\w+", Kind.PAGE, ("https://flic.kr/p/2kAbC", "")),
    # Library of Congress: r and t are reduced, v is the largest JPEG.
    Spelling("Library of Congress", ("tile.loc.gov",),
             r"/(?P<stem>storage-services/.+?)(?:r|t|_150px)\.(?P<ext>jpg|gif)", Kind.PICTURE,
             ("https://tile.loc.gov/storage-services/service/pnp/cph/3a1/3a1r.jpg",
              "https://tile.loc.gov/storage-services/service/pnp/cph/3a1/3a1v.jpg"),
             "https://tile.loc.gov/{stem}v.jpg", ("{url}",)),
    Spelling("Library of Congress", ("tile.loc.gov",),
             r"/(?P<item>image-services/iiif/[^/]+)/full/[^/]+/(?P<rest>\d+/\w+\.\w+)", Kind.PICTURE,
             ("https://tile.loc.gov/image-services/iiif/a:b/full/pct:12.5/0/default.jpg",
              "https://tile.loc.gov/image-services/iiif/a:b/full/pct:100/0/default.jpg"),
             "https://tile.loc.gov/{item}/full/pct:100/{rest}", ("{url}",)),
    Spelling("Library of Congress", ("loc.gov", "www.loc.gov"), r"/(?:item|pictures|resource)/.+", Kind.PAGE,
             ("https://www.loc.gov/item/2001/", "")),
    # Where people put pictures to show them
    Spelling("ImgBB", ("i.ibb.co", "i.ibb.co.com"), r"/(?P<rest>\w+/[^/]+)", Kind.PICTURE,
             ("https://i.ibb.co.com/AbC/aunt.jpg", "https://i.ibb.co/AbC/aunt.jpg"), "https://i.ibb.co/{rest}"),
    Spelling("ImgBB", ("ibb.co", "ibb.co.com", "www.ibb.co"), r"/\w+", Kind.PAGE, ("https://ibb.co/AbC", "")),
    Spelling("Postimages", ("i.postimg.cc",), r"/(?P<rest>\w+/[^/]+)", Kind.PICTURE,
             ("https://i.postimg.cc/AbC/aunt.jpg?dl=1", "https://i.postimg.cc/AbC/aunt.jpg"),
             "https://i.postimg.cc/{rest}"),
    Spelling("Postimages", ("postimg.cc", "postimages.org"), r"/.+", Kind.PAGE, ("https://postimg.cc/AbC", "")),
    Spelling("Catbox", ("files.catbox.moe",), r"/[\w-]+\." + MOVING_SUFFIX, Kind.MOVING,
             ("https://files.catbox.moe/abc123.mp4", "https://files.catbox.moe/abc123.mp4")),
    Spelling("Catbox", ("files.catbox.moe",), r"/.+", Kind.PICTURE,
             ("https://files.catbox.moe/abc123.jpg", "https://files.catbox.moe/abc123.jpg")),
    Spelling("Catbox", ("catbox.moe",), r"/c/\w+", Kind.PAGE, ("https://catbox.moe/c/abc123", "")),
    # Reactions
    Spelling("GIFs", ("giphy.com", "*.giphy.com", "tenor.com", "*.tenor.com", "gfycat.com", "*.gfycat.com"), r"/.+",
             Kind.REACTION, ("https://media.giphy.com/media/a/giphy.gif", "")),
    # Pages that only a browser can show
    Spelling("others", ("photos.google.com", "photos.app.goo.gl", "drive.google.com", "1drv.ms", "pin.it", "prnt.sc"),
             r"/.+", Kind.PAGE, ("https://photos.app.goo.gl/AbC", "")),
    Spelling("others", ("instagram.com", "www.instagram.com"), r"/(?:[\w.]+/)?(?:p|reel)/.+", Kind.PAGE,
             ("https://www.instagram.com/p/AbC/", "")),
    Spelling("others", ("facebook.com", "*.facebook.com"), r"/(?:photo|[\w.]+/photos|share/p)\b.*", Kind.PAGE,
             ("https://www.facebook.com/photo?fbid=1", "")),
    Spelling("others", ("pinterest.*", "*.pinterest.*"), r"/pin/.+", Kind.PAGE,
             ("https://www.pinterest.com/pin/1/", "")),
    Spelling("others", ("dropbox.com", "www.dropbox.com"), r"/(?:s|scl/fi|sh)/.+", Kind.PAGE,
             ("https://www.dropbox.com/s/abc/aunt.jpg?dl=0", "")),
    Spelling("others", ("gyazo.com",), r"/[0-9a-f]{32}", Kind.PAGE,
             ("https://gyazo.com/0123456789abcdef0123456789abcdef", "")),
)  # fmt: skip
