// CONFLICT_MARKERS
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

const conflict = (ours: string, theirs: string): string =>
  `<<<<<<< HEAD\n${ours}\n=======\n${theirs}\n>>>>>>> main\n`
const pair = (up: string): string => `-- migrate:up\n${up}\n-- migrate:down\nSELECT 1;\n`

test.each([
  ['a text that looks like one', `INSERT INTO a VALUES ('\n${conflict('a', 'b')}');`],
  ['a line of arrows', 'SELECT 1;\n-- <<<<<<< HEAD\nSELECT 2;'],
  ['one marker alone, in a comment', '/*\n=======\n*/\nSELECT 1;'],
])('valid: %s', async (_, sql) => expect(await placesIn({ '001_a.sql': pair(sql) })).toEqual([]))

describe('invalid', () => {
  test.each([
    ['in a statement', pair(`CREATE TABLE a (\n${conflict('  b,', '  c,')}  d\n);`), 3],
    [
      'with the lines of Windows',
      pair(conflict('SELECT 1;', 'SELECT 2;')).replaceAll('\n', '\r\n'),
      2,
    ],
    [
      'with the common ancestor',
      pair(conflict('SELECT 1;\n||||||| 1a2b\nSELECT 0;', 'SELECT 2;')),
      2,
    ],
    ['behind an apostrophe', pair(`-- it's\n${conflict('SELECT 1;', 'SELECT 2;')}`), 3],
    [
      'behind a text that looks like one',
      pair(`SELECT '\n${conflict('a', 'b')}';\n${conflict('SELECT 1;', 'SELECT 2;')}`),
      9,
    ],
  ])('%s', async (_, text, line) => {
    const found = await checkFolder({ '001_a.sql': text }, { rules: { CONFLICT_MARKERS: 'off' } })
    const [first, ...others] = found.filter(({ code }) => code === 'CONFLICT_MARKERS')
    expect(others).toEqual([])
    expect(first).toMatchObject({
      severity: 'error',
      file: 'migrations/001_a.sql',
      line,
      column: 1,
    })
    expect(first!.message).toBe('migrations/001_a.sql contains merge conflict markers.')
  })

  test('around the whole file', async () => {
    const places = await placesIn({ '001_a.sql': conflict(pair('SELECT 1;'), pair('SELECT 2;')) })
    expect(places).toContain('001_a.sql:1:1 error CONFLICT_MARKERS')
  })

  test('of code the compiler tells, in the same words', async () => {
    const text = conflict(migrationWith(`up: 'SELECT 1'`), migrationWith(`up: 'SELECT 2'`))
    const found = await checkFolder({ '001_a.ts': text })
    expect(found[0]).toMatchObject({ code: 'READ_SYNTAX', line: 1 })
    expect(found[0]!.message).toMatch(/conflict marker/)
  })
})
