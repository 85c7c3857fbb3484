/** Drivers: signing in with phone and code. */

import { call } from './http'

export interface Driver {
  id: string
  /** Masked by the cloud: 138****1234 */
  phone: string
}

export interface CodeSent {
  resend_after_seconds: number
  expires_after_seconds: number
}

export function sendCode(phone: string): Promise<CodeSent> {
  return call('POST', '/v1/sign-in/codes', { body: { phone } })
}

export function signIn(phone: string, code: string, deviceId: string): Promise<{ token: string; driver: Driver }> {
  return call('POST', '/v1/sign-in', { body: { phone, code, device_id: deviceId } })
}

export function signOut(): Promise<void> {
  return call('DELETE', '/v1/sign-in')
}

export async function fetchMe(): Promise<Driver> {
  return (await call<{ driver: Driver }>('GET', '/v1/me')).driver
}
