// CONSTRAINT_LOST of keys and constraints that a rebuild keeps, and that answer to a write in another way.
import { expect, test } from 'vitest'
import { testSome } from '../../support/some-of.js'
import { onlyFinding, placesAfterReplay, sqlFile } from './replayed-folder.js'

const settings = {
  rules: { FOREIGN_KEY_WITHOUT_INDEX: 'off', COLUMN_NARROWED: 'off', COLUMN_RENAMED: 'off' },
} as const
const PARENT = 'CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE);\n'
const table = (columns: string, name: string): string =>
  `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, ${columns});`
/** `body` gets NOT NULL, which is what the rebuild is for. */
const rebuilt = (was: string, is: string, body = ", body TEXT NOT NULL DEFAULT ''") => ({
  '001_a.sql': sqlFile(`${PARENT}${table(`body TEXT, ${was}`, 't')}`),
  '002_b.sql': sqlFile(
    `${table(`${body.slice(2)}, ${is}`, 'n')}\nINSERT INTO n (id) SELECT id FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;`,
  ),
})
const key = (actions: string): string => `k INTEGER REFERENCES p (id) ${actions}`

testSome([['ON DELETE SET NULL'], ['ON DELETE RESTRICT'], ['ON DELETE SET DEFAULT']])(
  '%s becomes CASCADE',
  async (was) => {
    const found = await onlyFinding(rebuilt(key(was), key('ON DELETE CASCADE')), { settings })
    expect(found).toMatchObject({ code: 'CONSTRAINT_LOST', severity: 'warning' })
    expect(found.message).toContain(
      `without ${was} of k: from now on deleting a parent deletes the rows whose k points at it`,
    )
    expect(found.fix).toContain(`\`${was}\` for k instead of \`ON DELETE CASCADE\` as before`)
  },
)

testSome([
  [
    'a INT, b INT, UNIQUE (a, b) ON CONFLICT REPLACE',
    'a INT, b INT, UNIQUE (a, b)',
    'a row with the a, b of another, which took its place until now, is rejected',
  ],
  ['a INT UNIQUE ON CONFLICT IGNORE', 'a INT UNIQUE', 'which was left out until now, is rejected'],
  [
    'a INT UNIQUE ON CONFLICT IGNORE',
    'a INT UNIQUE ON CONFLICT REPLACE',
    'which was left out until now, takes its place',
  ],
  [
    "a TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'x'",
    "a TEXT NOT NULL DEFAULT 'x'",
    'a row with NULL in a, which got the default until now, is rejected',
  ],
])('%s becomes %s', async (was, is, text) => {
  const found = await onlyFinding(rebuilt(was, is), { settings })
  expect(found).toMatchObject({ code: 'CONSTRAINT_LOST', severity: 'warning' })
  expect(found.message).toContain(text)
})

test('an index of its own cannot answer to a conflict', async () => {
  const folder = rebuilt('a INT UNIQUE ON CONFLICT REPLACE', 'a INT')
  folder['002_b.sql'] = folder['002_b.sql'].replace(
    'RENAME TO t;',
    '$&\nCREATE UNIQUE INDEX i ON t (a);',
  )
  expect((await onlyFinding(folder, { settings })).message).toContain('is rejected')
})

testSome([
  [
    'the same in other words',
    'k INT, FOREIGN KEY (k) REFERENCES p (id) ON DELETE SET NULL',
    key('on delete set  null'),
  ],
  ['an action where there was none', key(''), key('ON DELETE CASCADE')],
  ['an action where nothing was to be done', key('ON DELETE NO ACTION'), key('ON DELETE CASCADE')],
  ['an action that keeps rows', key('ON DELETE CASCADE'), key('ON DELETE SET NULL')],
  ['another way to fail', 'a INT UNIQUE ON CONFLICT ROLLBACK', 'a INT UNIQUE ON CONFLICT FAIL'],
  ['an answer where there was none', 'a INT UNIQUE', 'a INT UNIQUE ON CONFLICT REPLACE'],
  [
    'other words for the same key',
    'a INT UNIQUE ON CONFLICT REPLACE',
    'a INT, UNIQUE ("A") ON CONFLICT REPLACE',
  ],
])('nothing is told: %s', async (_, was, is) =>
  expect(await placesAfterReplay(rebuilt(was, is), { settings })).toEqual([]),
)

testSome([
  [key('ON DELETE SET NULL'), key('ON DELETE CASCADE')],
  ['a INT UNIQUE ON CONFLICT REPLACE', 'a INT UNIQUE'],
])('a rebuild that does nothing else is for that: %s', async (was, is) =>
  expect(await placesAfterReplay(rebuilt(was, is, ', body TEXT'), { settings })).toEqual([]),
)
