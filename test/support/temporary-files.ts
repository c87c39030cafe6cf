// Runs before each test file, which shares its process with others: whatever it creates in the folder for temporary files is
// removed after it, and the environment restored.
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
