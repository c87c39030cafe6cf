// Rows that code leaves out of a rebuild by what it compares in JavaScript: such rows are made, and are seen to go.
import { describe, expect, test } from 'vitest'
import { placesProven } from '../../proven/prove-project.js'
import { testSome } from '../../../support/some-of.js'

const COLUMNS =
  "id INTEGER PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'note', body TEXT, status INTEGER NOT NULL DEFAULT 0"
const NOTES = `-- irreversible: there is no way back
-- migrate:up
CREATE TABLE notes (${COLUMNS});
`
const INSERT = '(id, title, kind, body, status) VALUES (:id, :title, :kind, :body, :status)'

const code = (body: string): string =>
  `export const irreversible = 'there is no way back'\nexport function up(db) {\n${body}\n}\n`

/** Makes the table anew; `copy` hands rows to `insert`. */
const anew = (copy: string): string =>
  code(`  db.exec(\`CREATE TABLE n (${COLUMNS})\`)
  const insert = db.prepare('INSERT INTO n ${INSERT}')
  const rows = db.prepare('SELECT * FROM notes').all()
  ${copy}
  db.exec('DROP TABLE notes; ALTER TABLE n RENAME TO notes')`)

const filtered = (condition: string): string =>
  anew(`for (const row of rows.filter((row) => ${condition})) insert.run(row)`)

/** How many findings there are of lost rows. */
async function losses(second: string): Promise<number> {
  const found = await placesProven({ '001_a.sql': NOTES, '002_b.js': second })
  return found.filter((place) => place.endsWith('ROWS_LOST')).length
}

describe('rows are lost by', () => {
  testSome([
    "row.kind !== 'draft'",
    "row['kind'] != 'draft'",
    "!(row.status === 3 && row.kind === 'draft')",
    "row.kind.toLowerCase() !== 'draft' || row.body === null",
    'row.status',
    'row.body !== null || !row.status',
    'row.status < 5 || row.status > 6',
    "row.title !== 'a: b'",
    "!row.title.startsWith('draft')",
    "row.body !== null || row.kind === ''",
    'row.title === row.title.trim()',
    'row.kind === row.kind.toLowerCase()',
  ])('a filter: %s', async (condition) => expect(await losses(filtered(condition))).toBe(1))

  testSome([
    [
      'switch',
      "for (const row of rows) switch (row.kind) { case 'draft': break; default: insert.run(row) }",
    ],
    [
      'a list',
      "const no = ['draft']; rows.filter((row) => !no.includes(row.kind)).forEach((row) => insert.run(row))",
    ],
    [
      'a function of its own',
      "const isKept = ({ kind }) => { return kind !== 'draft' }; for (const row of rows) if (isKept(row)) insert.run(row)",
    ],
  ])('%s', async (_, copy) => expect(await losses(anew(copy))).toBe(1))

  test('a filter of rows that are put aside, and come back', async () => {
    const up = code(`  const rows = db.prepare('SELECT * FROM notes').all()
  db.exec('DELETE FROM notes')
  const insert = db.prepare('INSERT INTO notes ${INSERT}')
  for (const row of rows) if (row.kind !== 'draft') insert.run(row)`)
    expect(await losses(up)).toBe(1)
  })
})

testSome([
  ['no filter', 'for (const row of rows) insert.run(row)'],
  [
    'pages from the number 0 on',
    "const page = db.prepare('SELECT * FROM notes WHERE id > ? ORDER BY id LIMIT 2'); for (let last = 0, some; (some = page.all(last)).length > 0; last = some.at(-1).id) for (const row of some) insert.run(row)",
  ],
  [
    'pages by numbers in the text',
    'for (let last = 0, some; (some = db.prepare(`SELECT * FROM notes WHERE id > ${last} ORDER BY id LIMIT 2`).all()).length > 0; last = some.at(-1).id) for (const row of some) insert.run(row)',
  ],
  [
    'a filter that all pass',
    'for (const row of rows) if (row.id !== null && row.title !== undefined) insert.run(row)',
  ],
  [
    'other values for some',
    "for (const row of rows) insert.run({ ...row, kind: row.kind === 'draft' ? 'note' : row.kind })",
  ],
  [
    'values from a list',
    "const kinds = { draft: 'note' }; for (const row of rows) insert.run({ ...row, kind: kinds[row.kind] ?? row.kind })",
  ],
  [
    'texts that decide something else',
    "for (const row of rows) { insert.run(row); if (row.kind === 'draft') console.assert(true, 'draft') }",
  ],
  [
    'a table for some of them',
    "db.exec('CREATE TABLE drafts (id INTEGER PRIMARY KEY, title TEXT, kind TEXT)'); const draft = db.prepare('INSERT INTO drafts VALUES (:id, :title, :kind)'); for (const row of rows) if (row.kind === 'draft') draft.run(row); else insert.run(row)",
  ],
])('no rows are lost by: %s', async (_, copy) => expect(await losses(anew(copy))).toBe(0))
