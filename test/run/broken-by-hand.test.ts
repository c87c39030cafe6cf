// Views and triggers that are not of the migrations and do not compile: which of them keep rows from being written.
import { expect, test } from 'vitest'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { Problem } from '../../src/model/report.js'
import { schemaGate } from '../../src/run/schema-gate.js'
import { databases, ledgerIds } from '../support/databases.js'
import { readsWell } from '../support/error-of.js'
import { managerOf } from '../support/manager-of.js'
import { registryOf, type Draft } from '../support/registry.js'
import { schemasOf, withDigests } from '../support/replayed.js'

const files = databases()

const drafts: readonly Draft<Database>[] = [
  { up: 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts (a, b)' },
  { up: 'CREATE TABLE gone (x)' },
  { up: 'DROP TABLE gone' },
]
const plain = registryOf(...drafts)
const registry = withDigests(plain)

test.each<[string, string[], string[][]]>([
  ['CREATE VIEW x AS SELECT * FROM gone', ['warning'], [[]]],
  [
    'CREATE TRIGGER x AFTER INSERT ON users BEGIN INSERT INTO gone VALUES (1); END',
    ['error'],
    [['INSERT into users']],
  ],
  [
    'CREATE TRIGGER x AFTER INSERT ON users BEGIN SELECT crr_sync(NEW.id); END',
    ['warning'],
    [['INSERT into users']],
  ],
  [
    'CREATE TABLE log (a); CREATE TRIGGER x DELETE ON log BEGIN UPDATE gone SET a = 1; END',
    ['warning'],
    [[]],
  ],
  [
    `CREATE TABLE log (a); CREATE TRIGGER x DELETE ON log BEGIN UPDATE gone SET a = 1; END;
     CREATE TRIGGER y UPDATE OF name ON users BEGIN DELETE FROM log; END;
     CREATE TRIGGER z AFTER DELETE ON posts BEGIN UPDATE users SET name = 1; END`,
    ['error'],
    [['UPDATE of users', 'DELETE from posts']],
  ],
  [
    `CREATE TRIGGER x DELETE ON users BEGIN DELETE FROM gone; END;
     CREATE VIEW v AS SELECT * FROM gone; CREATE TABLE log (a);
     CREATE TRIGGER y DELETE ON log BEGIN DELETE FROM gone; END`,
    ['error', 'warning', 'warning'],
    [['DELETE from users'], [], []],
  ],
])('are told by verify, as errors where rows cannot be written: %s', (sql, severity, writes) => {
  const db = files.open()
  migrate(db, plain)
  db.exec(sql)
  for (const expected of [undefined, schemasOf(plain)[3]]) {
    const { ok, problems } = managerOf(db, registry).verify({ expected: () => expected })
    expect(problems.map((one) => [one.code, one.severity, one.facts?.['writes']])).toEqual(
      severity.map((each, at) => ['SCHEMA_BROKEN', each, writes[at]]),
    )
    expect(problems[0]?.message).toMatch(
      /^The (?:view|trigger) \w, which does not belong to these /,
    )
    expect(ok).toBe(!severity.includes('error'))
    problems.forEach(readsWell)
  }
})

test('are told by the gate at the step that breaks them, where rows cannot be written then; nothing is stopped', () => {
  const db = files.open()
  migrate(db, plain, { to: 2 })
  db.exec(`CREATE TRIGGER x AFTER INSERT ON posts BEGIN DELETE FROM gone; END;
    CREATE VIEW theirs AS SELECT * FROM gone; CREATE TABLE mine (x);
    CREATE TRIGGER y DELETE ON mine BEGIN DELETE FROM gone; END`)
  const warnings: Problem[] = []
  migrate(db, registry, {
    gates: [schemaGate({ onDifference: 'refuse' })],
    onEvent: (event) => void (event.type === 'warning' && warnings.push(event.problem)),
  })
  expect(ledgerIds(db)).toEqual(['001', '002', '003'])
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatchObject({ code: 'GATE_OBJECT_BROKEN', facts: { version: 3 } })
  expect(warnings[0]?.facts?.['broken']).toEqual({ 'trigger x': 'no such table: main.gone' })
  expect(warnings[0]?.message).toMatch(/not belong to the migrations[^]*\nIt is kept anyway\.$/)
})
