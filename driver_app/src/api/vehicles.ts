/** Vehicles: the plates a driver has used. */

import { call } from './http'
import type { Grade } from './prices'

export interface Vehicle {
  plate: string
  car: string | null
  usual_grade: Grade | null
}

export async function fetchVehicles(): Promise<Vehicle[]> {
  return (await call<{ vehicles: Vehicle[] }>('GET', '/v1/vehicles')).vehicles
}

export function keepVehicle(plate: string, facts: { car?: string; usual_grade?: Grade }): Promise<Vehicle> {
  return call('PUT', `/v1/vehicles/${encodeURIComponent(plate)}`, { body: facts })
}

export function forgetVehicle(plate: string): Promise<void> {
  return call('DELETE', `/v1/vehicles/${encodeURIComponent(plate)}`)
}
