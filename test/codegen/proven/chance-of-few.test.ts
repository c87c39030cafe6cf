// Chance that has few outcomes often falls the same way twice; the process, or the size of a batch, must not be blamed for it.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'

const M = `CREATE TABLE m (id INTEGER PRIMARY KEY, grp TEXT);
-- migrate:down
DROP TABLE m;`
const code = (step: string): string => `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ ${step}, irreversible: 'no' })`
const OF_SIX = 'Math.floor(Math.random() * 6)'

/** Once in so many times, one of six is the same twice and another then. */
const TIMES = 8

test.each([
  code(`up(db) { db.prepare('UPDATE m SET grp = ?').run('abcdef'[${OF_SIX}]) }`),
  code(
    `up(db) { for (let n = ${OF_SIX}; n > 0; n--) db.exec("INSERT INTO m (grp) VALUES ('a')") }`,
  ),
  code(`batches: [{ query: 'SELECT id FROM m', by: 'id', each(db, rows) {
    for (const { id } of rows) if (${OF_SIX} < 2) db.prepare('DELETE FROM m WHERE id = ?').run(id)
  } }]`),
  code(`batches: [{ query: 'SELECT id FROM m', by: 'id',
    update: 'UPDATE m SET grp = abs(random()) % 2 WHERE id BETWEEN :from AND :to' }]`),
])('%s', async (step) => {
  for (let time = 0; time < TIMES; time++)
    expect((await codesIn(M, step)).filter((one) => one.startsWith('error'))).toEqual([])
})
