"""What can fail outside: the printer, the pumps' controller, the cloud, a disk. The rules had no objection."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


class Fault(Refusal):
    """Something outside failed. What was asked may be tried again; an unclear outcome says so by its own class."""


@dataclass(eq=False)
class WechatUnreachable(Fault):
    """WeChat's sign-in did not answer, or was too busy."""


@dataclass(eq=False)
class PrinterFault(Fault):
    """The printer cannot print. With `begun` some of the job had gone out: there may be half a receipt, or a whole one."""

    begun: bool = False

    @classmethod
    def kinds(cls) -> "tuple[type[PrinterFault], ...]":
        """Every way in which a printer fails."""
        return tuple(cls.__subclasses__())


@dataclass(eq=False)
class PrinterOutOfPaper(PrinterFault):
    """The printer has no paper."""


@dataclass(eq=False)
class PrinterCoverOpen(PrinterFault):
    """The printer's cover is open."""


@dataclass(eq=False)
class PrinterOffline(PrinterFault):
    """The printer is switched off, unplugged, or does not answer."""


@dataclass(eq=False)
class PrinterNotSet(PrinterFault):
    """This station prints nothing: no printer is set in its settings."""


@dataclass(eq=False)
class PrintingInterrupted(PrinterFault):
    """The power went, or the program ended, while a paper was being printed; nobody knows whether it came out."""


@dataclass(eq=False)
class PumpLineDown(Fault):
    """The pump controller does not answer: nothing was sent, or it certainly did not arrive."""


@dataclass(eq=False)
class PumpAnswerLost(Fault):
    """The command went out and no answer came: the controller may have carried it out."""


@dataclass(eq=False)
class PumpAnswerUnfit(PumpLineDown):
    """The controller answered with something that is not its protocol; nothing can be said of its pumps."""


@dataclass(eq=False)
class PumpControllerLogin(Fault):
    """The controller refuses our user name or password, or the user lacks a right there."""


@dataclass(eq=False)
class PumpControllerCertificate(PumpLineDown):
    """The controller shows another certificate than the one it is known by: nothing was sent to it."""


@dataclass(eq=False)
class GaugeSilent(Fault):
    """The tank gauge does not answer, or cannot be reached."""


@dataclass(eq=False)
class GaugeAnswerUnfit(GaugeSilent):
    """The gauge answered with something that is not its protocol; `why` names what was wrong, for the log."""

    why: str = ""


@dataclass(eq=False)
class GaugeRefused(Fault):
    """The gauge answers and will not tell: it does not know the question, or has no probe in this tank."""

    tank: int
    why: str = ""


@dataclass(eq=False)
class CloudUnreachable(Fault):
    """The cloud cannot be reached: what was asked certainly did not arrive there. Cash and fuel go on."""


@dataclass(eq=False)
class CloudAnswerLost(Fault):
    """The question went out and no answer came: the cloud may have carried it out. Ask again with the same id."""


@dataclass(eq=False)
class CloudAnswerUnfit(Fault):
    """The cloud answered with something that is not in the contract."""

    status: int


@dataclass(eq=False)
class StationNotEnrolled(Fault):
    """This station has no (valid) token for the cloud."""


@dataclass(eq=False)
class PricePoleSilent(Fault):
    """The price pole does not answer, or does not take a price."""


@dataclass(eq=False)
class ReportNotWritten(Fault):
    """The report could not be written to disk."""

    path: str


@dataclass(eq=False)
class SmsUnreachable(Fault):
    """The text message could not be handed over."""


@dataclass(eq=False)
class InvoiceHouseUnreachable(Fault):
    """The invoice house could not be asked, or did not do it; asking again does no harm."""


@dataclass(eq=False)
class CloudDatabaseUnreachable(Fault):
    """The cloud's own database does not answer."""


@dataclass(eq=False)
class ProviderUnreachable(Fault):
    """A payment provider did not answer. Nothing was charged by this request; the same id may be tried again."""

    provider: str


@dataclass(eq=False)
class DatabaseFault(Fault):
    """The station's books could not be read or written. What was asked did not happen, as far as this program can know."""


@dataclass(eq=False)
class DiskFull(DatabaseFault):
    """There is no room left for the books."""


@dataclass(eq=False)
class DatabaseBusy(DatabaseFault):
    """Another program has kept the books locked for longer than anybody waits."""


@dataclass(eq=False)
class DatabaseReadOnly(DatabaseFault):
    """The books can be read and not written: the file, the disk or the server says so."""


@dataclass(eq=False)
class DatabaseDamaged(DatabaseFault):
    """The books' file is not whole, or no database."""


@dataclass(eq=False)
class DatabaseGone(DatabaseFault):
    """The books' file was deleted, moved or replaced under the running program."""


@dataclass(eq=False)
class DatabaseUnavailable(DatabaseFault):
    """The disk or the server under the books does not answer as it should."""
