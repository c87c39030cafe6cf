// A loop over `iterate()` that writes: better-sqlite3 refuses it, whether or not a generated row gets to the write.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const P = 'CREATE TABLE p (id INTEGER PRIMARY KEY, title TEXT);'
const over = (loop: string): string => `export const irreversible = 'no'
const RANKS = { GM: 1, IM: 2 }
export function up(db) {
  db.exec('ALTER TABLE p ADD COLUMN rank INTEGER')
  const set = db.prepare('UPDATE p SET rank = ? WHERE id = ?')
  const read = db.prepare('SELECT id, title FROM p')
  ${loop}
}`
const FAILS = 'error REPLAY_CODE_FAILS_ON_ROWS'

testSome([
  ['for (const p of read.iterate()) if (RANKS[p.title]) set.run(RANKS[p.title], p.id)', FAILS],
  [
    "for (const p of read.iterate() as any) { if (p.title === 'GM') set.run(1, p.id) }",
    `${FAILS} p.title`,
  ],
  [
    "const rows = read.iterate(); for (const p of rows) if (p.title === 'XY') { set.run(1, p.id); break }",
    `${FAILS} p.title`,
  ],
])('%s', async (loop, code) => expect(await codesIn(P, over(loop))).toEqual([code]))

test('says where, and only once where a row gets there', async () => {
  const [guarded] = await foundIn(
    P,
    over('for (const p of read.iterate()) if (RANKS[p.title]) set.run(1, p.id)'),
  )
  expect(guarded?.message).toContain('writes in a loop over `iterate()`, `set.run(1, p.id)`')
  expect(guarded?.line).toBe(7)
  const always = await foundIn(P, over('for (const p of read.iterate()) set.run(1, p.id)'))
  expect(always.map(({ code }) => code)).toEqual(['REPLAY_CODE_FAILS_ON_ROWS'])
})

testSome([
  'for (const p of read.all()) if (RANKS[p.title]) set.run(RANKS[p.title], p.id)',
  'const later = []; for (const p of read.iterate()) if (RANKS[p.title]) later.push(p.id); for (const id of later) set.run(1, id)',
  'const later = []; for (const p of read.iterate()) later.push(() => set.run(1, p.id)); later.forEach((one) => one())',
  'for (const p of [...read.iterate()]) if (RANKS[p.title]) set.run(1, p.id)',
])('collects them first: %s', async (loop) => expect(await codesIn(P, over(loop))).toEqual([]))
