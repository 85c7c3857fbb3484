"""Which request does what, and which permissions open it."""

from collections.abc import Callable, Mapping

from core.simulated.pts_controller import authorisation, pump_commands, site_commands
from core.simulated.pts_controller.request import Reply, Request
from core.simulated.pts_controller.site import PERMISSIONS

Command = Callable[[Request], Reply]

_ANY = PERMISSIONS
_CONTROL = frozenset({"Control"})
_WATCH = frozenset({"Control", "Monitoring"})
_CONFIGURE = frozenset({"Configuration"})

ALONE_IN_A_MESSAGE = "ReportGetPumpTransactions"

COMMANDS: Mapping[str, tuple[Command, frozenset[str]]] = {
    "PumpGetStatus": (pump_commands.get_status, _WATCH),
    "PumpAuthorize": (authorisation.authorise, _CONTROL),
    "PumpGetTransactionInformation": (
        pump_commands.get_transaction_information,
        frozenset({"Control", "Reports"}),
    ),
    "PumpStop": (pump_commands.stop, _CONTROL),
    "PumpEmergencyStop": (pump_commands.emergency_stop, _CONTROL),
    "PumpSuspend": (pump_commands.suspend, _CONTROL),
    "PumpResume": (pump_commands.resume, _CONTROL),
    "PumpCloseTransaction": (pump_commands.close_transaction, _CONTROL),
    "PumpLock": (pump_commands.lock, _CONTROL),
    "PumpUnlock": (pump_commands.unlock, _CONTROL),
    "PumpGetTotals": (pump_commands.get_totals, _CONTROL),
    "PumpGetLastSavedTotals": (pump_commands.get_last_saved_totals, _CONTROL),
    "PumpGetPrices": (pump_commands.get_prices, _CONTROL),
    "PumpSetPrices": (pump_commands.set_prices, _CONTROL),
    "ReportGetPumpTransactions": (pump_commands.report_transactions, frozenset({"Reports"})),
    "ProbeGetMeasurements": (site_commands.get_probe_measurements, _WATCH),
    "GetDateTime": (site_commands.get_date_time, _ANY),
    "SetDateTime": (site_commands.set_date_time, _CONFIGURE),
    "GetUniqueIdentifier": (site_commands.get_unique_identifier, _ANY),
    "GetConfigurationIdentifier": (
        site_commands.get_configuration_identifier,
        frozenset({"Configuration", "Control", "Monitoring"}),
    ),
    "GetSystemDecimalDigits": (site_commands.get_system_decimal_digits, _ANY),
    "GetPumpsConfiguration": (site_commands.get_pumps_configuration, _ANY),
    "GetPumpNozzlesConfiguration": (site_commands.get_pump_nozzles_configuration, _ANY),
    "GetFuelGradesConfiguration": (site_commands.get_fuel_grades_configuration, _ANY),
    "SetFuelGradesConfiguration": (site_commands.set_fuel_grades_configuration, _CONFIGURE),
    "GetFuelGradesPrices": (site_commands.get_fuel_grades_prices, _ANY),
    "SetFuelGradesPrices": (site_commands.set_fuel_grades_prices, frozenset({"Configuration", "Control"})),
}
