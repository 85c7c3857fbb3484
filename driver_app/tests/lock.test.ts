import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('no address of a host stands in the lock file', () => {
  expect(readFileSync(join(__dirname, '..', 'package-lock.json'), 'utf8')).not.toMatch(/https?:\/\//)
})
