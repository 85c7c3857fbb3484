/** A figure that runs up to its next value as a pump's display does, instead of jumping every two seconds. */

import { onUnmounted, ref, watch } from 'vue'

const STEP = 80
/** The station reports at most every two seconds. */
const DURATION = 1800

export function useRising(target: () => number, moving: () => boolean) {
  const shown = ref(target())
  let timer: ReturnType<typeof setInterval> | undefined

  watch([target, moving], ([wanted, moves]) => {
    clearInterval(timer)
    const from = shown.value
    // Only a running pump rises; anything else, above all the final figure, is shown exactly and at once.
    if (!moves || wanted <= from) {
      shown.value = wanted
      return
    }
    const steps = Math.ceil(DURATION / STEP)
    let step = 0
    timer = setInterval(() => {
      step += 1
      shown.value = step >= steps ? wanted : Math.round(from + ((wanted - from) * step) / steps)
      if (step >= steps) clearInterval(timer)
    }, STEP)
  })
  onUnmounted(() => clearInterval(timer))
  return shown
}
