// The tokenizer: nothing lost, SQLite's own idea of what a token is, and huge literals.
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { RESERVED_KEYWORDS } from '../../src/sql/keywords.js'
import { tokenAt, tokenize } from '../../src/sql/tokenize.js'
import { pick, randomFrom } from '../support/random.js'

/** The tokens of a text, each with its kind, without white space. */
const shown = (sql: string): string[] =>
  tokenize(sql)
    .filter(({ kind }) => kind !== 'space')
    .map(({ kind, text }) => `${kind} ${text}`)

const CASES: readonly (readonly [sql: string, tokens: readonly string[]])[] = [
  ['', []],
  ['SELECT a1_$é FROM t', ['word SELECT', 'word a1_$é', 'word FROM', 'word t']],
  ["'it''s' ''", ["string 'it''s'", "string ''"]],
  ['"a""b" `c``d` [e"f]', ['quoted "a""b"', 'quoted `c``d`', 'quoted [e"f]']],
  ["x'0aF' X'0aFF' x''", ["unknown x'0aF'", "blob X'0aFF'", "blob x''"]],
  ["x'zz' xy'a'", ["unknown x'zz'", 'word xy', "string 'a'"]],
  ['1 1. .5 1.5e-3 1e5 0xFf', ['1', '1.', '.5', '1.5e-3', '1e5', '0xFf'].map((n) => `number ${n}`)],
  ['1_000 1e 12ab 0x', ['number 1_000', 'unknown 1e', 'unknown 12ab', 'unknown 0x']],
  ['a.b t.1', ['word a', 'operator .', 'word b', 'word t', 'number .1']],
  ['? ?12 :a @b $c #1', ['?', '?12', ':a', '@b', '$c', '#1'].map((v) => `variable ${v}`)],
  [':', ['unknown :']],
  ['a-- b;\nc', ['word a', 'comment -- b;', 'word c']],
  ['a/* ; */b/**/', ['word a', 'comment /* ; */', 'word b', 'comment /**/']],
  ['a /*/ b', ['word a', 'comment /*/ b']],
  ['a /*', ['word a', 'operator /', 'operator *']],
  [
    'a->>b->c-d',
    ['word a', 'operator ->>', 'word b', 'operator ->', 'word c', 'operator -', 'word d'],
  ],
  [
    '<><=>=<<>>==!=||',
    ['<>', '<=', '>=', '<<', '>>', '==', '!=', '||'].map((o) => `operator ${o}`),
  ],
  ['!a', ['unknown !', 'word a']],
  ["a 'b", ['word a', "unknown 'b"]],
  ["'a''", ["unknown 'a''"]],
  ['a [b', ['word a', 'unknown [b']],
  ['\ufeffa\ufeff', ['word a\ufeff']],
  ['\u00a0a', ['word \u00a0a']],
  ['a\0b', ['word a', 'unknown \0', 'word b']],
]

test.each(CASES)('tokens of %j', (sql, tokens) => expect(shown(sql)).toEqual(tokens))

const PIECES =
  `' '' " "" \` [ ] -- /* */ / * \n \r\n \t ; a END x' X'ab' 0x 1 1.e .5 ? :a $ @ # ( ) , . < > = ! | || -> ~ é 💡 \0 \ufeff \\`.split(
    ' ',
  )

test('loses nothing of any text, and says where each token is', () => {
  const random = randomFrom(1)
  for (let round = 0; round < 3_000; round++) {
    const pieces = Array.from({ length: 1 + (round % 25) }, () => pick(random, [...PIECES, ' ']))
    const sql = pieces.join('')
    const tokens = tokenize(sql)
    expect(tokens.map(({ text }) => text).join('')).toBe(sql)
    for (const token of tokens) {
      expect(sql.startsWith(token.text, token.start)).toBe(true)
      expect(tokenAt(sql, token.start)).toEqual(token)
    }
  }
})

test('a literal of 12 MB with millions of doubled quotes is one token', () => {
  const literal = `'${"''''x".repeat(2_500_000)}'`
  const [first, ...rest] = tokenize(`${literal} || "${'""'.repeat(3_000_000)}"`)
  expect(first).toMatchObject({ kind: 'string', start: 0 })
  expect(first?.text.length).toBe(literal.length)
  expect(rest.map(({ kind }) => kind)).toEqual(['space', 'operator', 'space', 'quoted'])
})

test('a quote that is never closed, a comment and a blob may be as long', () => {
  const long = '\'" x'.repeat(2_000_000)
  expect(tokenize(`/*${long}`)).toHaveLength(1)
  expect(tokenize(`--${long}`)).toHaveLength(1)
  expect(tokenize(`x'${'0f'.repeat(4_000_000)}'`)).toMatchObject([{ kind: 'blob' }])
  expect(tokenize(`'${"''".repeat(4_000_000)}`)).toMatchObject([{ kind: 'unknown' }])
})

/** Words that SQLite knows and that can be names all the same. */
const NAMES =
  'ABORT ACTION AFTER ALWAYS ANALYZE ASC ATTACH BEFORE BEGIN BY CASCADE COLUMN CONFLICT CURRENT DATABASE DEFERRED DESC DETACH DO EACH END EXCLUDE EXPLAIN FAIL FILTER FIRST FOR GLOB IF IGNORE IMMEDIATE INSTEAD KEY LAST LIKE MATCH MATERIALIZED NO OF OFFSET OVER PARTITION PLAN PRAGMA QUERY RANGE RECURSIVE REGEXP REINDEX RELEASE RENAME REPLACE RESTRICT ROLLBACK ROW ROWS SAVEPOINT TEMP TRIGGER VACUUM VIEW VIRTUAL WINDOW WITH WITHOUT'

test('reserved keywords are those that SQLite takes for nothing else', () => {
  const db = new Database(':memory:')
  const isName = (word: string): boolean => {
    try {
      db.prepare(`SELECT 1 AS ${word}`)
      return true
    } catch {
      return false
    }
  }
  expect([...RESERVED_KEYWORDS].filter(isName)).toEqual([])
  expect(NAMES.split(' ').filter((word) => !isName(word) || RESERVED_KEYWORDS.has(word))).toEqual(
    [],
  )
})

/** What SQLite reads as one literal or one name is one token: it gives back the value. */
const VALUES = [
  "'it''s; -- x'",
  "x'00ff'",
  '0xFF',
  '1_000',
  '1.5e-3',
  '.5',
  '"a""b;"',
  '`a``b`',
  '[a"b]',
  'é💡$_1',
  '\u00a0',
]

test.each(VALUES)('SQLite agrees that %s is one token', (text) => {
  expect(tokenize(text)).toHaveLength(1)
  const named = /^['x.\d]/.test(text) ? text : `1 AS ${text}`
  expect(new Database(':memory:').prepare(`SELECT ${named}`).columns()).toHaveLength(1)
})

test.each(['12ab', '1e', '0x', "x'abc'", "'open", '[open', '\v', '\\', '!'])(
  'SQLite refuses %j, which is unknown here',
  (text) => {
    expect(tokenize(text)).toMatchObject([{ kind: 'unknown' }])
    expect(() => new Database(':memory:').prepare(`SELECT ${text}`)).toThrow(
      /unrecognized token|incomplete input/,
    )
  },
)
