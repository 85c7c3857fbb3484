/** A coupon's terms as a driver reads them. */

import type { Terms } from '@/api/coupons'
import { shortYuan, unitPrice } from '@/formats'
import { locale, t } from '@/wording'

export interface CouponFigure {
  before: string
  value: string
  after: string
  condition: string
}

/** The big figure: ￥15, 9.5折 (5% off in English), ￥0.30 a litre. */
export function figureOf(terms: Terms): CouponFigure {
  const condition = terms.threshold_fen ? t('coupon.from', { amount: shortYuan(terms.threshold_fen) }) : t('coupon.no_threshold')
  if (terms.kind === 'percent_off') {
    const percent = terms.percent ?? 0
    // The Chinese custom names what is left to pay in tenths: 5 per cent off is 9.5折.
    const value = locale.value === 'en' ? String(percent) : String((100 - percent) / 10)
    return { before: '', value, after: t('coupon.percent_unit'), condition }
  }
  if (terms.kind === 'per_litre_off') {
    return { before: '￥', value: unitPrice(terms.off_li ?? 0), after: t('coupon.per_litre'), condition }
  }
  return { before: '￥', value: shortYuan(terms.off_fen ?? 0), after: '', condition }
}

export function termsInWords(terms: Terms): string[] {
  const words: string[] = []
  const grades = terms.grades ?? []
  if (grades.length > 0) words.push(t('coupon.grades', { grades: grades.map((grade) => t(`grade.short.${grade}`)).join(t('list.comma')) }))
  if ((terms.stations ?? []).length > 0) words.push(t('coupon.some_stations'))
  if (terms.cap_fen) words.push(t('coupon.cap', { amount: shortYuan(terms.cap_fen) }))
  return words
}
