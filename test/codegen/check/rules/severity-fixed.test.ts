// SEVERITY_FIXED
import { expect, test } from 'vitest'
import { checkFolder, SOUND } from '../check-folder.js'

test('valid: other rules may have any severity, and a fixed one its own', async () => {
  const rules = { DOWN_MISSING: 'off', IMPORT_APPLICATION: 'error', VERSION_GAP: 'error' } as const
  expect(await checkFolder({ '001_a.ts': SOUND }, { rules })).toEqual([])
})
