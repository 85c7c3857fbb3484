/** A quote that keeps itself current: asked again when the wish changes and before it runs out. */

import { onUnmounted, ref, shallowRef, watch, type Ref } from 'vue'

import { isSignedOut, sentenceOf } from '@/api/http'
import { askQuote, type Quote, type QuoteRequest } from '@/api/orders'
import { secondsUntil } from '@/clock'

const PAUSE_WHILE_TYPING = 250
const RENEW_BEFORE_END = 20

export function useQuote(wish: Ref<QuoteRequest | null>, onSignedOut: () => void) {
  const quote = shallowRef<Quote | null>(null)
  const trouble = ref('')
  const asking = ref(false)
  let question = 0
  let pause: ReturnType<typeof setTimeout> | undefined
  let renewal: ReturnType<typeof setTimeout> | undefined

  async function renew(): Promise<void> {
    clearTimeout(pause)
    clearTimeout(renewal)
    const request = wish.value
    const mine = ++question
    if (!request) {
      quote.value = null
      asking.value = false
      trouble.value = ''
      return
    }
    asking.value = true
    try {
      const answer = await askQuote(request)
      if (mine !== question) return
      quote.value = answer
      trouble.value = ''
      const seconds = Math.max(5, secondsUntil(answer.expires_at) - RENEW_BEFORE_END)
      renewal = setTimeout(() => void renew(), seconds * 1000)
    } catch (error) {
      if (mine !== question) return
      quote.value = null
      trouble.value = sentenceOf(error)
      if (isSignedOut(error)) onSignedOut()
    } finally {
      if (mine === question) asking.value = false
    }
  }

  watch(
    () => JSON.stringify(wish.value),
    () => {
      clearTimeout(pause)
      clearTimeout(renewal)
      question += 1
      quote.value = wish.value ? quote.value : null
      asking.value = wish.value !== null
      if (!wish.value) trouble.value = ''
      else pause = setTimeout(() => void renew(), PAUSE_WHILE_TYPING)
    },
    { immediate: true },
  )
  onUnmounted(() => {
    question += 1
    clearTimeout(pause)
    clearTimeout(renewal)
  })
  return { quote, trouble, asking, renew }
}
