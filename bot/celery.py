"""The Celery application by which Celery's own commands find the bot: `celery -A bot.celery worker`.

The settings are those that $COLORIZEBOT_CONFIG names, or colorizebot.toml in the current folder.
"""

from bot.cli.setup import start
from bot.errors import SettingsError
from colorizer.importing import imported_to_stay

with imported_to_stay():
    from bot.app.celery_worker import celery_with_tasks

try:
    app = celery_with_tasks(*start(None))
except SettingsError as error:
    raise SystemExit(f"colorizebot: {error}") from None
