"""python -m cloud_api: serve, and the commands of whoever keeps the cloud."""

import argparse
import functools
import sys
from collections.abc import Callable
from pathlib import Path

from cloud_api.clock import SystemClock
from cloud_api.keeping import Keeping
from cloud_api.keys_file import add_key, file_for, make
from cloud_api.ledger.keeping import check_books
from cloud_api.offices.keeping import add_office_user, office_arguments, suspend_office_user
from cloud_api.operation.logs import set_up
from cloud_api.resealing import reseal
from cloud_api.settings import Settings, SettingsUnfit, load
from cloud_api.upgrade import open_upgraded
from core.domain.coupon import CouponKind
from core.domain.refusals.refusal import Refusal
from core.wording.refusals import sentence


def main(arguments: list[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    try:
        if asked.command == "keys":
            for line in _keys(asked):
                print(line)
            return 0
        settings = load(vars(asked))
        if asked.command == "serve":
            _serve(settings, asked.ready_file)
        else:
            for line in _keep(settings, asked):
                print(line)
    except SettingsUnfit as error:
        print(error, file=sys.stderr)
        return 2
    except Refusal as refusal:
        print(sentence(refusal), file=sys.stderr)
        return 1
    return 0


def _serve(settings: Settings, ready_file: Path | None) -> None:
    # Not at the top: the commands answer at once, without loading the whole server.
    from cloud_api.serve import serve

    set_up(settings.log_form)
    serve(settings, ready_file)


def _keep(settings: Settings, asked: argparse.Namespace) -> list[str]:
    database = open_upgraded(settings.database, file_for(settings))
    try:
        keeping = Keeping(database, SystemClock(), settings)
        does: dict[tuple[str, str], Callable[[argparse.Namespace], list[str]]] = {
            ("office", "add"): functools.partial(add_office_user, database, SystemClock()),
            ("office", "suspend"): functools.partial(suspend_office_user, database, SystemClock()),
            ("ledger", "check"): functools.partial(check_books, database, SystemClock()),
            ("people", "reseal"): lambda _asked: [
                f"{name} {count}" for name, count in reseal(database).items()
            ],
            ("station", "add"): keeping.add_station,
            ("station", "pair"): keeping.pair_station,
            ("station", "say-again"): keeping.came_from_a_copy,
            ("campaign", "add"): keeping.add_campaign,
            ("coupon", "issue"): keeping.issue_coupons,
            ("coupon", "give"): keeping.give_coupon,
            ("member", "add"): keeping.add_member,
            ("wallet", "top-up"): keeping.top_up_wallet,
            ("points", "give"): keeping.give_points,
            ("card", "make"): keeping.make_cards,
            ("card", "activate"): keeping.activate_card,
            ("card", "freeze"): keeping.freeze_card,
            ("card", "thaw"): keeping.thaw_card,
        }
        return does[asked.command, asked.what](asked)
    finally:
        database.close()


def _keys(asked: argparse.Namespace) -> list[str]:
    """Needs no database: the first file is made before there is one."""
    if asked.what == "new":
        make(asked.file)
        return [f"keys {asked.file}"]
    return [f"key {add_key(asked.file)}"]


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--database", help="sqlite:///cloud.db or postgresql://user@host/name")
    common.add_argument(
        "--settings", type=Path, help="TOML with [cloud], [people], [wechat], [alipay], [sms]"
    )
    parser = argparse.ArgumentParser(prog="python -m cloud_api", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    serve = commands.add_parser("serve", parents=[common], help="serve drivers and stations")
    serve.add_argument("--host")
    serve.add_argument("--port", type=int, help="0 takes a free one")
    serve.add_argument("--site-url", help="where drivers and payment providers reach us")
    serve.add_argument("--h5-dir", type=Path, help="the built driver app")
    serve.add_argument("--ready-file", type=Path, help="written with the port once we listen")

    station = commands.add_parser("station").add_subparsers(dest="what", required=True)
    add = station.add_parser("add", parents=[common], help="prints the station's id and a pairing code")
    add.add_argument("--name", required=True)
    add.add_argument("--address", required=True)
    add.add_argument("--lat", type=float, required=True)
    add.add_argument("--lng", type=float, required=True)
    station.add_parser(
        "say-again",
        parents=[common],
        help="after an older copy of the database was put in place: stations say again what it does not know",
    )
    pair = station.add_parser("pair", parents=[common], help="prints a new pairing code")
    pair.add_argument("station", metavar="ID")

    campaign = commands.add_parser("campaign").add_subparsers(dest="what", required=True)
    _campaign_arguments(campaign.add_parser("add", parents=[common], help="prints the campaign's id"))

    coupon = commands.add_parser("coupon").add_subparsers(dest="what", required=True)
    issue = coupon.add_parser("issue", parents=[common], help="prints new codes, one a line")
    issue.add_argument("--campaign", required=True)
    issue.add_argument("--count", type=int, required=True)
    give = coupon.add_parser("give", parents=[common], help="gives one to a driver, prints its code")
    give.add_argument("--campaign", required=True)
    give.add_argument("--phone", required=True)
    _member_commands(commands, common)
    office = commands.add_parser("office").add_subparsers(dest="what", required=True)
    office_arguments(office.add_parser("add", parents=[common], help="a user; prints the secrets, this once"))
    office.add_parser(
        "suspend", parents=[common], help="signs a user out and lets them in no more"
    ).add_argument("--login", required=True)
    people = commands.add_parser("people").add_subparsers(dest="what", required=True)
    people.add_parser("reseal", parents=[common], help="seal with the current key what older ones sealed")
    keys = commands.add_parser("keys").add_subparsers(dest="what", required=True)
    for what, words in (("new", "a new file of keys for personal data"), ("add", "a new key to seal with")):
        keys.add_parser(what, help=words).add_argument("file", type=Path)
    return parser


def _member_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser
) -> None:
    member = commands.add_parser("member").add_subparsers(dest="what", required=True)
    add = member.add_parser("add", parents=[common], help="a driver with a name and cars; prints the id")
    add.add_argument("--phone", required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--plate", action="append", default=[], help="may be repeated")
    add.add_argument("--fen", type=int, default=0, help="puts this much into the wallet")
    add.add_argument("--bonus-fen", type=int, default=0, help="and this much bonus with it")
    add.add_argument("--points", type=int, default=0, help="gives so many points")
    add.add_argument("--campaign", action="append", default=[], help="gives its coupon; may be repeated")

    wallet = commands.add_parser("wallet").add_subparsers(dest="what", required=True)
    top_up = wallet.add_parser("top-up", parents=[common], help="money that was paid in another way")
    top_up.add_argument("--phone", required=True)
    top_up.add_argument("--fen", type=int, required=True)
    top_up.add_argument("--bonus-fen", type=int, default=0)

    ledger = commands.add_parser("ledger").add_subparsers(dest="what", required=True)
    ledger.add_parser("check", parents=[common], help="looks at all of the books and names every fault")

    points = commands.add_parser("points").add_subparsers(dest="what", required=True)
    gift = points.add_parser("give", parents=[common], help="points for nothing")
    gift.add_argument("--phone", required=True)
    gift.add_argument("--points", type=int, required=True)

    card = commands.add_parser("card").add_subparsers(dest="what", required=True)
    make = card.add_parser("make", parents=[common], help="new cards: number and code, this once, one a line")
    make.add_argument("--title", required=True)
    make.add_argument("--face-fen", type=int, required=True)
    make.add_argument("--count", type=int, required=True)
    make.add_argument("--active", action="store_true", help="sold already: they pay at once")
    for what, words in (
        ("activate", "the card was sold"),
        ("freeze", "the card was lost"),
        ("thaw", "found again"),
    ):
        card.add_parser(what, parents=[common], help=words).add_argument("number")


def _campaign_arguments(add: argparse.ArgumentParser) -> None:
    add.add_argument("--title", required=True)
    add.add_argument(
        "--kind", choices=[kind.value for kind in CouponKind], default=CouponKind.AMOUNT_OFF.value
    )
    add.add_argument("--off-fen", type=int, default=0)
    add.add_argument("--percent", type=int, default=0)
    add.add_argument("--off-li", type=int, default=0)
    add.add_argument("--threshold-fen", type=int, default=0)
    add.add_argument("--cap-fen", type=int)
    add.add_argument("--stock", type=int, required=True)
    add.add_argument("--days", type=int, default=30, help="how long the coupons hold from now")
    add.add_argument("--grade", action="append", default=[], help="only this grade; may be repeated")
    add.add_argument("--station", action="append", default=[], help="only this station; may be repeated")


if __name__ == "__main__":
    sys.exit(main())
