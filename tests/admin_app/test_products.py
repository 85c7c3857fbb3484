"""The form for goods, when somebody else has been quicker or the shelf remembers more than the list shows."""

from dataclasses import replace

from core.domain.ids import GoodsId
from core.domain.money import Money
from core.domain.product import Goods
from tests.admin_app.small_desk import SmallDesk


def test_a_barcode_of_goods_no_longer_sold_is_refused_in_the_form_which_stays_open(desk: SmallDesk) -> None:
    desk.sign_in()
    gone = Goods(GoodsId("7" * 32), "6900000000017", "冰红茶", Money(400), 10)
    desk.station.products.save(replace(gone, on_sale=False), desk.station.manager)
    desk.click("rail_products")
    desk.click("goods_new")
    desk.type("goods_name", "绿茶")
    desk.type("goods_barcode", gone.barcode)
    desk.type("goods_price", "4")
    desk.type("goods_stock", "10")
    desk.click("goods_save")
    assert desk.shows("goods_form")
    assert desk.text("goods_told") == "冰红茶 已经用了条码 6900000000017。请核对条码，或修改那个商品。"
    desk.type("goods_barcode", "6900000000024")
    assert desk.text("goods_told") == ""
    desk.click("goods_save")
    assert not desk.shows("goods_form")
