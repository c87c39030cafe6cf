// Values that one version leaves in a variable for another: there in a process that runs both, not in the next one.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { Fact } from '../../../../codegen/model/evidence.js'
import { proveSchema } from '../../../../codegen/replay/schema/prove-schema.js'
import type { HistoryRun } from '../../../../codegen/replay/sides/history-run.js'
import { registryOf, type Draft } from '../../../support/registry.js'
import { runOf } from '../schema-proof.js'
import { factsOf, historyOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

type Code = (db: Database) => void

const TABLES =
  'CREATE TABLE notes (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE log (name TEXT)'

/** What is found of a history whose code shares variables; `load` makes both anew, as loading the files does. */
const foundIn = (load: () => readonly (Step | string)[], more: object = {}): Promise<Fact[]> =>
  factsOf([TABLES, ...load()], {
    anew: () => historyOf([TABLES, ...load()]).registry,
    ...more,
  })

const dependent = async (load: () => readonly Code[]): Promise<Fact[]> =>
  (await foundIn(() => load().map((up) => ({ up })))).filter(
    ({ kind }) => kind === 'process-dependent',
  )

const insert = (db: Database, name: string): void =>
  void db.prepare('INSERT INTO log (name) VALUES (?)').run(name)

describe('a value that an earlier version leaves', () => {
  it('decides how often a statement runs', async () => {
    const found = await dependent(() => {
      const names: string[] = []
      return [() => void names.push('a', 'b'), (db) => names.forEach((name) => insert(db, name))]
    })
    expect(found).toEqual([
      {
        kind: 'process-dependent',
        at: expect.objectContaining({ version: 3, direction: 'up' }) as unknown,
        together: { text: 'INSERT INTO log (name) VALUES (?)', values: '["a"]' },
        alone: null,
        failure: null,
      },
    ])
  })
  it('is bound to the same statement', async () => {
    const found = await dependent(() => {
      let name = 'none'
      return [() => void (name = 'some'), (db) => insert(db, name)]
    })
    expect(found).toMatchObject([
      {
        together: { text: 'INSERT INTO log (name) VALUES (?)', values: '["some"]' },
        alone: { text: 'INSERT INTO log (name) VALUES (?)', values: '["none"]' },
      },
    ])
  })
  it('stands in the text', async () => {
    const found = await dependent(() => {
      const tables = new Map([['notes', 'first']])
      return [
        () => void tables.set('notes', 'second'),
        (db) => void db.exec(`ALTER TABLE notes ADD COLUMN ${tables.get('notes')}`),
      ]
    })
    expect(found).toMatchObject([
      { together: { text: 'ALTER TABLE notes ADD COLUMN second', values: '' } },
    ])
  })
  it('is from the rows that the earlier one has read', async () => {
    const found = await dependent(() => {
      let rows: unknown[] = []
      return [
        (db) => void (rows = db.prepare('SELECT name FROM notes').all()),
        (db) => rows.forEach((_, at) => insert(db, String(at))),
      ]
    })
    expect(found).toHaveLength(1)
  })
  it('keeps code from failing', async () => {
    const found = await dependent(() => {
      let name: string | undefined
      return [
        () => void (name = 'a'),
        (db) => {
          if (name === undefined) throw new Error('no name')
          insert(db, name)
        },
      ]
    })
    expect(found).toMatchObject([{ failure: 'no name' }])
  })
  it('is told once, of the version that uses it', async () => {
    const found = await dependent(() => {
      const names: string[] = []
      return [
        () => void names.push('a'),
        (db) => insert(db, String(names.length)),
        (db) => insert(db, 'b'),
      ]
    })
    expect(found).toHaveLength(1)
  })
})

describe('`down` runs in a process of its own', () => {
  const names = new Set<string>()
  const step = (own: Set<string>): Draft<Database> => ({
    up: (db) => {
      db.exec('CREATE TABLE more (a)')
      own.add('more')
    },
    down: (db) => own.forEach((name) => db.exec(`DROP TABLE ${name}`)),
  })
  it('without what `up` has left', async () => {
    const registry = registryOf(step(names))
    const facts = async (more: Partial<HistoryRun>) =>
      (await proveSchema(runOf(registry, more))).versions.flatMap((one) => one.facts)
    expect(await facts({})).toEqual([])
    expect(await facts({ anew: () => registryOf(step(new Set())) })).toMatchObject([
      { kind: 'not-inverse', version: 1 },
      { kind: 'step-failed', stage: 'again' },
    ])
  })
})

testSome<[string, () => Code[]]>([
  [
    'texts of statements that are kept',
    () => {
      const texts = new Map<string, string>()
      const textOf = (table: string): string => {
        if (!texts.has(table)) texts.set(table, `INSERT INTO ${table} (name) VALUES (?)`)
        return texts.get(table)!
      }
      const up: Code = (db) => void db.prepare(textOf('log')).run('a')
      return [up, up]
    },
  ],
  [
    'statements that are kept',
    () => {
      const kept = new WeakMap<Database, ReturnType<Database['prepare']>>()
      const up: Code = (db) => {
        const known = kept.get(db) ?? db.prepare('INSERT INTO log (name) VALUES (?)')
        kept.set(db, known)
        known.run('a')
      }
      return [up, up]
    },
  ],
  [
    'what was read before',
    () => {
      let rows: unknown[] | undefined
      const up: Code = (db) => {
        rows ??= db.prepare('SELECT 1 AS one').all()
        insert(db, JSON.stringify(rows))
      }
      return [up, up]
    },
  ],
  [
    'rows that are there already and are not put in again',
    () => {
      const known = new WeakSet<object>()
      const up: Code = (db) => {
        if (!known.has(db)) db.exec(`INSERT OR IGNORE INTO notes (id, name) VALUES (900, 'a')`)
        known.add(db)
      }
      return [up, up]
    },
  ],
  [
    'a constant that is made when it is needed',
    () => {
      let list: readonly string[] | undefined
      const up: Code = (db) => (list ??= ['a', 'b']).forEach((name) => insert(db, name))
      return [up, up]
    },
  ],
  [
    'the clock and chance',
    () => {
      const up: Code = (db) => insert(db, `${Date.now()} ${performance.now()} ${Math.random()}`)
      return [up, up]
    },
  ],
])('innocent: %s', async (_, load) => {
  expect(await foundIn(() => load().map((up) => ({ up })))).toEqual([])
})
