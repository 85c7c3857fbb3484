/** Who is signed in on this phone. */

import { computed, ref } from 'vue'

import type { Driver } from '@/api/drivers'
import { newId } from '@/ids'

const KEPT_TOKEN = 'youzhan.token'
const KEPT_DRIVER = 'youzhan.driver'
const KEPT_DEVICE = 'youzhan.device'

export const token = ref<string>(uni.getStorageSync(KEPT_TOKEN) || '')
export const driver = ref<Driver | null>(uni.getStorageSync(KEPT_DRIVER) || null)
export const signedIn = computed(() => token.value !== '')

export function deviceId(): string {
  const kept = uni.getStorageSync(KEPT_DEVICE) as string
  if (kept) return kept
  const made = newId()
  uni.setStorageSync(KEPT_DEVICE, made)
  return made
}

export function keepSession(newToken: string, who: Driver): void {
  token.value = newToken
  driver.value = who
  uni.setStorageSync(KEPT_TOKEN, newToken)
  uni.setStorageSync(KEPT_DRIVER, who)
}

export function forgetSession(): void {
  token.value = ''
  driver.value = null
  uni.removeStorageSync(KEPT_TOKEN)
  uni.removeStorageSync(KEPT_DRIVER)
}
