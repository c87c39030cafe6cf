// Lists in a text that code makes links of, in the version that drops the text or in the one before: a list of nothing is none.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TABLE = `CREATE TABLE p (id INTEGER PRIMARY KEY, title TEXT NOT NULL, cats TEXT NOT NULL DEFAULT '');`
const DROP = 'ALTER TABLE p DROP COLUMN cats'

const linked = (parts: string, then = ''): string => `export const irreversible = 'a test'
export function up(db: any) {
  db.exec(\`CREATE TABLE cats (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE links (p INTEGER NOT NULL REFERENCES p (id), c INTEGER NOT NULL REFERENCES cats (id), PRIMARY KEY (p, c)) WITHOUT ROWID;
    CREATE INDEX links_c ON links (c)\`)
  const ids = new Map()
  const add = db.prepare('INSERT INTO cats (name) VALUES (?)')
  const link = db.prepare('INSERT OR IGNORE INTO links (p, c) VALUES (?, ?)')
  for (const row of db.prepare("SELECT id, cats FROM p WHERE cats <> ''").all())
    for (const part of row.cats.${parts}) {
      const name = part.trim()
      if (name === '') continue
      if (!ids.has(name)) ids.set(name, add.run(name).lastInsertRowid)
      link.run(row.id, ids.get(name))
    }
  ${then}
}
`

testSome([
  [`split(',')`, []],
  [`split(',').slice(0, 1)`, ['error COLUMN_DROPPED p.cats']],
])('%s', async (parts, codes) => {
  expect(await codesIn(TABLE, linked(parts, `db.exec('${DROP}')`))).toEqual(codes)
  expect(await codesIn(TABLE, linked(parts), `${DROP};`)).toEqual(codes)
})

const EMPTIED = `export const irreversible = 'a test'
export function up(db: any) {
  db.exec(\`CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE links (key INTEGER PRIMARY KEY, b TEXT REFERENCES b (id), tag INTEGER REFERENCES tags (id));
    CREATE INDEX links_b ON links (b); CREATE INDEX links_tag ON links (tag)\`)
  for (const { id, tags } of db.prepare("SELECT id, tags FROM b WHERE tags != '[]' AND tags IS NOT NULL").all()) {
    for (const tag of JSON.parse(tags)) {
      db.prepare('INSERT OR IGNORE INTO tags (name) VALUES (?)').run(tag)
      const found = db.prepare('SELECT id FROM tags WHERE name = ?').get(tag)
      db.prepare('INSERT INTO links (b, tag) VALUES (?, ?)').run(id, found.id)
    }
    db.prepare('UPDATE b SET tags = NULL WHERE id = ?').run(id)
  }
}
`

test('lists in JSON, which code sets to NULL when it has read them', async () =>
  expect(
    await codesIn(
      'CREATE TABLE b (id TEXT NOT NULL PRIMARY KEY, tags TEXT);',
      EMPTIED,
      'ALTER TABLE b DROP COLUMN tags;',
    ),
  ).toEqual([]))

test('lists of objects in JSON, which generated rows hold none of', async () => {
  const parts = `export const irreversible = 'a test'
export function up(db: any) {
  db.exec('CREATE TABLE parts (id INTEGER PRIMARY KEY, b INTEGER NOT NULL, term TEXT NOT NULL, score INTEGER NOT NULL)')
  for (const { id, list } of db.prepare('SELECT id, list FROM b').all())
    for (const { key, value } of JSON.parse(list)) db.prepare('INSERT INTO parts (b, term, score) VALUES (?, ?, ?)').run(id, key, value)
  db.exec('ALTER TABLE b DROP COLUMN list')
}
`
  const found = await codesIn('CREATE TABLE b (id INTEGER PRIMARY KEY, list TEXT NOT NULL);', parts)
  expect(found.filter((code) => !code.startsWith('info'))).toEqual([])
})

test.each([
  "if (row.list.trim() === '') continue\n    const one = JSON.parse(row.list)",
  "const one = JSON.parse(row.list); for (const key of ['a', 'title']) if (key in one) one.k = one[key]; if ('word' in one) one.w = 1",
])('what else code asks of a text that it parses is JSON, too: %s', async (code) => {
  const step = `export const irreversible = 'a test'
export function up(db: any) {
  for (const row of db.prepare('SELECT id, list FROM b').all()) {
    ${code}
    one.v = 2
    db.prepare('UPDATE b SET list = ? WHERE id = ?').run(JSON.stringify(one), row.id)
  }
}
`
  expect(
    await codesIn('CREATE TABLE b (id INTEGER PRIMARY KEY, list TEXT NOT NULL);', step),
  ).toEqual([])
})
