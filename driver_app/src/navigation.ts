/** Where the pages are and how one gets from one to another. */

import { t, type Key } from '@/wording'

export const TABS = {
  refuel: '/pages/stations/stations',
  orders: '/pages/orders/orders',
  coupons: '/pages/coupons/coupons',
  me: '/pages/me/me',
} as const
export type Tab = keyof typeof TABS

/** After signing in the driver comes back to the page that asked for it. */
export function goToSignIn(): void {
  uni.navigateTo({ url: '/pages/sign-in/sign-in' })
}

export function leaveSignIn(): void {
  if (getCurrentPages().length > 1) uni.navigateBack()
  else uni.switchTab({ url: TABS.refuel })
}

export function goToOrder(id: string, replace = false): void {
  const url = `/pages/order/order?id=${id}`
  if (replace) uni.redirectTo({ url })
  else uni.navigateTo({ url })
}

/** The bar above a page, in the driver's language; the mini program's own tabs are told along with it. */
export function nameThePage(key: Key): void {
  uni.setNavigationBarTitle({ title: t(key) })
  // #ifndef H5
  Object.keys(TABS).forEach((tab, index) => uni.setTabBarItem({ index, text: t(`tab.${tab as Tab}`), fail: () => undefined }))
  // #endif
}

export function say(sentence: string): void {
  uni.showToast({ title: sentence, icon: 'none', duration: 2200 })
}
