// The list form: several migrations in one file.
import { describe, expect, test } from 'vitest'
import { essence, readFolder, shown } from './read-folder.js'

const OURS = `import { defineMigrations, sql } from 'lockstep/better-sqlite3'\n`

const readList = (text: string, file = '001-003_start.ts'): ReturnType<typeof readFolder> =>
  readFolder({ [file]: OURS + text })

describe('the migrations of a list', () => {
  test('take their version from the code, and the name of the file unless they state one', () => {
    const { migrations, diagnostics } = readList(`export default defineMigrations([
  { version: 3, sql: 'c', down: 'd', irreversible: undefined },
  { version: '001', name: 'first', description: 'text', sql: ['a', sql\`b\`] },
  { version: 2, up: 'b', transaction: false, effects: 'mail' },
])`)
    expect(diagnostics).toEqual([])
    expect(
      migrations.map(({ version, name, form, up, down, position }) => [
        version,
        name,
        form,
        essence(up),
        essence(down),
        position.line,
      ]),
    ).toEqual([
      [1, 'first', 'list', ['a', 'b'], null, 4],
      [2, 'start', 'list', ['b'], null, 5],
      [3, 'start', 'list', ['c'], ['d'], 3],
    ])
    expect(migrations.map(({ declaredVersion }) => declaredVersion?.value)).toEqual([1, 2, 3])
    expect(migrations[0]).toMatchObject({
      description: { value: 'text' },
      declaredName: { value: 'first' },
      file: { file: 'migrations/001-003_start.ts', from: 1, to: 3 },
    })
    expect(migrations[1]).toMatchObject({
      transaction: { value: false },
      effects: { value: 'mail' },
      up: { kind: 'sql', node: expect.anything() },
    })
  })

  test.each([
    [
      'constants',
      `const a = { version: 1, sql: 'a' }\nconst rest = [{ version: 2, sql: 'b' }, { version: 3, sql: 'c' }] as const\nexport default defineMigrations([a, ...rest])`,
    ],
    [
      'a constant list',
      `const list = [{ version: 1, sql: 'a' }, { version: 2, sql: 'b' }, { version: 3, sql: 'c' }]\nexport default defineMigrations(list)`,
    ],
    [
      'without defineMigrations',
      `export default [{ version: 1, sql: 'a' }, { version: 2, sql: 'b' }, { version: 3, sql: 'c' }]`,
    ],
    [
      'constant numbers',
      `const FIRST = 1\nexport default defineMigrations([{ version: FIRST, sql: 'a' }, { version: 2, sql: 'b' }, { version: \`\${3}\`, sql: 'c' }])`,
    ],
    [
      'shared options',
      `const base = { down: 'z' }\nexport default defineMigrations([{ ...base, version: 1, sql: 'a' }, { version: 2, sql: 'b' }, { version: 3, sql: 'c' }])`,
    ],
  ])('%s', (_, text) => {
    const { migrations, diagnostics } = readList(text)
    expect(diagnostics).toEqual([])
    expect(migrations.map(({ version, up }) => [version, essence(up)])).toEqual([
      [1, ['a']],
      [2, ['b']],
      [3, ['c']],
    ])
  })
})

describe('the range of the file', () => {
  const messages = (text: string, file?: string): string[] =>
    readList(text, file).diagnostics.map(({ message }) => message)

  test('names what is missing', () => {
    expect(messages(`export default defineMigrations([{ version: 2, sql: 'a' }])`)).toEqual([
      'In migrations/001-003_start.ts, the list has no 001 or 003, but the name of the file promises versions 001 to 003.',
    ])
    expect(messages(`export default []`, '001-020_x.ts')).toEqual([
      'In migrations/001-020_x.ts, the list has no 001, 002, 003, 004, 005, 006, 007, 008, 009, 010 and 10 more, ' +
        'but the name of the file promises versions 001 to 020.',
    ])
  })

  test('names what is too much', () => {
    const { diagnostics } = readList(
      `export default defineMigrations([{ version: 3, sql: 'a' },\n{ version: 4, sql: 'b' },\n{ version: 3, sql: 'c' }])`,
      '003_x.ts',
    )
    expect(diagnostics.map(shown)).toEqual([
      '003_x.ts:3:12 READ_LIST_EXTRA',
      '003_x.ts:4:12 READ_LIST_REPEATED',
    ])
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'In migrations/003_x.ts, the list has version 004, but the name of the file promises version 003.',
      'In migrations/003_x.ts, the list already has version 003, in line 2.',
    ])
  })

  test('is not judged while an element cannot be read', () => {
    const { diagnostics, migrations } = readList(
      `export default defineMigrations([{ version: 1, sql: 'a' }, make(), { version: 2, sql: f() }])`,
    )
    expect(diagnostics.map(shown)).toEqual([
      '001-003_start.ts:2:60 READ_CALL',
      '001-003_start.ts:2:87 READ_CALL',
    ])
    expect(migrations.map(({ version, unreadable }) => [version, unreadable])).toEqual([
      [1, false],
      [2, true],
    ])
  })
})

describe('the name of a migration in a list', () => {
  const named = (name: string): ReturnType<typeof readFolder> =>
    readList(
      `export default defineMigrations([{ version: 1, sql: 'a', name: ${name} }, { version: 2, sql: 'b' }])`,
      '001-002_start.ts',
    )

  test.each([
    [`'Bad Name'`, `Did you mean 'bad_name'? Use lower-case letters`],
    [`'addUsers'`, `Did you mean 'add_users'? Use lower-case letters`],
    [`'a__b'`, `Did you mean 'a_b'? Use lower-case letters`],
    [`''`, 'Use lower-case letters'],
    [`'имя'`, 'Use lower-case letters'],
    [`'a\\nb'`, `Did you mean 'a_b'? Use lower-case letters`],
  ])('%s is a problem', (name, fix) => {
    const { migrations, diagnostics } = named(name)
    expect(diagnostics.map(shown)).toEqual(['001-002_start.ts:2:64 READ_LIST_NAME'])
    expect(diagnostics[0]?.fix.startsWith(fix)).toBe(true)
    expect(migrations.map(({ unreadable }) => unreadable)).toEqual([true, false])
  })

  test.each(['a', 'add_2_users', '2fa'])('%s is none', (name) => {
    expect(named(`'${name}'`).diagnostics).toEqual([])
  })
})

test('a class is no list', () => {
  const { diagnostics } = readFolder({ '001-003_a.ts': 'export default class A { up() {} }' })
  expect(diagnostics.map(shown)).toEqual(['001-003_a.ts:1:1 READ_LIST_EXPECTED'])
})
