import uni from '@dcloudio/vite-plugin-uni'
import { defineConfig, type Plugin } from 'vite'

// The web page calls the server it came from. The mini program has no such server: its address is a build setting.
const isWebPage = process.env.UNI_PLATFORM === 'h5'
const apiBase = isWebPage ? '' : (process.env.YOUZHAN_API_BASE ?? 'http://127.0.0.1:8000')

/** uni's own style sheet fetches pictures of shadows from its maker's servers; nothing here may call anybody but our own. */
const withoutForeignPictures: Plugin = {
  name: 'without-foreign-pictures',
  enforce: 'post',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue
      file.source = String(file.source).replace(/url\(["']?https?:[^)]*\)/g, 'none')
    }
  },
}

export default defineConfig({
  base: './',
  plugins: [uni(), withoutForeignPictures],
  define: { __API_BASE__: JSON.stringify(apiBase.replace(/\/$/, '')) },
})
