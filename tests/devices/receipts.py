"""Receipts that the printer tests print."""

from core.domain.receipt import Align, Gap, Pair, QrCode, Receipt, Rule, Text

COUNTER_SALE = Receipt(
    (
        Text("浦东北路加油站", Align.CENTRE, bold=True, large=True),
        Text("上海市浦东新区张杨北路1234号(近五洲大道)，欢迎光临，祝您一路平安"),
        Rule(),
        Pair("单号 20261122-0143", "收银员 王小明"),
        Pair("3号枪 92号汽油", "￥200.00"),
        Text("25.61 升 × ¥7.81/升", Align.RIGHT),
        Pair("农夫山泉饮用天然水550毫升整箱二十四瓶装（促销）", "￥36.00"),
        Rule(),
        Pair("应付", "￥236.00", bold=True, large=True),
        Pair("微信支付 4200001234567890123456789012", "￥236.00"),
        Gap(1),
        QrCode("https://station.example/r/20261122-0143"),
        Text("谢谢惠顾 Thank you", Align.CENTRE),
    ),
    open_drawer=True,
)
