import './phone'

import { expect, it } from 'vitest'

const { figureOf, termsInWords } = await import('@/coupon_words')
const { setLocale } = await import('@/wording')

it('five per cent off is 9.5折 in Chinese and 5% off in English', () => {
  const terms = { kind: 'percent_off', percent: 5, threshold_fen: 10000, cap_fen: 1200 } as const
  setLocale('zh')
  expect(figureOf(terms)).toEqual({ before: '', value: '9.5', after: '折', condition: '满 100 元可用' })
  expect(termsInWords(terms)).toEqual(['最多优惠 12 元'])
  setLocale('en')
  expect(figureOf(terms)).toMatchObject({ value: '5', after: '% off', condition: 'from ￥100' })
})

it('a coupon per litre shows yuan a litre and its grades', () => {
  setLocale('zh')
  const terms = { kind: 'per_litre_off', off_li: 300, grades: ['G95' as const, 'G98' as const] } as const
  expect(figureOf({ ...terms, grades: [...terms.grades] })).toMatchObject({ value: '0.30', after: '/升', condition: '无门槛' })
  expect(termsInWords({ ...terms, grades: [...terms.grades] })).toEqual(['限 95号、98号'])
})
