import { createSSRApp } from 'vue'

import App from './App.vue'
// #ifdef H5
import { bringChineseFaceIfMissing } from './chinese_face'

bringChineseFaceIfMissing()

// Every page is its own file; fetched ahead, one can still turn to it when the signal is gone. Whatever fails is asked for again then.
addEventListener('load', () => {
  for (const load of Object.values(import.meta.glob('./pages/**/*.vue'))) load().catch(() => undefined)
})
// #endif

export function createApp() {
  return { app: createSSRApp(App) }
}
