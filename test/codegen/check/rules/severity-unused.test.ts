// SEVERITY_UNUSED
import { expect, test } from 'vitest'
import { checkFolder, SOUND } from '../check-folder.js'

const FILES = { '001_a.ts': SOUND, '_shared/sql.ts': 'export const a = 1\n', 'notes.txt': '' }
const OFF = { FILE_UNKNOWN: 'off', MODULE_SIDE_EFFECT: 'off' } as const

const unusedOf = async (files: readonly string[], shared?: true): Promise<string[]> => {
  const one = { files, rules: OFF, ...(shared && { shared }) }
  const found = await checkFolder(FILES, { overrides: [one] })
  return found.filter(({ code }) => code === 'SEVERITY_UNUSED').map(({ message }) => message)
}

test.each([
  'migrations/001_a.ts',
  './migrations/*.ts',
  'migrations/**',
  '**/0*',
  '*/{001,002}_*',
  'migrations/_shared/**',
  'migrations/notes.txt',
])('valid: %s', async (glob) => expect(await unusedOf([glob])).toEqual([]))

test('valid: a glob that excludes, and one that several databases share', async () => {
  expect(await unusedOf(['migrations/*', '!migrations/9*'])).toEqual([])
  expect(await unusedOf(['cache/*'], true)).toEqual([])
})

test.each(['001_a.ts', 'migration/*.ts', '/migrations/*.ts', 'migrations', 'migrations/*.sql'])(
  'invalid: %s',
  async (glob) => {
    const [found, ...more] = await unusedOf(['migrations/*.ts', glob])
    expect(found).toContain(`gives severities to '${glob}', but no file of migrations matches`)
    expect(more).toEqual([])
  },
)
