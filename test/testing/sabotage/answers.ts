// Drivers that say something untrue of themselves, run the wrong text, or answer the wrong rows.
import type { Value } from '../../../src/database/driver.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import { answering, binding, hiding, type Saboteur } from './saboteur.js'

/** What is wrong with their answers. */
export const answers: readonly Saboteur[] = [
  [
    'answers one call with a promise',
    'mode: every `Outcome` is a promise when `async`, and none is when `sync`',
    (driver) => ({ pause: async (ms: number) => driver.pause(ms) }),
  ],
  [
    'hands out another handle each time',
    'handle: it is what migrations receive',
    (_, db) => ({
      get handle() {
        return new Proxy(db, {
          get(target, key) {
            const member: unknown = Reflect.get(target, key)
            return typeof member === 'function' ? (member.bind(target) as unknown) : member
          },
        })
      },
    }),
  ],
  [
    'says that it takes no scripts',
    'runsScripts: it tells the truth about `execute`',
    () => ({ runsScripts: false }),
  ],
  [
    'says of every handle that it cannot write',
    'readonly: it is false on a handle that can write',
    () => ({ readonly: true }),
  ],
  [
    'says of every handle that it can write',
    'readonly: it is true on a handle that was opened for reading only',
    () => ({ readonly: false }),
  ],
  [
    'runs the first statement only',
    'execute: it runs every statement of a script, in order',
    (driver) => ({
      execute: (script: string) => driver.execute(splitStatements(script)[0]?.text ?? ''),
    }),
  ],
  [
    'runs scripts from the last statement to the first',
    'execute: it runs every statement of a script, in order',
    (driver) => ({
      execute(script: string) {
        for (const { text } of splitStatements(script).reverse()) driver.execute(text)
      },
    }),
  ],
  [
    'cuts scripts at each semicolon',
    'run: a script is read as SQLite reads it: triggers, quotes, comments, no last semicolon',
    (driver) => ({
      execute: (script: string) => script.split(';').forEach((part) => driver.execute(part)),
    }),
  ],
  [
    'refuses text without a statement',
    'execute: it takes text without a statement in it, such as a comment',
    (driver) => ({
      execute(script: string) {
        if (splitStatements(script).length === 0) throw new RangeError('There is nothing to run')
        driver.execute(script)
      },
    }),
  ],
  [
    'answers what a script returns',
    'execute: it takes a statement that returns rows, and discards them',
    (driver) => ({ execute: (script: string) => [driver.execute(script)] }),
  ],
  [
    'throws its own errors from execute',
    "execute: it throws the client's own error",
    (driver) => ({ execute: hiding(driver.execute) }),
  ],
  [
    'undoes a whole script when it fails',
    'execute: it leaves what stands before a failing statement done',
    (driver) => ({
      execute(script: string) {
        if (splitStatements(script).length < 2) return driver.execute(script)
        driver.execute('SAVEPOINT script')
        try {
          driver.execute(script)
        } catch (error) {
          driver.execute('ROLLBACK TO script')
          throw error
        } finally {
          driver.execute('RELEASE script')
        }
      },
    }),
  ],
  [
    'answers rows to SELECT only',
    'query: it binds parameters and returns rows by the names of their columns',
    answering((rows, sql) => (/^(?:SELECT|PRAGMA)/.test(sql) ? rows : [])),
  ],
  [
    'answers rows as lists',
    'query: it binds parameters and returns rows by the names of their columns',
    answering((rows) => rows.map((row) => Object.values(row))),
  ],
  [
    'binds bigint as a number',
    'query: it binds every kind of `Value`, and returns what was bound',
    binding((value) => (typeof value === 'bigint' ? Number(value) : value)),
  ],
  [
    'binds bytes as text',
    'query: it binds every kind of `Value`, and returns what was bound',
    binding((value) => (value instanceof Uint8Array ? String(value) : value)),
  ],
  [
    'cuts long text',
    'query: it binds every kind of `Value`, and returns what was bound',
    binding((value) => (typeof value === 'string' ? value.slice(0, 255) : value)),
  ],
  [
    'reads integers as the application does',
    'query: it returns integers as numbers, whatever the application has chosen for itself',
    (driver, db) => ({
      query(sql: string, parameters: readonly unknown[] = []) {
        const statement = db.prepare(sql)
        if (statement.reader) return statement.all(...parameters)
        return driver.query(sql, parameters as never)
      },
    }),
  ],
  [
    "turns off the application's choice of integers",
    'query: it returns integers as numbers, whatever the application has chosen for itself',
    (driver, db) => ({
      query(sql: string, parameters?: never) {
        db.defaultSafeIntegers(false)
        return driver.query(sql, parameters)
      },
    }),
  ],
  [
    'remembers the columns of a text',
    'query: it sees the schema as it is now, also with text that it has run before',
    (driver) => {
      const columns = new Map<string, string[]>()
      return answering((rows, sql) => {
        const names = columns.get(sql) ?? Object.keys(rows[0] ?? {})
        if (rows.length > 0) columns.set(sql, names)
        return rows.map((row) => {
          const values = Object.values(row)
          return Object.fromEntries(names.map((name, index) => [name, values[index]]))
        })
      })(driver, driver.handle)
    },
  ],
  [
    'looks for functions where tables are',
    'query: it finds a function of SQLite in a schema that does not exist, whatever tables have its name',
    (driver) => ({
      query: (sql: string, parameters?: readonly Value[]) =>
        driver.query(sql.replaceAll('unshadowed.', ''), parameters),
    }),
  ],
  [
    'throws its own errors from query',
    "query: it throws the client's own error",
    (driver) => ({ query: hiding(driver.query) }),
  ],
]
