/** Ids made on the phone: 32 lower-case hex characters, ordered by time like a UUIDv7 without its hyphens. */

function randomBytes(count: number): number[] {
  const source = globalThis.crypto
  if (source?.getRandomValues) return Array.from(source.getRandomValues(new Uint8Array(count)))
  // A mini program has no crypto; the time in front and 74 random bits behind still keep two phones apart.
  return Array.from({ length: count }, () => Math.floor(Math.random() * 256))
}

export function newId(now: number = Date.now()): string {
  const bytes = randomBytes(10)
  bytes[0] = 0x70 | (bytes[0]! & 0x0f)
  bytes[2] = 0x80 | (bytes[2]! & 0x3f)
  const tail = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return Math.floor(now).toString(16).padStart(12, '0') + tail
}
