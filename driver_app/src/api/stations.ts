/** Stations: the public directory. */

import type { Place } from '@/places'

import { call } from './http'
import type { Grade, GradePrice } from './prices'

export interface Station {
  id: string
  name: string
  address: string
  lat: number
  lng: number
  distance_m: number | null
  open: boolean
  phone_policy: string
  prices: GradePrice[]
}

export interface NozzleOffer {
  nozzle: number
  grade: Grade
  name: string
  price_li: number
}

export interface StationWithPumps extends Station {
  pumps: { pump: number; nozzles: NozzleOffer[] }[]
}

export async function fetchStations(near: Place | null, grade: Grade): Promise<Station[]> {
  const query = { lat: near?.lat.toFixed(6), lng: near?.lng.toFixed(6), grade, limit: 50 }
  return (await call<{ stations: Station[] }>('GET', '/v1/stations', { query })).stations
}

export function fetchStation(id: string): Promise<StationWithPumps> {
  return call('GET', `/v1/stations/${id}`)
}
