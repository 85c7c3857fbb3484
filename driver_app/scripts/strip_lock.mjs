// npm writes links for donations into the lock file; taken out, no host's name stands in it. Run after every change of dependencies.
import { readFileSync, writeFileSync } from 'node:fs'

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
for (const entry of Object.values(lock.packages)) delete entry.funding
writeFileSync('package-lock.json', JSON.stringify(lock, null, 2) + '\n')
