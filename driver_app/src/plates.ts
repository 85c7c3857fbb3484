/** Mainland plates: how they are cleaned, checked and shown (GA 36-2018; the cloud checks again). */

export const PROVINCES = [...'京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼']
/** I and O are not used: they read like 1 and 0. */
export const LETTERS = [...'ABCDEFGHJKLMNPQRSTUVWXYZ']
export const DIGITS = [...'0123456789']
export const TAIL_CHARACTERS = [...'挂学警港澳使领']

const ORDINARY = /^[A-HJ-NP-Z][A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳使领]$/
const SMALL_ELECTRIC = /^[A-HJ-NP-Z][A-HJK][A-HJ-NP-Z0-9]\d{4}$/
const LARGE_ELECTRIC = /^[A-HJ-NP-Z]\d{5}[A-HJK]$/

/** Full-width forms become plain, lower case becomes upper, dots and spaces go. */
export function cleanPlate(typed: string): string {
  return typed.normalize('NFKC').toUpperCase().replace(/[·•.\s-]/g, '')
}

export function isPlate(plate: string): boolean {
  if (!PROVINCES.includes(plate.charAt(0))) return false
  const rest = plate.slice(1)
  return ORDINARY.test(rest) || SMALL_ELECTRIC.test(rest) || LARGE_ELECTRIC.test(rest)
}

export type PlateFault = 'empty' | 'province' | 'short' | 'letters'

/** Why a plate is not one yet, or null when it is. */
export function plateFault(plate: string): PlateFault | null {
  if (plate === '') return 'empty'
  if (!PROVINCES.includes(plate.charAt(0))) return 'province'
  if (isPlate(plate)) return null
  return plate.length < 7 ? 'short' : 'letters'
}

/** Eight characters are a new-energy plate: green instead of blue. */
export function isNewEnergy(plate: string): boolean {
  return plate.length === 8
}

/** 云A12345 -> 云A·12345 */
export function plateText(plate: string): string {
  return plate.length > 2 ? `${plate.slice(0, 2)}·${plate.slice(2)}` : plate
}
