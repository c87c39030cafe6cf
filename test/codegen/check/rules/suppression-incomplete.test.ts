// SUPPRESSION_INCOMPLETE
import { expect, test } from 'vitest'
import { checkFolder, placesIn, SOUND } from '../check-folder.js'

const folder = (comment: string) => ({
  '001_a.ts': `import os from 'node:os'\n${comment}\n${SOUND}`,
})

test('valid: code and reason', async () => {
  expect(
    await placesIn(folder('// lockstep-ignore IMPORT_BUILTIN: only ever runs on Node')),
  ).toEqual([])
})

test.each([
  '// lockstep-ignore IMPORT_BUILTIN',
  '// lockstep-ignore IMPORT_BUILTIN:',
  '// lockstep-ignore IMPORT_BUILTIN: ',
  '/* lockstep-ignore IMPORT_BUILTIN: */',
  '// lockstep-ignore',
  '// lockstep-ignore: everything',
  '// lockstep-ignore IMPORT_BUILTIN, and more: both',
  '// lockstep-ignore import_builtin: small letters',
])('invalid: %s', async (comment) => {
  expect(await placesIn(folder(comment))).toEqual([
    '001_a.ts:1:16 warning IMPORT_BUILTIN',
    '001_a.ts:2:1 warning SUPPRESSION_INCOMPLETE',
  ])
})

test('the message says what is missing', async () => {
  const [, noReason] = await checkFolder(folder('// lockstep-ignore IMPORT_BUILTIN'))
  expect(noReason!.message).toBe(
    'A comment in migrations/001_a.ts gives no reason for suppressing IMPORT_BUILTIN, so it suppresses nothing.',
  )
  const [, noCode] = await checkFolder(folder('// lockstep-ignore'))
  expect(noCode!.message).toBe(
    'A comment in migrations/001_a.ts names no code, so it suppresses nothing.',
  )
})
