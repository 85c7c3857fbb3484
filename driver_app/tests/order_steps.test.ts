import { describe, expect, it } from 'vitest'

import type { Order } from '@/api/orders'
import { fillPercent, isSettled, looksOf, mayCancel, refundOf, situationOf } from '@/order_steps'

function anOrder(facts: Partial<Order> = {}): Order {
  return {
    id: '0'.repeat(32), code: '123456', state: 'pending_payment', station: { id: 's', name: '站', address: '' },
    pump: 2, nozzle: 1, grade: 'G92', grade_name: '92', price_li: 7810, by: 'amount', amount_fen: 20000, volume_ml: null,
    discount_fen: 1500, to_pay_fen: 18500, paid_fen: 0, coupon: null, plate: '云A12345', car: null,
    created_at: '2026-11-22T07:00:00Z', pay_before: '2026-11-22T07:15:00Z', paid_at: null, accepted_at: null, provider: null,
    fuelling: null, fill: null, settlement: null, cancelled: null, car_question: null, timeline: [], ...facts,
  }
}
const paid = { paid_at: '2026-11-22T07:01:00Z', paid_fen: 18500 }
const settled = { used_fen: 15000, discount_fen: 1125, owed_fen: 13875, refund_fen: 4625, refund_state: 'refunded' as const }

describe('an order', () => {
  it('moves through five steps', () => {
    expect(looksOf(anOrder())).toEqual(['current', 'waiting', 'waiting', 'waiting', 'waiting'])
    expect(looksOf(anOrder({ state: 'reserved', ...paid }))).toEqual(['done', 'current', 'waiting', 'waiting', 'waiting'])
    expect(looksOf(anOrder({ state: 'fuelling', ...paid }))).toEqual(['done', 'done', 'current', 'waiting', 'waiting'])
    const returning = anOrder({ state: 'completed', ...paid, settlement: { ...settled, refund_state: 'pending' } })
    expect(looksOf(returning)).toEqual(['done', 'done', 'done', 'done', 'current'])
    expect(looksOf(anOrder({ state: 'completed', ...paid, settlement: settled }))).toEqual(Array(5).fill('done'))
  })
  it('is settled only when the money is back', () => {
    const returning = anOrder({ state: 'completed', ...paid, settlement: { ...settled, refund_state: 'pending' } })
    expect(situationOf(returning)).toBe('returning')
    expect(isSettled(returning)).toBe(false)
    expect(isSettled(anOrder({ state: 'completed', ...paid, settlement: settled }))).toBe(true)
    expect(refundOf(returning)).toBe(4625)
  })
  it('may be cancelled until the station accepts it', () => {
    expect(mayCancel(anOrder())).toBe(true)
    expect(mayCancel(anOrder({ state: 'reserved', ...paid }))).toBe(true)
    const accepted = anOrder({ state: 'reserved', ...paid, accepted_at: '2026-11-22T07:02:00Z' })
    expect(mayCancel(accepted)).toBe(false)
    expect(situationOf(accepted)).toBe('accepted')
    expect(mayCancel(anOrder({ state: 'fuelling', ...paid }))).toBe(false)
  })
  it('that is cancelled stops where it was and gives the money back', () => {
    const cancelled = { reason: 'nobody_accepted', sentence: '', refund_fen: 18500, refund_state: 'refunded' as const }
    expect(looksOf(anOrder({ state: 'cancelled', ...paid, cancelled }))).toEqual(['done', 'done', 'stopped', 'stopped', 'done'])
    const unpaid = { reason: 'not_paid_in_time', sentence: '', refund_fen: 0, refund_state: 'none' as const }
    expect(looksOf(anOrder({ state: 'cancelled', cancelled: unpaid }))).toEqual(Array(5).fill('stopped'))
    expect(isSettled(anOrder({ state: 'cancelled', cancelled: unpaid }))).toBe(true)
  })
  it('shows how much of it has run', () => {
    const at = '2026-11-22T07:05:00Z'
    expect(fillPercent(anOrder())).toBe(0)
    expect(fillPercent(anOrder({ state: 'fuelling', fuelling: { volume_ml: 12800, amount_fen: 10000, at } }))).toBe(50)
    expect(fillPercent(anOrder({ fill: { volume_ml: 25700, amount_fen: 20050, price_li: 7810, at } }))).toBe(100)
  })
})
