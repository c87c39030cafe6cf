// What errors and problems say stays what Lockstep says, whatever names and reasons from outside are in it.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { LockstepError, problemOf } from '../../src/errors/lockstep-error.js'
import { schemaBroken } from '../../src/errors/schema.js'
import { spelled, visible } from '../../src/model/visible.js'
import type { MigrationEvent } from '../../src/model/events.js'
import { gateWith } from '../../src/run/gate-with.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const HOSTILE = 'a\n::error::forged\r\x1b[2J\x07\x7f\x9b1m\u2028\u2029\u202eb\u2066\u200f\u061c'
const WRITTEN_OUT =
  'a\\n::error::forged\\x0d\\x1b[2J\\x07\\x7f\\x9b1m\\u2028\\u2029\\u202eb\\u2066\\u200f\\u061c'

const applied = (): Database.Database => {
  const db = files.open()
  migrate(db, registryOf(...tables(3)))
  return db
}

describe('text from outside', () => {
  test('is written out where a terminal or a logger would obey it', () => {
    expect(visible(HOSTILE)).toBe(WRITTEN_OUT)
    expect(visible(visible(HOSTILE))).toBe(WRITTEN_OUT)
    expect(visible('a\ud800')).toBe('a\\ud800')
    expect(spelled('\u{e0041}')).toBe('\\u{e0041}')
  })

  test.each(['Übersicht', 'Пользователи', '用户', 'גיל', 'عمر', '👩‍👩‍👧 ❤️', String.raw`C:\new\table`])(
    'stays as it is where it is a name: %s',
    (name) => expect(visible(name)).toBe(name),
  )
})

describe('a ledger row with a hostile name', () => {
  const renamed = (): Database.Database => {
    const db = applied()
    db.prepare('UPDATE _migrations SET name = ? WHERE version = ?').run(HOSTILE, '002')
    return db
  }

  test('does not speak in problems; its facts have it as it is', () => {
    const manager = managerOf(renamed(), registryOf(...tables(3)))
    const [problem] = manager.status().problems
    expect(problem?.code).toBe('HISTORY_RENAMED')
    expect(problem?.message).toBe(
      `Migration 002 was applied as ${WRITTEN_OUT} but is called step_2 in the code.`,
    )
    expect(problem?.facts).toMatchObject({ was: HOSTILE })
  })

  test('does not speak in errors, nor in those that carry others', () => {
    const registry = registryOf(...tables(1))
    const error = errorOf(() => migrate(renamed(), registry, { onAhead: 'refuse' }))
    expect(JSON.stringify(error.facts)).toContain('problems')
    for (const text of [error.message, error.fix]) expect(text).toBe(visible(text))
  })
})

test('the reason that a step gives is one line of the message, and untouched in the cause', () => {
  const registry = registryOf({
    up: () => {
      throw new TypeError(HOSTILE)
    },
  })
  const error = errorOf(() => migrate(files.open(), registry))
  expect(error.message).toContain(WRITTEN_OUT)
  expect(error.message).not.toContain('\n')
  expect((error.cause as Error).message).toBe(HOSTILE)
})

test('a table with a hostile name cannot add a line to a list of differences', () => {
  const db = files.open()
  const table = `"t\n  table other is gone\x1b[2J"`
  const registry = registryOf({ up: `CREATE TABLE ${table} (id INTEGER)`, schemaDigest: '1:0' })
  migrate(db, registry)
  db.exec(`CREATE VIEW "v\n::error::x" AS SELECT * FROM ${table}; DROP TABLE ${table}`)
  const { problems } = managerOf(db, registry).verify()
  const texts = problems.map(({ message }) => message)
  expect(texts.join()).toContain('::error::x')
  for (const text of texts.flatMap((one) => one.split('\n'))) expect(text).toBe(visible(text))
  expect(texts.join('\n')).not.toMatch(/^\s*(?:::|table other)/m)
})

test('a gate warns in one line what it says in one', () => {
  const warnings: MigrationEvent[] = []
  migrate(files.open(), registryOf(...tables(1)), {
    gates: [
      gateWith(({ warn }) => ({
        *before() {},
        see() {},
        *after() {
          yield
          warn({
            ...schemaBroken(HOSTILE, 'no reason', { foreign: false, writes: [] }),
            severity: 'warning',
          })
        },
      })),
    ],
    onEvent: (event) => void (event.type === 'warning' && warnings.push(event)),
  })
  const [event] = warnings
  expect(event?.type === 'warning' && event.problem.message).toBe(
    `The ${WRITTEN_OUT} does not compile: no reason.`,
  )
})

test('lines that the catalogue gives stand below the message, each a line', () => {
  const cause = { code: 'ANY', message: 'Head:', lines: ['  one\ntwo', 'End.'], fix: 'None.' }
  expect(new LockstepError(cause).message).toBe('Head:\n  one\\ntwo\nEnd.')
  expect(problemOf(cause, 'warning')).toEqual({
    code: 'ANY',
    severity: 'warning',
    message: 'Head:\n  one\\ntwo\nEnd.',
    fix: 'None.',
  })
})
