import { describe, expect, it } from 'vitest'

import { cleanPhone, isPhone } from '@/phones'
import { cleanPlate, isNewEnergy, isPlate, plateFault, plateText } from '@/plates'

describe('a plate', () => {
  it('is cleaned of dots, spaces, lower case and full-width letters', () => {
    expect(cleanPlate(' 云a·12 345 ')).toBe('云A12345')
    expect(cleanPlate('粤ＢＤ１２３４５')).toBe('粤BD12345')
  })
  it.each(['云A12345', '京AB1C2D', '粤Z1234港', '川A1234警', '云AD12345', '沪AF12345', '云A12345D', '琼B00001'])(
    '%s is accepted',
    (plate) => expect(isPlate(plate)).toBe(true),
  )
  it.each(['', '云', 'A12345', '云A1234', '云A123456', '云AI2345', '云AO2345', '云112345', '云AL12345', '台A12345'])(
    '"%s" is not one',
    (plate) => expect(isPlate(plate)).toBe(false),
  )
  it('says what is wrong with it', () => {
    expect(plateFault('')).toBe('empty')
    expect(plateFault('A12345')).toBe('province')
    expect(plateFault('云A12')).toBe('short')
    expect(plateFault('云AI2345')).toBe('letters')
    expect(plateFault('云A12345')).toBeNull()
  })
  it('with eight characters is a new-energy plate', () => {
    expect(isNewEnergy('云AD12345')).toBe(true)
    expect(isNewEnergy('云A12345')).toBe(false)
  })
  it('is shown with its dot', () => expect(plateText('云A12345')).toBe('云A·12345'))
})

describe('a phone number', () => {
  it('loses its country code and spaces', () => {
    expect(cleanPhone('+86 138 0013 8000')).toBe('13800138000')
    expect(cleanPhone('１３８００１３８０００')).toBe('13800138000')
  })
  it('has eleven digits and begins with 13 to 19', () => {
    expect(isPhone('13800138000')).toBe(true)
    expect(isPhone('12800138000')).toBe(false)
    expect(isPhone('1380013800')).toBe(false)
  })
})
