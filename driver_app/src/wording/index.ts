/** Every sentence a driver reads that is not the cloud's own: Chinese first, English second, switchable in 我的. */

import { ref } from 'vue'

import { en } from './en'
import { zh, type Key } from './zh'

export type Locale = 'zh' | 'en'
export type { Key }

const KEPT_LOCALE = 'youzhan.locale'
const CATALOGUES: Record<Locale, Record<Key, string>> = { zh, en }

export const locale = ref<Locale>(uni.getStorageSync(KEPT_LOCALE) === 'en' ? 'en' : 'zh')

/** The sentence in the chosen language, with {name} filled in. */
export function t(key: Key, words: Record<string, string | number> = {}): string {
  return CATALOGUES[locale.value][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(words[name] ?? whole))
}

export function isKey(key: string): key is Key {
  return key in zh
}

/** Our own words where we have them, else the sentence that came with the data. */
export function known(key: string, otherwise: string): string {
  return isKey(key) ? t(key) : otherwise
}

/** uni draws the dialogs (and, in the mini program, the tabs) itself and must speak the same language. */
export function applyLocale(): void {
  uni.setLocale(locale.value === 'en' ? 'en' : 'zh-Hans')
  // #ifdef H5
  document.documentElement.lang = locale.value === 'en' ? 'en' : 'zh-CN'
  // #endif
}

export function setLocale(chosen: Locale): void {
  locale.value = chosen
  uni.setStorageSync(KEPT_LOCALE, chosen)
  applyLocale()
}
