// RELEASED_UNKNOWN
import { expect, test } from 'vitest'
import { checkFolder, SOUND } from '../check-folder.js'

test.each([undefined, 0, 1])('valid: %s', async (released) => {
  expect(
    await checkFolder({ '001_a.ts': SOUND }, { ...(released !== undefined && { released }) }),
  ).toEqual([])
})

test.each([
  [
    { '001_a.ts': SOUND },
    'says that 002 has shipped, but the newest version in migrations is 001.',
  ],
  [{}, 'says that 002 has shipped, but there is no migration in migrations.'],
])('invalid', async (folder, says) => {
  const found = await checkFolder(folder, { released: 2 })
  expect(found.find(({ code }) => code === 'RELEASED_UNKNOWN')).toMatchObject({
    severity: 'error',
    file: 'migrations',
    message: expect.stringContaining(says) as unknown,
  })
})
