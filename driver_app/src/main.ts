import { createSSRApp } from 'vue'

import App from './App.vue'
// #ifdef H5
import { bringChineseFaceIfMissing } from './chinese_face'

bringChineseFaceIfMissing()
// #endif

export function createApp() {
  return { app: createSSRApp(App) }
}
