import { requests, sockets } from './phone'

import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { Order } from '@/api/orders'

const { OrderFollower } = await import('@/follow')
const { keepSession } = await import('@/session')
const { setLocale } = await import('@/wording')

const ID = 'a'.repeat(32)
const seen: Order[] = []
const lives: boolean[] = []
const refusals: string[] = []

function anOrder(state: Order['state']): Order {
  return { id: ID, state, settlement: null, cancelled: null } as unknown as Order
}
function answer(statusCode: number, data: unknown): Promise<void> {
  requests.at(-1)!.success({ statusCode, data, header: {} })
  return vi.advanceTimersByTimeAsync(0).then(() => undefined)
}
function aFollower() {
  return new OrderFollower(ID, {
    onOrder: (order) => seen.push(order),
    onConnected: (connected) => lives.push(connected),
    onRefused: (refusal) => refusals.push(refusal.message),
  })
}

beforeEach(() => {
  vi.useFakeTimers()
  for (const list of [requests, sockets, seen, lives, refusals]) list.length = 0
  setLocale('zh')
  keepSession('token-of-a-driver', { id: '1', phone: '138****8000' })
})
afterEach(() => void vi.useRealTimers())

it('asks at once, and the first word on the socket is the token', async () => {
  const follower = aFollower()
  follower.start()
  expect(requests[0]!.header).toMatchObject({ Authorization: 'Bearer token-of-a-driver', 'Accept-Language': 'zh-CN' })
  await answer(200, anOrder('pending_payment'))
  sockets[0]!.tell('open')
  expect(sockets[0]!.sent).toEqual([JSON.stringify({ token: 'token-of-a-driver' })])
  sockets[0]!.tell('message', { data: JSON.stringify(anOrder('reserved')) })
  expect(seen.map(({ state }) => state)).toEqual(['pending_payment', 'reserved'])
  follower.stop()
})

it('asks every three seconds while there is no socket, and connects again', async () => {
  const follower = aFollower()
  follower.start()
  await answer(200, anOrder('reserved'))
  sockets[0]!.tell('close', { code: 1006 })
  await answer(200, anOrder('reserved'))
  await vi.advanceTimersByTimeAsync(1000)
  expect(sockets).toHaveLength(2)
  const asked = requests.length
  await vi.advanceTimersByTimeAsync(2000)
  expect(requests).toHaveLength(asked + 1)
  follower.stop()
  await vi.advanceTimersByTimeAsync(60000)
  expect(requests).toHaveLength(asked + 1)
})

it('says when the network is gone and when it is back', async () => {
  const follower = aFollower()
  follower.start()
  requests[0]!.fail()
  await vi.advanceTimersByTimeAsync(3000)
  await answer(200, anOrder('reserved'))
  expect(lives).toEqual([false, true])
  follower.stop()
})

it('stops once nothing can change any more', async () => {
  const follower = aFollower()
  follower.start()
  await answer(200, { ...anOrder('completed'), settlement: { refund_state: 'refunded', refund_fen: 100 } })
  expect(sockets[0]!.closed).toBe(true)
  await vi.advanceTimersByTimeAsync(60000)
  expect(requests).toHaveLength(1)
})

it('shows the sentence of the cloud for an order that is not the driver’s, and asks no more', async () => {
  const follower = aFollower()
  follower.start()
  await answer(404, { error: { code: 'not_found', message: '没有这笔订单。', data: {} } })
  expect(refusals).toEqual(['没有这笔订单。'])
  await vi.advanceTimersByTimeAsync(60000)
  expect(requests).toHaveLength(1)
})
