"""The page on the payer's phone where a simulated provider asks for the money. Plain HTML, no script, no outside address."""

from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl, urlsplit

from fastapi import HTTPException
from fastapi.responses import FileResponse

from core.resources import resource

_STYLE = """
@font-face { font-family: "Youzhan Pay"; font-weight: 400; src: url("/fonts/NotoSansSC-Regular.ttf"); }
@font-face { font-family: "Youzhan Pay"; font-weight: 600; src: url("/fonts/NotoSansSC-Bold.ttf"); }
:root { color-scheme: light; }
* { box-sizing: border-box; margin: 0; }
body { font: 16px/1.5 -apple-system, "PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "Youzhan Pay", sans-serif;
  background: #ededed; color: #191919; min-height: 100vh; display: flex; flex-direction: column; }
header { padding: 20px 16px 12px; text-align: center; font-size: 17px; font-weight: 600; background: BAND; color: INK; }
main { flex: 1; padding: 16px; display: flex; flex-direction: column; gap: 16px; max-width: 480px; width: 100%; margin: 0 auto; }
.card { background: #fff; border-radius: 12px; padding: 32px 20px 8px; }
.payee { text-align: center; color: #5a5a5a; }
.amount { text-align: center; font-size: 48px; line-height: 1.25; font-weight: 600; font-variant-numeric: tabular-nums; padding: 4px 0 24px; }
.amount small { font-size: 28px; margin-right: 4px; }
dl { border-top: 1px solid #ececec; }
dl div { display: flex; justify-content: space-between; gap: 24px; padding: 14px 0; border-bottom: 1px solid #f2f2f2; }
dl div:last-child { border-bottom: 0; }
dt { color: #6b6b6b; flex: none; } dd { text-align: right; overflow-wrap: anywhere; }
.mark { width: 64px; height: 64px; border-radius: 50%; margin: 0 auto 12px; display: grid; place-items: center; background: ACCENT; color: #fff; font-size: 34px; }
.say { text-align: center; font-size: 20px; font-weight: 600; padding-bottom: 8px; }
.hint { text-align: center; color: #6b6b6b; padding: 0 0 20px; }
form { display: flex; flex-direction: column; gap: 12px; margin-top: auto; }
button, a.button { display: block; width: 100%; min-height: 52px; line-height: 52px; padding: 0; border: 0; border-radius: 10px; font: inherit; line-height: 52px;
  font-size: 18px; font-weight: 600; text-align: center; text-decoration: none; }
.go { background: ACCENT; color: #fff; } .go:active { filter: brightness(.9); }
.away { background: #fff; color: #3d3d3d; font-weight: 400; }
footer { text-align: center; color: #767676; font-size: 13px; padding: 8px 16px 20px; }
"""


@dataclass(frozen=True, slots=True)
class Look:
    """How a provider's page is painted and what its button says."""

    name: str
    pay_words: str
    accent: str
    band: str
    ink: str


WECHAT = Look("微信支付", "立即支付", "#07863f", "#ededed", "#191919")
ALIPAY = Look("支付宝", "确认付款", "#0f62d6", "#0f62d6", "#ffffff")


def ask(
    look: Look, *, action: str, payee: str, amount_fen: int, description: str, number: str, return_url: str
) -> str:
    """Asks the payer to confirm; both buttons post to `action`."""
    return _page(
        look,
        f"""<div class="card"><p class="payee">付款给 {escape(payee)}</p>
<p class="amount"><small>￥</small>{yuan(amount_fen)}</p>
<dl><div><dt>商品</dt><dd>{escape(description)}</dd></div><div><dt>商户单号</dt><dd>{escape(number)}</dd></div></dl></div>
<form method="post" action="{escape(action)}"><input type="hidden" name="return_url" value="{escape(return_url)}">
<button class="go" name="choice" value="pay">{look.pay_words}</button>
<button class="away" name="choice" value="cancel">取消</button></form>""",
    )


def tell(look: Look, *, mark: str, title: str, hint: str, return_url: str = "") -> str:
    """Says how it stands, with a way back to the merchant where there is one."""
    back = f'<form><a class="button go" href="{escape(return_url)}">返回商家</a></form>' if return_url else ""
    return _page(
        look,
        f"""<div class="card"><div class="mark">{mark}</div><p class="say">{escape(title)}</p>
<p class="hint">{escape(hint)}</p></div>{back}""",
    )


async def face(name: str) -> FileResponse:
    """The typeface that comes with the program, for a machine that has no Chinese one of its own."""
    if name not in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"):
        raise HTTPException(404)
    return FileResponse(resource(f"fonts/{name}"), media_type="font/ttf")


def yuan(amount_fen: int) -> str:
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


def form_fields(body: bytes) -> dict[str, str]:
    """What a page's form sent."""
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def safe_return(address: str) -> str:
    """The merchant's page, or nothing: only an ordinary web address may be gone to."""
    parts = urlsplit(address)
    return address if parts.scheme in ("http", "https") and parts.netloc else ""


def _page(look: Look, content: str) -> str:
    style = _STYLE.replace("ACCENT", look.accent).replace("BAND", look.band).replace("INK", look.ink)
    return f"""<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{look.name}</title><style>{style}</style></head>
<body><header>{look.name}</header><main>{content}</main><footer>模拟支付，不会扣真实的钱</footer></body></html>"""
