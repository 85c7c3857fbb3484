import { describe, expect, it } from 'vitest'

import { barWidths, moduleWidth } from '@/bar_code'

describe('the bar code of a member code', () => {
  it('is what another encoder draws', () => {
    // python-barcode, Code 128, "YM" in set B and the digits in set C.
    expect(barWidths('YM402915774120386625').join('')).toBe('2112143121131131231131412311133222111132224131112313112212311323111214213211221141312331112')
  })
  it('is half as wide as one of letters, so that a phone is wide enough', () => {
    expect(barWidths('YM402915774120386625').reduce((sum, width) => sum + width, 0)).toBe(167)
  })
  it('has bars of whole dots on every screen', () => {
    for (const pixelRatio of [1, 2, 2.625, 3]) {
      const width = moduleWidth({ windowWidth: 390, pixelRatio })
      expect(width * pixelRatio).toBeCloseTo(Math.round(width * pixelRatio), 9)
      expect(width * 167).toBeLessThanOrEqual(390 - 32)
    }
  })
})
