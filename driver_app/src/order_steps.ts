/** Where an order stands, as the five steps a driver sees. */

import type { Order } from '@/api/orders'

export type StepLook = 'done' | 'current' | 'waiting' | 'stopped'

export const STEPS = ['pending_payment', 'reserved', 'fuelling', 'completed', 'returned'] as const
export type Step = (typeof STEPS)[number]

/** The order as one word; finer than its state where a driver would want to know. */
export type Situation =
  | 'pending_payment'
  | 'reserved'
  | 'accepted'
  | 'fuelling'
  | 'returning'
  | 'completed'
  | 'cancelled'
  | 'cancelled_returning'

function refundIsUnderway(order: Order): boolean {
  const outcome = order.settlement ?? order.cancelled
  return outcome?.refund_state === 'pending'
}

export function situationOf(order: Order): Situation {
  if (order.state === 'reserved' && order.accepted_at) return 'accepted'
  if (order.state === 'completed' && refundIsUnderway(order)) return 'returning'
  if (order.state === 'cancelled' && refundIsUnderway(order)) return 'cancelled_returning'
  return order.state
}

/** Nothing will change any more. */
export function isSettled(order: Order): boolean {
  return (order.state === 'completed' || order.state === 'cancelled') && !refundIsUnderway(order)
}

/** A driver may cancel until the station has taken the order on. */
export function mayCancel(order: Order): boolean {
  return order.state === 'pending_payment' || (order.state === 'reserved' && !order.accepted_at)
}

/** What comes back or came back, in fen. */
export function refundOf(order: Order): number {
  return (order.settlement ?? order.cancelled)?.refund_fen ?? 0
}

function lastStepReached(order: Order): number {
  if (order.state === 'pending_payment') return 0
  if (order.state === 'reserved') return 1
  if (order.state === 'fuelling') return 2
  if (order.state === 'completed') return refundIsUnderway(order) ? 4 : 5
  return order.paid_at ? 1 : 0
}

/** The look of each of STEPS. A cancelled order stops where it was; money returned is its last step. */
export function looksOf(order: Order): StepLook[] {
  const reached = lastStepReached(order)
  if (order.state === 'cancelled') {
    const returns = refundOf(order) > 0
    return STEPS.map((step, position) => {
      if (step === 'returned') return !returns ? 'stopped' : refundIsUnderway(order) ? 'current' : 'done'
      return position < reached || (position === 1 && order.paid_at) ? 'done' : 'stopped'
    })
  }
  return STEPS.map((_, position) => (position < reached ? 'done' : position === reached ? 'current' : 'waiting'))
}

/** 0..100: how much of what was ordered has run. */
export function fillPercent(order: Order): number {
  const run = order.fill ?? order.fuelling
  if (!run || order.amount_fen <= 0) return 0
  return Math.min(100, Math.round((run.amount_fen * 100) / order.amount_fen))
}
