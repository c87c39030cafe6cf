// Input of a size at which work that grows with its square takes minutes, and text that is one literal of many megabytes.
import { describe, expect, test } from 'vitest'
import type { HistoryEntry } from '../../../src/model/report.js'
import { refusedStatement } from '../../../src/plan/inspect-sql.js'
import { orderHistory } from '../../../src/run/ledger/read-history.js'
import { splitStatements, tokensOf } from '../../../src/sql/split-statements.js'
import { sqlTokens } from '../../../codegen/sql/sql-tokens.js'
import { readFolder } from '../parse/read-folder.js'
import { placesIn } from './check-folder.js'
import { testSome } from '../../support/some-of.js'

/** Generous: what grows in proportion takes a second. */
const LIMIT = 40_000
const MANY = 50_000
const MEGABYTES = 12_000_000

describe('an SQL file', () => {
  const read = (body: string) => readFolder({ '001_a.sql': `-- migrate:up\n${body}\nSELECT 1;\n` })
  testSome([
    ['that states its description again and again', '-- description: x\n', MANY - 1],
    ['that gives an option again and again', '-- transaction: false\n', MANY - 1],
    ['of markers', '-- migrate:up\nSELECT 1;\n', MANY],
    ['of unknown markers', '-- migrate:what\nSELECT 1;\n', MANY],
    ['of markers of another tool', '-- +goose Up\nSELECT 1;\n', MANY],
    ['of other comments', '-- like this\n/* and\nthis */', 0],
    ['of comments that never end', '/* ', 0],
    ['of quotes that never end', "'\n[", 0],
  ])(
    '%s is read',
    (_, line, problems) => {
      expect(read(line.repeat(MANY)).diagnostics).toHaveLength(problems)
    },
    LIMIT,
  )
  test.each([
    ['a description', (gap: string) => `-- description: a${gap}b`],
    ['an option', (gap: string) => `-- transaction: a${gap}b`],
    ['a word for up', (gap: string) => `-- up${gap}b`],
    ['a word for up, and dashes', (gap: string) => `-- up ${gap.replaceAll(' ', '-')} b`],
    ['nothing', (gap: string) => `--${gap}b`],
    ['a banner', (gap: string) => `${gap.replaceAll(' ', '-')} b`],
  ])(
    'a line with a wide gap is read behind %s',
    (_, line) => {
      expect(read(line(' '.repeat(1_000_000))).migrations).toHaveLength(1)
    },
    LIMIT,
  )
})

describe('comments that switch findings off', () => {
  const ignoring = 'lockstep-ignore SEED_UNUSED: why\n'
  test(
    'are all found in a script, between as many calls',
    async () => {
      const calls = `// ${ignoring}db.exec('SELECT 1')\n`.repeat(4_000)
      const up = `export function up(db) {\n${calls}}\nexport const irreversible = 'x'\n`
      const places = await placesIn({ '001_a.ts': up })
      expect(places.filter((place) => place.endsWith('SUPPRESSION_UNUSED'))).toHaveLength(0)
      expect(places.length).toBeLessThan(10)
    },
    LIMIT,
  )
  test(
    'are all found in SQL',
    async () => {
      const text = `-- migrate:up\n${`-- ${ignoring.replace('SEED_UNUSED', 'WRITE_WITHOUT_WHERE')}`.repeat(10_000)}SELECT 1;\n`
      const places = await placesIn({ '001_a.sql': text })
      const unused = places.filter((place) => place.endsWith('SUPPRESSION_UNUSED'))
      expect(unused).toHaveLength(10_000)
      expect(unused.at(-1)).toBe('001_a.sql:10001:1 warning SUPPRESSION_UNUSED')
    },
    LIMIT,
  )
})

describe('the statements of SQL', () => {
  const x = 'x'.repeat(MEGABYTES)
  test.each([
    ['a literal', `'${x}'`],
    ['a literal of nothing but quotes', `'${"''".repeat(MEGABYTES / 2)}'`],
    ['a name of nothing but quotes', `"${'""'.repeat(MEGABYTES / 2)}"`],
    ['a literal that never ends', `'${x}`],
  ])(
    'are told although there is %s of megabytes',
    (_, text) => {
      const sql = `SELECT ${text}`
      expect([...tokensOf(sql)].map(({ text: one }) => one.length)).toEqual([6, text.length])
      expect([...sqlTokens(sql)]).toHaveLength(2)
      expect(splitStatements(sql)).toHaveLength(1)
    },
    LIMIT,
  )
  test.each([
    ['a comment', `/*${x}*/`],
    ['white space', ' '.repeat(MEGABYTES)],
    ['comments', '-- x\n'.repeat(MEGABYTES / 5)],
  ])(
    'are refused although there is %s of megabytes in them',
    (_, gap) => {
      expect(refusedStatement(`PRAGMA foreign_keys${gap}= ON`)).toMatchObject({
        why: 'foreign-keys',
      })
      expect(refusedStatement(`PRAGMA foreign_keys${gap}`)).toBeUndefined()
    },
    LIMIT,
  )
})

describe('a history of one second', () => {
  const line = (action: HistoryEntry['action'], version: number): HistoryEntry => ({
    action,
    version,
    id: String(version),
    name: null,
    at: '2025-01-01T00:00:00Z',
    durationMs: null,
    detail: null,
  })
  const many = 200_000
  const versions = Array.from({ length: many }, (_, index) => index + 1)
  test.each([
    ['undone from the newest on', versions.toReversed()],
    ['undone from the oldest on', versions],
    ['undone, all of them newer', versions.map((version) => version + many)],
  ])(
    'is told in order: %s',
    (_, undone) => {
      const told = orderHistory([
        ...undone.map((version) => line('rollback', version)),
        ...versions.map((version) => line('apply', version)),
      ])
      expect(told).toHaveLength(2 * many)
      const last = told.at(-1)!
      expect([last.action, last.version]).toEqual([
        undone.at(-1)! > many ? 'rollback' : 'apply',
        undone.at(-1)! > many ? 2 * many : many,
      ])
    },
    LIMIT,
  )
})
