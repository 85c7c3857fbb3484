"""The page behind the code on a receipt: what was bought, whom the invoice is for, and then its papers. Plain HTML, no script.

A station prints its address as `[receipt] invoice_url = "https://…/i?s=STATION&n={sale}&a={amount}"`.
"""

from html import escape
from typing import Annotated
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from cloud_api.identifiers import new_id
from cloud_api.invoices.endpoints import Service
from cloud_api.invoices.service import ORDINARY, Invoiceable, Shown, Wanted
from cloud_api.schemas import KeyId
from core.domain.faults import Fault
from core.domain.invoice.title import TitleKind, title_of
from core.domain.money import Money
from core.domain.refusals.invoices import ReceiptNotFound
from core.domain.refusals.refusal import Refusal
from core.wording import formats
from core.wording.catalogue import _
from core.wording.refusals import sentence

router = APIRouter(include_in_schema=False)

_LONGEST_FORM = 4_000
_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; margin: 0; }
body { font: 16px/1.5 -apple-system, "PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif;
  background: #f2f4f3; color: #17211c; padding: 20px 16px 40px; }
main { max-width: 480px; margin: 0 auto; display: flex; flex-direction: column; gap: 16px; }
h1 { font-size: 20px; } .card { background: #fff; border-radius: 12px; padding: 16px; display: flex; flex-direction: column; gap: 12px; }
.sum { font-size: 34px; font-weight: 600; font-variant-numeric: tabular-nums; }
li { display: flex; justify-content: space-between; gap: 16px; } ul { list-style: none; padding: 0; display: grid; gap: 6px; }
.soft { color: #55625b; font-size: 14px; } .no { color: #a3221b; font-weight: 600; }
label { display: grid; gap: 4px; font-size: 14px; color: #43504a; }
input[type=text], input[type=email] { font: inherit; font-size: 17px; padding: 12px; border: 1px solid #b9c4be; border-radius: 8px; min-height: 48px; width: 100%; }
fieldset { border: 0; padding: 0; display: flex; gap: 20px; } fieldset label { display: flex; align-items: center; gap: 8px; font-size: 17px; min-height: 44px; }
input[type=radio] { width: 22px; height: 22px; accent-color: #07683f; }
form:has(input[value=person]:checked) .firm { display: none; }
button, a.go { font: inherit; font-size: 18px; font-weight: 600; min-height: 52px; border: 0; border-radius: 10px; background: #07683f; color: #fff;
  display: grid; place-items: center; text-decoration: none; width: 100%; }
"""


@router.get("/i")
async def ask(
    service: Service,
    s: Annotated[KeyId, Query()],
    n: Annotated[KeyId, Query()],
    a: Annotated[str, Query(max_length=12)],
) -> HTMLResponse:
    """What is on the receipt, and the form."""
    try:
        found = await service.of_receipt(s, n, _fen(a))
    except Refusal as refusal:
        return _page(_("Invoice"), _card(_no(refusal)), 404)
    return _page(_("Invoice"), _bought(found) + ("" if found.is_invoiced or not found.amount else _form()))


@router.post("/i")
async def make(
    request: Request,
    service: Service,
    s: Annotated[KeyId, Query()],
    n: Annotated[KeyId, Query()],
    a: Annotated[str, Query(max_length=12)],
) -> Response:
    """Asks for the invoice, and goes on to where it is shown."""
    said = dict(parse_qsl((await request.body())[:_LONGEST_FORM].decode("utf-8", "replace")))
    try:
        kind = TitleKind.COMPANY if said.get("kind") == TitleKind.COMPANY else TitleKind.PERSON
        title = title_of(
            kind, said.get("name", ""), said.get("tax_number", ""), email=said.get("email", "").strip()
        )
        wanted = Wanted(receipts=((s, n, _fen(a)),))
        made = await service.ask(new_id(request.app.state.clock.now()), None, wanted, title, ORDINARY)
    except (Refusal, Fault) as refusal:
        again = f"i?s={s}&n={n}&a={quote(a)}"
        return _page(_("Invoice"), _card(_no(refusal) + _link(again, _("Back"))), 409)
    ids = "-".join(one.row.id for one in made)
    return RedirectResponse(f"i/{ids}", status_code=303)


@router.get("/i/{ids}")
async def shown(
    service: Service, ids: Annotated[str, Path(pattern="^[0-9a-f]{32}(-[0-9a-f]{32}){0,2}$")]
) -> HTMLResponse:
    """How they stand; looks again by itself until they are issued."""
    try:
        found = [await service.invoice(one, None) for one in ids.split("-")]
    except Refusal as refusal:
        return _page(_("Invoice"), _card(_no(refusal)), 404)
    is_open = any(one.row.state in ("waiting", "sent") for one in found)
    return _page(_("Invoice"), "".join(_standing(one) for one in found), again=is_open)


def _bought(found: Invoiceable) -> str:
    lines = "".join(
        f"<li><span>{escape(line.goods.name)}</span><span>{escape(formats.money(line.gross))}</span></li>"
        for line in found.lines
    )
    has_one = _("This receipt has its invoice already.")
    state = f'<p class="no">{escape(has_one)}</p>' if found.is_invoiced else ""
    return _card(
        f'<p class="soft">{escape(found.seller)}</p><p class="sum">{escape(formats.money(found.amount))}</p>'
        f"<ul>{lines}</ul>{state}"
    )


def _form() -> str:
    company, person = escape(_("Company")), escape(_("Person"))
    name, number = escape(_("Name on the invoice")), escape(_("Tax number (18 characters)"))
    email, button = escape(_("E-mail, if you want it sent")), escape(_("Make the invoice"))
    return f"""<form class="card" method="post">
<fieldset><label><input type="radio" name="kind" value="company" checked>{company}</label>
<label><input type="radio" name="kind" value="person">{person}</label></fieldset>
<label>{name}<input type="text" name="name" required minlength="2" maxlength="100" autocomplete="organization"></label>
<label class="firm">{number}<input type="text" name="tax_number" maxlength="20" autocapitalize="characters"></label>
<label>{email}<input type="email" name="email" maxlength="50" autocomplete="email"></label>
<button>{button}</button></form>"""


def _standing(one: Shown) -> str:
    row = one.row
    said = {
        "waiting": _("Being made. This page looks again by itself."),
        "sent": _("Being made. This page looks again by itself."),
        "issued": _("Issued. Number {number}").format(number=row.number),
        "failed": _("It could not be issued: {why}. Please ask at the counter.").format(
            why=row.failure or ""
        ),
    }.get(row.state, _("This invoice was taken back."))
    papers = "".join(
        _link(f"../v1/invoices/{row.id}/{form}", _("Open the PDF") if form == "pdf" else _("Save the XML"))
        for form in ("pdf", "xml")
        if form in one.papers
    )
    buyer = f'<p class="soft">{escape(row.title.name)}</p>'
    return _card(
        f'<p class="sum">{escape(formats.money(Money(row.gross_fen)))}</p>{buyer}<p>{escape(said)}</p>{papers}'
    )


def _no(refusal: Refusal | Fault) -> str:
    return f'<p class="no">{escape(sentence(refusal))}</p>'


def _link(address: str, words: str) -> str:
    return f'<a class="go" href="{escape(address)}">{escape(words)}</a>'


def _card(inside: str) -> str:
    return f'<section class="card">{inside}</section>'


def _page(title: str, inside: str, status: int = 200, *, again: bool = False) -> HTMLResponse:
    refresh = '<meta http-equiv="refresh" content="3">' if again else ""
    return HTMLResponse(
        f'<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">{refresh}'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{inside}</main></body></html>",
        status,
        headers={
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        },
    )


def _fen(amount: str) -> int:
    """The receipt's amount in yuan, as it is printed. Raises ReceiptNotFound."""
    whole, _dot, part = amount.partition(".")
    if not whole.isdecimal() or not (part.isdecimal() or not part) or len(part) > 2:
        raise ReceiptNotFound
    return int(whole) * 100 + int(part.ljust(2, "0"))
