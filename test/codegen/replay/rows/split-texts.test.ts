// Texts that code cuts into parts, before their column goes: whether all parts are kept, only texts with several can tell.
import { expect, test } from 'vitest'
import { placesProven } from '../../proven/prove-project.js'

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

test.each([
  ["words.split(',', 2)"],
  ["words.trim().split(', ', 2)"],
  ['words.split(/\\s*;\\s*/).slice(0, 2)'],
  ["words.split('|').slice(-1)"],
])('parts of a text are lost: %s', async (how) => {
  expect(await dropped(how)).toEqual([expect.stringContaining('error COLUMN_DROPPED')])
})

test.each([["words.split(',')"], ["words.split('|')"], ['words.split(/;/)']])(
  'all parts of a text are kept: %s',
  async (how) => expect(await dropped(how)).toEqual([]),
)
