// What a listener hears, in order, and what it can cause.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../src/manager.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import type { Context } from '../../src/model/migration.js'
import type { MigrationEvent } from '../../src/model/events.js'
import type { Registry } from '../../src/model/registry.js'
import type { ManagerOptions } from '../../src/model/options.js'
import { databases, ledgerIds, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'

const files = databases()
const brief = (event: MigrationEvent): string =>
  [
    event.type,
    ...('id' in event ? [event.id, event.direction] : []),
    ...('index' in event ? [`${event.index}/${event.total}`] : []),
  ].join(' ')

function listen() {
  const events: MigrationEvent[] = []
  return {
    events,
    heard: () => events.map(brief),
    onEvent: (event: MigrationEvent) => void events.push(event),
  }
}
const managerOf = (registry: Registry<never>, options: ManagerOptions, db = files.open()) =>
  new MigrationManager(betterSqlite3(db) as never, registry, options)

test.each(['each', 'all'] as const)("with transaction: '%s'", (transaction) => {
  const { heard, onEvent, events } = listen()
  const manager = managerOf(registryOf<never>(...(tables(2) as never[])), { onEvent, transaction })
  manager.migrate()
  manager.rollback({ to: 0 })
  expect(heard()).toEqual([
    'plan',
    'step-start 001 up 1/2',
    'step-end 001 up',
    'step-start 002 up 2/2',
    'step-end 002 up',
    'end',
    'plan',
    'step-start 002 down 1/2',
    'step-end 002 down',
    'step-start 001 down 2/2',
    'step-end 001 down',
    'end',
  ])
  expect(events[0]).toEqual({
    type: 'plan',
    from: 0,
    to: 2,
    steps: [1, 2].map((version) => ({
      version,
      id: `00${version}`,
      name: `step_${version}`,
      direction: 'up',
    })),
  })
  expect(events[5]).toMatchObject({ type: 'end', report: { from: 0, to: 2, steps: [{}, {}] } })
})

test('nothing is heard when there is nothing to do', () => {
  const { events, onEvent } = listen()
  const db = files.open()
  const registry = registryOf(...tables(1))
  migrate(db, registry)
  migrate(db, registry, { onEvent })
  migrate(db, registry, { onEvent, to: 1 })
  expect(events).toEqual([])
})

test('a step that fails is told once, and the run does not end', () => {
  const { heard, onEvent, events } = listen()
  const error = errorOf(() =>
    migrate(files.open(), registryOf(...tables(1), { up: 'oops' }, { up: 'SELECT 3' }), {
      onEvent,
    }),
  )
  expect(heard().slice(2)).toEqual([
    'step-end 001 up',
    'step-start 002 up 2/3',
    'step-failed 002 up',
  ])
  expect(events.at(-1)).toMatchObject({ error })
})

test('log and progress carry the step they come from', () => {
  const { events, onEvent } = listen()
  const registry = registryOf({
    up(_, ctx) {
      ctx.log('hello')
      ctx.progress(1)
      ctx.progress(2, 4)
    },
  })
  migrate(files.open(), registry, { onEvent })
  expect(events.slice(2, 5)).toMatchObject([
    { type: 'log', id: '001', direction: 'up', message: 'hello' },
    { type: 'progress', id: '001', done: 1, total: null },
    { type: 'progress', id: '001', done: 2, total: 4 },
  ])
})

test('warnings come first, also when nothing is pending', () => {
  const db = files.open()
  migrate(db, registryOf(...tables(2)), { to: 1 as never })
  const renamed = registryOf(...tables(2).map((one) => ({ ...one, name: 'renamed' })))
  const { events, onEvent } = listen()
  migrate(db, renamed, { onEvent, to: 1 as never })
  expect(events).toMatchObject([{ type: 'warning', problem: { code: 'HISTORY_RENAMED' } }])
  migrate(db, renamed, { onEvent })
  expect(events.slice(1, 3).map(({ type }) => type)).toEqual(['warning', 'plan'])
})

describe('a listener that throws', () => {
  test.each([
    ['plan', 0],
    ['step-start', 0],
    ['log', 0],
    ['step-end', 1],
    ['end', 2],
  ])('at %s ends the run; %d steps are kept', (type, kept) => {
    const db = files.open()
    const registry = registryOf({ up: (_, ctx) => ctx.log('one') }, { up: 'SELECT 2' })
    const cause = new Error('listener')
    const error = errorOf(() =>
      migrate(db, registry, {
        onEvent(event) {
          if (event.type === type) throw cause
        },
      }),
    )
    expect(error.code).toBe('EVENT_HANDLER_FAILED')
    expect(error.cause).toBe(cause)
    expect(ledgerIds(db)).toHaveLength(kept)
    expect(db.inTransaction).toBe(false)
  })

  test('in a step outside a transaction: what that did is still there, and it is to be settled', () => {
    const db = files.open()
    const up = (handle: Handle, ctx: Context): void => {
      handle.exec('CREATE TABLE half (x)')
      ctx.progress(1)
    }
    const error = errorOf(() =>
      migrate(db, registryOf({ up, transaction: false }), {
        onEvent({ type }) {
          if (type === 'progress') throw new Error('closed')
        },
      }),
    )
    expect(error).toMatchObject({
      code: 'EVENT_HANDLER_FAILED',
      message:
        'Migration 001 (step_1) in migrations/001_step_1.ts failed. The listener onEvent failed on the event progress: Error: closed. The run stopped there. The step runs outside a transaction: what it did is still there.',
      fix: 'Make onEvent catch its own errors, leave no row without its parent, and leave transactions on the handle alone. Check what it has done, and finish it or undo it by hand. Run `lockstep mark 001 --applied` if all of the migration is there, or `lockstep mark 001 --pending` if none of it is.',
      facts: { version: 1, type: 'progress' },
    })
    expect(error.cause).toMatchObject({ message: 'closed' })
    expect(tablesOf(db)).toEqual(['half'])
  })

  test('a mirror that fails after such a step, likewise', () => {
    const db = files.open()
    const mirrors = [
      (): never => {
        throw new Error('read-only')
      },
    ]
    const step = { up: 'CREATE TABLE half (x)', transaction: false } as const
    const error = errorOf(() => migrate(db, registryOf(step), { mirrors }))
    expect(error.code).toBe('MIRROR_FAILED')
    expect(error.message).toMatch(
      /read-only\. The step runs outside a transaction: what it did is still/,
    )
    expect(error.fix).toContain('lockstep mark 001 --applied')
    expect(tablesOf(db)).toEqual(['half'])
  })
})

describe('a listener that uses the handle', () => {
  const STEPS = [
    { up: 'CREATE TABLE t1 (id INTEGER PRIMARY KEY); INSERT INTO t1 VALUES (7)' },
    { up: 'CREATE TABLE t2 (id)' },
  ] as const
  const at =
    (type: MigrationEvent['type'], db: Database.Database, sql: string) =>
    (event: MigrationEvent) => {
      if (event.type === type) db.exec(sql)
    }
  const quietly = (work: () => unknown): void => {
    try {
      work()
    } catch {
      // As applications do.
    }
  }

  test.each([
    ['step-start', 'COMMIT', 'each', [], []],
    ['step-start', 'ROLLBACK', 'each', [], []],
    ['step-start', 'ROLLBACK', 'all', [], []],
    ['step-end', 'BEGIN', 'each', ['001'], ['t1']],
    ['step-end', 'COMMIT', 'all', ['001'], ['t1']],
    ['plan', 'BEGIN', 'all', [], []],
    ['plan', 'BEGIN', 'each', [], []],
  ] as const)(
    'and at %s runs %s, with one transaction: %s',
    (type, sql, transaction, ids, made) => {
      const db = files.open()
      const onEvent = at(type, db, sql)
      const error = errorOf(() => migrate(db, registryOf(...STEPS), { onEvent, transaction }))
      expect(error).toMatchObject({ code: 'EVENT_HANDLER_FAILED', facts: { type } })
      expect(error.message).toContain('it ended a transaction')
      quietly(() => db.exec('ROLLBACK'))
      expect({ ids: ledgerIds(db), made: tablesOf(db) }).toEqual({ ids, made })
    },
  )

  test.each(['log', 'step-start'])('and closes it at %s: the migration is not blamed', (type) => {
    const db = files.open()
    const registry = registryOf({ up: (_, ctx) => ctx.log('on') })
    const onEvent = (event: MigrationEvent): void => {
      if (event.type === type) db.close()
    }
    const error = errorOf(() => migrate(db, registry, { onEvent }))
    expect(error).toMatchObject({ code: 'EVENT_HANDLER_FAILED', facts: { type } })
    expect(error.message).toContain(
      'left one open or closed the connection. The run stopped there.',
    )
  })
  test('and loses the transaction by a conflict that it catches', () => {
    const db = files.open()
    db.exec('CREATE TABLE log (id INTEGER PRIMARY KEY); INSERT INTO log VALUES (1)')
    const error = errorOf(() =>
      migrate(db, registryOf(...STEPS), {
        onUnmanaged: 'allow',
        onEvent({ type }) {
          if (type === 'step-start')
            quietly(() => db.exec('INSERT OR ROLLBACK INTO log VALUES (1)'))
        },
      }),
    )
    expect(error.code).toBe('EVENT_HANDLER_FAILED')
    expect({ ids: ledgerIds(db), made: tablesOf(db) }).toEqual({ ids: [], made: ['log'] })
  })

  test.each(['COMMIT', 'ROLLBACK'])(
    'and at the failure of a step runs %s: nothing of that stays',
    (sql) => {
      const db = files.open()
      const registry = registryOf({ up: 'CREATE TABLE half (x); SELECT nothing' })
      const onEvent = ({ type }: MigrationEvent): void => {
        if (type === 'step-failed') quietly(() => db.exec(sql))
      }
      expect(errorOf(() => migrate(db, registry, { onEvent })).code).toBe('MIGRATION_FAILED')
      expect(tablesOf(db)).toEqual([])
    },
  )

  test.each(['plan', 'step-end'])('and migrates at %s: nothing runs twice', (type) => {
    const db = files.open()
    const registry = registryOf(...STEPS, { up: 'CREATE TABLE t3 (id)' })
    const onEvent = (event: MigrationEvent): void => {
      if (event.type === type) migrate(db, registry)
    }
    expect(migrate(db, registry, { onEvent })).toMatchObject({ from: 0, to: 3 })
    expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  })

  test('and rolls back at step-end: what is next is looked up', () => {
    const db = files.open()
    const registry = registryOf(
      ...STEPS.map((step, at) => ({ ...step, down: `DROP TABLE t${at + 1}` })),
    )
    let once = true
    const onEvent = ({ type }: MigrationEvent): void => {
      if (type !== 'step-end' || !once) return
      once = false
      new MigrationManager(betterSqlite3(db), registry).rollback({ to: 0 })
    }
    expect(migrate(db, registry, { onEvent })).toMatchObject({ to: 2 })
    expect(ledgerIds(db)).toEqual(['001', '002'])
  })

  test('is heard with a driver that is an instance of a class', () => {
    const db = files.open()
    const { inTransaction: _, ...rest } = betterSqlite3(db)
    class Own {
      readonly #db = db
      inTransaction(): boolean {
        return this.#db.inTransaction
      }
    }
    const { heard, onEvent } = listen()
    const driver = Object.assign(new Own(), rest)
    new MigrationManager(driver, registryOf(...STEPS), { onEvent }).migrate()
    expect(heard().at(-1)).toBe('end')
  })

  test('and switches foreign keys on between steps: a rebuild keeps the rows that point at the table', () => {
    const db = files.open()
    const registry = registryOf(
      {
        up: 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p ON DELETE CASCADE); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)',
      },
      {
        up: 'CREATE TABLE n (id INTEGER PRIMARY KEY, x); INSERT INTO n (id) SELECT id FROM p; DROP TABLE p; ALTER TABLE n RENAME TO p',
      },
    )
    migrate(db, registry, { onEvent: at('step-end', db, 'PRAGMA foreign_keys = ON') })
    expect(db.prepare('SELECT count(*) FROM c').pluck().get()).toBe(1)
  })

  test('and writes what it hears is left alone', () => {
    const db = files.open()
    const listener = db.prepare.bind(db)
    migrate(db, registryOf(...STEPS), {
      onEvent({ type }) {
        db.exec('CREATE TEMP TABLE IF NOT EXISTS heard (type)')
        listener('INSERT INTO heard VALUES (?)').run(type)
      },
    })
    expect(db.prepare('SELECT count(*) FROM heard').pluck().get()).toBe(6)
  })

  test.each(['plan', 'step-end', 'end'])('and leaves a transaction open at %s is told of', (at) => {
    const db = files.open()
    const onEvent = ({ type }: MigrationEvent): void => void (type === at && db.exec('BEGIN'))
    const error = errorOf(() => migrate(db, registryOf(...STEPS), { onEvent }))
    expect(error).toMatchObject({ code: 'EVENT_HANDLER_FAILED', facts: { type: at } })
    expect(error.message.includes('A transaction is still open')).toBe(db.inTransaction)
    expect(db.inTransaction).toBe(at !== 'step-end')
    expect(error.report?.steps).toHaveLength({ plan: 0, 'step-end': 1 }[at] ?? STEPS.length)
  })

  test('and reads half way at the end keeps nobody from going on', () => {
    const db = files.open()
    const onEvent = ({ type }: MigrationEvent): void =>
      void (type === 'end' && db.prepare('SELECT 1').iterate().next())
    expect(migrate(db, registryOf(...STEPS), { onEvent }).steps).toHaveLength(STEPS.length)
    expect(() => db.exec('CREATE TABLE after_it (x)')).not.toThrow()
  })
})

describe('a signal that is aborted', () => {
  test('before the run: nothing happens', () => {
    const db = files.open()
    const error = errorOf(() =>
      migrate(db, registryOf(...tables(2)), { signal: { aborted: true } }),
    )
    expect(error).toMatchObject({ code: 'RUN_ABORTED', facts: { next: 1 } })
    expect(db.prepare('SELECT count(*) FROM sqlite_master').pluck().get()).toBe(0)
  })
  test('does not matter when there is nothing to do', () => {
    const db = files.open()
    const registry = registryOf(...tables(1))
    migrate(db, registry)
    expect(migrate(db, registry, { signal: AbortSignal.abort() }).steps).toEqual([])
  })
  test.each([
    ['each', 1],
    ['all', 0],
  ] as const)(
    "during the first step, with transaction: '%s', %d steps are kept",
    (transaction, kept) => {
      const db = files.open()
      const controller = new AbortController()
      const { signal } = controller
      const registry = registryOf({ up: () => controller.abort() }, ...tables(2).slice(1))
      const error = errorOf(() => migrate(db, registry, { signal, transaction }))
      expect(error).toMatchObject({ code: 'RUN_ABORTED', facts: { next: 2 } })
      expect(error.report?.steps).toHaveLength(kept)
      expect(ledgerIds(db)).toHaveLength(kept)
      // The report tells what is there, and the message must not claim more.
      const left =
        kept > 0 ? 'The report lists the steps that are complete' : 'Nothing was changed.'
      expect(error.message).toContain(left)
    },
  )
})
