import uni from '@dcloudio/vite-plugin-uni'
import { defineConfig } from 'vite'

// The web page calls the server it came from. The mini program has no such server: its address is a build setting.
const isWebPage = process.env.UNI_PLATFORM === 'h5'
const apiBase = isWebPage ? '' : (process.env.YOUZHAN_API_BASE ?? 'http://127.0.0.1:8000')

export default defineConfig({
  base: './',
  plugins: [uni()],
  define: { __API_BASE__: JSON.stringify(apiBase.replace(/\/$/, '')) },
})
