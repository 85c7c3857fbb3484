/**
 * Phones have Chinese faces; a bare machine has none and would show boxes. Only there is the server's own face fetched, as the last
 * of the families named in styles/tokens.css: naming it outright would make every Android phone download it.
 */

const FACES = [
  { weight: '400', file: 'fonts/NotoSansSC-Regular.ttf' },
  { weight: '600', file: 'fonts/NotoSansSC-Bold.ttf' },
]

function pictureOf(character: string): string {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 24
  const pen = canvas.getContext('2d')
  if (!pen) return character
  pen.font = '20px sans-serif'
  pen.fillText(character, 1, 20)
  return canvas.toDataURL()
}

/** Two different characters drawn as the same box mean that nobody knows them. */
function hasChineseFace(): boolean {
  return pictureOf('油') !== pictureOf('站')
}

export function bringChineseFaceIfMissing(): void {
  if (hasChineseFace()) return
  const style = document.createElement('style')
  style.textContent = FACES.map(
    ({ weight, file }) =>
      `@font-face{font-family:"Youzhan Sans";font-weight:${weight};font-display:swap;src:url("${file}")}`,
  ).join('')
  document.head.append(style)
}
