// Names in the expressions of declared changes: those that are not there are told where they stand; where in doubt, nothing is.
import Client from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { columnsNamed } from '../../../codegen/alter/expression-names.js'
import { expandedIn, type Changes } from './altered.js'

const SETUP = `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, meta INTEGER, "key" TEXT, "a b" TEXT);
CREATE TABLE teams (id INTEGER PRIMARY KEY, size INTEGER)`

function problemsOf(changes: Changes): string[] {
  const db = new Client(':memory:')
  try {
    db.exec(SETUP)
    const { problems } = expandedIn(db, changes)
    return problems.map(({ code, message, fix }) => `${code} ${message} ${fix}`)
  } finally {
    db.close()
  }
}

test.each<[string, string[]]>([
  ['metta + 1', ['metta']],
  ['coalesce(a, upper (b)) || t.c', ['a', 'b', 'c']],
  ['main.T.a + other.b + main.other.c', ['a']],
  ['[a b] || `c`', ['a b', 'c']],
  ['"a" || \'b\' /* c */ -- d', []],
  ['rowid + OID + t._rowid_', []],
  ['CAST(a AS DECIMAL (10, size)) + b', ['a', 'b']],
  ['CAST(a + CAST(b AS x y) AS z) + c', ['a', 'b', 'c']],
  ['a COLLATE german = b COLLATE "x"', ['a', 'b']],
  ['a IN teams AND b IN (c, d) AND e NOT IN main.teams', ['a', 'b', 'c', 'd', 'e']],
  ['CASE WHEN a IS NOT NULL THEN TRUE ELSE current_date END', ['a']],
  ['a IS NOT DISTINCT FROM b AND c LIKE d ESCAPE e', ['a', 'b', 'c', 'd', 'e']],
  ['a NOT BETWEEN 1 AND 2 OR b ISNULL OR c GLOB d OR e REGEXP f', ['a', 'b', 'c', 'd', 'e', 'f']],
  [
    'row_number() OVER (PARTITION BY a ORDER BY b DESC NULLS LAST ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) + sum(c) FILTER (WHERE d) OVER w',
    ['a', 'b', 'c', 'd'],
  ],
  ["a ->> '$.x' + json_extract(b, '$.y')", ['a', 'b']],
  ["x'00ff' || 1e5 || 0x1F || :p || ?1", []],
  ['(SELECT max(size) FROM teams WHERE id = zz)', []],
  ['EXISTS (VALUES (a))', []],
  ['key || plan || action', ['key', 'plan', 'action']],
])('%s', (sql, names) => {
  expect(columnsNamed(sql, 't').map(({ name }) => name)).toEqual(names)
  for (const { name, start } of columnsNamed(sql, 't'))
    expect(sql.slice(start).replace(/^[[`]/, '')).toMatch(new RegExp(`^${name}`))
})

describe('a name that is not there', () => {
  test.each<[string, Changes, RegExp]>([
    [
      'in a value',
      { users: { change: { meta: { using: 'metta + 1' } } } },
      /^ALTER_UNKNOWN .*`metta` of users.*mean `meta`.*id, name, meta/,
    ],
    [
      'in that of a new column',
      { users: { add: { x: { type: 'TEXT', using: 'nam' } } } },
      /^ALTER_UNKNOWN .*`nam`.*mean `name`/,
    ],
    [
      'in that of another new column',
      { users: { add: { x: 'TEXT', y: { using: 'x' } } } },
      /^ALTER_UNKNOWN .*`x` of users/,
    ],
    ['in a check', { users: { checks: { add: ['zz > 1'] } } }, /^ALTER_UNKNOWN .*`zz` of users/],
    [
      'in a check of a new column',
      { users: { add: { x: 'INT CHECK (x > metta)' } } },
      /^ALTER_UNKNOWN .*`metta`/,
    ],
    [
      'in a computed column',
      { users: { add: { x: 'INT GENERATED ALWAYS AS (metta + 1) VIRTUAL' } } },
      /^ALTER_UNKNOWN .*`metta`/,
    ],
    [
      'before the step',
      { users: { rename: { meta: 'data' }, checks: { add: ['data > 1'] } } },
      /^ALTER_UNKNOWN .*`data` of users.*mean `meta`/,
    ],
    [
      'any more, in a check',
      { users: { drop: ['name'], checks: { add: ["name <> ''"] } } },
      /^ALTER_REFUSED .*refers to name, which is dropped/,
    ],
    [
      'any more, in a key',
      {
        users: {
          drop: ['meta'],
          foreignKeys: { add: [{ columns: ['meta'], references: 'teams' }] },
        },
      },
      /^ALTER_REFUSED .*refers to meta, which is dropped/,
    ],
  ])('%s', (_, changes, message) => {
    const [first, ...others] = problemsOf(changes)
    expect(first).toMatch(message)
    expect(others).toEqual([])
  })
})

test.each<[Changes]>([
  [{ users: { change: { meta: { using: 'users.META + rowid' } } } }],
  [{ users: { drop: ['name'], add: { x: { type: 'TEXT', using: 'upper(name) || "a b"' } } } }],
  [{ users: { add: { x: 'TEXT' }, checks: { add: ["x <> '' OR [a b] = `key`"] } } }],
  [{ users: { add: { x: 'INT CHECK (x > meta)', y: 'TEXT AS (upper(x))' } } }],
  [{ users: { add: { x: "TEXT DEFAULT (lower('zz'))" } } }],
  [{ users: { add: { x: { using: '(SELECT size FROM teams WHERE teams.id = users.id)' } } } }],
  [{ users: { rename: { meta: 'data' }, checks: { add: ['meta > 1'] } } }],
])('nothing is wrong with %j', (changes) => {
  expect(problemsOf(changes)).toEqual([])
})
