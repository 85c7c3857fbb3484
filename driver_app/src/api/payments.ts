/** Payments of an order through WeChat Pay or Alipay. */

import { call } from './http'

export type Provider = 'wechat' | 'alipay'
export type Channel = 'h5' | 'mini_program'

export interface PaymentStart {
  payment_id: string
  provider: Provider
  pay_url?: string | null
  mini_program?: { timeStamp: string; nonceStr: string; package: string; signType: string; paySign: string } | null
  expires_at: string
}

export function startPayment(orderId: string, paymentId: string, provider: Provider, channel: Channel): Promise<PaymentStart> {
  return call('POST', `/v1/orders/${orderId}/payments`, { key: paymentId, body: { provider, channel } })
}
