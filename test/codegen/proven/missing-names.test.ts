// A table or a column that is not there: what was probably meant is said.
import { expect } from 'vitest'
import { foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const START =
  'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT);'

const OWN = 'WHERE id BETWEEN :from AND :to'
const updating = (update: string, query = 'SELECT id FROM users'): string =>
  `export default { batches: [{ query: '${query}', by: 'id', update: '${update}' }], irreversible: 'no' }`

/** The fix of the first finding. */
async function fixOf(step: string): Promise<string> {
  const [found] = await foundIn(START, step)
  return `${found?.code}: ${found?.fix}`
}

testSome([
  [updating(`UPDATE users SET nam = 1 ${OWN}`), 'REPLAY_FAILS_ON_ROWS', 'name'],
  [updating(`UPDATE users SET name = upper(users.nam) ${OWN}`), 'REPLAY_FAILS_ON_ROWS', 'name'],
  [updating(`UPDATE user SET name = 1 ${OWN}`), 'REPLAY_FAILS_ON_ROWS', 'users'],
  [
    updating(`UPDATE users SET name = 1 ${OWN}`, 'SELECT id FROM users WHERE nam IS NULL'),
    'REPLAY_UP_FAILED',
    'name',
  ],
  ['UPDATE posts SET titel = 1 WHERE id = 1;', 'REPLAY_UP_FAILED', 'title'],
  ['INSERT INTO "Psots" (title) VALUES (1);', 'REPLAY_UP_FAILED', 'posts'],
  ['ALTER TABLE post ADD COLUMN x;', 'REPLAY_UP_FAILED', 'posts'],
])('%s', async (step, code, meant) =>
  expect(await fixOf(step)).toMatch(new RegExp(`^${code}: Did you mean \`${meant}\`\\? `)),
)

const walking = (by: string): string =>
  `export default { batches: [{ query: 'SELECT id, name FROM users', by: '${by}', each(db, rows) { for (const { id } of rows) db.prepare('UPDATE users SET name = 1 WHERE id = ?').run(id) } }], irreversible: 'no' }`

testSome([
  ['nam', 'REPLAY_UP_FAILED', 'name'],
  ['ID', 'REPLAY_CODE_FAILS_ON_ROWS', 'id'],
])('a column to walk by: %s', async (by, code, meant) => {
  const [found] = await foundIn(START, walking(by))
  expect(found).toMatchObject({ code, severity: 'error' })
  expect(found?.fix).toContain(`Did you mean \`${meant}\`? Walk by such a column.`)
  expect(found?.fix).not.toContain('Then run again')
})

testSome([
  updating(`UPDATE users SET wholly_other = 1 ${OWN}`),
  updating(`UPDATE users SET title = 1 ${OWN}`),
  'UPDATE users SET title = 1 WHERE id = 1;',
  'DELETE FROM comments WHERE id = 1;',
])('nothing is near: %s', async (step) => expect(await fixOf(step)).not.toContain('Did you mean'))
