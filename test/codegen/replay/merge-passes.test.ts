// What is found without rows and with rows is one proof, and a schema that depends on rows is told where it begins to.
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import type { Fact } from '../../../codegen/model/evidence.js'
import { mergePasses } from '../../../codegen/replay/merge-passes.js'
import { proveSchema } from '../../../codegen/replay/schema/prove-schema.js'
import { proveRows } from '../../../codegen/replay/rows/prove-rows.js'
import { historyOf, type Step } from './rows/prove-history.js'

const USERS = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)'

const whereFilled =
  (sql: string) =>
  (db: Handle): void => {
    if (db.prepare('SELECT 1 FROM users LIMIT 1').get()) db.exec(sql)
  }

/** All facts of a history whose versions up to `provenTo` were proven before. */
async function factsOf(steps: readonly (Step | string)[], provenTo = 0): Promise<Fact[]> {
  const open = async (): Promise<Handle> => new Database(':memory:') as unknown as Handle
  const run = historyOf(steps, { open })
  const whole = await proveSchema(run)
  const rest = { ...whole, versions: whole.versions.slice(provenTo) }
  const rows = await proveRows({ ...run, provenTo })
  const { versions } = mergePasses(whole.versions.slice(0, provenTo), rest, rows)
  return versions.flatMap(({ facts }) => facts)
}

describe('a schema that depends on rows', () => {
  test('is told object by object', async () => {
    const up = whereFilled(
      'CREATE INDEX users_name ON users (name); ALTER TABLE users ADD COLUMN age INT',
    )
    expect(await factsOf([USERS, { up }])).toMatchObject([
      {
        kind: 'uneven',
        version: 2,
        differences: [
          { object: 'table users', change: 'changed', grade: 'differs' },
          { object: 'index users_name', change: 'added', grade: 'differs' },
        ],
      },
    ])
  })

  test('is told once, not again at the versions after it', async () => {
    const facts = await factsOf([
      USERS,
      { up: whereFilled('ALTER TABLE users ADD COLUMN age INT') },
      'ALTER TABLE users ADD COLUMN mail TEXT',
      'DROP TABLE users',
      USERS,
      { up: whereFilled('DROP TABLE users') },
    ])
    expect(facts.filter(({ kind }) => kind !== 'values-gone')).toMatchObject([
      { kind: 'uneven', version: 2 },
      { kind: 'uneven', version: 6, differences: [{ object: 'table users', change: 'lost' }] },
    ])
  })

  test('is not told again where only later versions are proven', async () => {
    const steps = [
      USERS,
      { up: whereFilled('ALTER TABLE users ADD COLUMN age INT') },
      'ALTER TABLE users ADD COLUMN mail TEXT',
    ]
    expect(await factsOf(steps)).toMatchObject([{ kind: 'uneven', version: 2 }])
    expect(await factsOf(steps, 2)).toEqual([])
  })

  test('is no difference in the way of writing', async () => {
    const up = (db: Handle): void => {
      const filled = db.prepare('SELECT 1 FROM users LIMIT 1').get()
      db.exec(filled ? 'create table "t" ( "a" text )' : 'CREATE TABLE t (a TEXT)')
    }
    expect(await factsOf([USERS, { up }])).toEqual([])
  })

  test('is none where rows made the step fail, which is told as such', async () => {
    const facts = await factsOf([USERS, 'ALTER TABLE users ADD COLUMN age INT NOT NULL'])
    expect(facts).toMatchObject([{ kind: 'step-failed', stage: 'rows' }])
    expect(facts).toHaveLength(1)
  })
})
