/** Code 128 of a member code, as the widths of its bars and gaps: letters first, then pairs of digits, which are half as wide. */

const PATTERNS = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 ' +
  '123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 ' +
  '232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 ' +
  '313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 ' +
  '111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 ' +
  '111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 ' +
  '114311 411113 411311 113141 114131 311141 411131 211412 211214 211232'
).split(' ')
const START_LETTERS = 104
const SWITCH_TO_PAIRS = 99
const STOP = '2331112'

/** Widths in modules, a bar first, then a gap, in turn. `text` is two letters and an even number of digits. */
export function barWidths(text: string): number[] {
  const letters = text.slice(0, 2)
  const pairs = text.slice(2).match(/../g) ?? []
  const values = [
    START_LETTERS,
    ...[...letters].map((letter) => letter.charCodeAt(0) - 32),
    SWITCH_TO_PAIRS,
    ...pairs.map(Number),
  ]
  const check = values.reduce((sum, value, place) => sum + value * Math.max(1, place), 0) % 103
  const patterns = [...values, check].map((value) => PATTERNS[value]!)
  return [...patterns.join(''), ...STOP].map(Number)
}

const MODULES = 167
/** The page's edges, and the white that a scanner needs on both sides. */
const BESIDE = 2 * 16 + 2 * 20

/** As wide as the screen allows, and a whole number of its own dots: a bar that is cut off by half cannot be read. */
export function moduleWidth(screen: { windowWidth: number; pixelRatio: number }): number {
  const dots = Math.floor(((Math.min(screen.windowWidth, 480) - BESIDE) * screen.pixelRatio) / MODULES)
  return Math.max(1, dots) / screen.pixelRatio
}
