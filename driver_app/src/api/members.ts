/** The code that a member shows at a counter. */

import { call } from './http'

export interface MemberCode {
  code: string
  expires_at: string
  lives_seconds: number
  /** The code as a picture, a data address. */
  qr_png: string
  balance_fen: number
  points: number
  level_title: string
}

export function fetchMemberCode(): Promise<MemberCode> {
  return call('GET', '/v1/me/code')
}
