// Run before each file of tests, which shares its process with others: what it makes in the folder for temporary files
// goes away with it, and so does what it sets in the environment. Its databases wait for no disk.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { setEnvironment } from './environment.js'
import { temporaryBase } from './temporary-base.js'

const before = { ...process.env }
const folder = mkdtempSync(join(temporaryBase(), 'lockstep-tests-'))
// Some tests run a program as another user.
chmodSync(folder, 0o1777)
for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder

afterAll(() => {
  setEnvironment(before)
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})
