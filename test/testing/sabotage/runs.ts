// Drivers over which runs go wrong, and those that watch badly.
import type { Value } from '../../../src/database/driver.js'
import { type Handle, rewriting, type Saboteur } from './saboteur.js'

/** Shadows methods of the handle; answers what ends that. */
function shadow(
  db: Handle,
  methods: readonly ('exec' | 'prepare')[],
  inspect: (sql: string) => void,
): () => void {
  const target = db as unknown as Record<string, unknown>
  for (const method of methods) {
    const original = db[method].bind(db) as (sql: string) => unknown
    target[method] = (sql: string) => {
      inspect(sql)
      return original(sql)
    }
  }
  return () => methods.forEach((method) => delete target[method])
}

/** How they watch, and what they do to runs. */
export const runs: readonly Saboteur[] = [
  [
    'cannot be watched',
    'watch: it calls `inspect` with each text that the handle is asked to run',
    () => ({ watch: undefined }),
  ],
  [
    'watches one method only',
    'watch: it calls `inspect` with each text that the handle is asked to run',
    (_, db) => ({ watch: (inspect: (sql: string) => void) => shadow(db, ['exec'], inspect) }),
  ],
  [
    'looks on when it is too late',
    'watch: it lets `inspect` refuse a text by throwing, before it runs',
    (_, db) => ({
      watch(inspect: (sql: string) => void) {
        const run = db.exec.bind(db)
        return shadow(db, ['exec', 'prepare'], (sql) => {
          if (!sql.startsWith('SELECT')) run(sql)
          inspect(sql)
        })
      },
    }),
  ],
  [
    'shows its own work too',
    'watch: it does not show what is run through the driver itself',
    (_, db) => ({
      watch: (inspect: (sql: string) => void) => shadow(db, ['exec', 'prepare'], inspect),
      execute: (script: string) => void db.exec(script),
    }),
  ],
  [
    'looks at texts, but not at when they run',
    'watch: it calls `use` with each text every time before the handle runs it, also of a statement prepared long before',
    (_, db) => ({
      watch: (inspect: (sql: string) => void) => shadow(db, ['exec', 'prepare'], inspect),
    }),
  ],
  [
    'never stops watching',
    'watch: it ends when the returned function is called',
    (_, db) => ({
      watch(inspect: (sql: string) => void) {
        shadow(db, ['exec', 'prepare'], inspect)
        return () => {}
      },
    }),
  ],
  [
    'does not roll back',
    'run: a step that cannot be recorded is undone',
    rewriting((sql) => (sql === 'ROLLBACK' ? 'COMMIT' : sql)),
  ],
  [
    'undoes nothing',
    'run: a failing statement leaves nothing of its step, and everything before it',
    rewriting((sql) =>
      sql === 'ROLLBACK' ? 'COMMIT' : sql.startsWith('ROLLBACK TO') ? 'SELECT 1' : sql,
    ),
  ],
  [
    'has no savepoints and cannot be watched',
    'run: a step that ends its transaction is refused or found out, and never recorded',
    (driver, db) => ({
      ...rewriting((sql) => (/^(?:SAVEPOINT|RELEASE|ROLLBACK TO)/.test(sql) ? 'SELECT 1' : sql))(
        driver,
        db,
      ),
      watch: undefined,
    }),
  ],
  [
    'keeps foreign keys enforced',
    'run: rebuilding a table keeps the rows that refer to it',
    rewriting((sql) => sql.replace('foreign_keys = OFF', 'foreign_keys = ON')),
  ],
  [
    'leaves foreign keys off',
    'run: enforcement of foreign keys is afterwards what it was, whatever the run came to',
    rewriting((sql) => sql.replace('foreign_keys = ON', 'foreign_keys = OFF')),
  ],
  [
    'runs scripts in a transaction of their own',
    'run: a step outside a transaction leaves its mark when it fails, and is not repeated',
    (driver) => ({
      execute(script: string) {
        if (driver.inTransaction() || /BEGIN|PRAGMA/.test(script)) return driver.execute(script)
        driver.execute(`BEGIN; ${script.replace(/;?\s*$/, '')}; COMMIT`)
      },
    }),
  ],
  [
    'takes the lock to read',
    'run: being up to date needs no lock',
    (driver) => ({
      query(sql: string, parameters?: readonly Value[]) {
        if (!sql.startsWith('SELECT') || driver.inTransaction())
          return driver.query(sql, parameters)
        driver.execute('BEGIN IMMEDIATE')
        try {
          return driver.query(sql, parameters)
        } finally {
          driver.execute('COMMIT')
        }
      },
    }),
  ],
  [
    'cannot read where it cannot write',
    'run: a handle for reading only is enough when there is nothing to do',
    (driver) => ({
      query(sql: string, parameters?: readonly Value[]) {
        if (driver.readonly) driver.execute('CREATE TABLE scratch (x)')
        return driver.query(sql, parameters)
      },
    }),
  ],
  [
    'keeps an account of who asks for the history',
    'run: status, pending, plan, history and currentVersion write nothing',
    (driver) => ({
      query(sql: string, parameters?: readonly Value[]) {
        if (sql.includes('pragma_table_info') && parameters?.[0] === '_migrations_log')
          driver.execute('CREATE TABLE IF NOT EXISTS _migrations_asked (x)')
        return driver.query(sql, parameters)
      },
    }),
  ],
]
