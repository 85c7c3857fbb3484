"""The file with the keys of personal data: read, made for a trial, and a key added to change over."""

import base64
import binascii
import os
import secrets
import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from cloud_api.sealing import KEY_BYTES, Keyring
from cloud_api.settings import Settings, SettingsUnfit
from core.wording.catalogue import mark

ENVIRONMENT = "YOUZHAN_CLOUD_KEYS_FILE"
_HEAD = """# The keys of personal data in the cloud's database. Without this file nobody can read it, and with it anybody can:
# keep a copy apart from the copies of the database, show it to nobody, and never take a key out that is still in use.
"""


def ring_for(url: URL, named: Path | None = None) -> Keyring:
    """The keys from the file that is named (argument, or YOUZHAN_CLOUD_KEYS_FILE).

    With none named, an SQLite database has a file of its own beside it, made at the first need; PostgreSQL has nothing
    beside it. Raises SettingsUnfit.
    """
    file = named or named_in_environment()
    if file is not None:
        return read(file)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise _nothing_named()
    beside = Path(url.database).with_name(Path(url.database).stem + "-keys.toml")
    if not beside.exists():
        make(beside)
    return read(beside)


def file_for(settings: Settings) -> Path | None:
    """The keys' file as a serving cloud needs it; nothing where a trial may have one of its own beside its database.

    Raises SettingsUnfit: a cloud that serves the public (https) never makes keys by itself, as nobody would put them away.
    """
    file = settings.people.keys_file if settings.people is not None else named_in_environment()
    if file is None and settings.site_url.startswith("https://"):
        raise _nothing_named()
    if file is not None:
        read(file)
    return file


def named_in_environment() -> Path | None:
    named = os.environ.get(ENVIRONMENT)
    return Path(named) if named else None


def read(file: Path) -> Keyring:
    """Raises SettingsUnfit, which never says what stands in the file."""
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsUnfit(mark("{file} cannot be read: {why}"), file=file, why=error.strerror) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise _unfit(file) from None
    try:
        return Keyring(
            current=str(written["current"]),
            sealing={name: _key(text) for name, text in written["sealing"].items()},
            indexing=_key(written["indexing"]["key"]),
        )
    except (KeyError, ValueError, TypeError, AttributeError, binascii.Error):
        raise _unfit(file) from None


def make(file: Path) -> None:
    """A new file with new keys, for its owner's eyes alone; one that is already there stays as it is."""
    name = "k1"
    _write(file, name, {name: secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES), is_new=True)


def add_key(file: Path) -> str:
    """Adds a sealing key that is current from the next start on, and says its name. Raises SettingsUnfit."""
    ring = read(file)
    name = next(name for number in range(1, 10_000) if (name := f"k{number}") not in ring.sealing)
    _write(file, name, {**ring.sealing, name: secrets.token_bytes(KEY_BYTES)}, ring.indexing)
    return name


def _write(
    file: Path, current: str, sealing: dict[str, bytes], indexing: bytes, *, is_new: bool = False
) -> None:
    lines = [_HEAD, f'current = "{current}"', "", "[sealing]"]
    lines += [f'{name} = "{_text(key)}"' for name, key in sealing.items()]
    lines += ["", "[indexing]", f'key = "{_text(indexing)}"', ""]
    written = file.with_name(f"{file.name}.{secrets.token_hex(4)}.new")
    handle = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write("\n".join(lines))
            out.flush()
            os.fsync(out.fileno())
        if is_new:
            # Two processes may start at once: a link is made only where nothing is yet, and both read the same file.
            _link_unless_there(written, file)
        else:
            written.replace(file)
    except OSError as error:
        raise SettingsUnfit(mark("{file} cannot be written: {why}"), file=file, why=error.strerror) from error
    finally:
        written.unlink(missing_ok=True)


def _link_unless_there(written: Path, file: Path) -> None:
    try:
        os.link(written, file)
    except FileExistsError:
        return


def _key(text: Any) -> bytes:
    return base64.b64decode(str(text), validate=True)


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _nothing_named() -> SettingsUnfit:
    return SettingsUnfit(
        mark(
            "No keys for personal data are named. Make a file with `python -m cloud_api keys new FILE` and name it: "
            "keys_file in [people] of the settings, or YOUZHAN_CLOUD_KEYS_FILE."
        )
    )


def _unfit(file: Path) -> SettingsUnfit:
    return SettingsUnfit(mark("{file} is not a file of keys; take the copy that was put away."), file=file)
