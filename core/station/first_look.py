"""How a program's first window looks, as far as the settings can be read."""

from dataclasses import dataclass
from pathlib import Path

from core.station.settings import ScreenSettings, SettingsUnfit, read_settings


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What the first window needs to know; the name is empty where nobody knows it yet."""

    station: str
    screen: ScreenSettings


def first_look(file: Path) -> FirstLook:
    """How it looks; as by default where the file is unfit, which that window then says."""
    try:
        settings = read_settings(file)
    except SettingsUnfit:
        return FirstLook("", ScreenSettings("zh_CN", "light"))
    return FirstLook(settings.station.name, settings.screen)
