/** As much of a phone as the wording and the follower ask of one: storage, requests and sockets, worked by the test. */

import { vi } from 'vitest'

type Listener = (event: never) => void

export class PhoneSocket {
  readonly sent: string[] = []
  closed = false
  private readonly listeners: Record<string, Listener> = {}
  onOpen = (listener: Listener) => (this.listeners.open = listener)
  onMessage = (listener: Listener) => (this.listeners.message = listener)
  onClose = (listener: Listener) => (this.listeners.close = listener)
  onError = (listener: Listener) => (this.listeners.error = listener)
  send = ({ data }: { data: string }) => this.sent.push(data)
  close = () => (this.closed = true)
  tell(what: 'open' | 'message' | 'close' | 'error', event: unknown = {}): void {
    this.listeners[what]?.(event as never)
  }
}

export interface PhoneRequest {
  url: string
  header: Record<string, string>
  success: (answer: { statusCode: number; data: unknown; header: object }) => void
  fail: () => void
}

export const kept = new Map<string, unknown>()
export const requests: PhoneRequest[] = []
export const sockets: PhoneSocket[] = []

vi.stubGlobal('location', { origin: 'http://cloud.test' })
vi.stubGlobal('__API_BASE__', '')
vi.stubGlobal('document', { documentElement: { lang: '' }, createElement: () => ({}) })
vi.stubGlobal('uni', {
  getStorageSync: (key: string) => kept.get(key) ?? '',
  setStorageSync: (key: string, value: unknown) => kept.set(key, value),
  removeStorageSync: (key: string) => kept.delete(key),
  setLocale: () => undefined,
  request: (request: PhoneRequest) => requests.push(request),
  connectSocket: () => {
    const socket = new PhoneSocket()
    sockets.push(socket)
    return socket
  },
})
