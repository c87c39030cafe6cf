// SEVERITY_FIXED
import { expect, test } from 'vitest'
import { checkFolder, SOUND } from '../check-folder.js'

test('valid: other rules may have any severity, and a fixed one its own', async () => {
  const rules = { DOWN_MISSING: 'off', IMPORT_APPLICATION: 'error', VERSION_GAP: 'error' } as const
  expect(await checkFolder({ '001_a.ts': SOUND }, { rules })).toEqual([])
})

test('invalid: a numbering error made a warning, told at the folder', async () => {
  const [found, ...more] = await checkFolder(
    { '001_a.ts': SOUND },
    { rules: { VERSION_GAP: 'warning' } },
  )
  expect(more).toEqual([])
  expect(found).toMatchObject({
    code: 'SEVERITY_FIXED',
    severity: 'warning',
    file: 'migrations',
    line: 1,
    column: 1,
  })
  expect(found!.message).toContain('VERSION_GAP')
})
