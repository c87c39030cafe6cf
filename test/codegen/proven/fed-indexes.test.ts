// A full-text index that is filled from a table holds what stands there as well; one that is filled otherwise has rows of its own.
import { expect, test } from 'vitest'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const POSTS = 'CREATE TABLE m (id INTEGER PRIMARY KEY, author TEXT, body TEXT);'
const INDEX = 'CREATE VIRTUAL TABLE f USING fts5(author, body);'
const FILLED = 'INSERT INTO f (rowid, author, body) SELECT id, author, body FROM m;'
const KEPT =
  'CREATE TRIGGER mi AFTER INSERT ON m BEGIN INSERT INTO f (rowid, author, body) VALUES (new.id, new.author, new.body); END;'
const NARROWED =
  'DROP TABLE f; CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f (rowid, body) SELECT id, body FROM m;'
const LOST = ['error COLUMN_DROPPED f.author']

testSome([
  ['a trigger', POSTS + INDEX + KEPT, `DROP TRIGGER mi; ${NARROWED}`, []],
  ['a copy, and all of it goes', POSTS + INDEX + FILLED, 'DROP TABLE f;', []],
  [
    'a table that it only points at',
    POSTS + INDEX.replace('body)', `body, content='m', content_rowid='id')`),
    `DROP TABLE f; CREATE VIRTUAL TABLE f USING fts5(body, content='m', content_rowid='id'); INSERT INTO f (f) VALUES ('rebuild');`,
    [],
  ],
  [
    'a copy of other columns',
    POSTS + INDEX + FILLED.replace('SELECT id, author', `SELECT id, ''`),
    NARROWED,
    LOST,
  ],
  [
    'a copy and by hand',
    POSTS + INDEX + FILLED + `INSERT INTO f (author) VALUES ('x');`,
    NARROWED,
    LOST,
  ],
])('an index that is filled by %s', async (_, before, step, codes) =>
  expect(await codesIn(before, step)).toEqual(codes),
)

const MADE = 'CREATE VIRTUAL TABLE f USING fts5(author);'
const GONE = 'ALTER TABLE m DROP COLUMN author;'
const byCode = (insert: string): string => `export const irreversible = 'nobody goes back'
export function up(db) {
  db.exec('${MADE}')
  const insert = db.prepare('INSERT INTO f (rowid, author) VALUES (?, ?)')
  for (const { id, author, body } of db.prepare('SELECT * FROM m').all()) ${insert}
  db.exec('${GONE}')
}`
const AUTHOR_LOST = ['error COLUMN_DROPPED m.author']

testSome([
  ['code', byCode('insert.run(id, author)'), []],
  ['code, where there is one', byCode('if (author !== null) insert.run(id, author)'), []],
  [
    'a copy beside a column of its own',
    `${MADE.replace('author', 'm UNINDEXED, author')} INSERT INTO f SELECT id, author FROM m; ${GONE}`,
    [],
  ],
  [
    'a copy in an ordinary table with the same numbers',
    `CREATE TABLE f (author TEXT); INSERT INTO f (rowid, author) SELECT id, author FROM m; ${GONE}`,
    [],
  ],
  ['code, of another column', byCode('insert.run(id, body)'), AUTHOR_LOST],
  ['code, some of them', byCode(`if (body === 'x') insert.run(id, author)`), AUTHOR_LOST],
  ['code, under other numbers', byCode('insert.run(id % 1000, author)'), AUTHOR_LOST],
  ['a copy without numbers', `${MADE} INSERT INTO f SELECT author FROM m; ${GONE}`, AUTHOR_LOST],
  [
    'an index that keeps no text',
    `${MADE.replace('author', `author, content=''`)} INSERT INTO f (rowid, author) SELECT id, author FROM m; ${GONE}`,
    AUTHOR_LOST,
  ],
])('a column whose values an index has from %s', async (_, step, codes) =>
  expect(await codesIn(POSTS, step)).toEqual(codes),
)

const NOTES = 'CREATE TABLE n (id INTEGER PRIMARY KEY, title TEXT, body TEXT);'
const OVER = `CREATE VIRTUAL TABLE g USING fts5(title, body, content='n', content_rowid='id');`
const keptBy = (when: string): string => `CREATE TRIGGER ni AFTER INSERT ON n ${when} BEGIN
  INSERT INTO g (rowid, title, body) VALUES (new.id, new.title, new.body); END;
CREATE TRIGGER nd AFTER DELETE ON n ${when.replaceAll('new', 'old')} BEGIN
  INSERT INTO g (g, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); END;`
const refilled = (where: string): string =>
  `DROP TABLE g; ${OVER} INSERT INTO g (rowid, title, body) SELECT id, title, body FROM n ${where};`
const TITLED = 'WHERE title IS NOT NULL'

testSome([
  ['all rows, and is filled with some', keptBy(''), TITLED, ['error ROWIDS_CHANGED g']],
  ['all rows', keptBy(''), '', []],
  ['the same rows', keptBy('WHEN new.title IS NOT NULL'), TITLED, []],
  ['none', '', TITLED, []],
])('an index whose triggers tell it of %s', async (_, triggers, where, codes) =>
  expect(await codesIn(NOTES + OVER + triggers, refilled(where))).toEqual(codes),
)

const declared = (
  text: string,
): string => `import { defineMigration } from 'lockstep/better-sqlite3'
// lockstep-ignore COLUMN_RENAMED: nothing else reads it
export default defineMigration({ ${text}, irreversible: 'a test' })`
const USED = `alter: { n: { change: { title: { using: "'a ' || title" } } } }`
const BATCHED = `batches: [{ query: 'SELECT id FROM n', by: 'id',
  update: "UPDATE n SET title = 'a ' || title WHERE id BETWEEN :from AND :to" }]`
const REFILL = `INSERT INTO g (g) VALUES ('rebuild');`
const CHANGED_BEHIND = `${REFILL} UPDATE n SET title = 'b ' || title WHERE id > 0;`

/** A declaration has no place for a statement behind it: the next step may make the index anew. */
testSome([
  [USED, 'CREATE TABLE o (id INTEGER PRIMARY KEY);', ['error ROWIDS_CHANGED g']],
  [BATCHED, 'CREATE TABLE o (id INTEGER PRIMARY KEY);', ['error ROWIDS_CHANGED g']],
  [USED, REFILL, []],
  [BATCHED, REFILL, []],
  [BATCHED, `DROP TABLE g; ${OVER} ${REFILL}`, []],
  [BATCHED, CHANGED_BEHIND, ['error ROWIDS_CHANGED g', 'error ROWIDS_CHANGED g']],
  [`alter: { n: { rename: { title: 'name' } } }`, 'DROP TABLE g;', []],
])('an index over a declared change, and the next step: %s %s', async (one, next, codes) => {
  const found = await codesIn(NOTES + OVER, declared(one), next)
  expect(found.filter((code) => code.includes('ROWIDS_CHANGED'))).toEqual(codes)
})

const FIRST = 'INSERT INTO g (rowid, title, body) SELECT id, title, body FROM n'

testSome([
  ['with some of them', `${FIRST} WHERE title > '';`],
  ['and triggers keep it from then on', `${FIRST}; ${keptBy('')}`],
  [
    'in batches',
    declared(
      `batches: [{ query: 'SELECT id FROM n', by: 'id', update: '${FIRST} WHERE id BETWEEN :from AND :to' }]`,
    ),
  ],
])('an index that nothing has kept before is filled with the rows: %s', async (_, step) =>
  expect(String(await codesIn(NOTES + OVER, step))).not.toContain('ROWIDS_CHANGED'),
)

test('one that triggers have kept is not filled again', async () =>
  expect(await codesIn(NOTES + OVER + keptBy(''), `${FIRST};`)).toContain('error ROWIDS_CHANGED g'))

test('a column of the content is renamed: with what is advised, all is well', async () => {
  const index = (column: string): string =>
    `CREATE VIRTUAL TABLE found USING fts5 (${column}, body, content = 'posts', content_rowid = 'id');`
  const triggers = (column: string): string => {
    const into = `INSERT INTO found (rowid, ${column}, body) VALUES (new.id, new.${column}, new.body);`
    const out = `INSERT INTO found (found, rowid, ${column}, body) VALUES ('delete', old.id, old.${column}, old.body);`
    return `CREATE TRIGGER pi AFTER INSERT ON posts BEGIN ${into} END;
CREATE TRIGGER pd AFTER DELETE ON posts BEGIN ${out} END;
CREATE TRIGGER pu AFTER UPDATE ON posts BEGIN ${out} ${into} END;`
  }
  const first = `CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT, body TEXT); ${index('title')} ${triggers('title')}`
  const declared =
    "export default { alter: { posts: { rename: { title: 'name' } } }, irreversible: 'no' }"
  const byHand = 'ALTER TABLE posts RENAME COLUMN title TO name;'
  const errors = async (...steps: readonly string[]): Promise<Diagnostic[]> =>
    (await foundIn(first, ...steps)).filter(({ severity }) => severity === 'error')
  for (const step of [declared, byHand]) {
    const [found, ...others] = await errors(step)
    expect([found?.code, others]).toEqual(['ROWIDS_CHANGED', []])
    const [, advised = ''] = /: `(DROP [^`]*)`/.exec(found?.fix ?? '') ?? []
    const [anew] = advised.split('CREATE TRIGGER')
    const followed = `${anew?.replace(/CREATE VIRTUAL TABLE found …;/, index('name'))} ${triggers('name')}`
    const steps = step === byHand ? [`${step} ${followed}`] : [step, followed]
    expect(await errors(...steps)).toEqual([])
  }
})

const MESSAGES = `CREATE TABLE messages (id TEXT PRIMARY KEY NOT NULL, session TEXT NOT NULL, mood TEXT NOT NULL, content TEXT NOT NULL);
CREATE TABLE sessions (session TEXT NOT NULL PRIMARY KEY, title TEXT);
CREATE VIRTUAL TABLE found USING fts5 (content, content='messages', content_rowid='rowid');
CREATE TRIGGER ai AFTER INSERT ON messages BEGIN INSERT INTO found (rowid, content) VALUES (new.rowid, new.content); END;`
const joined = (
  moods: string,
): string => `CREATE TABLE s2 (id INTEGER PRIMARY KEY, session TEXT NOT NULL UNIQUE, title TEXT);
INSERT INTO s2 (session, title) SELECT session, title FROM sessions;
CREATE TABLE m2 (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, s INTEGER NOT NULL, ${moods && 'mood TEXT NOT NULL, '}content TEXT NOT NULL);
INSERT INTO m2 (seq, id, s, ${moods}content) SELECT m.rowid, m.id, s.id, ${moods}m.content FROM messages m JOIN s2 s ON s.session = m.session;
DROP TABLE messages; DROP TABLE sessions; ALTER TABLE s2 RENAME TO sessions; ALTER TABLE m2 RENAME TO messages;
CREATE TRIGGER ai AFTER INSERT ON messages BEGIN INSERT INTO found (rowid, content) VALUES (new.rowid, new.content); END;`

test('a copy that joins what no generated row has in common says nothing of columns that it reads, nor of the index', async () => {
  expect(await codesIn(MESSAGES, joined('mood, '))).toEqual(['error ROWS_LOST messages'])
  expect(await codesIn(MESSAGES, joined(''))).toEqual([
    'error COLUMN_DROPPED messages.mood',
    'error ROWS_LOST messages',
  ])
})

testSome([
  ['AFTER DELETE', 'Delete the row from i in a BEFORE trigger'],
  ['DELETE', null],
  ['BEFORE DELETE', null],
])('an index that reads what it removes from its table, by a trigger %s', async (when, words) => {
  const index = `CREATE VIRTUAL TABLE i USING fts4 (body, content="m");
CREATE TRIGGER m_in AFTER INSERT ON m BEGIN INSERT INTO i (rowid, body) VALUES (new.rowid, new.body); END;
CREATE TRIGGER m_out ${when} ON m BEGIN DELETE FROM i WHERE rowid = old.rowid; END;
INSERT INTO i (i) VALUES ('rebuild');`
  const found = await foundIn('CREATE TABLE m (id INTEGER PRIMARY KEY, body TEXT);', index)
  const fix = found.find(({ code }) => code === 'ROWIDS_CHANGED')?.fix
  if (words === null) expect(fix).toBeUndefined()
  else expect(fix).toContain(words)
})

test.each(['fts4(text, content="m")', "fts5(text, content='m', content_rowid='id')"])(
  'an index that the next version fills: %s',
  async (module) => {
    const steps = [
      'CREATE TABLE m (id INTEGER PRIMARY KEY, text TEXT);',
      `CREATE VIRTUAL TABLE f USING ${module};`,
    ]
    const told = async (...more: readonly string[]): Promise<string[]> =>
      (await foundIn(...steps, ...more))
        .filter(({ code }) => code === 'ROWIDS_CHANGED')
        .map(
          ({ severity, message }) =>
            `${severity}${/ Version \w+ \w+ it\.$/.exec(message)?.[0] ?? ''}`,
        )
    expect(await told()).toEqual(['error'])
    expect(await told("INSERT INTO f (f) VALUES ('rebuild');")).toEqual([
      'info Version 003 fills it.',
    ])
  },
)

test.each([
  ['', ''],
  ["INSERT INTO f (f) VALUES ('delete-all');", ''],
  ["INSERT INTO f (f) VALUES ('delete-all');", ", 'x ' || title"],
])('an index that is emptied and filled with some rows: %s %s', async (empty, text) => {
  const tables = `CREATE TABLE m (id TEXT NOT NULL PRIMARY KEY, title TEXT, gone BOOLEAN); CREATE VIRTUAL TABLE f USING fts5(id, title, content='m');`
  const anew = empty || "DROP TABLE f; CREATE VIRTUAL TABLE f USING fts5(id, title, content='m');"
  const step = `${anew} INSERT INTO f (rowid, id, title) SELECT rowid, id${text || ', title'} FROM m WHERE gone IS NULL OR gone = 0;`
  const codes = (await codesIn(tables, step)).filter((code) => code.includes('ROWIDS_CHANGED'))
  expect(codes).toEqual(text === '' ? [] : ['error ROWIDS_CHANGED f'])
})
