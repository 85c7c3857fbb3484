/** One door to the cloud: every call goes through here, so language, sign-in and failures are treated alike. */

import { locale, t } from '@/wording'
import { forgetSession, token } from '@/session'
import { learnClock } from '@/clock'

export interface FieldFault {
  field: string
  why: string
}

/** The cloud answered and said no; `message` is its own sentence in the person's language. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly data: Record<string, unknown> = {},
  ) {
    super(message)
  }
}

/** Nobody answered: the request may or may not have arrived. */
export class NoNetwork extends Error {}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

interface Options {
  body?: unknown
  /** Sent as Idempotency-Key: the same key with the same body is done once. */
  key?: string
  query?: Record<string, string | number | null | undefined>
}

export function addressOf(path: string): string {
  return __API_BASE__ + path
}

export function socketAddressOf(path: string): string {
  // #ifdef H5
  return location.origin.replace(/^http/, 'ws') + path
  // #endif
  // #ifndef H5
  return __API_BASE__.replace(/^http/, 'ws') + path
  // #endif
}

function withQuery(path: string, query: Options['query'] = {}): string {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return parts.length ? `${path}?${parts.join('&')}` : path
}

function headersFor({ body, key }: Options): Record<string, string> {
  const headers: Record<string, string> = { 'Accept-Language': locale.value === 'en' ? 'en' : 'zh-CN' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (token.value) headers.Authorization = `Bearer ${token.value}`
  if (key) headers['Idempotency-Key'] = key
  return headers
}

function refusalFrom(status: number, answer: unknown): Refusal {
  const error = (answer as { error?: { code?: string; message?: string; data?: Record<string, unknown> } } | null)?.error
  if (error?.code && error.message) return new Refusal(error.code, error.message, status, error.data ?? {})
  return new Refusal('no_answer', t('error.server', { status }), status)
}

export function call<Answer>(method: Method, path: string, options: Options = {}): Promise<Answer> {
  const sentToken = token.value
  return new Promise((resolve, reject) => {
    uni.request({
      url: addressOf(withQuery(path, options.query)),
      method,
      header: headersFor(options),
      data: options.body === undefined ? undefined : JSON.stringify(options.body),
      timeout: 15000,
      success: ({ statusCode, data, header }) => {
        learnClock(header as Record<string, string> | undefined)
        if (statusCode >= 200 && statusCode < 300) return resolve(data as Answer)
        const refusal = refusalFrom(statusCode, data)
        if (refusal.code === 'not_signed_in' && sentToken && sentToken === token.value) forgetSession()
        reject(refusal)
      },
      fail: () => reject(new NoNetwork(t('error.no_network'))),
    })
  })
}

/** Any failure as the sentence a person reads. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Refusal || error instanceof NoNetwork) return error.message
  throw error
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'not_signed_in'
}
