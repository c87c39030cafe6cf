// What every error says of the database, and of what to do: before the first step, between two, in a step inside its
// transaction or outside one, and after a COMMIT of which nobody knows whether it has taken place.
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { runtimeErrors } from '../../.ci/pages/catalogue.js'
import { catalogueSources } from '../../.ci/pages/catalogue-sources.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { betterSqlite3, toolkit } from '../../src/drivers/better-sqlite3.js'
import * as databaseErrors from '../../src/errors/database.js'
import { LockstepError, type Cause } from '../../src/errors/lockstep-error.js'
import * as ledgerErrors from '../../src/errors/ledger.js'
import * as needsErrors from '../../src/errors/needs.js'
import { mirrorFailed } from '../../src/errors/recovery.js'
import * as runErrors from '../../src/errors/run.js'
import * as gateErrors from '../../src/errors/schema.js'
import * as usageErrors from '../../src/errors/usage.js'
import { gateWith } from '../../src/index.js'
import { MigrationManager } from '../../src/manager.js'
import type { GateStep } from '../../src/model/gate.js'
import type { ManagerOptions } from '../../src/model/options.js'
import {
  COMMITTED,
  NOTHING_CHANGED,
  REPORTED,
  ROLLED_BACK,
  STILL_THERE,
  type Where,
} from '../../src/model/told-step.js'
import { databases, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { projectRoot } from '../support/project-root.js'
import { registryOf, tables, type Draft } from '../support/registry.js'

const files = databases()
const SETTLE =
  'Check what it has done, and finish it or undo it by hand. Run `lockstep mark 001 --applied` if all of the migration is there, or `lockstep mark 001 --pending` if none of it is.'
const UNKNOWN = 'The transaction may or may not have been committed.'
const LEFT = [NOTHING_CHANGED, REPORTED, ROLLED_BACK, STILL_THERE, COMMITTED, UNKNOWN]

const where: Where = {
  version: 1,
  name: 'step_1',
  direction: 'up',
  file: 'migrations/001_step_1.ts',
  outside: false,
}
const step = { ...where, id: '001' }
const { ledgerUndone, ledgerForeign, ledgerDamaged, ledgerIncomplete } = ledgerErrors

/** All that can end a step, as the catalogue makes it. */
const CAUSES: readonly Cause[] = [
  ...Object.values(databaseErrors).map((make) => make('as SQLite says')),
  runErrors.migrationFailed(where, '001.ts:3:1', 'no such table: t', {}),
  runErrors.migrationReturnedFalse(where),
  runErrors.migrationAsync(where),
  runErrors.migrationPromise(where),
  runErrors.migrationNotRun(where),
  runErrors.migrationOver(where),
  runErrors.migrationNotAwaited(where),
  runErrors.transactionEnded(where),
  runErrors.transactionLeftOpen(where),
  runErrors.transactionControl(where, '001.ts:3:1', 'COMMIT'),
  runErrors.statementNul(where, '001.ts:3:1'),
  runErrors.foreignKeysPragma(where, '001.ts:3:1', 'PRAGMA foreign_keys = 1'),
  runErrors.tableHidden(where, 't', 'DELETE FROM t'),
  runErrors.foreignKeysSwitched(where),
  runErrors.foreignKeyViolated(where, [], 1),
  runErrors.foreignKeyMismatch(where, 't', 'foreign key mismatch'),
  runErrors.foreignKeysEnforcedDrop(where, 't', 'c'),
  runErrors.ledgerLost(where, '_migrations'),
  runErrors.migrationTakenOver(where, '_migrations'),
  runErrors.commitUncertain('disk I/O error'),
  runErrors.lockTimeout(100, 'commit'),
  runErrors.runAborted(),
  runErrors.runAborted(2, where),
  runErrors.envMissing(where, 'language', []),
  mirrorFailed('mirrors[0]', 'it threw'),
  usageErrors.optionInvalid('size', 0, 'a positive integer'),
  usageErrors.batchesInvalid('One row has NULL.', 'Walk by such a column.', { option: 'by' }),
  usageErrors.sqlHoleInvalid(undefined),
  usageErrors.rebuildInvalid('t', 'it lacks columns'),
  usageErrors.eventHandlerFailed('log', 'it threw'),
  usageErrors.schemaNameTaken('unshadowed'),
  usageErrors.journalOff(),
  needsErrors.needsUnmet([{ where, missing: ['core:001'] }]),
  needsErrors.neededElsewhere(where, []),
  ledgerUndone('_migrations'),
  ledgerForeign('_migrations_log', ['x']),
  ledgerDamaged('_migrations', 'x'),
  ledgerIncomplete('_migrations', ['name']),
  gateErrors.gateSchemaDiffers(step, 'refused', ['table t'], { of: 'code' }),
  gateErrors.gateObjectBroken(step, 'refused', { 'view v': 'no such table: t' }),
  gateErrors.gateObjectLost(step, 'refused', ['index i']),
  gateErrors.gateTransaction(step),
  gateErrors.gateFailed(step, 'it changed the ledger', 'wrote'),
]

/** What can only be found before a step is begun, when no step is run at all, or by what stands in runs of the command line. */
const NEVER =
  /^(?:TARGET_|REGISTRY_|MIGRATION_IRREVERSIBLE|TRANSACTION_(?:OPEN|MIXED)|FOREIGN_KEYS_UNSWITCHABLE|BACKUP_HOOK|HANDLE_INVALID|DATABASE_UNMANAGED|LEDGER_(?:BEHIND|MOVED|PROGRESS|RENAMED)|MARK_|NEEDS_UNRECORDED|EDIT_UNCONFIRMED|DOWN_UNKNOWN|REPAIR_|ROLLBACK_UNCONFIRMED|SCHEMA_(?:DIFFERS|BROKEN|DIGESTS)|INTEGRITY_|FOREIGN_KEY_(?:ORPHANS|UNCHECKABLE))/

test('every code of the runtime is in the table, or cannot end a step', () => {
  const areas = new Set(['database', 'ledger', 'needs', 'recovery', 'run', 'schema', 'usage'])
  const known = new Set(CAUSES.map(({ code }) => code))
  const codes = runtimeErrors(catalogueSources(projectRoot))
    .filter(({ area }) => areas.has(area))
    .map(({ code }) => code)
  expect(codes.filter((code) => !known.has(code) && !NEVER.test(code))).toEqual([])
  expect(codes.filter((code) => known.has(code) && NEVER.test(code))).toEqual([])
  expect([...known].filter((code) => !codes.includes(code))).toEqual([])
})

/** Runs these migrations; `failing` says what the driver does before a statement, or before it begins a transaction. */
function run(
  drafts: readonly Draft<Handle>[],
  options: ManagerOptions = {},
  failing: (sql: string, db: Database.Database) => void = () => {},
) {
  const db = files.open()
  const driver = betterSqlite3<Handle>(db)
  const query: typeof driver.query = (sql, parameters) => {
    failing(sql, db)
    return driver.query(sql, parameters)
  }
  const begin: typeof driver.begin = () => {
    failing('BEGIN', db)
    return driver.begin()
  }
  const manager = new MigrationManager({ ...driver, query, begin }, registryOf(...drafts), options)
  const error = errorOf(() => manager.migrate())
  return { db, error, tables: tablesOf(db) }
}

/** The one thing that a message says of what is left. */
const leftIn = ({ message }: LockstepError): string[] =>
  LEFT.filter((sentence) => message.includes(sentence))

const failsWith = (cause: Cause, transaction?: false): Draft<Handle> => ({
  ...(transaction === false && { transaction }),
  up(db) {
    db.exec('CREATE TABLE done (x)')
    throw new LockstepError(cause)
  },
})

describe.each(CAUSES.map((cause) => [cause.code, cause] as const))('%s', (code, cause) => {
  const SAID: Readonly<Record<string, string[]>> = {
    MIGRATION_ASYNC: [],
    TRANSACTION_ENDED: [],
    GATE_TRANSACTION: [COMMITTED],
    COMMIT_UNCERTAIN: [UNKNOWN],
  }
  /** Who has settled the row has done so, and may have taken away what the step did. */
  const NEXT: Readonly<Record<string, RegExp>> = { MIGRATION_TAKEN_OVER: /was done twice\.$/ }
  /** After a backup is restored, there is nothing of a step outside a transaction that could be settled. */
  const RESTORED = /estore a backup\. Then run again\.$/

  test('of a step in its transaction', () => {
    const { error, tables } = run([failsWith(cause)])
    expect(error).toMatchObject({ code, facts: { version: 1 } })
    expect(error.message).toMatch(/[Mm]igration 001 \(step_1\) /)
    expect(leftIn(error)).toEqual(SAID[code] ?? [ROLLED_BACK])
    expect(error.fix).toMatch(NEXT[code] ?? /\b[Rr]un again( to continue)?\.$/)
    expect(error.fix).not.toContain('lockstep mark')
    expect(tables).toEqual([])
  })
  test('of a step outside a transaction', () => {
    const { error, tables } = run([failsWith(cause, false)])
    expect(error).toMatchObject({ code, facts: { version: 1, outside: true } })
    expect(error.message).toMatch(/[Mm]igration 001 \(step_1\) /)
    expect(leftIn(error)).toEqual(code in NEXT ? [] : [STILL_THERE])
    expect(error.message).toContain('hat it did is still there')
    expect(error.message).not.toMatch(/\b(?:Nothing|No step) (?:was|of it)/)
    const settled = /undo it by hand\. Run `lockstep mark 001 --applied` if all /
    const isRestored = /restore a backup/i.test(error.fix)
    expect(error.fix).toMatch(isRestored ? RESTORED : (NEXT[code] ?? settled))
    expect(isRestored).toBe(/^(DATABASE_CORRUPT|LEDGER_(DAMAGED|INCOMPLETE))$/.test(code))
    expect(error.fix.replace(RESTORED, '')).not.toMatch(/run again/i)
    expect(tables).toEqual(['done'])
  })
})

/** The others are of a step, and told where it ends. */
const ELSEWHERE = CAUSES.filter(({ where, state }) => !where || state)

describe.each([
  ['before the first step', 1, NOTHING_CHANGED],
  ['between two steps', 2, REPORTED],
])('%s', (_, at, sentence) => {
  test.each(ELSEWHERE.map((cause) => [cause.code, cause] as const))('%s', (code, { state }) => {
    let begun = 0
    const { error, tables: made } = run(tables(2), {}, (sql) => {
      const cause = CAUSES.find((one) => one.code === code)!
      if (sql === 'BEGIN' && ++begun === at) throw new LockstepError(cause)
    })
    const left = state === NOTHING_CHANGED ? [sentence] : state ? [UNKNOWN] : []
    expect(error.code).toBe(code)
    expect(leftIn(error)).toEqual(left)
    expect(error.report?.steps).toHaveLength(at - 1)
    expect(made).toHaveLength(at - 1)
  })
})

describe('COMMIT of which nobody knows whether it has taken place', () => {
  const uncertain = (nth: number) => {
    let commits = 0
    return (sql: string): void => {
      if (sql === 'COMMIT' && ++commits === nth)
        throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
    }
  }
  const step = { up: 'CREATE TABLE done (x)' } as const
  const OPEN =
    'Migration 001 (step_1) in migrations/001_step_1.ts ran, and may or may not be recorded. COMMIT failed: disk I/O error.'
  const LOOK = 'Check the disk. Then reopen the database, and run `lockstep status`.'

  test('of a step in its transaction', () => {
    const { error } = run([step], {}, uncertain(1))
    expect(error).toMatchObject({
      code: 'COMMIT_UNCERTAIN',
      message: `${OPEN} ${UNKNOWN}`,
      fix: `${LOOK} If nothing was committed, run again.`,
    })
  })
  test('of all steps', () => {
    const { error } = run([step, { up: 'SELECT 1' }], { transaction: 'all' }, uncertain(1))
    expect(error).toMatchObject({
      message: `COMMIT failed: disk I/O error. ${UNKNOWN}`,
      report: { steps: [] },
    })
  })
  test('of the mark of a step outside a transaction, before it ran', () => {
    const { error, tables } = run([{ ...step, transaction: false }], {}, uncertain(1))
    expect(error).toMatchObject({
      message:
        'Migration 001 (step_1) in migrations/001_step_1.ts was not started. COMMIT failed: disk I/O error. The ledger may still say that it was started.',
      fix: `${LOOK} If that says \`interrupted\`: ${SETTLE}`,
    })
    expect(tables).toEqual([])
  })
  test('of the record of a step outside a transaction', () => {
    const { error, tables } = run([{ ...step, transaction: false }], {}, uncertain(2))
    expect(error).toMatchObject({
      message: `${OPEN} ${STILL_THERE}`,
      fix: `${LOOK} If that says \`interrupted\`: ${SETTLE}`,
    })
    expect(tables).toEqual(['done'])
  })
})

describe('a step outside a transaction', () => {
  /** A lock that nobody gives back. */
  const thenLocked: Draft<Handle> = {
    transaction: false,
    up(db) {
      db.exec('CREATE TABLE done (x)')
      files.open((db as Database.Database).name).exec('BEGIN IMMEDIATE')
    },
  }
  test('that is not recorded for a lock', () => {
    const { error, tables } = run([thenLocked], { lockTimeoutMs: 150 })
    expect(error.code).toBe('LOCK_TIMEOUT')
    expect(error.message).toMatch(
      /^Migration 001 \(step_1\) in \S+ ran but is not recorded\. The database was locked/,
    )
    expect(leftIn(error)).toEqual([STILL_THERE])
    expect(error.fix).toContain(`or raise lockTimeoutMs. ${SETTLE}`)
    expect(tables).toEqual(['done'])
  })
  test('that is not recorded because the run was stopped meanwhile', () => {
    const control = new AbortController()
    const onEvent = ({ type }: { type: string }): void => {
      if (type === 'waiting') control.abort()
    }
    const { error } = run([thenLocked], { onEvent, signal: control.signal })
    expect(error).toMatchObject({
      code: 'RUN_ABORTED',
      message: `Migration 001 (step_1) in migrations/001_step_1.ts ran but is not recorded. The run was stopped while it waited. ${STILL_THERE}`,
      fix: SETTLE,
      report: { to: 0, steps: [] },
    })
  })
  test('that cannot be begun says that nothing of it was done', () => {
    const { error, tables } = run([
      { transaction: false, up: 'CREATE TABLE done (x); PRAGMA user_version = 1; SELECT \0' },
    ])
    expect(error.code).toBe('STATEMENT_NUL')
    expect(error.message).toMatch(/None of it was done\.$/)
    expect(leftIn(error)).toEqual([])
    expect(error.fix).toMatch(/Then run again\.$/)
    expect(tables).toEqual([])
  })

  const make = (db: Handle): unknown => db.exec('CREATE TABLE done (x)')
  const refused = (step: GateStep): never => {
    throw new LockstepError(gateErrors.gateObjectLost(step, 'refused', ['view v']))
  }
  const later: readonly (readonly [string, Draft<Handle>, ManagerOptions])[] = [
    [
      'FOREIGN_KEYS_PRAGMA',
      { up: (db) => [make(db), db.exec('PRAGMA foreign_keys = ON')].length > 3 },
      {},
    ],
    [
      'REBUILD_INVALID',
      {
        toolkit,
        up(db, ctx) {
          make(db)
          ctx.rebuild('done', { create: 'CREATE TABLE other (x)' })
        },
      },
      {},
    ],
    ['OPTION_INVALID', { up: make as never }, { mirrors: [(() => 1) as never] }],
    [
      'GATE_OBJECT_LOST',
      {
        up(db) {
          make(db)
          db.exec('CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t')
        },
      },
      {
        gates: [
          gateWith(() => ({
            *before() {},
            see() {},
            *after(step) {
              yield refused(step)
            },
          })),
        ],
      },
    ],
  ]
  test.each(later)('that is refused with %s when it has done something', (code, draft, options) => {
    const { error, tables } = run([{ ...draft, transaction: false }], options)
    expect(error.code).toBe(code)
    expect(leftIn(error)).toEqual([STILL_THERE])
    expect(error.fix).toContain(SETTLE)
    expect(tables).toContain('done')
  })
})

describe('code of the application that ends the transaction of a step', () => {
  const commits = (db: Database.Database | Handle): never => {
    db.exec('COMMIT')
    throw new Error('and fails')
  }
  const nothing = function* (): Generator<unknown, void> {}
  const gate = (db: () => Database.Database) =>
    gateWith(() => ({
      before: nothing,
      see() {},
      *after() {
        yield commits(db())
      },
    }))
  test.each([
    [
      'EVENT_HANDLER_FAILED',
      [],
      (db: () => Database.Database) => ({
        onEvent: ({ type }: { type: string }) => void (type === 'step-start' && commits(db())),
      }),
    ],
    [
      'MIRROR_FAILED',
      ['done'],
      (db: () => Database.Database) => ({ mirrors: [() => commits(db())] }),
    ],
    ['GATE_TRANSACTION', ['done'], (db: () => Database.Database) => ({ gates: [gate(db)] })],
  ] as const)('and fails: %s', (code, made, optionsOf) => {
    let opened: Database.Database
    const { error, tables } = run(
      [{ up: 'CREATE TABLE done (x)' }],
      optionsOf(() => opened),
      (_, db) => void (opened = db),
    )
    expect(error.code).toBe(code)
    expect(error.message).toMatch(
      /it ended (?:a transaction, left one open or closed the connection|the transaction, or left one open)\./,
    )
    expect(leftIn(error)).toEqual([COMMITTED])
    expect(error.fix).toMatch(/\. Undo by hand what was committed\. Then run again\.$/)
    expect(tables).toEqual(made)
  })
})

describe('a listener that fails', () => {
  const failingAt =
    (failing: string) =>
    ({ type }: { type: string }) => {
      if (type === failing) throw new Error('listener')
    }
  test('when a step has failed does not hide why', () => {
    const { error } = run([{ up: 'SELECT nothing' }], { onEvent: failingAt('step-failed') })
    expect(error.code).toBe('MIGRATION_FAILED')
    expect(leftIn(error)).toEqual([ROLLED_BACK])
  })
  test('when all is done does not say that nothing is', () => {
    const { error, tables: made } = run(tables(2), { onEvent: failingAt('end') })
    expect(error).toMatchObject({ code: 'EVENT_HANDLER_FAILED', report: { steps: [{}, {}] } })
    expect(leftIn(error)).toEqual([REPORTED])
    expect(made).toEqual(['t1', 't2'])
  })
})

test('a run inside a step that fails is told as the reason, and keeps its own words', () => {
  const other = files.open()
  const inner = registryOf({ ...failsWith(databaseErrors.databaseFull('full')), name: 'inner' })
  const { error } = run([
    {
      transaction: false,
      up: () => void new MigrationManager(betterSqlite3(other), inner).migrate(),
    },
  ])
  expect(error.message).toBe(
    `Migration 001 (step_1) in migrations/001_step_1.ts failed. Migration 001 (inner) in migrations/001_step_1.ts failed. The database cannot grow: full. ${ROLLED_BACK} ${STILL_THERE}`,
  )
  expect(error.fix).toContain(SETTLE)
})
