"""create_app(settings): builds the rooms, joins them, and serves them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from cloud_api.access import Access
from cloud_api.bills.service import Bills
from cloud_api.bills.sources import sources_of
from cloud_api.body_limit import LimitBodies
from cloud_api.chores import Chores
from cloud_api.clock import Clock, SystemClock
from cloud_api.counter_refunds import CounterRefunds
from cloud_api.coupons.service import Coupons
from cloud_api.database import Database
from cloud_api.doors import EVERY_ERROR, doors
from cloud_api.drivers.people import People
from cloud_api.drivers.service import Drivers
from cloud_api.drivers.sms import SmsGateway
from cloud_api.giving import Giving
from cloud_api.hub import Hub
from cloud_api.invoices.build import Invoicing
from cloud_api.keys_file import file_for
from cloud_api.language import AnswerInTheirLanguage
from cloud_api.members.codes import MemberCodes
from cloud_api.members.service import Members
from cloud_api.offices.build import open_office
from cloud_api.operation.build import AmongWorkers, watch
from cloud_api.operation.headers import GuardedAnswers, GuardedPage
from cloud_api.operation.months import Months
from cloud_api.orders import from_wallet
from cloud_api.orders.service.at_station import OrdersAtStation
from cloud_api.orders.service.lost import LostOrders
from cloud_api.orders.service.money import OrderMoney
from cloud_api.orders.service.moves import Moves
from cloud_api.orders.service.one_by_one import OneByOne
from cloud_api.orders.service.orders import Orders
from cloud_api.orders.service.overdue import OverdueOrders
from cloud_api.orders.service.paying import Paying
from cloud_api.orders.service.quotes import Quotes
from cloud_api.orders.service.tenders import Tenders
from cloud_api.orders.service.together import OrdersFromWallet
from cloud_api.payments.build import open_payments
from cloud_api.payments.outcomes import OnPayer
from cloud_api.payments.provider import PaymentProvider
from cloud_api.payments.service import Payments
from cloud_api.payments.stuck import StuckRefunds
from cloud_api.places.service import Places
from cloud_api.places.tencent import TencentMap
from cloud_api.points.service import Points
from cloud_api.purses import Purses
from cloud_api.recharge_cards.service import RechargeCards
from cloud_api.refusals import answer_refusals
from cloud_api.settings import Settings, SettingsUnfit
from cloud_api.stations import doorbell
from cloud_api.stations.mailbox import Mailbox
from cloud_api.stations.service import Stations
from cloud_api.upgrade import open_upgraded
from cloud_api.wallets.money import WalletMoney
from core.protocol.from_station import RefundCompleted, SaleCompleted, ShiftClosed
from core.resources import resource
from core.wording.catalogue import mark

_DESCRIPTION = """Where drivers order and stations report.

Amounts are whole fen, volumes whole millilitres, unit prices whole li (0.001 yuan) per litre, moments UTC with `Z`, ids 32
hex characters made by whoever creates the thing. `Accept-Language: zh-CN` (default) or `en` chooses the language of messages.
Besides these routes there are two WebSockets: `/v1/station/doorbell` says `{"waiting": n}` to a station, and
`/v1/orders/{id}/follow` sends a driver the whole order at every change (first message: `{"token": "…"}`)."""


def create_app(
    settings: Settings,
    clock: Clock | None = None,
    *,
    database: Database | None = None,
    providers: Mapping[str, PaymentProvider] = MappingProxyType({}),
) -> FastAPI:
    """The cloud, ready to serve. Its database is opened and upgraded here, and closed when it stops serving.

    One that is open already may be handed in, and providers of payments beside those that have settings. Raises
    SettingsUnfit where it cannot run by these settings.
    """
    clock = clock or SystemClock()
    database = database or open_upgraded(settings.database, file_for(settings))
    try:
        return _joined(settings, clock, database, providers)
    except BaseException:
        database.close()
        raise


def _joined(
    settings: Settings, clock: Clock, database: Database, providers: Mapping[str, PaymentProvider]
) -> FastAPI:
    hub = Hub()
    among = AmongWorkers(database, settings, hub)
    messages = SmsGateway(settings.sms)
    coupons = Coupons(database, clock, settings)
    mailbox = Mailbox(clock, lambda station_id: hub.ring(doorbell.topic(station_id)))
    points = Points(database, clock, settings)
    giving = Giving(database, clock, points=points, coupons=coupons)
    tenders = Tenders(clock, settings, points, RechargeCards(database, clock))
    moves = Moves(clock, settings, hub, coupons, mailbox, tenders=tenders)
    purses = Purses(database, clock, settings, points)
    money = OrderMoney(moves)
    payments = _open_payments(
        database, clock, settings, purses.money_before(money, moves), money.paid_by, providers
    )
    at_station = OrdersAtStation(database, clock, moves)
    drivers = Drivers(database, clock, settings, messages)
    people = People(database, clock, settings, drivers)
    invoicing = Invoicing(database, clock, hub, settings.invoices)
    stations = Stations(
        database,
        clock,
        settings,
        at_station.takers,
        {
            SaleCompleted: [points.take_sale, *giving.on_sale],
            RefundCompleted: [
                CounterRefunds(points, coupons).take,
                *giving.on_refund,
                invoicing.invoices.take_refund,
            ],
            ShiftClosed: giving.on_shift,
        },
    )
    bills = Bills(database, clock, sources_of(payments.providers))
    overdue = OverdueOrders(database, clock, moves, payments)
    chores = Chores(
        {
            "make months ahead": Months(database, clock).make_ahead,
            "end overdue orders": overdue.end_overdue,
            "close payments": overdue.close_payments,
            "give money back": overdue.give_back,
            "settle payments": payments.settle_pending,
            "release forgotten coupons": coupons.release_overdue,
            "release forgotten points": points.release_overdue,
            "forget old quotes": overdue.forget_old_quotes,
            "fetch the providers' bills": bills.fetch_due,
            **purses.chores(payments),
            **giving.chores,
            **invoicing.chores,
            "copy what is held of people": people.copies.make_asked,
        },
        hub,
        settings.chores_seconds,
        among.turn,
    )

    @contextlib.asynccontextmanager
    async def serving(app: FastAPI) -> AsyncIterator[None]:
        running = asyncio.create_task(chores.run_for_ever(), name="chores")
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            for room in (payments, messages, people, invoicing, app.state.places, among):
                await room.close()
            database.close()

    app = FastAPI(
        title="Youzhan cloud",
        version="1",
        description=_DESCRIPTION,
        responses=EVERY_ERROR,
        lifespan=serving,
        # Without it FastAPI leaves out the pages that read it, too.
        openapi_url="/openapi.json" if settings.documents == "open" else None,
    )
    _hold(app, settings=settings, database=database, hub=hub, drivers=drivers, stations=stations)
    _hold(
        app,
        access=Access(drivers.driver_of, stations.station_of),
        coupons=coupons,
        payments=payments,
        orders_at_station=at_station,
        bills=bills,
        people=people,
    )
    giving.open(app)
    _open_purses(
        app,
        database,
        clock,
        purses,
        points=points,
        members=Members(
            database, clock, settings, codes=MemberCodes(clock), points=points, messages=messages
        ),
    )
    invoicing.follow(app.state.balance_refunds.on_paid_back)
    _hold(
        app,
        places=Places(database, clock, _map_service(settings)),
        invoices=invoicing.invoices,
        quotes=Quotes(database, clock, settings, points.level_of),
        orders=Orders(database, clock, settings, moves=moves, coupons=coupons),
        paying=Paying(database, clock, settings, moves=moves, tenders=tenders, payments=payments),
        lost_orders=LostOrders(database, clock, settings, moves),
        stuck_refunds=StuckRefunds(database, clock, payments.on_refunded),
    )
    app.state.orders_from_wallet = OrdersFromWallet(
        clock,
        settings,
        mailbox,
        OneByOne(app.state.quotes, app.state.orders, app.state.paying),
    )
    _open_doors(app, settings, clock)
    return app


def _hold(app: FastAPI, **rooms: object) -> None:
    """Where the endpoints find the rooms, by their names."""
    for name, room in rooms.items():
        setattr(app.state, name, room)


def _map_service(settings: Settings) -> TencentMap | None:
    if settings.map is None:
        return None
    return TencentMap(
        settings.map.base_url, settings.map.key, settings.map.secret_file.read_text("utf-8").strip()
    )


def _open_payments(  # noqa: PLR0917 - called in one place
    database: Database,
    clock: Clock,
    settings: Settings,
    money: WalletMoney,
    on_payer: OnPayer,
    providers: Mapping[str, PaymentProvider],
) -> Payments:
    try:
        return open_payments(
            database,
            clock,
            settings.wechat,
            settings.alipay,
            settings.site_url,
            money.captured,
            money.refunded,
            unionpay=settings.unionpay,
            official_account=settings.official_account,
            others=providers,
            on_payer=on_payer,
        )
    except (OSError, ValueError, TypeError) as error:
        raise SettingsUnfit(
            mark("A key that [wechat], [alipay] or [unionpay] names cannot be used: {why}"), why=error
        ) from error


def _open_purses(
    app: FastAPI, database: Database, clock: Clock, purses: Purses, *, points: Points, members: Members
) -> None:
    purses.put_into(app)
    app.state.points = points
    app.state.members = members
    app.state.recharge_cards = RechargeCards(database, clock)


def _open_doors(app: FastAPI, settings: Settings, clock: Clock) -> None:
    open_office(app, app.state.database, clock, settings.site_url)
    app.router.routes.extend(doors().routes)
    answer_refusals(app)
    app.add_middleware(LimitBodies)
    app.add_middleware(AnswerInTheirLanguage)
    app.add_middleware(GuardedAnswers, site_url=settings.site_url)
    watch(app, settings)
    # Outside of all others, as they cost more than what goes through it.
    app.add_middleware(from_wallet.Door)
    if (settings.h5_dir / "index.html").is_file():
        # The page asks for this face only on a machine that has no Chinese one of its own.
        app.mount("/fonts", StaticFiles(directory=resource("fonts")), name="fonts")
        page = StaticFiles(directory=settings.h5_dir, html=True)
        app.mount("/", GuardedPage(page, settings.site_url), name="driver app")
