/** Orders: quote, place, follow, cancel. */

import { call } from './http'
import type { Grade } from './prices'

export type By = 'amount' | 'volume'

export interface QuoteRequest {
  station_id: string
  pump: number
  nozzle: number
  by: By
  amount_fen?: number
  volume_ml?: number
  /** absent: the cloud chooses the best; null: none */
  coupon_id?: string | null
}

export interface Offer {
  coupon_id: string
  title: string
  usable: boolean
  saves_fen: number
  why: string
}

export interface Quote {
  id: string
  station_id: string
  pump: number
  nozzle: number
  grade: Grade
  grade_name: string
  price_li: number
  by: By
  amount_fen: number
  volume_ml: number
  discount_fen: number
  to_pay_fen: number
  coupon_id: string | null
  offers: Offer[]
  expires_at: string
}

export type OrderState = 'pending_payment' | 'reserved' | 'fuelling' | 'completed' | 'cancelled'
export type RefundState = 'none' | 'pending' | 'refunded'

export interface TimelineEntry {
  at: string
  what: string
  sentence: string
}

export interface Order {
  id: string
  code: string
  state: OrderState
  station: { id: string; name: string; address: string }
  pump: number
  nozzle: number
  grade: Grade
  grade_name: string
  price_li: number
  by: By
  amount_fen: number
  volume_ml: number | null
  discount_fen: number
  to_pay_fen: number
  paid_fen: number
  coupon: { id: string; title: string } | null
  plate: string
  car: string | null
  created_at: string
  pay_before: string
  paid_at: string | null
  accepted_at: string | null
  provider: 'wechat' | 'alipay' | null
  fuelling: { volume_ml: number; amount_fen: number; at: string } | null
  fill: { volume_ml: number; amount_fen: number; price_li: number; at: string } | null
  settlement: {
    used_fen: number
    discount_fen: number
    owed_fen: number
    refund_fen: number
    refund_state: RefundState
  } | null
  cancelled: { reason: string; sentence: string; refund_fen: number; refund_state: RefundState } | null
  /** The attendant sees another car at the pump; to be answered. `differs` are places in the plate, from 1. */
  car_question: { at: string; differs: number[]; sentence: string } | null
  timeline: TimelineEntry[]
}

export function askQuote(request: QuoteRequest): Promise<Quote> {
  return call('POST', '/v1/quotes', { body: request })
}

export function placeOrder(orderId: string, quoteId: string, plate: string, car: string): Promise<Order> {
  const body = car ? { quote_id: quoteId, plate, car } : { quote_id: quoteId, plate }
  return call('POST', '/v1/orders', { key: orderId, body })
}

export async function fetchOrders(limit: number, before?: string): Promise<Order[]> {
  return (await call<{ orders: Order[] }>('GET', '/v1/orders', { query: { limit, before } })).orders
}

export function fetchOrder(id: string): Promise<Order> {
  return call('GET', `/v1/orders/${id}`)
}

/** Whether the car at the pump is the driver's. */
export function answerCar(id: string, mine: boolean): Promise<Order> {
  return call('POST', `/v1/orders/${id}/car`, { body: { mine } })
}

export function cancelOrder(id: string): Promise<Order> {
  return call('POST', `/v1/orders/${id}/cancel`, { body: { reason: 'driver_changed_mind' } })
}
