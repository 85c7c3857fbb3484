import { expect, it } from 'vitest'

import { newId } from '@/ids'
import { toGcj02 } from '@/places'

it('a satellite position is shifted as the published vector says', () => {
  const shifted = toGcj02({ lat: 39.90445824169115, lng: 116.21444326466906 })
  expect(shifted.lat).toBeCloseTo(39.90569596220289, 9)
  expect(shifted.lng).toBeCloseTo(116.22051284252636, 9)
})

it('a position abroad is left as it is', () => {
  expect(toGcj02({ lat: 48.85, lng: 2.35 })).toEqual({ lat: 48.85, lng: 2.35 })
})

it('ids are 32 hex characters in the order of time', () => {
  const ids = Array.from({ length: 50 }, (_, second) => newId(1763795000000 + second * 1000))
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/)
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(Array.from({ length: 1000 }, () => newId())).size).toBe(1000)
})
