/** The cloud's time: a phone's own clock may be minutes off, and a pay countdown must not be. */

import { onUnmounted, ref } from 'vue'

let ahead = 0

/** Every answer carries the server's time in its Date header. */
export function learnClock(header: Record<string, string> | undefined): void {
  const said = Date.parse(header?.date ?? header?.Date ?? '')
  if (!Number.isNaN(said)) {
    const difference = said - Date.now()
    // The header has whole seconds only: smaller differences are noise.
    ahead = Math.abs(difference) > 2000 ? difference : 0
  }
}

export function now(): number {
  return Date.now() + ahead
}

export function secondsUntil(moment: string): number {
  return (Date.parse(moment) - now()) / 1000
}

/** The cloud's time as a value that moves every second while the component lives. */
export function useTicking() {
  const ticking = ref(now())
  const timer = setInterval(() => (ticking.value = now()), 1000)
  onUnmounted(() => clearInterval(timer))
  return ticking
}
