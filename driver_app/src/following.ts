/** An order on a page, followed while the page is in sight. */

import { onHide, onShow, onUnload } from '@dcloudio/uni-app'
import { ref, shallowRef, watch, type Ref } from 'vue'

import type { Refusal } from '@/api/http'
import type { Order } from '@/api/orders'
import { OrderFollower } from '@/follow'
import { isSettled } from '@/order_steps'
import { signedIn } from '@/session'
import { locale } from '@/wording'

export function useOrder(id: Ref<string>, onOrder: (order: Order) => void = () => undefined) {
  const order = shallowRef<Order | null>(null)
  const connected = ref(true)
  const trouble = ref('')
  let follower: OrderFollower | null = null

  function take(fresh: Order): void {
    order.value = fresh
    trouble.value = ''
    onOrder(fresh)
  }

  function start(): void {
    stop()
    if (!id.value || !signedIn.value) return
    follower = new OrderFollower(id.value, {
      onOrder: take,
      onConnected: (lives) => (connected.value = lives),
      onRefused: (refusal: Refusal) => (trouble.value = refusal.message),
    })
    follower.start()
  }

  function stop(): void {
    follower?.stop()
    follower = null
  }

  /** Takes an answer that came another way, such as that of a cancellation, and goes on following. */
  function replace(fresh: Order): void {
    take(fresh)
    if (!isSettled(fresh)) start()
  }

  onShow(start)
  onHide(stop)
  onUnload(stop)
  watch(locale, start)
  return { order, connected, trouble, again: start, replace }
}
