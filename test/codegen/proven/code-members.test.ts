// Code that goes through lists in documents which may be missing: rows have such lists, in forms that are guessed, so that only what is
// wrong with statements themselves is told.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const EVENT = `CREATE TABLE event (id INTEGER PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE tag (id INTEGER PRIMARY KEY, event INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL CHECK (value <> 'alpha'));`
const TWO = 'INSERT INTO tag (event, name, value) VALUES (?, ?, ?)'
const NAMED = 'INSERT INTO tag (event, name, value) VALUES (:event, :label, :text)'
const looped = (sql: string, loop: string): string => `export default {
  irreversible: 'nobody goes back',
  up(db) {
    const insert = db.prepare(\`${sql}\`)
    for (const row of db.prepare('SELECT id, content FROM event').all()) {
      const doc = JSON.parse(row.content)
      ${loop}
    }
  },
}`
const FAILS = ['warning REPLAY_CODE_FAILS_ON_ROWS event']

testSome([
  [TWO, 'for (const [name] of doc.tags ?? []) insert.run(row.id, name)', FAILS],
  [TWO, 'for (const tag of doc.tags || []) insert.run(row.id, tag.name)', FAILS],
  [TWO, 'doc.tags?.forEach((tag) => insert.run(row.id, tag.a, tag.b, 1))', FAILS],
  [TWO, 'if (Array.isArray(doc.tags)) for (const tag of doc.tags) insert.run(row.id)', FAILS],
  [TWO, 'for (const [name, value] of doc.tags ?? []) insert.run(row.id, name, value)', []],
  [TWO, 'for (const tag of doc.tags ?? []) insert.run(row.id, ...tag)', []],
  [TWO, 'for (const tag of doc.tags ?? []) insert.run(row.id, tag.name, tag.value ?? null)', []],
  [NAMED, 'for (const tag of doc.tags ?? []) insert.run({ event: row.id, ...tag })', []],
  [TWO, 'for (const tag of doc.tags ?? []) insert.run(row.id, tag.name ?? null, tag.value)', []],
])('%s, %s', async (sql, loop, codes) =>
  expect(await codesIn(EVENT, looped(sql, loop))).toEqual(codes),
)

const LISTS =
  "CREATE TABLE t (id INTEGER PRIMARY KEY, tags TEXT NOT NULL DEFAULT '', list TEXT NOT NULL DEFAULT '[]');"
const filled = (parts: string, into = 'INSERT INTO tag VALUES (?, ?)'): string => `export default {
  irreversible: 'nobody goes back',
  up(db) {
    db.exec('CREATE TABLE tag (t INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (t, name))')
    const insert = db.prepare('${into}')
    for (const row of db.prepare('SELECT id, tags, list FROM t').all())
      for (const part of ${parts}) insert.run(row.id, String(part))
  },
}`
const TWICE = ['error REPLAY_FAILS_ON_ROWS t']

testSome([
  [filled("row.tags.split(',')"), TWICE],
  [filled('row.tags.split(/\\s*;\\s*/).filter(Boolean)'), TWICE],
  [filled('JSON.parse(row.list)'), TWICE],
  [filled("new Set(row.tags.split(','))"), []],
  [filled('new Set(JSON.parse(row.list))'), []],
  [filled("row.tags.split(',')", 'INSERT OR IGNORE INTO tag VALUES (?, ?)'), []],
])('a part or element that is there twice: %s', async (code, codes) =>
  expect((await codesIn(LISTS, code)).map((one) => one.split('.')[0])).toEqual(codes),
)

const walked = (value: string): string => `export default {
  irreversible: 'nobody goes back',
  up(db) {
    const insert = db.prepare('INSERT INTO setting VALUES (?, ?, ?)')
    for (const row of db.prepare('SELECT id, doc FROM t').all())
      for (const [key, value] of Object.entries(JSON.parse(row.doc))) insert.run(row.id, key, ${value})
  },
}`

testSome([
  ['value', ['warning REPLAY_CODE_FAILS_ON_ROWS t']],
  ['String(value)', []],
  ['JSON.stringify(value)', []],
])('a member that cannot be bound: %s', async (value, codes) => {
  const tables =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, doc TEXT NOT NULL DEFAULT '{}'); CREATE TABLE setting (t INTEGER NOT NULL, key TEXT NOT NULL, value TEXT);"
  const found = await codesIn(tables, walked(value))
  expect(found.map((one) => one.split('.')[0])).toEqual(codes)
})
