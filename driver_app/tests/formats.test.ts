import { describe, expect, it } from 'vitest'

import { clockTime, countdown, day, dayAndTime, distance, hundredths, litres, money, shortYuan, unitPrice, yuan } from '@/formats'

describe('money text', () => {
  it('always shows two decimals and the currency', () => {
    expect(money(0)).toBe('￥0.00')
    expect(money(5)).toBe('￥0.05')
    expect(money(26512)).toBe('￥265.12')
    expect(yuan(20000)).toBe('200.00')
  })
  it('groups thousands and puts the sign of a reduction first', () => {
    expect(money(123456789)).toBe('￥1,234,567.89')
    expect(money(-1500)).toBe('-￥15.00')
    expect(yuan(-5)).toBe('-0.05')
  })
  it('keeps whole yuan short on a coupon', () => {
    expect(shortYuan(20000)).toBe('200')
    expect(shortYuan(1550)).toBe('15.50')
  })
  it('reads what was typed without passing through a float', () => {
    expect(hundredths('200')).toBe(20000)
    expect(hundredths('0.29')).toBe(29)
    expect(hundredths('12.')).toBe(1200)
    expect(hundredths('12.5')).toBe(1250)
    for (const typed of ['', '.', '1.234', '-1', '1e3', 'abc']) expect(hundredths(typed)).toBeNull()
  })
})

describe('litres, prices and distances', () => {
  it('shows hundredths of a litre as the pump does', () => {
    expect(litres(25614)).toBe('25.61')
    expect(litres(25615)).toBe('25.62')
    expect(litres(0)).toBe('0.00')
  })
  it('shows a third decimal of a price only where there is one', () => {
    expect(unitPrice(7810)).toBe('7.81')
    expect(unitPrice(7815)).toBe('7.815')
    expect(unitPrice(10050)).toBe('10.05')
  })
  it('says metres below a kilometre', () => {
    expect(distance(846)).toBe('850 m')
    expect(distance(12340)).toBe('12.3 km')
    expect(distance(154000)).toBe('154 km')
  })
})

describe('moments', () => {
  it('are shown in the time of China on any phone', () => {
    expect(clockTime('2026-11-22T07:02:03Z')).toBe('15:02:03')
    expect(day('2026-11-22T17:02:03Z')).toBe('2026-11-23')
    expect(dayAndTime('2026-11-22T07:02:03Z')).toBe('11-22 15:02')
  })
  it('count down to nought and no further', () => {
    expect(countdown(899.2)).toBe('15:00')
    expect(countdown(59)).toBe('00:59')
    expect(countdown(-3)).toBe('00:00')
  })
})
