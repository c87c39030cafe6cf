// SQL that the runner refuses before anything runs, with the place of the statement.
import { describe, expect, test } from 'vitest'
import type { LedgerState } from '../../src/model/ledger.js'
import { refusedStatement } from '../../src/plan/inspect-sql.js'
import { planMigrate, planRollback } from '../../src/plan/plan.js'
import { placeOf } from '../../src/plan/scripts.js'
import { errorOf } from '../support/error-of.js'
import { appliedRows, ledgerOf } from '../support/ledger-rows.js'
import { registryOf, type Draft } from '../support/registry.js'
import type { Database } from '../../src/database/better-sqlite3/handle.js'

const fresh: LedgerState = { kind: 'absent', unmanaged: false }
const refusal = (draft: Draft<Database>) =>
  errorOf(() => planMigrate(registryOf(draft), fresh, {}, {}))

test('a long line of dashes takes no long time', () => {
  const banner = `PRAGMA foreign_keys ${'-'.repeat(5000)}`
  expect(refusedStatement(banner)).toBeUndefined()
})

describe('a statement is refused', () => {
  test.each([
    'BEGIN',
    'begin immediate transaction',
    'COMMIT',
    'END TRANSACTION',
    'ROLLBACK',
    'ROLLBACK TO a',
    'SAVEPOINT a',
    'RELEASE a',
    '/* first */ -- and\n COMMIT',
    'CREATE TABLE a (x); COMMIT',
    'CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; COMMIT; BEGIN',
  ])('that controls the transaction: %s', (script) => {
    expect(refusedStatement(script)?.why).toBe('transaction')
  })
  test.each([
    'PRAGMA foreign_keys = OFF',
    'pragma foreign_keys=on',
    'PRAGMA main.foreign_keys(0)',
    'PRAGMA "foreign_keys" = ON',
    'PRAGMA [foreign_keys] /* so */ -- it is\n = ON',
  ])('that switches foreign keys: %s', (script) => {
    expect(refusedStatement(script)?.why).toBe('foreign-keys')
  })
})

test.each([
  "INSERT INTO a VALUES ('BEGIN; COMMIT')",
  'CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = CASE WHEN 1 THEN 2 END; END',
  'CREATE TABLE "commit" ("end" TEXT, [begin] TEXT)',
  '-- COMMIT\nSELECT 1',
  'PRAGMA foreign_keys',
  'PRAGMA foreign_key_check',
  'PRAGMA defer_foreign_keys = ON',
  'INSERT OR ROLLBACK INTO a VALUES (1)',
  'SELECT RAISE(ROLLBACK, 1)',
  '',
  '-- nothing but this',
])('allowed: %s', (script) => expect(refusedStatement(script)).toBeUndefined())

describe('the place of a refused statement', () => {
  const script = 'CREATE TABLE a (x);\n  COMMIT;'

  test('in a file whose positions are known', () => {
    const error = refusal({ up: script, file: 'migrations/001_a.ts', at: { up: ['7:12'] } })
    expect(error.code).toBe('TRANSACTION_CONTROL')
    expect(error.message).toContain('at migrations/001_a.ts:8:3: COMMIT.')
    expect(error.facts).toMatchObject({ place: 'migrations/001_a.ts:8:3', statement: 'COMMIT' })
  })
  test('on the first line, columns go on from where the text begins', () => {
    const error = refusal({ up: '  BEGIN', at: { up: ['7:12'] }, file: 'm.ts' })
    expect(error.facts).toMatchObject({ place: 'm.ts:7:14' })
  })
  test('in the second text of a list', () => {
    const error = refusal({
      up: ['SELECT 1', { text: 'END' }],
      at: { up: ['3:1', '9:5'] },
      file: 'm.ts',
    })
    expect(error.facts).toMatchObject({ place: 'm.ts:9:5' })
  })
  test('in a helper file', () => {
    const at = { up: ['3:1', 'migrations/_a:b.ts:9:5'] }
    const error = refusal({ up: ['SELECT 1', script], at, file: 'm.ts' })
    expect(error.facts).toMatchObject({ place: 'migrations/_a:b.ts:10:3' })
  })
  test('where positions are not known, the line within the SQL', () => {
    expect(refusal({ up: script, file: 'm.ts' }).facts).toMatchObject({
      place: 'm.ts, line 2 of its SQL',
    })
  })
  test('in the file of the down', () => {
    const pair = registryOf({
      up: 'SELECT 1',
      down: 'ROLLBACK',
      file: 'a.up.sql',
      downFile: 'a.down.sql',
      at: { up: ['1:1'], down: ['2:1'] },
    })
    const error = errorOf(() => planRollback(pair, ledgerOf(appliedRows(pair)), {}, {}))
    expect(error).toMatchObject({
      code: 'TRANSACTION_CONTROL',
      facts: { file: 'a.down.sql', place: 'a.down.sql:2:1' },
    })
    expect(error.message).toMatch(/^The down of migration 001/)
  })
  test('lines of CRLF text count once', () => {
    const text = 'SELECT 1;\r\nSELECT 2;\r\nCOMMIT'
    const [entry] = registryOf({ up: text, at: { up: ['1:1'] }, file: 'm.sql' })
    expect(placeOf(entry!, 'up', 0, { text, offset: text.indexOf('COMMIT') })).toBe('m.sql:3:1')
  })
  test('a long statement is quoted by its beginning', () => {
    const long = `SAVEPOINT ${'a'.repeat(500)}`
    expect(String(refusal({ up: long }).facts['statement'])).toHaveLength(80)
  })
})

describe('what is looked at', () => {
  test('foreign keys are the business of the runner', () => {
    const error = refusal({ up: 'PRAGMA foreign_keys = OFF' })
    expect(error.code).toBe('FOREIGN_KEYS_PRAGMA')
    expect(error.fix).toContain("foreignKeys: 'enforce'")
    const enforced = refusal({ up: 'PRAGMA foreign_keys = OFF', foreignKeys: 'enforce' })
    expect(enforced.fix).toBe('Remove it: SQLite enforces foreign keys in this step.')
  })
  test('a step outside a transaction may make its own, but foreign keys stay refused', () => {
    const own = { up: 'BEGIN; SELECT 1; COMMIT', transaction: false } as const
    expect(planMigrate(registryOf(own), fresh, {}, {}).steps).toHaveLength(1)
    const error = refusal({ up: 'PRAGMA foreign_keys = OFF', transaction: false })
    expect(error.code).toBe('FOREIGN_KEYS_PRAGMA')
  })
  test('every step of the plan, before the first is run', () => {
    const later = registryOf({ up: 'SELECT 1' }, { up: 'SELECT 2' }, { up: 'COMMIT' })
    const error = errorOf(() => planMigrate(later, fresh, {}, {}))
    expect(error).toMatchObject({ code: 'TRANSACTION_CONTROL', facts: { version: 3 } })
    expect(planMigrate(later, fresh, { to: 2 }, {}).steps).toHaveLength(2)
  })
  test('only the side that runs', () => {
    const down = registryOf({ up: 'SELECT 1', down: 'COMMIT' })
    expect(planMigrate(down, fresh, {}, {}).steps).toHaveLength(1)
  })
  test('the SQL of a class, which is made for it', () => {
    class Step {
      up = 'COMMIT'
    }
    const registry = [{ ...registryOf({ up: '' })[0]!, source: Step }]
    expect(errorOf(() => planMigrate(registry, fresh, {}, {})).code).toBe('TRANSACTION_CONTROL')
  })
})
