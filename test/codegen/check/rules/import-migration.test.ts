// IMPORT_MIGRATION
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn, SOUND, type Folder } from '../check-folder.js'

const TOLD = 'error IMPORT_MIGRATION'
const EARLIER = `export const x = 'c'\nexport interface Row { b: string }\n${SOUND}`
/** A second migration with a line before it and an `up` of its own. */
const folder = (line: string, up = `up: 'CREATE TABLE c (d)'`): Folder => ({
  '001_a.ts': EARLIER,
  '002_b.ts': `${line}\n${migrationWith(up)}`,
  '003_c.ts': EARLIER,
  '_shared.ts': `export const x = 'c'\n`,
})

describe('valid', () => {
  test.each([
    `import { x } from './_shared.js'`,
    `import { x } from '001_a'`,
    `import type { Row } from './001_a.js'`,
    `import { type Row } from './001_a.js'`,
    `import type * as a from './001_a.js'`,
    `export type { Row } from './001_a.js'`,
    `import { Row } from './001_a.js'\nconst rows: Row[] = []`,
    `import { Row } from './001_a.js'\ninterface Wide extends Row { e: string }`,
    `import { x } from './001_a.js'\ntype Name = typeof x`,
    `import * as a from './001_a.js'\nconst rows = [] as readonly a.Row[]`,
  ])('%s', async (line) => expect(await placesIn(folder(line))).toEqual([]))

  test('what the reading has reported already', async () => {
    const text = `export { default } from './001_a.js'`
    expect(await placesIn({ '001_a.ts': SOUND, '002_b.ts': text })).toEqual([
      '002_b.ts:1:10 error READ_REEXPORT',
    ])
  })
})

describe('invalid', () => {
  test.each([
    [`import { x } from './001_a.js'`, '1:19'],
    [`import { x } from './001_a.ts'`, '1:19'],
    [`import { x } from './001_a'`, '1:19'],
    [`import { x } from '../migrations/001_a.js'`, '1:19'],
    [`import { x } from './003_c.js'`, '1:19'],
    [`import * as a from './001_a.js'\nconst name = a.x`, '1:20'],
    [`import a from './001_a.js'`, '1:15'],
    [`export { x } from './001_a.js'`, '1:19'],
    [`export * from './001_a.js'`, '1:15'],
    [`import {} from './001_a.js'`, '1:16'],
    [`import { Row, x } from './001_a.js'\nconst row: Row = { b: x }`, '1:24'],
    [`import { Row } from './001_a.js'\nconst row: Row = new Row()`, '1:21'],
  ])('%s', async (line, place) => {
    expect(await placesIn(folder(line))).toEqual([`002_b.ts:${place} ${TOLD}`])
  })

  test('in a function of the migration, told with both files', async () => {
    const up = 'up: (db) => db.exec(`CREATE TABLE ${x} (d)`)'
    const found = await checkFolder(folder(`import { x } from './001_a.js'`, up))
    expect(found).toHaveLength(1)
    expect(found[0]!.message).toBe(
      'migrations/002_b.ts imports migrations/001_a.ts, which is itself a migration. An edit there changes what this file does, and no checksum shows it.',
    )
    expect(found[0]!.fix).toMatch(/^Move what both need to a file such as `_a\.ts`/)
  })

  test('for what it does when it is loaded', async () => {
    expect(await placesIn(folder(`import './001_a.js'`))).toEqual([
      '002_b.ts:1:1 error MODULE_SIDE_EFFECT',
      `002_b.ts:1:8 ${TOLD}`,
    ])
  })

  test('in a helper in a folder of helpers', async () => {
    const helper = `export { x } from '../001_a.js'\n`
    expect(await placesIn({ '001_a.ts': EARLIER, '_shared/names.ts': helper })).toEqual([
      `_shared/names.ts:1:19 ${TOLD}`,
    ])
  })

  test('a list, and from a list', async () => {
    const list = (line: string, from: number): string =>
      `import { defineMigrations } from 'lockstep/better-sqlite3'\n${line}\n` +
      `export default defineMigrations([\n` +
      [from, from + 1]
        .map(
          (n) =>
            `  { version: ${n}, name: 'n', sql: ['CREATE TABLE t${n} (a)'], down: 'DROP TABLE t${n}' },\n`,
        )
        .join('') +
      `])\n`
    const lists = {
      '001-002_a.ts': list(`export const x = 'c'`, 1),
      '003-004_b.ts': list(`import { x } from './001-002_a.js'`, 3),
      '005_c.ts': `import { x } from './003-004_b.js'\n${SOUND}`,
    }
    const found = await placesIn(lists)
    expect(found.filter((place) => place.endsWith(TOLD))).toEqual([
      `003-004_b.ts:2:19 ${TOLD}`,
      `005_c.ts:1:19 ${TOLD}`,
    ])
  })
})

test('what to write instead, in JavaScript as well', async () => {
  const fixOf = async (type: string): Promise<string> => {
    const files = {
      [`001_a.${type}`]: `export const x = 'c'\n${SOUND}`,
      [`002_b.${type}`]: `import { x } from './001_a.${type}'\n${migrationWith('up() { x() }')}`,
    }
    const found = (await checkFolder(files)).find(({ code }) => code === 'IMPORT_MIGRATION')
    return found?.fix ?? ''
  }
  expect(await fixOf('mjs')).toContain('such as `_a.mjs` in')
  expect(await fixOf('mjs')).not.toContain('import type')
  expect(await fixOf('ts')).toContain('such as `_a.ts` in')
  expect(await fixOf('ts')).toContain('For types alone write `import type`.')
})
