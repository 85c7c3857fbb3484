"""USB cable of a printer: pyusb carries the bytes.

python-escpos has a class for this too; it resets the device whenever it is opened, which throws away what a printer has not
printed yet.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from core.devices.links.link import AnswerMissing, HungUp, NotReached

_PRINTER_CLASS = 7
_IN = 0x80
_PIECE = 4_096
_MOST = 64
_GONE = {5, 19}  # errno: input/output error, no such device


class UsbLink:
    """A printer by its USB ids, "04b8:0e15". Its endpoints are asked of the device: makers number them as they like."""

    two_way = True

    def __init__(
        self,
        ids: str,
        timeout_seconds: float = 2.5,
        *,
        answer_seconds: float | None = None,
        find: Callable[[int, int], Any] | None = None,
    ) -> None:
        vendor, _, product = ids.partition(":")
        self._ids = ids
        self._vendor, self._product = int(vendor, 16), int(product, 16)
        self._timeout = int(timeout_seconds * 1_000)
        self._answer_time = int((answer_seconds or timeout_seconds) * 1_000)
        self._find = find or _plugged_in
        self._device: Any = None
        self._came_in = self._goes_out = 0

    def open(self) -> None:
        """Take the printer. Raises NotReached where it is not plugged in, not ours to use, or pyusb is not there."""
        self.close()
        try:
            device = self._find(self._vendor, self._product)
            if device is not None:
                self._take(device)
        except Exception as error:
            # pyusb and the libraries below it have a dozen errors of their own for a device that cannot be had.
            raise NotReached(f"USB {self._ids}: {error}") from error
        if device is None:
            raise NotReached(f"USB {self._ids} is not plugged in")
        self._device = device

    def write(self, sent: bytes) -> None:
        """Send all of it. Raises NotReached when not open, HungUp, AnswerMissing when the printer takes no more."""
        device = self._opened()
        try:
            for start in range(0, len(sent), _PIECE):
                device.write(self._goes_out, sent[start : start + _PIECE], self._timeout)
        except Exception as error:
            raise self._failure(error) from error

    def read(self) -> bytes:
        """What has come. Raises AnswerMissing where nothing does in time, HungUp where the printer is gone."""
        device = self._opened()
        try:
            received = bytes(device.read(self._came_in, _MOST, self._answer_time))
        except Exception as error:
            raise self._failure(error) from error
        if not received:
            raise AnswerMissing(f"USB {self._ids} says nothing")
        return received

    def close(self) -> None:
        """Let go. Closing twice is no error."""
        device, self._device = self._device, None
        if device is not None:
            import usb.util

            with suppress(Exception):  # the cable may be out; there is nothing left to let go of then
                usb.util.dispose_resources(device)

    def _take(self, device: Any) -> None:
        """Find where the printer is heard and where it listens: of its printer interface, or of its first."""
        faces = list(device.get_active_configuration())
        face = next((each for each in faces if each.bInterfaceClass == _PRINTER_CLASS), faces[0])
        with suppress(NotImplementedError):  # not on Windows
            if device.is_kernel_driver_active(face.bInterfaceNumber):
                device.detach_kernel_driver(face.bInterfaceNumber)
        addresses = [endpoint.bEndpointAddress for endpoint in face]
        self._came_in = next(each for each in addresses if each & _IN)
        self._goes_out = next(each for each in addresses if not each & _IN)

    def _failure(self, error: Exception) -> AnswerMissing:
        kind = HungUp if getattr(error, "errno", None) in _GONE else AnswerMissing
        return kind(f"USB {self._ids}: {error}")

    def _opened(self) -> Any:
        if self._device is None:
            raise NotReached(f"USB {self._ids} is not open")
        return self._device


def _plugged_in(vendor: int, product: int) -> Any:
    import usb.core

    return usb.core.find(idVendor=vendor, idProduct=product)
