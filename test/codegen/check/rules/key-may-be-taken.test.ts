// KEY_MAY_BE_TAKEN
import { expect, test } from 'vitest'
import { proveFiles } from '../../proven/prove-project.js'
import { testSome } from '../../../support/some-of.js'

const TABLE = 'CREATE TABLE b (id INTEGER PRIMARY KEY, t TEXT NOT NULL UNIQUE)'
const OTHER = 'CREATE TABLE o (id INTEGER PRIMARY KEY)'
const ROOT = "INSERT INTO b (id, t) VALUES (1, 'root'), (2, 'menu')"
const inCode = (body: string): string =>
  `export const irreversible = 'a test'\nexport function up(db) {\n${body}\n}\n`

/** What is told of keys: the files, and what stands behind "with". */
async function told(...steps: readonly string[]): Promise<string[]> {
  const files = steps.map((step, at) => [
    `migrations/00${at + 1}_a.${step.startsWith('export') ? 'js' : 'sql'}`,
    step.startsWith('export') ? step : `-- irreversible: a test\n-- migrate:up\n${step};\n`,
  ])
  const found = await proveFiles(Object.fromEntries(files))
  return found.flatMap(({ code, severity, message }) =>
    code === 'KEY_MAY_BE_TAKEN'
      ? [
          `${severity}: ${/with (.*), which.* If one has, (.*)$/.exec(message)?.slice(1).join(': ')}`,
        ]
      : [],
  )
}

const FAILS = 'this fails, and that database gets no further.'
const GONE = 'that row is overwritten.'

test.each([
  ['numbers', [TABLE, OTHER, ROOT], `warning: id 1 and 2: ${FAILS}`],
  [
    'texts that are unique',
    [TABLE, OTHER, "INSERT INTO b (t) VALUES ('root')"],
    `warning: t 'root': ${FAILS}`,
  ],
  [
    'numbers where SQLite gives them for good',
    [TABLE.replace('KEY,', 'KEY AUTOINCREMENT,'), ROOT],
    `warning: id 1 and 2: ${FAILS}`,
  ],
  [
    'numbers of rows that are to be replaced',
    [TABLE, ROOT.replace('INSERT', 'INSERT OR REPLACE')],
    `warning: id 1 and 2: ${GONE}`,
  ],
  [
    'numbers that code spells out',
    [TABLE, OTHER, inCode(`db.exec("${ROOT}")`)],
    `warning: id 1 and 2: ${FAILS}`,
  ],
  [
    'numbers that code binds',
    [
      TABLE,
      OTHER,
      inCode(
        "const add = db.prepare('INSERT INTO b (id, t) VALUES (?, ?)')\nfor (const row of [[1, 'root'], [2, 'menu']]) add.run(...row)",
      ),
    ],
    `warning: id 1 and 2: ${FAILS}`,
  ],
  [
    'numbers in a column that has come since',
    [TABLE, OTHER, `ALTER TABLE b ADD COLUMN x; ${ROOT}`],
    `warning: id 1 and 2: ${FAILS}`,
  ],
])('invalid: %s', async (_, steps, finding) => {
  expect(await told(...steps)).toEqual([finding])
})

testSome([
  ['a list that the next version fills', [TABLE, ROOT]],
  ['a list that was filled before', [TABLE, "INSERT INTO b VALUES (7, 'x')", OTHER, ROOT]],
  ['a list that is made with rows', [`${TABLE}; INSERT INTO b VALUES (7, 'x')`, OTHER, ROOT]],
  ['a table of the same version', [OTHER, OTHER.replace('o', 'q'), `${TABLE}; ${ROOT}`]],
  ['rows that may stay', [TABLE, OTHER, ROOT.replace('INSERT', 'INSERT OR IGNORE')]],
  ['rows that may stay, said behind', [TABLE, OTHER, `${ROOT} ON CONFLICT DO NOTHING`]],
  [
    'rows that are to become others',
    [TABLE, OTHER, `${ROOT} ON CONFLICT (id) DO UPDATE SET t = excluded.t`],
  ],
  [
    'only what is missing',
    [TABLE, OTHER, "INSERT INTO b SELECT 1, 'root' WHERE NOT EXISTS (SELECT 1 FROM b)"],
  ],
  ['rows that make room', [TABLE, OTHER, `DELETE FROM b WHERE id IN (1, 2); ${ROOT}`]],
  [
    'settings, which the migration names',
    ['CREATE TABLE s (key TEXT PRIMARY KEY, value)', OTHER, "INSERT INTO s VALUES ('theme', 1)"],
  ],
  [
    'rows with numbers of their own',
    ['CREATE TABLE l (id INTEGER PRIMARY KEY, t TEXT)', OTHER, "INSERT INTO l (t) VALUES ('x')"],
  ],
  [
    'rows of another table',
    [
      `${TABLE}; CREATE TABLE s (id INTEGER PRIMARY KEY, t TEXT)`,
      OTHER,
      'INSERT INTO b SELECT id, t FROM s',
    ],
  ],
])('valid: %s', async (_, steps) => {
  expect(await told(...steps)).toEqual([])
})

const WHO = 'CREATE TABLE r (id INTEGER PRIMARY KEY, who TEXT NOT NULL UNIQUE, n TEXT)'
const TO_ME = "UPDATE r SET who = 'ME1' WHERE who = 'me'"

const TAGS = 'CREATE TABLE r (post INTEGER NOT NULL, who TEXT NOT NULL, UNIQUE (post, who))'
const NO_OTHER =
  "AND NOT EXISTS (SELECT 1 FROM r AS other WHERE other.who = 'ME1' AND other.post = r.post)"

testSome<[string, readonly string[], number]>([
  ['a text for another', [WHO, TO_ME], 1],
  ['a text beside the rest of a key', [TAGS, TO_ME], 1],
  [
    'a number beside it',
    [TAGS.replace('who TEXT', 'who INTEGER'), 'UPDATE r SET who = 40 WHERE who = 4'],
    1,
  ],
  ['beside it, where no other row has it', [TAGS, `${TO_ME} ${NO_OTHER}`], 0],
  ['beside it, or not', [TAGS, TO_ME.replace('UPDATE', 'UPDATE OR IGNORE')], 0],
  ['beside it, in a list of the migrations', [`${TAGS}; INSERT INTO r VALUES (1, 'me')`, TO_ME], 0],
  [
    'by an index, beside a key that is a text',
    [
      `${WHO.replace('id INTEGER', 'id TEXT').replace(' UNIQUE', '')}; CREATE UNIQUE INDEX u ON r (who)`,
      TO_ME,
    ],
    1,
  ],
  [
    'by CASE',
    [WHO, "UPDATE r SET who = CASE who WHEN 'me' THEN 'ME1' WHEN 'you' THEN 'YOU1' ELSE who END"],
    1,
  ],
  ['in each of two UPDATEs', [WHO, `${TO_ME}; UPDATE r SET who = 'YOU1' WHERE who = 'you'`], 2],
  [
    'in one, as the other leaves such rows',
    [
      WHO,
      `${TO_ME} AND NOT EXISTS (SELECT 1 FROM r WHERE who = 'ME1'); UPDATE r SET who = 'YOU1' WHERE who = 'you'`,
    ],
    1,
  ],
  [
    'by what code binds',
    [
      WHO,
      inCode(
        "for (const [from, to] of [['me', 'ME1'], ['you', 'YOU1']]) db.prepare('UPDATE r SET who = ? WHERE who = ?').run(to, from)",
      ),
    ],
    1,
  ],
  [
    'where no other row has it',
    [WHO, `${TO_ME} AND NOT EXISTS (SELECT 1 FROM r WHERE who = 'ME1')`],
    0,
  ],
  ['behind a DELETE of the other row', [WHO, `DELETE FROM r WHERE who = 'ME1'; ${TO_ME}`], 0],
  [
    'that says what becomes of the other row',
    [WHO, TO_ME.replace('UPDATE', 'UPDATE OR IGNORE')],
    0,
  ],
  [
    'to and fro',
    [
      WHO,
      "UPDATE r SET who = '-' WHERE who = 'a'; UPDATE r SET who = 'a' WHERE who = 'b'; UPDATE r SET who = 'b' WHERE who = '-'",
    ],
    0,
  ],
  ['that says what was there', [WHO, TO_ME.replace('ME1', 'me (old)')], 0],
  ['in a list of the migrations', [`${WHO}; INSERT INTO r (who) VALUES ('me')`, TO_ME], 0],
  [
    'in the primary key, as a name of a setting',
    ['CREATE TABLE r (who TEXT PRIMARY KEY, v TEXT)', TO_ME],
    0,
  ],
  ['that need not be the only one', [WHO.replace(' UNIQUE', ''), TO_ME], 0],
])('an UPDATE that gives a row a text of its own: %s', async (_, steps, count) =>
  expect(await told(...steps)).toHaveLength(count),
)
