// The whole check: order, severities, and what it must survive.
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn, SOUND } from './check-folder.js'

test('everything that is wrong comes in one run, ordered by file, line, column and code', async () => {
  const folder = {
    'notes.txt': 'x',
    '001_a.ts': `import fs from 'node:fs'\nconsole.log(fs)\n${migrationWith('async up() {}')}`,
    '001_b.sql': 'COMMIT;\nVACUUM;\n',
    '004_c.ts': 'export default {',
  }
  expect(await placesIn(folder)).toEqual([
    '001_a.ts:1:16 warning IMPORT_BUILTIN',
    '001_a.ts:2:1 error MODULE_SIDE_EFFECT',
    '001_a.ts:5:3 error MIGRATION_EMPTY',
    '001_a.ts:5:3 error UP_ASYNC',
    '001_b.sql:1:1 error DOWN_MISSING',
    '001_b.sql:1:1 error SQL_TRANSACTION_CONTROL',
    '001_b.sql:1:1 error VERSION_DUPLICATE',
    '001_b.sql:2:1 error SQL_NEEDS_NO_TRANSACTION',
    '004_c.ts:1:1 error VERSION_GAP',
    '004_c.ts:1:17 error READ_SYNTAX',
    'notes.txt:1:1 error FILE_UNKNOWN',
  ])
})

test('every finding has a message and a fix in full sentences', async () => {
  const found = await checkFolder({
    '002_a.ts': `console.log(1)\n${migrationWith('async up() {}')}`,
  })
  expect(found.length).toBeGreaterThan(3)
  for (const { message, fix } of found) {
    expect(message).toMatch(/^[A-Z`m].*\.$/)
    expect(fix).toMatch(/^[A-Z].*\.$/)
  }
})

describe('the settings', () => {
  const folder = { '001_a.ts': `import 'node:fs'\n${SOUND}` }
  test.each([
    [{}, ['001_a.ts:1:1 error MODULE_SIDE_EFFECT', '001_a.ts:1:8 warning IMPORT_BUILTIN']],
    [
      { MODULE_SIDE_EFFECT: 'info', IMPORT_BUILTIN: 'error' },
      ['001_a.ts:1:1 info MODULE_SIDE_EFFECT', '001_a.ts:1:8 error IMPORT_BUILTIN'],
    ],
    [{ MODULE_SIDE_EFFECT: 'off', IMPORT_BUILTIN: 'off' }, []],
  ] as const)('%j', async (rules, places) =>
    expect(await placesIn(folder, { rules })).toEqual(places),
  )

  test('may be others for some files', async () => {
    const text = `import os from 'node:os'\n${SOUND}`
    const overrides = [{ files: ['migrations/002*'], rules: { IMPORT_BUILTIN: 'off' } }] as const
    const found = await placesIn({ '001_a.ts': text, '002_b.ts': text }, { overrides })
    expect(found).toEqual(['001_a.ts:1:16 warning IMPORT_BUILTIN'])
  })

  test('what could not be read stays an error', async () => {
    const places = await placesIn(
      { '001_a.ts': 'export default make()' },
      { rules: { READ_CALL: 'off' } },
    )
    expect(places.filter((place) => place.includes('error'))).not.toEqual([])
    expect(places).toContain('migrations:1:1 warning SEVERITY_FIXED')
  })
})

describe('survives', () => {
  test.each([
    [
      'a sum of 20,000 texts',
      `up(db) { db.exec(${"'a ' + ".repeat(20_000)}'; COMMIT') }`,
      ['SQL_TRANSACTION_CONTROL'],
    ],
    [
      'a sum of 20,000 texts with a call that is marked',
      `up(db) { db.exec(${"'a ' + ".repeat(20_000)}'b'); /* @__PURE__ */ db.exec('') }`,
      ['CALL_MARKED_PURE'],
    ],
    ['lists and choices that double each other', `up(db) { db.exec(v40.name) }`, ['CODE_AS_DATA']],
    ['constants that double each other', `up(db) { db.exec(c40) }`, []],
    ['a constant of nine of the one before', `up(db) { db.exec(n40) }`, []],
  ])('%s', async (_, up, expected) => {
    const constants = Array.from({ length: 40 }, (_, n) => `const c${n + 1} = c${n} + c${n}\n`)
    const ninefold = Array.from(
      { length: 40 },
      (_, n) => `const n${n + 1} = ${Array(9).fill(`n${n}`).join(' + ')}\n`,
    )
    const doubled = Array.from(
      { length: 40 },
      (_, n) => `const v${n + 1} = n0 ? [v${n}, v${n}][0] : [v${n}, v${n}][n0]\n`,
    )
    const texts = `const v0 = class {}\n${doubled.join('')}const c0 = 'SELECT 1;', n0 = c0\n${constants.join('')}${ninefold.join('')}`
    const text = `${texts}${migrationWith(up)}`
    const codes = (await checkFolder({ '001_a.ts': text })).map(({ code }) => code)
    expect(codes).toEqual(expected)
  })

  test('a helper that is nested too deeply', async () => {
    const helper = `export const x = ${'('.repeat(50_000)}1${')'.repeat(50_000)}\n`
    expect(await placesIn({ '001_a.ts': SOUND, '_deep.ts': helper })).toEqual([
      '_deep.ts:1:1 error READ_TOO_DEEP',
    ])
  })

  test('a script of 20,000 statements, with the place of the last', async () => {
    const sql = `${'INSERT INTO a VALUES (1);\n'.repeat(20_000)}COMMIT;\n-- migrate:down\nDELETE FROM a;\n`
    expect(await placesIn({ '001_a.sql': `-- migrate:up\n${sql}` })).toEqual([
      '001_a.sql:20002:1 error SQL_TRANSACTION_CONTROL',
    ])
  })
})
