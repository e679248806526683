"""Settings, from the environment and a TOML file; `colorizebot.example.toml` documents each of them.

Environment: COLORIZEBOT_SECTION__NAME, for example COLORIZEBOT_REDDIT__CLIENT_ID; it wins over the file.
"""

from bot.errors import SettingsError
from bot.hosting_settings import HostingSettings
from bot.settings.loading import file_in_use, load_settings
from bot.settings.sections import ColorizerSettings, RedditSettings, reveal
from bot.settings.whole import Settings

__all__ = [
    "ColorizerSettings",
    "HostingSettings",
    "RedditSettings",
    "Settings",
    "SettingsError",
    "file_in_use",
    "load_settings",
    "reveal",
]
