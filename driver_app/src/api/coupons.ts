/** Coupons a driver holds. */

import { call } from './http'
import type { Grade } from './prices'

export interface Terms {
  kind: 'amount_off' | 'percent_off' | 'per_litre_off'
  off_fen?: number | null
  percent?: number | null
  off_li?: number | null
  threshold_fen?: number | null
  cap_fen?: number | null
  grades?: Grade[]
  stations?: string[]
  valid_from?: string
  valid_until?: string
}

export interface Coupon {
  id: string
  code: string
  title: string
  terms: Terms
  state: 'available' | 'held' | 'redeemed' | 'expired'
  valid_from: string
  valid_until: string
}

export async function fetchCoupons(): Promise<Coupon[]> {
  return (await call<{ coupons: Coupon[] }>('GET', '/v1/coupons')).coupons
}
