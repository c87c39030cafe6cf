// Rows that statements of a file put together before `up` runs are proven as they are, and every replay finds the same.
import { expect, test } from 'vitest'
import { placesProven } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

/** Fails unless the rows that it finds in the end are those that are meant. */
const USED = `export const irreversible = 'no'
export function up(db: any) {
  db.exec('CREATE TABLE roles (level INTEGER PRIMARY KEY, name TEXT)')
  const insert = db.prepare('INSERT INTO roles (level, name) VALUES (?, ?)')
  for (const [name, level] of rows) insert.run(level, name)
  const found = db.prepare('SELECT name, level FROM roles ORDER BY level').raw().all().join(' ')
  if (found !== 'guest,1 user,2 admin,3') throw new Error('found: ' + found)
}\n`

testSome([
  `const rows: [string, number][] = []\nfor (const [at, name] of ['guest', 'user', 'admin'].entries()) rows.push([name, at + 1])`,
  `const rows: [string, number][] = [['user', 2], ['admin', 3], ['guest', 1]]\nrows.sort((one, other) => one[1] - other[1])\nObject.freeze(rows)`,
  `const rows = new Map<string, number>()\nrows.set('guest', 1).set('user', 2)\nrows.set('admin', 3)`,
  `const levels: Record<string, number> = {}\nconst fill = (to: typeof levels, names: string[]) => names.forEach((name, at) => { to[name] = at + 1 })\nfill(levels, ['guest', 'user', 'admin'])\nconst rows = Object.entries(levels)`,
])('%s', async (statements) => {
  expect(await placesProven({ '001_a.ts': `${statements}\n${USED}` })).toEqual([])
})

test('also where a helper puts them together', async () => {
  const places = await placesProven({
    '_roles.ts': `export const rows: [string, number][] = []\nfor (const name of ['guest', 'user', 'admin']) rows.push([name, rows.length + 1])\n`,
    '001_a.ts': `import { rows } from './_roles.js'\n${USED}`,
  })
  expect(places).toEqual([])
})

test('but a list of statements has to be written out', async () => {
  const places = await placesProven({
    '001_a.ts': `const up: string[] = []\nfor (const name of ['a', 'b']) up.push(\`CREATE TABLE \${name} (x)\`)\nexport default { up, irreversible: 'no' }\n`,
  })
  expect(places).toEqual([expect.stringContaining(' error ')])
})
