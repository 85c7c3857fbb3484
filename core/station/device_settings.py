"""What station.toml says about printer, displays and scanner."""

from dataclasses import dataclass

PRINTER_KINDS = ("none", "network", "serial", "usb", "spooler", "file")
FLOW_CONTROLS = ("none", "rtscts", "dsrdtr", "xonxoff")
DRAWER_SENSORS = ("none", "high", "low")
POLE_KINDS = ("none", "cd5220", "escpos", "led8")
CUSTOMER_DISPLAY_KINDS = ("none", "screen")
PRICE_POLE_KINDS = ("none", "network", "serial")
SCANNER_KINDS = ("keyboard", "serial")


@dataclass(frozen=True, slots=True)
class PrinterSettings:
    """How the receipt printer is reached and what it can do. `kind` "none" means that this station prints nothing.

    `address` is a host (and port), a serial device, "vendor:product" of a USB printer, a Windows printer's name, or a
    device file. `drawer_sensor` is the level of the drawer's switch while it is open, or "none".
    """

    kind: str
    address: str
    baud: int
    flow: str
    width: int
    raster: bool
    qr: str
    drawer_pin: int
    drawer_sensor: str
    logo: str

    @property
    def is_set(self) -> bool:
        """Whether this station prints."""
        return self.kind != "none"


@dataclass(frozen=True, slots=True)
class ReceiptSettings:
    """What stands on receipts beside the station's name."""

    phone: str
    invoice_url: str


@dataclass(frozen=True, slots=True)
class PoleDisplaySettings:
    """The customers' two-line display on a serial cable; `chinese` where it has Chinese characters."""

    kind: str
    address: str
    baud: int
    chinese: bool


@dataclass(frozen=True, slots=True)
class CustomerDisplaySettings:
    """Whether a second screen of this machine, `kind` "screen", is for the customers."""

    kind: str = "none"


@dataclass(frozen=True, slots=True)
class ScannerSettings:
    """How the scanner is connected; one that types like a keyboard needs no address."""

    kind: str
    address: str
    baud: int


@dataclass(frozen=True, slots=True)
class PricePoleSettings:
    """The sign at the road. `rows` are the grades of its rows, from the top."""

    kind: str = "none"
    address: str = ""
    baud: int = 9600
    rows: tuple[str, ...] = ()
