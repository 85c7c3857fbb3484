/** Campaigns: coupons to be had. */

import { call } from './http'
import type { Coupon, Terms } from './coupons'

export interface Campaign {
  id: string
  title: string
  terms: Terms
  remaining: number
  claimed: boolean
  claim_until: string | null
}

export async function fetchCampaigns(): Promise<Campaign[]> {
  return (await call<{ campaigns: Campaign[] }>('GET', '/v1/campaigns')).campaigns
}

export function claimCoupon(campaignId: string, key: string): Promise<Coupon> {
  return call('POST', `/v1/campaigns/${campaignId}/claims`, { key, body: {} })
}
