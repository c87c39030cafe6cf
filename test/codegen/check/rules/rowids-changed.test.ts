// ROWIDS_CHANGED
import { describe, expect, test } from 'vitest'
import type { IndexMisfit } from '../../../../codegen/model/evidence.js'
import { onlyFinding, placeIn, sqlFile } from '../replayed-folder.js'

const folder: Record<string, string> = {
  '001_a.sql': sqlFile('CREATE TABLE notes (id TEXT PRIMARY KEY, body);'),
  '002_b.sql': sqlFile(`CREATE TABLE fresh (id TEXT PRIMARY KEY, body);`),
}
const fact = (change: Partial<IndexMisfit> = {}): IndexMisfit => ({
  kind: 'index-misfit',
  at: placeIn(2),
  table: 'notes',
  index: 'my search',
  cause: 'rowids',
  message: null,
  ...change,
})
describe('invalid', () => {
  test('by VACUUM, which copies nothing that one could write', async () => {
    const at = placeIn(2, { statement: 'VACUUM' })
    const { fix } = await onlyFinding(folder, { facts: [fact({ at })] })
    expect(fix).toMatch(/^Give notes an INTEGER PRIMARY KEY, or make the index anew behind it/)
  })
  test('of a table that triggers keep', async () => {
    const keyed = fact({ cause: 'keyed', index: 'notes_rt' })
    const { message, fix } = await onlyFinding(folder, { facts: [keyed] })
    expect(message).toContain(
      'gives rows of notes other rowids, and notes_rt, which triggers keep by these, still has the old ones: its rows belong to other rows of notes now, or to none.',
    )
    expect(fix).toContain('Copy `rowid` as well')
    expect(fix).toContain('or write the rows of notes_rt anew behind it')
  })
  test.each([
    [
      { cause: 'rows' },
      'changes rows of notes, and nothing tells the full-text index my search, which no longer fits them: a search answers with other rows than it should, or fails.',
      'Make the index anew behind it: `INSERT INTO "my search"',
    ],
    [
      { cause: 'unreadable', message: 'no such column: T.body' },
      'takes away what the full-text index my search reads: it cannot read the rows of notes (no such column: T.body), and searches fail.',
      'Drop the index, and create and fill it anew over what there is then: `DROP TABLE "my search"; CREATE VIRTUAL TABLE "my search" …; INSERT INTO "my search"',
    ],
    [
      { cause: 'unfilled' },
      'makes the full-text index my search and leaves it empty: a search finds none of the rows that notes has, and where triggers keep the index, changing one of these fails with "database disk image is malformed".',
      'Fill it behind it: `INSERT INTO "my search"',
    ],
    [
      { cause: 'unnumbered' },
      'fills the full-text index my search without the numbers of the rows, which it then counts from 1: a search answers with other rows of notes.',
      'or name `rowid` in the INSERT as well',
    ],
    [
      { cause: 'misfilled' },
      'fills the full-text index my search with other rows than notes has, or with other text: a search answers with other rows than it should, and where triggers keep the index, changing a row damages it.',
      'Let it read them itself: `INSERT INTO "my search"',
    ],
    [
      { cause: 'text' },
      'puts into the full-text index my search other text than notes has in these columns: a search answers by that text, but SQLite counts the index as damaged, which `lockstep verify` reports;',
      'where another text is meant, keep that in a column or a view, and make this its content',
    ],
    [
      { cause: 'blind', message: 'no such column: T.text' },
      'makes the full-text index my search, which cannot read the rows of notes (no such column: T.text): searches fail.',
      'Name the columns, the table and its number as they are in notes, or give it a view which has them',
    ],
    [
      { cause: 'trigger' },
      'lets a trigger tell the full-text index my search something else of a row than notes has: from then on a search answers with other rows than it should, or fails.',
      'Name `rowid` and every column of the index in the trigger',
    ],
    [
      {
        cause: 'trigger',
        at: {
          ...fact({}).at,
          statement:
            'CREATE TRIGGER u AFTER UPDATE ON notes BEGIN INSERT INTO s (a) VALUES (new.a); END',
        },
      },
      'lets a trigger leave in the full-text index my search what it was told of a row before that changes or goes',
      `VALUES ('delete', old.rowid, old.…)`,
    ],
  ] as const)('by another cause: %o', async (change, said, remedy) => {
    const { message, fix } = await onlyFinding(folder, { facts: [fact(change)] })
    expect(message).toContain(said)
    expect(fix).toContain(remedy)
    expect(fix).toMatch(/If the application .* lockstep-ignore ROWIDS_CHANGED .*: reason/)
  })
})
