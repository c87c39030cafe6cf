// Undoing what another program has under numbers that this one uses for something else, with what that kept beside the ledger.
import { copyFileSync } from 'node:fs'
import type BetterSqlite3 from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { ManagerOptions } from '../../src/model/options.js'
import type { Registry } from '../../src/model/registry.js'
import { stopAfter } from '../hazards/support/stop-after.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { managerOf } from '../support/manager-of.js'
import { registryOf, type Draft } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'

const files = databases()
const KEEP: ManagerOptions = { keepDowns: true, digests: {} }

const named = (name: string, draft: Draft<Database>): Draft<Database> => ({ name, ...draft })
const column = (name: string): Draft<Database> =>
  named(name, {
    up: `ALTER TABLE notes ADD COLUMN ${name} TEXT`,
    down: `ALTER TABLE notes DROP COLUMN ${name}`,
  })
const historyOf = (...drafts: Draft<Database>[]): Registry<Database> =>
  withDigests(registryOf(...drafts))

const NOTES = named('notes', {
  up: "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO notes VALUES (1, 'one')",
  down: 'DROP TABLE notes',
})
const TAGS = named('tags', {
  up: 'CREATE TABLE tags (id INTEGER PRIMARY KEY); CREATE INDEX by_text ON notes (text)',
  down: ['DROP INDEX by_text', 'DROP TABLE tags'],
})
const TAGLESS = named('tagless', { up: 'CREATE TABLE t (id INTEGER PRIMARY KEY)' })
const NEW = historyOf(NOTES, column('x'), TAGS)
const HOT = historyOf(NOTES, column('hot'))

/** A database that the newer program has migrated and written to. */
function applied(registry = NEW, options = KEEP, path?: string): BetterSqlite3.Database {
  const db = files.open(path)
  migrate(db, registry, options)
  return db
}

const hot = (db: BetterSqlite3.Database, options = KEEP) => managerOf(db, HOT, options)
const columnsOf = (db: BetterSqlite3.Database): unknown[] =>
  db.prepare("SELECT name FROM pragma_table_info('notes')").pluck().all()

describe('another migration under the same number', () => {
  test('is undone as the advice says, and its own is applied', () => {
    const db = applied()
    const { state, problems, applied: rows } = hot(db).status()
    expect(state).toBe('diverged')
    expect(rows.map(({ downKept }) => downKept)).toEqual([undefined, true, true])
    expect(problems.map(({ code }) => code)).toEqual(['HISTORY_ANOTHER', 'DATABASE_AHEAD'])
    for (const { fix } of problems) expect(fix).toContain('`rollback({ to: 1 })` of a Migration')
    expect(errorOf(() => hot(db).migrate())).toMatchObject({
      code: 'HISTORY_ANOTHER',
      fix: problems[0]!.fix,
    })
    expect(hot(db).planRollback({ to: 1 }).steps).toMatchObject([
      { kind: 'revert', entry: { version: 3, name: 'tags' } },
      { kind: 'revert', entry: { version: 2, name: 'x' } },
    ])
    expect(hot(db).rollback({ to: 1 })).toMatchObject({ from: 3, to: 1 })
    expect(hot(db).status()).toMatchObject({ state: 'pending', problems: [] })
    hot(db).migrate()
    expect(hot(db).verify()).toMatchObject({ ok: true, version: 2 })
    expect(db.prepare('SELECT * FROM notes').all()).toEqual([{ id: 1, text: 'one', hot: null }])
  })

  test('is undone one by one, and to nothing', () => {
    const db = applied()
    hot(db).rollback()
    expect([ledgerIds(db), columnsOf(db)]).toEqual([
      ['001', '002'],
      ['id', 'text', 'x'],
    ])
    expect(hot(db).status()).toMatchObject({ state: 'diverged', version: 2 })
    expect(hot(db).rollback({ to: 0 })).toMatchObject({ from: 2, to: 0 })
  })

  test('is undone where the code goes on beyond the database, and a higher target is named', () => {
    const longer = historyOf(NOTES, column('hot'), column('more'), column('most'))
    const db = applied()
    const manager = managerOf(db, longer, KEEP)
    expect(errorOf(() => manager.rollback({ to: 4 })).code).toBe('TARGET_BEHIND')
    manager.rollback({ to: 1 })
    manager.migrate()
    expect(columnsOf(db)).toEqual(['id', 'text', 'hot', 'more', 'most'])
  })

  test('is undone where the same stands on top of it, or under another number', () => {
    for (const registry of [
      historyOf(NOTES, column('hot'), TAGS),
      historyOf(NOTES, column('hot'), column('x'), TAGS),
    ]) {
      const db = applied()
      const manager = managerOf(db, registry, KEEP)
      manager.rollback({ to: 1 })
      manager.migrate()
      expect(manager.verify()).toMatchObject({ ok: true, version: registry.length })
    }
  })

  test('is undone where it was edited', () => {
    const edited = historyOf(NOTES, { ...column('y'), name: 'x' })
    const db = applied()
    expect(errorOf(() => managerOf(db, edited, KEEP).migrate()).code).toBe('HISTORY_EDITED')
    managerOf(db, edited, KEEP).rollback({ to: 1 })
    managerOf(db, edited, KEEP).migrate()
    expect(columnsOf(db)).toEqual(['id', 'text', 'y'])
  })

  test('and an edit below it is none of what the advice undoes', () => {
    const registry = historyOf({ ...NOTES, down: ['DROP TABLE notes', ''] }, column('hot')).map(
      (entry, at) => (at === 0 ? { ...entry, checksum: `1:${'f'.repeat(32)}` } : entry),
    )
    const { problems } = managerOf(applied(), registry, KEEP).status()
    const [edited, another, ahead] = problems
    expect(edited).toMatchObject({ code: 'HISTORY_EDITED' })
    expect(edited!.fix).not.toContain('rollback({')
    for (const { fix } of [another!, ahead!]) expect(fix).toContain('rollback({ to: 1 })')
  })
})

/** The way back to what both have, as docs/in-code.md shows it. */
function goBack(db: BetterSqlite3.Database, registry: Registry<Database>): void {
  const manager = managerOf(db, registry, KEEP)
  const errors = manager.status().problems.filter(({ severity }) => severity === 'error')
  const unknown = errors.flatMap(
    ({ facts }) => (facts?.['versions'] ?? facts?.['version']) as number,
  )
  const common = registry[Math.min(...unknown) - 2]
  if (common && errors.every(({ code }) => /^(DATABASE_AHEAD|HISTORY_ANOTHER)$/.test(code)))
    manager.rollback({ to: common.version })
  manager.migrate()
}

describe('the way of the documentation', () => {
  test.each<[string, Registry<Database>]>([
    ['newer', NEW.slice(0, 1)],
    ['another', HOT],
    ['the same', NEW],
  ])('goes back to what both have, where the rest is %s', (_, registry) => {
    const db = applied()
    goBack(db, registry)
    expect(managerOf(db, registry, KEEP).verify()).toMatchObject({
      ok: true,
      version: registry.length,
    })
  })

  test.each<[string, Registry<Database>, string]>([
    ['of another application', historyOf(TAGLESS), 'HISTORY_ANOTHER'],
    [
      'that has another edit',
      historyOf({ ...NOTES, up: `${NOTES.up as string};` }),
      'HISTORY_EDITED',
    ],
  ])('leaves a database alone %s', (_, registry, code) => {
    const db = applied()
    expect(errorOf(() => goBack(db, registry)).code).toBe(code)
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })
})

describe('it is refused, with nothing changed,', () => {
  const refused = (db: BetterSqlite3.Database, options = KEEP) => {
    const before = db.serialize()
    const error = errorOf(() => hot(db, options).rollback({ to: 1 }))
    expect(db.serialize().equals(before)).toBe(true)
    return error
  }

  test('without the option', () => {
    const error = refused(applied(), {})
    expect(error.code).toBe('HISTORY_ANOTHER')
    expect(error.fix).not.toContain('rollback({')
  })

  test.each(['002', '003'])('where %s is not kept', (version) => {
    const db = applied()
    db.prepare('DELETE FROM _migrations_downs WHERE version = ?').run(version)
    const { code, fix } = refused(db)
    expect(code).toBe('HISTORY_ANOTHER')
    expect(fix).toContain(`This database has not kept the down of ${version}`)
    expect(fix).not.toContain('rollback({')
  })

  test('where a down that stands on top of it is code in both', () => {
    const inCode: Draft<Database> = {
      ...column('z'),
      down: (db: Database) => void db.exec('ALTER TABLE notes DROP COLUMN z'),
    }
    const db = applied(historyOf(NOTES, column('x'), inCode))
    const own = managerOf(db, historyOf(NOTES, column('hot'), inCode), KEEP)
    expect(errorOf(() => own.rollback({ to: 1 }))).toMatchObject({
      code: 'HISTORY_ANOTHER',
      fix: expect.stringContaining('This database has not kept the down of 003') as string,
    })
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })

  test.each([
    [
      'tells nothing of the schema',
      `json_remove(kept, '$.schemaDigest')`,
      'SCHEMA_DIGESTS_MISSING',
    ],
    [
      'is code',
      `json('{"irreversible":"it is code","schemaDigest":"1:0","schemaChanges":{}}')`,
      'MIGRATION_IRREVERSIBLE',
    ],
  ])('where what is kept %s', (_, kept, code) => {
    const db = applied()
    db.exec(`UPDATE _migrations_downs SET kept = ${kept} WHERE version = '002'`)
    expect(refused(db).code).toBe(code)
  })

  test('where somebody has changed the schema', () => {
    const db = applied()
    db.exec('ALTER TABLE notes ADD COLUMN own TEXT')
    expect(refused(db).code).toBe('GATE_SCHEMA_DIFFERS')
  })

  test('where what is kept leads elsewhere, step by step', () => {
    const db = applied()
    db.exec(
      `UPDATE _migrations_downs SET kept = json_set(kept, '$.down[0]', 'SELECT 1') WHERE version = '002'`,
    )
    const error = errorOf(() => hot(db).rollback({ to: 1 }))
    expect(error.code).toBe('GATE_SCHEMA_DIFFERS')
    expect([ledgerIds(db), columnsOf(db)]).toEqual([
      ['001', '002'],
      ['id', 'text', 'x'],
    ])
  })

  test('where another program has applied its own meanwhile', () => {
    const path = files.path()
    const db = applied(NEW, KEEP, path)
    let isFirst = true
    const onEvent = (): void => {
      if (!isFirst) return
      isFirst = false
      const other = files.open(path)
      managerOf(other, NEW, KEEP).rollback({ to: 1 })
      migrate(other, HOT, KEEP)
    }
    const now = (): number => (onEvent(), 0)
    const error = errorOf(() => hot(db, { ...KEEP, now }).rollback({ to: 1 }))
    expect(error.code).toBe('LEDGER_MOVED')
    expect(columnsOf(db)).toEqual(['id', 'text', 'hot'])
  })
})

test('a process that dies after any statement leaves a whole version, from which the next one goes on', () => {
  const whole = new Map([
    ['001', ['id', 'text']],
    ['002', ['id', 'text', 'x']],
    ['003', ['id', 'text', 'x']],
  ])
  const seen = new Set<string>()
  const began = files.path()
  applied(NEW, KEEP, began).close()
  for (let at = 1, isOver = false; !isOver; at++) {
    const path = files.path()
    copyFileSync(began, path)
    const db = files.open(path)
    db.pragma('synchronous = off')
    const { free, statements } = stopAfter(db, { at, how: 'dies' })
    try {
      hot(db).rollback({ to: 1 })
      isOver = true
    } catch {
      // It has died.
    }
    free()
    db.close()
    // After one that only reads, it leaves what it leaves after the one before.
    if (/^\s*(?:SELECT\b|PRAGMA [\w.]+$)/i.test(statements.at(-1)!)) continue
    const next = files.open(path)
    next.pragma('synchronous = off')
    const newest = ledgerIds(next).at(-1)!
    seen.add(newest)
    expect([at, columnsOf(next)]).toEqual([at, whole.get(newest)])
    hot(next).rollback({ to: 1 })
    hot(next).migrate()
    expect(hot(next).verify()).toMatchObject({ ok: true, version: 2 })
    expect(next.prepare('SELECT version FROM _migrations_downs').pluck().all()).toEqual([
      '001',
      '002',
    ])
  }
  expect([...seen]).toEqual(['003', '002', '001'])
})
