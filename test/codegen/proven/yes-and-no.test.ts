// Columns of yes and no that have a number for their type: kept where 0 and 1 lead to something else, whatever others come to; and values
// that are left out of a document as its reader takes the default.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const lossesIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !code.startsWith('info'))

const CHATS = `CREATE TABLE chat (id INTEGER PRIMARY KEY, title TEXT NOT NULL, muted INTEGER NOT NULL DEFAULT 0, pinned INTEGER NOT NULL DEFAULT 0, mail INTEGER NOT NULL DEFAULT 1);`
const FLAGS = ['muted', 'pinned', 'mail']
const drop = (names: readonly string[]): string =>
  names.map((name) => `ALTER TABLE chat DROP COLUMN ${name};`).join(' ')
const bySql = (made: string): string =>
  `ALTER TABLE chat ADD COLUMN made; UPDATE chat SET made = ${made}; ${drop(FLAGS)}`
const byCode = (made: string, names = FLAGS): string => `export const irreversible = 'no'
export function up(db) {
  db.exec('ALTER TABLE chat ADD COLUMN made')
  const set = db.prepare('UPDATE chat SET made = ? WHERE id = ?')
  for (const one of db.prepare('SELECT id, ${names.join(', ')} FROM chat').all()) {
    const made = {}
    ${made}
    set.run(JSON.stringify(made), one.id)
  }
  db.exec('${drop(names)}')
}`
const truth = (name: string): string => `json(CASE WHEN ${name} THEN 'true' ELSE 'false' END)`

testSome([
  [bySql(`json_object('muted', ${truth('muted')}, 'pinned', ${truth('pinned')}, 'mail', mail)`)],
  [bySql(`json_object('muted', ${truth('muted')}, 'pinned', pinned = 1, 'mail', NOT mail)`)],
  [bySql('muted | (pinned << 1) | (mail << 2)')],
  [bySql('muted + 2 * pinned + 4 * mail')],
  [bySql("iif(muted, 'muted,', '') || iif(pinned, 'pinned,', '') || iif(mail = 1, 'mail', '')")],
  [byCode('for (const name of Object.keys(one)) if (name !== "id") made[name] = !!one[name]')],
  [byCode('if (one.muted) made.muted = true; made.pinned = one.pinned === 1; made.no = !one.mail')],
  [
    `CREATE TABLE about (chat_id INTEGER NOT NULL REFERENCES chat (id), word TEXT NOT NULL, PRIMARY KEY (chat_id, word)) WITHOUT ROWID;
    ${FLAGS.map((name) => `INSERT INTO about SELECT id, '${name}' FROM chat WHERE ${name} = 1;`).join(' ')} ${drop(FLAGS)}`,
  ],
])('are kept: %s', async (change) => expect(await lossesIn(CHATS, change)).toEqual([]))

testSome([
  [bySql('muted + pinned + mail'), FLAGS],
  [bySql('muted | pinned | (mail << 2)'), ['muted', 'pinned']],
  [bySql(`json_object('muted', ${truth('muted')}, 'mail', mail)`), ['pinned']],
  [bySql("CASE WHEN muted THEN 'muted' WHEN pinned THEN 'pinned' ELSE mail END"), FLAGS.slice(1)],
  [
    byCode('if (one.muted || one.pinned) made.quiet = true; made.mail = one.mail'),
    ['muted', 'pinned'],
  ],
])('are lost: %s', async (change, columns) =>
  expect((await lossesIn(CHATS, change)).toSorted()).toEqual(
    columns.map((name) => `error COLUMN_DROPPED chat.${name}`).toSorted(),
  ),
)

const ADMINS = `CREATE TABLE role (who INTEGER NOT NULL REFERENCES chat (id), role TEXT NOT NULL, PRIMARY KEY (who, role)) WITHOUT ROWID;
INSERT INTO role SELECT id, 'admin' FROM chat WHERE admin = 1; ALTER TABLE chat DROP COLUMN admin;`

testSome(['BOOLEAN NOT NULL DEFAULT FALSE', 'bool DEFAULT 0'])(
  'a type says it as well: %s',
  async (type) => {
    const chats = `CREATE TABLE chat (id INTEGER PRIMARY KEY, title TEXT NOT NULL, admin ${type}, bot ${type});`
    const isBoth = "UPDATE chat SET title = title || ' admin' WHERE admin AND bot;"
    expect(await lossesIn(chats, ADMINS)).toEqual([])
    expect(await lossesIn(chats, `${isBoth} ${drop(['admin'])}`)).toEqual([
      'error COLUMN_DROPPED chat.admin',
    ])
  },
)

testSome(['status', 'play_count'])('%s is no such column', async (name) =>
  expect(
    await lossesIn(
      `CREATE TABLE chat (id INTEGER PRIMARY KEY, title TEXT NOT NULL, ${name} INTEGER NOT NULL DEFAULT 0);`,
      `ALTER TABLE chat ADD COLUMN made; UPDATE chat SET made = ${truth(name)}; ${drop([name])}`,
    ),
  ).toEqual([`error COLUMN_DROPPED chat.${name}`]),
)

test('numbers of which others are made one are none of yes and no', async () =>
  expect(
    await lossesIn(
      'CREATE TABLE chat (id INTEGER PRIMARY KEY, title TEXT NOT NULL, trust INTEGER NOT NULL DEFAULT 0);',
      byCode("made.trust = ['no', 'some', 'some', 'all'][one.trust]", ['trust']),
    ),
  ).toEqual(['error COLUMN_DROPPED chat.trust']))

const SETTINGS = `CREATE TABLE chat (id INTEGER PRIMARY KEY, title TEXT NOT NULL, theme TEXT NOT NULL DEFAULT 'auto', sound TEXT, volume INTEGER NOT NULL DEFAULT 100, previews INTEGER NOT NULL DEFAULT 1 CHECK (previews IN (0, 1)));`
const SET = ['theme', 'sound', 'volume', 'previews']
const settings = (theme: string, volume: string): string =>
  byCode(
    `if (${theme}) made.theme = one.theme
    if (one.sound !== null) made.sound = one.sound
    if (${volume}) made.volume = one.volume
    if (one.previews === 0) made.previews = false`,
    SET,
  )

testSome([
  ["one.theme !== 'auto'", 'one.volume !== 100', []],
  ["one.theme !== 'auto'", 'one.volume < 100', ['volume']],
  ["one.theme !== 'auto' && one.sound", 'one.volume !== 100', ['theme']],
])('where %s and %s', async (theme, volume, columns) =>
  expect(await lossesIn(SETTINGS, settings(theme, volume))).toEqual(
    columns.map((name) => `error COLUMN_DROPPED chat.${name}`),
  ),
)

testSome([
  ['one.keep !== 5', []],
  ['one.keep > 5', ['keep']],
])('beside a column of yes and no, and one that may have nothing: %s', async (asked, lost) =>
  expect(
    await lossesIn(
      'CREATE TABLE chat (id INTEGER PRIMARY KEY, title TEXT NOT NULL, loads INTEGER NOT NULL DEFAULT 1, keep INTEGER NOT NULL DEFAULT 5, intro INTEGER);',
      byCode(
        `if (!one.loads) made.loads = false
        if (${asked}) made.keep = one.keep
        if (one.intro !== null) made.intro = one.intro`,
        ['loads', 'keep', 'intro'],
      ),
    ),
  ).toEqual(lost.map((name) => `error COLUMN_DROPPED chat.${name}`)),
)

testSome([
  [['theme', 'volume'], []],
  [['theme'], ['volume']],
])('of %s one is as usual where the document has none', async (kept, lost) => {
  const usual: Record<string, string> = { theme: "'auto'", volume: '100' }
  const updates = kept.map(
    (name) =>
      `UPDATE chat SET made = json_set(made, '$.${name}', ${name}) WHERE ${name} <> ${usual[name]};`,
  )
  expect(
    await lossesIn(
      SETTINGS,
      `ALTER TABLE chat ADD COLUMN made TEXT NOT NULL DEFAULT '{}'; ${updates.join(' ')} ${drop(['theme', 'volume'])}`,
    ),
  ).toEqual(lost.map((name) => `error COLUMN_DROPPED chat.${name}`))
})

const SINCE = 'ALTER TABLE chat ADD COLUMN since INTEGER; UPDATE chat SET since = added WHERE'

testSome([
  ['is_liked', '', []],
  ['hasLiked', '', []],
  ['liked', 'CREATE INDEX i ON chat (added) WHERE liked = 1;', []],
  ['liked', 'CREATE INDEX i ON chat (added) WHERE 1 = liked AND added > 5;', []],
  ['liked', 'CREATE VIEW v AS SELECT id FROM chat c WHERE c.liked = 1 OR c.liked = 0;', []],
  ['liked', '', ['liked']],
  ['liked', 'CREATE INDEX i ON chat (added) WHERE liked = 0;', ['liked']],
  ['liked', 'CREATE INDEX i ON chat (liked);', ['liked']],
  ['status', 'CREATE INDEX i ON chat (added) WHERE status = 1;', ['status']],
  [
    'liked',
    'CREATE INDEX i ON chat (added) WHERE liked = 1; CREATE VIEW v AS SELECT id FROM chat WHERE liked = 2;',
    ['liked'],
  ],
])('a name says it, or what indexes and views ask: %s, %s', async (name, asked, lost) =>
  expect(
    await lossesIn(
      `CREATE TABLE chat (id INTEGER PRIMARY KEY, ${name} INTEGER NOT NULL, added INTEGER NOT NULL); ${asked}`,
      `DROP VIEW IF EXISTS v; DROP INDEX IF EXISTS i; ${SINCE} ${name} = 1; ${drop([name])}`,
    ),
  ).toEqual(lost.map((column) => `error COLUMN_DROPPED chat.${column}`)),
)

test('a column of yes and no that goes without a trace', async () =>
  expect(
    await lossesIn(
      'CREATE TABLE chat (id INTEGER PRIMARY KEY, liked INTEGER NOT NULL); CREATE INDEX i ON chat (id) WHERE liked = 1;',
      `DROP INDEX i; ${drop(['liked'])}`,
    ),
  ).toEqual(['error COLUMN_DROPPED chat.liked']))

/** A column that only the statements ask as one of yes and no. */
const table = (column: string): string =>
  `CREATE TABLE c (id INTEGER PRIMARY KEY, url TEXT NOT NULL, ${column});`
const SEND = table('keysend INTEGER NOT NULL')
const KIND = 'ALTER TABLE c ADD COLUMN made TEXT; UPDATE c SET made = '
const GONE = 'ALTER TABLE c DROP COLUMN keysend;'
const moved = (value: string): string =>
  `CREATE TABLE d (id INTEGER PRIMARY KEY, url TEXT NOT NULL, made); INSERT INTO d SELECT id, url, ${value} FROM c; DROP TABLE c;`
const EITHER = "CASE keysend WHEN 1 THEN 'keysend' ELSE 'invoice' END"

testSome([
  [SEND, [moved(EITHER)], []],
  [SEND, [moved('NOT keysend')], []],
  [SEND, [moved('NOT c.keysend')], []],
  [SEND, [moved("CASE WHEN keysend THEN 'a' ELSE 'b' END")], []],
  [SEND, [`${KIND} ${EITHER};`, GONE], []],
  [SEND, [`${KIND} NOT keysend;`, moved('made')], []],
  [
    SEND,
    [`${KIND} NOT keysend;`, `${moved('made').replace(' FROM c', ' FROM c WHERE made')}`],
    ['error TABLE_DROPPED c'],
  ],
  [table('read_only INTEGER DEFAULT 0 NOT NULL'), [moved('read_only = 0')], []],
  [SEND, [moved("'invoice'")], ['error TABLE_DROPPED c']],
  [SEND, [moved('keysend > 1')], ['error TABLE_DROPPED c']],
  [SEND, [moved(EITHER.replace('ELSE', "WHEN 2 THEN 'both' ELSE"))], ['error TABLE_DROPPED c']],
  [
    table('status INTEGER NOT NULL'),
    [moved(EITHER.replace('keysend', 'status'))],
    ['error TABLE_DROPPED c'],
  ],
])('what statements ask as yes or no: %s %s', async (before, steps, lost) => {
  const found = await lossesIn(before, ...steps)
  expect(found.filter((code) => /DROPPED|LOST/.test(code))).toEqual(lost)
})
