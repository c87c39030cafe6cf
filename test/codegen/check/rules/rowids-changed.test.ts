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
    expect(fix).toMatch(/^Give notes an INTEGER PRIMARY KEY, or rebuild the index afterwards/)
  })
  test('of a table that triggers keep', async () => {
    const keyed = fact({ cause: 'keyed', index: 'notes_rt' })
    const { message, fix } = await onlyFinding(folder, { facts: [keyed] })
    expect(message).toContain(
      'gives rows of notes new rowids, but notes_rt, which triggers keep by these, still has the old ones: its rows now belong to other rows of notes, or to none.',
    )
    expect(fix).toContain('Copy `rowid` as well')
    expect(fix).toContain('or rewrite the rows of notes_rt afterwards')
  })
  test.each([
    [
      { cause: 'rows' },
      'changes rows of notes, but nothing updates the full-text index my search, which no longer matches them: searches return the wrong rows, or fail.',
      'Rebuild the index afterwards: `INSERT INTO "my search"',
    ],
    [
      { cause: 'unreadable', message: 'no such column: T.body' },
      'removes what the full-text index my search reads: it cannot read the rows of notes (no such column: T.body), and searches fail.',
      'Drop the index, and create and fill it again over what is there then: `DROP TABLE "my search"; CREATE VIRTUAL TABLE "my search" …; INSERT INTO "my search"',
    ],
    [
      { cause: 'unfilled' },
      'creates the full-text index my search and leaves it empty: searches find none of the rows of notes, and if triggers maintain the index, changing one of these fails with "database disk image is malformed".',
      'Fill it afterwards: `INSERT INTO "my search"',
    ],
    [
      { cause: 'unnumbered' },
      'fills the full-text index my search without the rowids, so it numbers them from 1: searches return other rows of notes.',
      'or name `rowid` in the INSERT as well',
    ],
    [
      { cause: 'misfilled' },
      'fills the full-text index my search with rows or text that notes does not have: searches return the wrong rows, and if triggers maintain the index, changing a row damages it.',
      'Let it read them itself: `INSERT INTO "my search"',
    ],
    [
      { cause: 'overfilled' },
      'puts all rows of notes into the full-text index my search, also those that its triggers keep out: when one of them is deleted, its text stays in the index, and searches fail.',
      'Put in only those that they let in: `INSERT INTO … SELECT … WHERE …;`',
    ],
    [
      { cause: 'text' },
      'puts into the full-text index my search other text than notes has in these columns: searches go by that text, but SQLite considers the index damaged, which `lockstep verify` reports;',
      'if another text is intended, keep it in a column or a view, and make that its content',
    ],
    [
      { cause: 'blind', message: 'no such column: T.text' },
      'creates the full-text index my search, which cannot read the rows of notes (no such column: T.text): searches fail.',
      'Name the columns, the table and its rowid as they are in notes, or give it a view that has them',
    ],
    [
      { cause: 'trigger' },
      'lets a trigger give the full-text index my search other values of a row than notes has: from then on searches return the wrong rows, or fail.',
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
      'lets a trigger leave the old text of changed or deleted rows in the full-text index my search',
      `VALUES ('delete', old.rowid, old.…)`,
    ],
  ] as const)('by another cause: %o', async (change, said, remedy) => {
    const { message, fix } = await onlyFinding(folder, { facts: [fact(change)] })
    expect(message).toContain(said)
    expect(fix).toContain(remedy)
    expect(fix).toMatch(/If the application .* lockstep-ignore ROWIDS_CHANGED .*: reason/)
  })

  test.each([
    ['WHEN new.n <> 7', 'VALUES (new.id, new.body)'],
    ['FOR EACH ROW WHEN new.n <> 7', 'VALUES (NEW.id, NEW.body)'],
    ['', 'SELECT new.id, new.body WHERE new.n <> 7'],
  ])('beside a trigger that keeps rows out: %s %s', async (when, put) => {
    const own = `CREATE TRIGGER t AFTER INSERT ON notes ${when} BEGIN\n  INSERT INTO "my search" (rowid, body) ${put};\nEND;`
    const table = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, body, n);'
    const files = { '001_a.sql': sqlFile(table), '002_b.sql': sqlFile(own) }
    const { fix } = await onlyFinding(files, { facts: [fact({ cause: 'unfilled' })] })
    expect(fix).toContain(
      'Fill it afterwards: `INSERT INTO "my search" (rowid, body) SELECT id, body FROM notes WHERE n <> 7;`',
    )
  })
})
