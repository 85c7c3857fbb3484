/** Where the phone is, in the coordinates the stations use (GCJ-02, the mainland's own datum). */

export interface Place {
  lat: number
  lng: number
}

const EARTH_AXIS = 6378245
const EARTH_FLATTENING = 0.00669342162296594323

function insideChina({ lat, lng }: Place): boolean {
  return lng > 73.66 && lng < 135.05 && lat > 3.86 && lat < 53.55
}

function waves(value: number, first: number, second: number): number {
  return ((20 * Math.sin(value * Math.PI) + first * Math.sin((value * Math.PI) / 3) + second) * 2) / 3
}

function shiftNorth(x: number, y: number): number {
  const base = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x))
  const ripple = ((20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2) / 3
  return base + ripple + waves(y, 40, 0) + ((160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * 2) / 3
}

function shiftEast(x: number, y: number): number {
  const base = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x))
  const ripple = ((20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2) / 3
  return base + ripple + waves(x, 40, 0) + ((150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * 2) / 3
}

/** A satellite position (WGS-84) as GCJ-02; outside the mainland the two are the same. */
export function toGcj02(place: Place): Place {
  if (!insideChina(place)) return place
  const x = place.lng - 105
  const y = place.lat - 35
  const latitude = (place.lat / 180) * Math.PI
  const magic = 1 - EARTH_FLATTENING * Math.sin(latitude) ** 2
  const north =
    (shiftNorth(x, y) * 180) / (((EARTH_AXIS * (1 - EARTH_FLATTENING)) / (magic * Math.sqrt(magic))) * Math.PI)
  const east = (shiftEast(x, y) * 180) / ((EARTH_AXIS / Math.sqrt(magic)) * Math.cos(latitude) * Math.PI)
  return { lat: place.lat + north, lng: place.lng + east }
}

/** Asks the phone once; null when the person or the phone says no. The position is used for sorting and never kept. */
export function whereAmI(): Promise<Place | null> {
  // #ifdef H5
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(null)
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(toGcj02({ lat: coords.latitude, lng: coords.longitude })),
      () => resolve(null),
      { timeout: 8000, maximumAge: 60000 },
    )
  })
  // #endif
  // #ifndef H5
  return new Promise((resolve) => {
    uni.getLocation({
      type: 'gcj02',
      success: ({ latitude, longitude }) => resolve({ lat: latitude, lng: longitude }),
      fail: () => resolve(null),
    })
  })
  // #endif
}
