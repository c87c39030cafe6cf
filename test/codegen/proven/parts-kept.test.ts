// A column of which a copy takes some values, and leaves out others, which go with it.
import { expect, test } from 'vitest'
import { foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const P = 'CREATE TABLE p (id INTEGER PRIMARY KEY, bio TEXT, kind TEXT);'
const BIOS = `CREATE TABLE bios (p_id INTEGER NOT NULL REFERENCES p (id), bio TEXT NOT NULL);
CREATE INDEX bios_p ON bios (p_id);`
const GONE = 'ALTER TABLE p DROP COLUMN bio;'
const COPY = "INSERT INTO bios SELECT id, bio FROM p WHERE kind = 'x' AND bio IS NOT NULL"
const UPDATE = "UPDATE p SET about = bio WHERE kind = 'x'"
const CODE = `export const irreversible = 'no'
export function up(db) {
  db.exec(\`${BIOS}\`)
  const put = db.prepare('INSERT INTO bios VALUES (?, ?)')
  for (const { id, bio, kind } of db.prepare('SELECT * FROM p').all())
    if (bio !== null && kind === 'x') put.run(id, bio)
  db.exec('${GONE}')
}
`
const message = async (step: string): Promise<string> => {
  const found = await foundIn(P, step)
  return found.find(({ code }) => code === 'COLUMN_DROPPED')?.message ?? ''
}

testSome([
  [`${BIOS} ${COPY}; ${GONE}`, `\`${COPY}\``],
  [`ALTER TABLE p ADD COLUMN about TEXT; ${UPDATE}; ${GONE}`, `\`${UPDATE}\``],
  [CODE, 'its copy'],
])('is told with what leaves them out: %s', async (step, what) =>
  expect(await message(step)).toContain(
    `drops the column bio of p: its values in the rows that ${what} leaves out are gone for good`,
  ),
)

testSome([
  [GONE],
  [`${BIOS} INSERT INTO bios SELECT id, kind FROM p WHERE bio = 'x' AND kind IS NOT NULL; ${GONE}`],
  [`UPDATE p SET kind = 'y' WHERE bio = 'x'; ${GONE}`],
])('all of them go: %s', async (step) =>
  expect(await message(step)).toContain('drops the column bio of p: its values are gone for good'),
)

test('none goes', async () =>
  expect(
    await message(`${BIOS} INSERT INTO bios SELECT id, bio FROM p WHERE bio IS NOT NULL; ${GONE}`),
  ).toBe(''))

test('the row that is shown is one that the copy leaves out', async () => {
  const copy =
    'CREATE TABLE n (id INTEGER PRIMARY KEY, bio TEXT, kind TEXT); INSERT INTO n (bio, kind) SELECT bio, kind FROM p WHERE bio NOT NULL AND kind NOT NULL;'
  expect(await message(`${copy} ${GONE} ALTER TABLE p DROP COLUMN kind;`)).not.toMatch(
    /this would be lost: bio = '[^,]*', kind = '/,
  )
})

const ITEMS = `CREATE TABLE g (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE f (id INTEGER PRIMARY KEY, name TEXT NOT NULL, g_id INTEGER NOT NULL REFERENCES g (id), place INTEGER NOT NULL);
CREATE TABLE t (id INTEGER PRIMARY KEY, f_id INTEGER NOT NULL REFERENCES f (id));`
const NEW = 'CREATE TABLE i (id INTEGER PRIMARY KEY, g_id INTEGER, place INTEGER, t_id INTEGER);'
const TAKE =
  'INSERT INTO i (g_id, place, t_id) SELECT f.g_id, f.place, t.id FROM f JOIN t ON t.f_id = f.id'
const REBUILD =
  'CREATE TABLE f2 (id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO f2 SELECT id, name FROM f; DROP TABLE f; ALTER TABLE f2 RENAME TO f;'

test.each([
  [TAKE, ['in the rows that', 'in the rows that']],
  [TAKE.replace('f.g_id, f', 'NULL, f'), ['are gone', 'in the rows that']],
  [TAKE.replace('SELECT f', 'SELECT DISTINCT f'), ['are gone', 'are gone']],
])('both columns that one JOIN takes, also a foreign key: %s', async (take, words) => {
  const found = await foundIn(ITEMS, `${NEW} ${take}; ${REBUILD}`)
  const told = ['f.g_id', 'f.place'].map(
    (name) => found.find(({ subject }) => subject === name)?.message,
  )
  expect(told).toEqual(words.map((one) => expect.stringContaining(`its values ${one}`)))
})
