"""Whether the models that the settings name are on this machine, said without loading PyTorch."""

from bot.errors import SettingsError
from bot.settings import ColorizerSettings
from colorizer.catalogue import WeightsNotFound, weights_path


def check_weights(wanted: ColorizerSettings) -> None:
    """Raises SettingsError when a model is not on this machine."""
    for setting, names in (("colorizer.weights:", (wanted.weights,)), ("colorizer.others:", wanted.others)):
        for name in names:
            try:
                weights_path(name)
            except WeightsNotFound as error:
                raise SettingsError(f"{setting} {error}") from error
