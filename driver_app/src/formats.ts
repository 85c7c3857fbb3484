/** Money, litres, prices, distances and moments as text. Amounts are whole fen, volumes whole millilitres. */

function withCents(hundredths: number): string {
  const whole = Math.floor(Math.abs(hundredths) / 100)
  const rest = String(Math.abs(hundredths) % 100).padStart(2, '0')
  return `${hundredths < 0 ? '-' : ''}${String(whole).replace(/\B(?=(\d{3})+$)/g, ',')}.${rest}`
}

/** 26512 fen -> "265.12" */
export function yuan(fen: number): string {
  return withCents(fen)
}

/** 26512 fen -> "￥265.12"; the sign of a reduction stands before the currency: "-￥15.00" */
export function money(fen: number): string {
  return fen < 0 ? `-￥${withCents(-fen)}` : `￥${withCents(fen)}`
}

/** Whole yuan stay short, as on a coupon or a quick key: 20000 fen -> "200", 1550 fen -> "15.50" */
export function shortYuan(fen: number): string {
  return fen % 100 === 0 ? withCents(fen).slice(0, -3) : withCents(fen)
}

/** 25610 ml -> "25.61"; the pump itself shows hundredths, half a hundredth goes up. */
export function litres(millilitres: number): string {
  return withCents(Math.floor((millilitres + 5) / 10))
}

/** 7810 li a litre -> "7.81"; a third decimal is shown only where there is one. */
export function unitPrice(li: number): string {
  if (li % 10 === 0) return withCents(li / 10)
  return `${Math.floor(li / 1000)}.${String(li % 1000).padStart(3, '0')}`
}

/** 850 -> "850 m", 12340 -> "12.3 km" */
export function distance(metres: number): string {
  if (metres < 1000) return `${Math.round(metres / 10) * 10} m`
  const kilometres = metres / 1000
  return `${kilometres < 100 ? kilometres.toFixed(1) : Math.round(kilometres)} km`
}

/** Seconds left as "04:59"; never below zero. */
export function countdown(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds))
  return `${String(Math.floor(left / 60)).padStart(2, '0')}:${String(left % 60).padStart(2, '0')}`
}

/** Mainland China keeps one time zone and no summer time, whatever the phone is set to. */
function inChina(moment: string): Date {
  return new Date(Date.parse(moment) + 8 * 3600 * 1000)
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** "2026-11-22T07:02:03Z" -> "15:02:03" */
export function clockTime(moment: string): string {
  const at = inChina(moment)
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`
}

/** "2026-11-22T07:02:03Z" -> "2026-11-22" */
export function day(moment: string): string {
  const at = inChina(moment)
  return `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`
}

/** "2026-11-22T07:02:03Z" -> "11-22 15:02" */
export function dayAndTime(moment: string): string {
  return `${day(moment).slice(5)} ${clockTime(moment).slice(0, 5)}`
}

/** What a person typed into an amount or litres field, as hundredths; null when it is not a number with up to two decimals. */
export function hundredths(typed: string): number | null {
  const match = /^(\d{1,6})(?:\.(\d{0,2}))?$/.exec(typed.trim())
  if (!match) return null
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}
