// The static evaluator against JavaScript itself: what it says must be what running the code gives.
import { ts } from 'ts-morph'
import { describe, expect, test } from 'vitest'
import { sql } from '../../../src/database/sql-tag.js'
import { essence, readOnly } from './read-folder.js'
import { testSome } from '../../support/some-of.js'

const DECLARATIONS = `
const table = 'users'
const columns = ['id', 'name'] as const
const count = 3
const fragment = q\`WHERE id = \${count}\`
const nested = ['SELECT 1', ...['SELECT 2', \`SELECT \${count}\`]]
const steps = { create: 'CREATE TABLE a (b)', 'quoted-name': 'SELECT 5', list: nested }
`

/** What `up` is when it is this expression, read statically. */
const readUp = (expression: string): unknown =>
  essence(
    readOnly({
      '001_a.ts':
        `import { sql as q } from 'lockstep/better-sqlite3'\n${DECLARATIONS}\n` +
        `export default { up: ${expression} }`,
    }).up,
  )

/** What it is when it is run, as the list of its texts. */
function runUp(expression: string): unknown {
  const code = ts.transpile(`${DECLARATIONS}\nup = ${expression}`, {
    target: ts.ScriptTarget.ES2022,
  })
  const value: unknown = new Function('q', `let up\n${code}\nreturn up`)(sql)
  const list = Array.isArray(value) ? value : [value]
  return list.map((item: string | { text: string }) =>
    typeof item === 'string' ? item : item.text,
  )
}

describe('reads what running gives', () => {
  testSome([
    `'CREATE TABLE a (b)'`,
    `steps['create']`,
    `steps["quoted-name"]`,
    'steps[`list`]',
    `"it's"`,
    '`CREATE TABLE a (\n  b\n)`',
    `'tab\\t, newline\\n, quote\\', \\x41 \\u0042 \\u{1F600} 😀'`,
    '`back\\`tick \\${not a hole} $ {}`',
    `'line \\\n continued'`,
    `''`,
    '``',
    `('SELECT 1')`,
    `'SELECT 1' as const`,
    `'SELECT 1' as string`,
    `'SELECT 1' satisfies string`,
    `('SELECT 1')!`,
    `<string>'SELECT 1'`,
    `((('SELECT 1' as const) satisfies string)!)`,
    `'DROP TABLE ' + table`,
    `'a' + 1 + 2`,
    `'' + (1 + 2)`,
    `1 + 2 + 'a'`,
    `'a' + -1`,
    `'a' + +1`,
    `'a' + 0x10 + 1_000 + 1e3 + .5`,
    '`SELECT ${count} FROM ${table}`',
    '`${null} ${true} ${10n} ${undefined} ${-0} ${1e21}`',
    '`a${`b${`c`}`}d`',
    `['SELECT 1', 'SELECT 2']`,
    `[]`,
    `['SELECT 1', ...nested, 'SELECT 9'] as const`,
    `nested`,
    `steps.list`,
    `[...nested, ...nested]`,
    `steps.create`,
    `[steps.create, ...steps.list]`,
    `['SELECT 1', 'SELECT 2'].join(';\\n')`,
    `['a', 'b'].join()`,
    `['a', 'b'].join(undefined)`,
    `[1, 'b', null, undefined, true].join('-')`,
    `[].join('x')`,
    `nested.join(';')`,
    `'CREATE TABLE t (' + columns.join(', ') + ')'`,
    '`CREATE TABLE t (${columns.join(", ")})`',
    'q`SELECT 1`',
    'q`SELECT ${1}, ${-2}, ${1.5}, ${10n}, ${null}, ${true}, ${false}`',
    "q`SELECT ${'plain'}, ${\"it's\"}, ${''}`",
    'q`SELECT * FROM ${q.id(table)} ${fragment}`',
    `q\`SELECT \${q.id('we"ird')}\``,
    "q`SELECT ${q.raw('count(*)')} FROM ${q.raw(table)}`",
    'q`a${q`b${q`c${1}`}`}d`',
    `q.raw('SELECT 1')`,
    'q`line\\n \\` \\${} \\x41`',
    'fragment',
    '[q`SELECT 1`, `SELECT 2`, fragment]',
    `q\`\``,
  ])('%s', (expression) => expect(readUp(expression)).toEqual(runUp(expression)))

  test('line ends of a template are LF, whatever the file has', () => {
    const { up } = readOnly({ '001_a.ts': 'export default {\r\n  up: `a\r\nb`,\r\n}\r\n' })
    expect(essence(up)).toEqual(['a\nb'])
  })

  test('a sum of ten thousand parts', () => {
    const parts = Array.from({ length: 10_000 }, (_, i) => `'${i} '`)
    expect(
      essence(readOnly({ '001_a.ts': `export default { up: ${parts.join(' + ')} }` }).up),
    ).toEqual([parts.map((part) => part.slice(1, -1)).join('')])
  })

  test('a text of a megabyte', () => {
    const text = `INSERT INTO a VALUES ('${'x'.repeat(1_000_000)}')`
    expect(essence(readOnly({ '001_a.ts': `export default { up: \`${text}\` }` }).up)).toEqual([
      text,
    ])
  })
})

describe('where a text stands', () => {
  const piece = (declarations: string, expression: string): unknown => {
    const { up } = readOnly({
      '001_a.ts': `import { sql } from 'lockstep'\n${declarations}\nexport default { up: ${expression} }\n`,
    })
    return up?.kind === 'sql'
      ? up.pieces.map(({ position: { line, column }, verbatim }) => [line, column, verbatim])
      : up
  }

  test.each([
    ['', `'SELECT 1'`, [[3, 23, true]]],
    ['', '`SELECT 1\nFROM a`', [[3, 23, true]]],
    ['', '`SELECT 1\\nFROM a`', [[3, 23, false]]],
    ['', `'SELECT 1\\nFROM a'`, [[3, 23, false]]],
    ['', 'sql`SELECT 1\nFROM a`', [[3, 26, true]]],
    ['', 'sql`SELECT ${1}\nFROM a`', [[3, 26, true]]],
    ['', "sql`SELECT ${'a\\nb'}\nFROM a`", [[3, 26, false]]],
    ['', 'sql`SELECT ${\n1}\nFROM a`', [[3, 26, false]]],
    ['', `'SELECT ' + 1`, [[3, 23, false]]],
    ['', `['a', 'b'].join(';')`, [[3, 24, false]]],
    [
      '',
      `[\n'a',\n  'b']`,
      [
        [4, 2, true],
        [5, 4, true],
      ],
    ],
    ['const one = `\nSELECT 1`', 'one', [[2, 14, true]]],
    [
      `const list = ['a']`,
      `[...list, 'b']`,
      [
        [2, 16, true],
        [3, 33, true],
      ],
    ],
    ['', `sql.raw('SELECT 1')`, [[3, 31, true]]],
    ['', `sql.id('a')`, [[3, 30, false]]],
  ])('%s %s', (declarations, expression, expected) => {
    expect(piece(declarations, expression)).toEqual(expected)
  })
})
