// What is read from SQL without running it: checks, effects of statements, rebuilds, and what a history speaks of.
import { describe, expect, it } from 'vitest'
import { checksOf } from '../../../../codegen/replay/rows/fill/checks-of.js'
import { futureKeys, jsonColumns } from '../../../../codegen/replay/rows/fill/knowledge.js'
import {
  cannotChangeRows,
  onlyTakesAway,
} from '../../../../codegen/replay/rows/watch/cannot-change-rows.js'
import { heirsAfter } from '../../../../codegen/replay/rows/judge/heirs.js'
import { rebuildOf } from '../../../../codegen/replay/rows/judge/rebuild.js'
import { tableGraphOf } from '../../../../codegen/replay/rows/fill/table-graph.js'
import { effectOf, type Effect } from '../../../../codegen/replay/rows/watch/statement-effect.js'
import { wholeSide } from '../../../../codegen/replay/sides/whole-side.js'
import { testSome } from '../../../support/some-of.js'

const effect = (sql: string): Effect => effectOf(sql, wholeSide(1, 'up'))
const effects = (...sql: string[]): Effect[] => sql.map(effect)

describe('checks of a table', () => {
  it('have their name, their text, their words and literals', () => {
    const [first, second] = checksOf(
      `CREATE TABLE "t" (a TEXT CONSTRAINT [is ok] CHECK (a IN ('it''s', 'b') AND "B c" > -1.5), x CHECK( x LIKE 'x%' ))`,
    )
    expect(first).toMatchObject({
      names: [`a IN ('it''s', 'b') AND "B c" > -1.5`, 'is ok'],
      patterns: false,
    })
    expect(first?.literals).toEqual(["it's", 'b', -1.5])
    expect([...(first?.words ?? [])]).toContain('b c')
    expect(second).toMatchObject({ names: ["x LIKE 'x%'"], literals: ['x%'], patterns: true })
  })

  it('are none in texts and comments', () => {
    expect(checksOf("CREATE TABLE t (a DEFAULT 'CHECK (a)' /* CHECK (b) */)")).toEqual([])
  })
})

describe('the effect of a statement', () => {
  testSome([
    [
      'INSERT OR REPLACE INTO main."T" (a) VALUES (1)',
      { verb: 'insert', table: 't', replaces: true },
    ],
    ['replace into t values (1)', { verb: 'insert', table: 't', replaces: true }],
    [
      'INSERT INTO t SELECT 1 WHERE 1 ON CONFLICT DO UPDATE SET a = 1',
      { verb: 'insert', replaces: true },
    ],
    ['INSERT OR IGNORE INTO t SELECT 1', { verb: 'insert', table: 't', replaces: false }],
    [
      `INSERT INTO t VALUES ${'(1, 2), '.repeat(2000)}(3, 4) ON CONFLICT DO UPDATE SET a = 1`,
      { verb: 'insert', replaces: true, evicts: false },
    ],
    ['UPDATE OR REPLACE t SET a = 1', { verb: 'update', table: 't', evicts: true }],
    ['UPDATE OR FAIL [t] SET a = 1', { verb: 'update', table: 't', replaces: false }],
    ['WITH x (a) AS (SELECT 1), y AS (DELETE) UPDATE t SET a = 1', { verb: 'update', table: 't' }],
    ['DELETE FROM `t`', { verb: 'delete', table: 't' }],
    ['DROP TABLE IF EXISTS t', { verb: 'drop', table: 't' }],
    ['DROP INDEX t', { verb: 'other', table: '' }],
    ['CREATE TABLE IF NOT EXISTS t (a)', { verb: 'create', table: 't' }],
    ['CREATE TEMP TABLE t (a)', { verb: 'other', table: '' }],
    ['CREATE TABLE temp.t (a)', { verb: 'other', table: '' }],
    ['DROP TABLE "if"', { verb: 'drop', table: 'if' }],
    ['CREATE INDEX i ON t (a)', { verb: 'other' }],
    ['ALTER TABLE main.t RENAME TO u', { verb: 'rename', table: 't', to: 'u' }],
    ['ALTER TABLE t RENAME COLUMN a TO b', { verb: 'rename-column', table: 't' }],
    ['ALTER TABLE t ADD COLUMN a', { verb: 'other', table: 't' }],
  ])('%s', (sql, expected) => expect(effect(sql)).toMatchObject(expected))

  it('on rows is none for definitions, and not known for others', () => {
    const harmless = [
      'CREATE TABLE t (a)',
      'CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END',
      'ALTER TABLE t ADD a',
      'DROP VIEW v',
    ]
    const others = [
      'CREATE TABLE t AS SELECT 1',
      'DROP TABLE t',
      'PRAGMA writable_schema = 1',
      'SELECT f()',
      'UPDATE t SET a = 1',
      'ALTER TABLE t RENAME TO u',
    ]
    expect(effects(...harmless).map(cannotChangeRows)).toEqual(harmless.map(() => true))
    expect(effects(...others).map(cannotChangeRows)).toEqual(others.map(() => false))
  })
})

describe('a side that only takes away', () => {
  const nothing = tableGraphOf(new Map())

  it('drops what nothing points at', () => {
    expect(
      onlyTakesAway(
        effects('DROP TABLE a', 'DROP INDEX i', 'ALTER TABLE b DROP COLUMN c'),
        nothing,
      ),
    ).toBe(true)
  })

  it('makes nothing anew, adds nothing, and is not code', () => {
    expect(onlyTakesAway(effects('DROP TABLE a', 'CREATE TABLE a (x)'), nothing)).toBe(false)
    expect(onlyTakesAway(effects('ALTER TABLE a ADD COLUMN b'), nothing)).toBe(false)
    expect(onlyTakesAway(effects('ALTER TABLE a ALTER COLUMN b SET NOT NULL'), nothing)).toBe(false)
    expect(onlyTakesAway([], nothing)).toBe(false)
  })

  it('leaves no child behind', () => {
    const children = { ...nothing, children: new Map([['a', ['b']]]) }
    expect(onlyTakesAway(effects('DROP TABLE a'), children)).toBe(false)
    expect(onlyTakesAway(effects('DROP TABLE b', 'DROP TABLE a'), children)).toBe(true)
  })
})

describe('a rebuild', () => {
  const before = { ...tableGraphOf(new Map()), catalog: new Map([['table t', null as never]]) }
  const rebuilt = (side: Effect[]) => rebuildOf(heirsAfter({ before, effects: side })('t'))
  const copy = (list: string): Effect[] =>
    effects(
      'CREATE TABLE n (a, b)',
      `INSERT INTO n (a, b) ${list}`,
      'DROP TABLE t',
      'ALTER TABLE n RENAME TO t',
    )

  it('is recognised with its copy', () => {
    const found = rebuilt(copy('SELECT a, b FROM t'))
    expect(found?.kind).toBe('new')
    expect(found?.copy?.verb).toBe('insert')
    expect(found?.removal.verb).toBe('drop')
  })

  it('is none of a table that only goes, or only changes its name', () => {
    expect(rebuilt(effects('DROP TABLE t'))).toBeNull()
    expect(rebuilt(effects('ALTER TABLE t RENAME TO u'))).toBeNull()
  })

  testSome([
    ['SELECT a, b FROM t', false],
    ['SELECT t.a AS a, b FROM t', false],
    ['SELECT * FROM t', false],
    ['SELECT lower(a), b FROM t', true],
    ['SELECT (SELECT max(a) FROM x), b FROM t', true],
    ['SELECT a * 2, b FROM t', true],
    ['SELECT t.a + 1 AS a, b FROM t', true],
    ['SELECT lower(b) AS a, b FROM t', true],
    ['SELECT 1 AS a, b FROM t', false],
    ["SELECT 'x' || 'y' AS a, b FROM t", false],
    ['SELECT -1 AS a, b FROM t', false],
    ['VALUES (1, 2)', false],
  ])('calculates a column: %s', (list, calculated) => {
    expect(rebuilt(copy(list))?.calculated('a')).toBe(calculated)
  })

  testSome([
    ['INSERT INTO n (b, A) VALUES (?, ?)', true],
    ['INSERT INTO n ("a") VALUES (?)', true],
    ['INSERT INTO n (b) VALUES (?)', false],
    ['INSERT INTO n VALUES (?, ?)', true],
    ['INSERT INTO n DEFAULT VALUES', true],
    ['INSERT INTO n (a, b) SELECT a, b FROM t', false],
  ])('is given a column row by row: %s', (insert, given) => {
    const side = effects(
      'CREATE TABLE n (a, b)',
      insert,
      'DROP TABLE t',
      'ALTER TABLE n RENAME TO t',
    )
    expect(rebuilt(side)?.given('a')).toBe(given)
  })
})

describe('what a history speaks of', () => {
  it('are columns with JSON', () => {
    const sql = `SELECT json_extract(e.Payload, '$.a'), json(x), json_set('{}', 1), "the data" ->> '$.b', json_each(lower(y)) FROM e`
    expect([...jsonColumns([sql])]).toEqual([
      ['payload', 'JSON'],
      ['x', 'JSON'],
      ['the data', 'JSON'],
    ])
  })

  it.each([
    ['j.value', 'JSON list []'],
    ["j.value ->> '$.a.b', json_extract(j.value, '$.c')", 'JSON list [["a","b"],["c"]]'],
    ['value ->> 1', 'JSON list [[1]]'],
    ['j.key, j.value', 'JSON'],
    ['json_type(value)', 'JSON'],
    ["json_extract(e.tags, '$.a'), value", 'JSON'],
    ['json_valid(tags), value', 'JSON list []'],
  ])('are columns with lists, by what is read of elements: %s', (items, type) => {
    const sql = `SELECT ${items} FROM e, json_each(e.tags) AS j`
    expect(jsonColumns([sql]).get('tags')).toBe(type)
  })

  it('are keys of columns, where they are of one mind', () => {
    const sql = [
      'CREATE TABLE c (id INTEGER PRIMARY KEY, "Owner" INTEGER DEFAULT (1 + (2)) REFERENCES People, t INTEGER, FOREIGN KEY (t) REFERENCES teams (id))',
      'ALTER TABLE d ADD COLUMN vet INTEGER REFERENCES vets; CREATE TABLE e (a, b, both REFERENCES x, FOREIGN KEY (a, b) REFERENCES y)',
      'CREATE TABLE f (both REFERENCES z)',
    ]
    expect([...futureKeys(sql)]).toEqual([
      ['owner', { parent: 'people', column: null }],
      ['t', { parent: 'teams', column: 'id' }],
      ['vet', { parent: 'vets', column: null }],
    ])
  })
})
