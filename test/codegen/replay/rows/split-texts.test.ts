// Texts that code cuts into parts, before their column goes: whether all parts are kept, only texts with several can tell.
import { expect } from 'vitest'
import { placesProven } from '../../proven/prove-project.js'
import { testSome } from '../../../support/some-of.js'

const files = (how: string): Record<string, string> => ({
  '001_a.sql':
    '-- irreversible: x\n-- migrate:up\nCREATE TABLE p (id INTEGER PRIMARY KEY, words TEXT);',
  '002_b.js': `export const irreversible = 'x'
export function up(db) {
  db.exec('CREATE TABLE w (p INTEGER NOT NULL REFERENCES p (id), word TEXT NOT NULL, PRIMARY KEY (p, word)) WITHOUT ROWID')
  const link = db.prepare('INSERT INTO w VALUES (?, ?) ON CONFLICT DO NOTHING')
  for (const { id, words } of db.prepare('SELECT id, words FROM p WHERE words IS NOT NULL').all())
    for (const word of ${how}) link.run(id, word)
  db.exec('ALTER TABLE p DROP COLUMN words')
}`,
})

const dropped = async (how: string): Promise<string[]> =>
  (await placesProven(files(how))).filter(
    (one) => /DROPPED|LOST|FAILS/.test(one) && !/ info /.test(one),
  )

testSome([
  ["words.split(',', 2)"],
  ["words.trim().split(', ', 2)"],
  ['words.split(/\\s*;\\s*/).slice(0, 2)'],
  ["words.split('|').slice(-1)"],
])('parts of a text are lost: %s', async (how) => {
  expect(await dropped(how)).toEqual([expect.stringContaining('error COLUMN_DROPPED')])
})

testSome([["words.split(',')"], ['words.split(/;/)']])(
  'all parts of a text are kept: %s',
  async (how) => expect(await dropped(how)).toEqual([]),
)

testSome([
  ["words.split(',').map((one) => one.trim()).filter(Boolean)"],
  ["words.trim().split(/;\\s*/).filter((one) => one !== '')"],
])('spaces around parts are none: %s', async (how) => expect(await dropped(how)).toEqual([]))

testSome([
  ['INSERT OR IGNORE INTO w SELECT ?, id FROM tag WHERE name = ?', []],
  ['INSERT OR IGNORE INTO w SELECT ?, max(id) FROM tag WHERE name = ?', []],
  ['INSERT OR IGNORE INTO w SELECT ?, min(id) FROM tag WHERE name <> ?', ['COLUMN_DROPPED']],
])('parts that a table has are kept by its keys: %s', async (link, codes) => {
  const tagged = {
    '001_a.sql':
      '-- irreversible: x\n-- migrate:up\nCREATE TABLE p (id INTEGER PRIMARY KEY, words TEXT NOT NULL); CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE); CREATE TABLE w (p INTEGER NOT NULL REFERENCES p (id), tag INTEGER NOT NULL REFERENCES tag (id), PRIMARY KEY (p, tag)) WITHOUT ROWID; CREATE INDEX wt ON w (tag);',
    '002_b.js': `export const irreversible = 'x'
export function up(db) {
  for (const { id, words } of db.prepare('SELECT id, words FROM p').all())
    for (const word of words.split(',').map((one) => one.trim()).filter(Boolean)) {
      db.prepare('INSERT OR IGNORE INTO tag (name) VALUES (?)').run(word)
      db.prepare('${link}').run(id, word)
    }
  db.exec('ALTER TABLE p DROP COLUMN words')
}`,
  }
  const found = (await placesProven(tagged)).filter((one) => / error /.test(one))
  expect(found.map((one) => one.split(' ').at(-1))).toEqual(codes)
})

const CUT = "substr(name, 1, instr(name, ' ') - 1)"
const REST = "substr(name, instr(name, ' ') + 1)"

testSome([
  [`trim(${CUT})`, `trim(${REST})`, []],
  [
    `CASE instr(name, ' ') WHEN 0 THEN name ELSE ${CUT} END`,
    `CASE instr(name, ' ') WHEN 0 THEN NULL ELSE ${REST} END`,
    [],
  ],
  [CUT.replaceAll("' '", "','"), REST.replaceAll("' '", "','"), []],
  [CUT, "''", ['COLUMN_DROPPED']],
  [CUT, `substr(${REST}, 1, 3)`, ['COLUMN_DROPPED']],
])(
  'SQL that cuts a text in two keeps it where it keeps both: %s, %s',
  async (first, last, codes) => {
    const cut = {
      '001_a.sql':
        '-- irreversible: x\n-- migrate:up\nCREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT);',
      '002_b.sql': `-- irreversible: x\n-- migrate:up\nALTER TABLE p ADD COLUMN first TEXT; ALTER TABLE p ADD COLUMN last TEXT; UPDATE p SET first = ${first}, last = ${last} WHERE id > 0; ALTER TABLE p DROP COLUMN name;`,
    }
    const found = (await placesProven(cut)).filter((one) => / error /.test(one))
    expect(found.map((one) => one.split(' ').at(-1))).toEqual(codes)
  },
)
