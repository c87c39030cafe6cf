// A text that is cut in two at a blank: one without a blank has to go somewhere as well.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TABLES = 'CREATE TABLE c (id INTEGER PRIMARY KEY, name TEXT);'
const split = (updates: string): string =>
  `ALTER TABLE c ADD COLUMN first TEXT; ALTER TABLE c ADD COLUMN last TEXT; ${updates}; ALTER TABLE c DROP COLUMN name;`
const CUT = `first = substr(name, 1, instr(name, ' ') - 1), last = substr(name, instr(name, ' ') + 1)`
const rest = (where: string): string =>
  split(`UPDATE c SET ${CUT} WHERE ${where}; UPDATE c SET last = name WHERE NOT (${where})`)
const LIKE = `name LIKE '% %'`
const BY_CODE = `export const irreversible = 'no'
export function up(db) {
  db.exec('ALTER TABLE c ADD COLUMN first TEXT; ALTER TABLE c ADD COLUMN last TEXT')
  const set = db.prepare('UPDATE c SET first = ?, last = ? WHERE id = ?')
  for (const { id, name } of db.prepare('SELECT id, name FROM c').all()) {
    if (name === null) continue
    const [first, ...others] = name.split(' ')
    SKIPPED
    set.run(first, others.join(' '), id)
  }
  db.exec('ALTER TABLE c DROP COLUMN name')
}`

const lossesIn = async (change: string): Promise<string[]> =>
  (await codesIn(TABLES, change)).filter((code) => !code.startsWith('info'))

testSome([
  split(`UPDATE c SET ${CUT} WHERE ${LIKE}`),
  split(`UPDATE c SET ${CUT} WHERE instr(name, ' ') > 0`),
  split(`UPDATE c SET ${CUT} WHERE name GLOB '* *'`),
])('is lost: %s', async (change) =>
  expect(await lossesIn(change)).toEqual(['error COLUMN_DROPPED c.name']),
)

test('the row shown is one without a blank', async () => {
  const [found] = await foundIn(TABLES, split(`UPDATE c SET ${CUT} WHERE ${LIKE}`))
  expect(found?.message).toContain("name = 'Aa'")
})

testSome([
  split(`UPDATE c SET ${CUT}`),
  rest(LIKE),
  rest(`instr(name, ' ') > 0`),
  split(
    `UPDATE c SET first = CASE WHEN ${LIKE} THEN substr(name, 1, instr(name, ' ') - 1) ELSE name END, last = CASE WHEN ${LIKE} THEN substr(name, instr(name, ' ') + 1) ELSE '' END`,
  ),
  BY_CODE.replace('SKIPPED', ''),
])('is kept: %s', async (change) => expect(await lossesIn(change)).toEqual([]))
