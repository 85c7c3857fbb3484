/** Follows one order: a WebSocket while there is one, asking every few seconds while there is none. */

import { fetchOrder, type Order } from '@/api/orders'
import { NoNetwork, Refusal, socketAddressOf } from '@/api/http'
import { isSettled } from '@/order_steps'
import { token } from '@/session'

const ASK_WITHOUT_SOCKET = 3000
/** A socket may be dead without saying so; asking now and then finds out. */
const ASK_WITH_SOCKET = 15000
const LONGEST_PAUSE = 10000
const NOT_SIGNED_IN = 4401
const NOT_YOURS = 4404

export interface Follower {
  onOrder(order: Order): void
  onConnected(connected: boolean): void
  onRefused(refusal: Refusal): void
}

export class OrderFollower {
  private socket: UniApp.SocketTask | null = null
  private socketLives = false
  private failures = 0
  private askTimer: ReturnType<typeof setTimeout> | undefined
  private reconnectTimer: ReturnType<typeof setTimeout> | undefined
  private running = false

  constructor(
    private readonly orderId: string,
    private readonly listener: Follower,
  ) {}

  start(): void {
    if (this.running) return
    this.running = true
    this.failures = 0
    void this.ask()
    this.connect()
  }

  stop(): void {
    this.running = false
    clearTimeout(this.askTimer)
    clearTimeout(this.reconnectTimer)
    this.socketLives = false
    const socket = this.socket
    this.socket = null
    socket?.close({})
  }

  /** Asks once, now; also used by a retry button. */
  async ask(): Promise<void> {
    clearTimeout(this.askTimer)
    try {
      const order = await fetchOrder(this.orderId)
      if (!this.running) return
      this.listener.onConnected(true)
      this.take(order)
    } catch (error) {
      if (!this.running) return
      if (error instanceof NoNetwork) this.listener.onConnected(false)
      else if (error instanceof Refusal) this.refused(error)
      else throw error
    }
    if (this.running) {
      this.askTimer = setTimeout(() => void this.ask(), this.socketLives ? ASK_WITH_SOCKET : ASK_WITHOUT_SOCKET)
    }
  }

  private take(order: Order): void {
    this.listener.onOrder(order)
    if (isSettled(order)) this.stop()
  }

  private refused(refusal: Refusal): void {
    // A fault of the cloud (5xx) or too many questions pass; "not yours" and "not signed in" do not.
    if (refusal.status < 500 && refusal.status !== 429) this.stop()
    this.listener.onRefused(refusal)
  }

  private connect(): void {
    // With a callback given, uni answers the task itself and no promise.
    const socket = uni.connectSocket({
      url: socketAddressOf(`/v1/orders/${this.orderId}/follow`),
      complete: () => undefined,
    }) as unknown as UniApp.SocketTask
    this.socket = socket
    socket.onOpen(() => {
      if (socket !== this.socket) return
      socket.send({ data: JSON.stringify({ token: token.value }) })
    })
    socket.onMessage(({ data }) => {
      if (socket !== this.socket) return
      this.socketLives = true
      this.failures = 0
      this.listener.onConnected(true)
      const order = JSON.parse(String(data)) as Partial<Order>
      // A heartbeat or a word of a later version is not an order.
      if (order.id === this.orderId) this.take(order as Order)
    })
    socket.onClose((event: unknown) => this.closed(socket, (event as { code?: number } | undefined)?.code))
    socket.onError(() => this.closed(socket, undefined))
  }

  private closed(socket: UniApp.SocketTask, code: number | undefined): void {
    if (socket !== this.socket || !this.running) return
    this.socket = null
    this.socketLives = false
    if (code === NOT_SIGNED_IN || code === NOT_YOURS) {
      // The same question over HTTP brings the sentence that says why.
      void this.ask()
      return
    }
    void this.ask()
    this.failures += 1
    this.reconnectTimer = setTimeout(() => this.connect(), Math.min(LONGEST_PAUSE, 500 * 2 ** this.failures))
  }
}
