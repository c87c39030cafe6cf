// Undoing what only a newer program has, with what that kept of it beside the ledger.
import type BetterSqlite3 from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import { migrate, resumable, toolkit } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { MigrationEvent } from '../../src/model/events.js'
import type { ManagerOptions } from '../../src/model/options.js'
import type { Registry } from '../../src/model/registry.js'
import { schemaGate } from '../../src/run/schema-gate.js'
import { asyncDriver } from '../support/async-driver.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf, failureOf } from '../support/error-of.js'
import { managerOf } from '../support/manager-of.js'
import { registryOf, type BatchedDraft, type Draft } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'

const files = databases()
const KEEP: ManagerOptions = { keepDowns: true, digests: {} }

const NOTES: Draft<Database> = {
  up: "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO notes VALUES (1, 'one')",
  down: 'DROP TABLE notes',
}
const TAGS: Draft<Database> = {
  up: 'CREATE TABLE tags (id INTEGER PRIMARY KEY, note INTEGER REFERENCES notes)',
  down: 'DROP TABLE tags',
}
const TITLE: Draft<Database> = {
  up: ['ALTER TABLE notes ADD COLUMN title TEXT', 'UPDATE notes SET title = upper(text)'],
  down: ['ALTER TABLE notes DROP COLUMN title -- of 003'],
}
const BY_TITLE: Draft<Database> = {
  up: 'CREATE INDEX notes_by_title ON notes (title); CREATE VIEW titles AS SELECT title FROM notes',
  down: 'DROP VIEW titles; DROP INDEX notes_by_title',
}
const IN_CODE: Draft<Database> = {
  ...TITLE,
  down: (db: Database) => void db.exec('ALTER TABLE notes DROP COLUMN title'),
}

const historyOf = (...drafts: (Draft<Database> | BatchedDraft<Database>)[]): Registry<Database> =>
  withDigests(registryOf(NOTES, TAGS, ...drafts))

const NEW = historyOf(TITLE, BY_TITLE)
const OLD = NEW.slice(0, 2)

/** A database that a newer program has migrated. */
function ahead(registry = NEW, options = KEEP): BetterSqlite3.Database {
  const db = files.open()
  migrate(db, registry, options)
  return db
}

const older = (db: BetterSqlite3.Database, options = KEEP) => managerOf(db, OLD, options)

const titlesOf = (db: BetterSqlite3.Database): unknown[] =>
  db.prepare('SELECT title FROM notes').pluck().all()

describe('an older program', () => {
  test('tells of a row that is missing in between', () => {
    const db = ahead()
    db.exec("DELETE FROM _migrations WHERE version = '003'")
    expect(errorOf(() => older(db).rollback({ to: 1 }))).toMatchObject({ code: 'HISTORY_GAP' })
    expect(ledgerIds(db)).toEqual(['001', '002', '004'])
  })

  test('undoes what it does not have, and goes on', () => {
    const db = ahead()
    const manager = older(db)
    const error = errorOf(() => manager.migrate())
    expect(error.code).toBe('DATABASE_AHEAD')
    expect(error.fix).toContain('`rollback({ to: 2 })`')
    expect(manager.planRollback({ to: 2 }).steps.map(({ entry }) => entry.version)).toEqual([4, 3])
    expect(manager.rollback({ to: 2 })).toMatchObject({ from: 4, to: 2 })
    expect(manager.status()).toMatchObject({ state: 'current', problems: [] })
    expect(manager.verify()).toMatchObject({ ok: true })
    expect(db.prepare('SELECT * FROM notes').all()).toEqual([{ id: 1, text: 'one' }])
    expect(db.prepare('SELECT version FROM _migrations_downs').pluck().all()).toEqual([
      '001',
      '002',
    ])
    migrate(db, NEW, KEEP)
    expect(titlesOf(db)).toEqual(['ONE'])
  })

  test.each<ManagerOptions>([{ transaction: 'all' }, { table: 'versions' }])(
    'does so with %o',
    (more) => {
      const db = ahead(NEW, { ...KEEP, ...more })
      expect(older(db, { ...KEEP, ...more }).rollback({ to: 1 })).toMatchObject({ from: 4, to: 1 })
      expect(tablesOf(db)).toContain('notes')
      expect(tablesOf(db)).not.toContain('tags')
    },
  )

  test('does so one by one, as far as it is asked', () => {
    const db = ahead()
    older(db).rollback()
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
    expect(titlesOf(db)).toEqual(['ONE'])
    older(db).rollback({ steps: 2 })
    expect(ledgerIds(db)).toEqual(['001'])
  })

  test('does so with a driver that answers later', async () => {
    const db = ahead()
    const manager = new MigrationManager(asyncDriver(db), OLD as never, KEEP)
    expect(await manager.rollback({ to: 2 })).toMatchObject({ from: 4, to: 2 })
    expect(await failureOf(() => manager.rollback({ to: 3 as never }))).toMatchObject({
      code: 'TARGET_UNKNOWN',
    })
  })

  test('undoes batches', () => {
    const batched: BatchedDraft<Database> = {
      batches: [
        { query: 'SELECT id FROM notes', by: 'id', update: 'UPDATE notes SET text = upper(text)' },
      ],
      down: 'UPDATE notes SET text = lower(text)',
      transaction: false,
      resumable,
      toolkit,
    }
    const db = ahead(historyOf(batched))
    expect(db.prepare('SELECT text FROM notes').pluck().get()).toBe('ONE')
    older(db).rollback({ to: 2 })
    expect(db.prepare('SELECT text FROM notes').pluck().get()).toBe('one')
  })
})

describe('it is refused', () => {
  const refused = (db: BetterSqlite3.Database, options = KEEP) => {
    const before = db.serialize()
    const error = errorOf(() => older(db, options).rollback({ to: 2 }))
    expect(db.serialize().equals(before)).toBe(true)
    return error
  }
  test.each<[string, Draft<Database>, string]>([
    ['is code', IN_CODE, 'its down is code, which is not kept in the database'],
    [
      'runs outside a transaction',
      { ...TITLE, transaction: false },
      'it runs outside a transaction, and its down is not kept in the database',
    ],
    [
      'sets a PRAGMA',
      { ...TITLE, down: ['PRAGMA user_version = 3', 'ALTER TABLE notes DROP COLUMN title'] },
      'its down has ATTACH, PRAGMA or VACUUM, and is not kept in the database',
    ],
    [
      'is declared to be none',
      { up: TITLE.up, reversible: false, irreversible: 'titles are for good' },
      'titles are for good',
    ],
  ])('where a down %s, and what came after it can be undone', (_, draft, why) => {
    const db = ahead(historyOf(draft, BY_TITLE))
    const error = refused(db)
    expect(error.code).toBe('MIGRATION_IRREVERSIBLE')
    expect(error.message).toContain(`Migration 003 (step_3) cannot be undone: ${why}.`)
    older(db).rollback()
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
    expect(refused(db).code).toBe('MIGRATION_IRREVERSIBLE')
  })

  test.each<[string, () => BetterSqlite3.Database]>([
    [
      'was applied without it',
      () => {
        const db = ahead(NEW.slice(0, 3), {})
        migrate(db, NEW, KEEP)
        return db
      },
    ],
    [
      'was applied anew without it, as something else',
      () => {
        const db = ahead()
        managerOf(db, NEW).rollback({ to: 2 })
        migrate(db, historyOf({ ...TITLE, down: 'ALTER TABLE notes DROP title' }))
        return db
      },
    ],
    ...[
      `'{"down":'`,
      `'{"down":[7]}'`,
      `'7'`,
      `json_set(kept, '$.down[0]', 'ATTACH ''x.db'' AS x')`,
      `json_set(kept, '$.schemaDigest', 7)`,
      `json_set(kept, '$.schemaChanges', 7)`,
      `json_set(kept, '$.acknowledged', 'DOWN_NOT_INVERSE')`,
      `json_set(kept, '$.at', 'here')`,
    ].map((kept): [string, () => BetterSqlite3.Database] => [
      `was changed to ${kept}`,
      () => {
        const db = ahead()
        db.exec(`UPDATE _migrations_downs SET kept = ${kept} WHERE version = '003'`)
        return db
      },
    ]),
  ])('where a down %s', (_, prepared) => {
    const error = refused(prepared())
    expect(error.code).toBe('DATABASE_AHEAD')
    expect(error.fix).toContain('This database has not kept the down of 003')
  })

  test('without the option, as before', () => {
    expect(refused(ahead(), {}).fix).toContain('Use the newer application')
  })

  test.each([
    ['leaves what it should not', 'SELECT 1'],
    ['takes something else with it', 'ALTER TABLE notes DROP COLUMN title; DROP TABLE tags'],
  ])('where a down %s', (_, down) => {
    const db = ahead()
    db.prepare(
      "UPDATE _migrations_downs SET kept = json_set(kept, '$.down', json_array(?)) WHERE version = '003'",
    ).run(down)
    const error = errorOf(() => older(db).rollback({ to: 2 }))
    expect(error.code).toBe('GATE_SCHEMA_DIFFERS')
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
    expect(titlesOf(db)).toEqual(['ONE'])
  })

  test('where somebody has changed the schema, which verify then shows', () => {
    const db = ahead()
    expect(older(db).verify()).toMatchObject({ differences: [], comparedWith: 'digests' })
    db.exec('DROP TABLE tags')
    expect(refused(db).code).toBe('GATE_SCHEMA_DIFFERS')
    expect(older(db).verify()).toMatchObject({
      differences: [{ object: 'table tags', change: 'lost' }],
    })
  })

  test('where a down is known to lead to another schema, before anything is undone', () => {
    const known = NEW.map((entry) =>
      entry.version === 3 ? { ...entry, acknowledged: ['DOWN_NOT_INVERSE'] } : entry,
    )
    const db = ahead(known)
    expect(refused(db)).toMatchObject({ code: 'MIGRATION_IRREVERSIBLE' })
    expect(ledgerIds(db)).toEqual(['001', '002', '003', '004'])
    older(db).rollback({ to: 3 })
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })

  test('where a down would take along what somebody has added by hand', () => {
    const down =
      'CREATE TABLE made (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO made SELECT id, text FROM notes; DROP TABLE notes; ALTER TABLE made RENAME TO notes'
    const db = ahead(historyOf({ ...TITLE, down }))
    db.exec("ALTER TABLE notes ADD COLUMN own TEXT; UPDATE notes SET own = 'mine'")
    const { code, message, fix } = refused(db)
    expect(code).toBe('GATE_SCHEMA_DIFFERS')
    expect(message).toContain('Before the down of migration 003')
    expect(fix).toMatch(/^Undo it with the application that applied it/)
    expect(db.prepare('SELECT own FROM notes').pluck().get()).toBe('mine')
    db.exec('ALTER TABLE notes DROP COLUMN own; CREATE INDEX by_hand ON notes (text)')
    expect(refused(db)).toMatchObject({
      code: 'GATE_OBJECT_LOST',
      facts: { lost: ['index by_hand'] },
      fix: expect.stringMatching(/^First undo what made them/) as string,
    })
    db.exec('DROP INDEX by_hand')
    older(db).rollback({ to: 2 })
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })

  test('where a table that somebody has made refers to what goes', () => {
    const db = ahead(
      historyOf({
        up: 'CREATE TABLE more (id INTEGER PRIMARY KEY); INSERT INTO more VALUES (1)',
        down: 'DROP TABLE more',
      }),
    )
    db.exec('CREATE TABLE own (more INTEGER REFERENCES more (id)); INSERT INTO own VALUES (1)')
    const { code, fix } = refused(db)
    expect(code).toBe('FOREIGN_KEY_VIOLATED')
    expect(fix).toMatch(
      /editing a file does not change it. Delete or repair those rows by hand first;/,
    )
    db.exec('DELETE FROM own')
    older(db).rollback({ to: 2 })
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })

  test('but not where that goes with its table, which is told', () => {
    const db = ahead(historyOf({ up: 'CREATE TABLE more (x)', down: 'DROP TABLE more' }))
    db.exec('CREATE INDEX by_hand ON more (x)')
    const told: unknown[] = []
    const onEvent = (event: MigrationEvent): void =>
      void (event.type === 'warning' && told.push(event.problem))
    older(db, { ...KEEP, onEvent }).rollback({ to: 2 })
    expect(told).toMatchObject([{ code: 'GATE_OBJECT_LOST', facts: { lost: ['index by_hand'] } }])
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })

  test('where what is kept would run otherwise than in a transaction, as one that leads elsewhere', () => {
    const db = ahead()
    db.exec(
      `UPDATE _migrations_downs SET kept = json_set(kept, '$.transaction', json('false'), '$.down[0]', 'SELECT 1; DROP TABLE tags') WHERE version = '004'`,
    )
    expect(refused(db).code).toBe('GATE_SCHEMA_DIFFERS')
  })

  test('where nothing tells what the schema is to be', () => {
    const bare = registryOf(NOTES, TAGS, TITLE)
    const db = files.open()
    for (const options of [{ keepDowns: true }, KEEP])
      expect(errorOf(() => migrate(db, bare, options)).code).toBe('SCHEMA_DIGESTS_MISSING')
    migrate(db, NEW, KEEP)
    const error = errorOf(() => managerOf(db, bare.slice(0, 2), KEEP).rollback({ to: 2 }))
    expect(error.code).toBe('SCHEMA_DIGESTS_MISSING')
    expect(error.message).toContain('were not passed')
    db.exec(
      "UPDATE _migrations_downs SET kept = json_remove(kept, '$.schemaDigest') WHERE version = '003'",
    )
    expect(refused(db).message).toContain('the database does not record the schema of 003')
  })
})

test('the gate for the schema lets a down pass that is known to lead elsewhere, and names it where that is met', () => {
  const [, , third, fourth] = historyOf({ ...TITLE, down: 'SELECT 1' }, BY_TITLE)
  const known = [...OLD, { ...third!, acknowledged: ['DOWN_NOT_INVERSE'] }, fourth!]
  const db = ahead(known.slice(0, 3))
  const gates = [schemaGate({ onDifference: 'refuse' })]
  managerOf(db, known, { digests: {}, gates }).rollback()
  db.exec('ALTER TABLE notes DROP COLUMN title; ALTER TABLE notes ADD COLUMN own')
  const error = errorOf(() => migrate(db, known, { digests: {}, gates }))
  expect(error).toMatchObject({ code: 'GATE_SCHEMA_DIFFERS' })
  expect(error.fix).toContain(
    'or whether it was left like this by the `down` of 003, which is known',
  )
})

describe('what is kept follows the ledger', () => {
  const MENDED: Draft<Database> = {
    ...BY_TITLE,
    down: [...(BY_TITLE.down as string).split('; '), 'SELECT 1'],
  }

  test('where a mended down is accepted', () => {
    const db = ahead()
    const mended = managerOf(db, historyOf(TITLE, MENDED), KEEP)
    mended.repair({ reason: 'mended' })
    older(db).rollback({ to: 2 })
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })

  test('where a version is marked, or a database taken over', () => {
    const db = ahead(NEW.slice(0, 3))
    db.exec(BY_TITLE.up as string)
    managerOf(db, NEW, KEEP).mark(4, { as: 'applied' })
    expect(
      older(db)
        .status()
        .applied.map(({ downKept }) => downKept),
    ).toEqual([undefined, undefined, true, true])
    older(db).rollback({ to: 2 })
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })
})

test('what is kept stands or falls with the step', () => {
  const db = files.open()
  const fails = (): never => {
    throw new RangeError('not now')
  }
  expect(errorOf(() => migrate(db, NEW, { ...KEEP, mirrors: [fails] })).code).toBe('MIRROR_FAILED')
  expect(tablesOf(db)).toEqual([])
  expect(db.prepare("SELECT * FROM sqlite_master WHERE name LIKE '%downs'").all()).toEqual([])
})

test('the table for it is nobody else’s', () => {
  const db = files.open()
  migrate(db, OLD)
  db.exec('CREATE TABLE _migrations_downs (x)')
  const error = errorOf(() => migrate(db, NEW, KEEP))
  expect(error.code).toBe('LEDGER_FOREIGN')
  expect(error.message).toContain('_migrations_downs')
})

test('it is true or false', () => {
  const keepDowns = 'yes' as never
  expect(errorOf(() => migrate(files.open(), NEW, { ...KEEP, keepDowns })).code).toBe(
    'OPTION_INVALID',
  )
})
