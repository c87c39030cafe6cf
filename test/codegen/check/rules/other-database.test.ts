// OTHER_DATABASE
import { expect, test } from 'vitest'
import { checkFolder, placesIn, SOUND } from '../check-folder.js'

const outside = (up: string, stated = ''): Record<string, string> => ({
  '001_a.sql': `${stated}-- migrate:up transaction:false\n${up};\n-- irreversible: no\n`,
})

test.each([
  ['a database in memory', outside("ATTACH ':memory:' AS a")],
  ['a column of that name', outside('CREATE TABLE attach (attach)')],
  ['a text', outside("CREATE TABLE t (a DEFAULT 'ATTACH ''x'' AS a')")],
  ['with effects', outside("ATTACH 'x.db' AS a", '-- effects: it keeps an archive\n')],
  ['a type', { '001_a.ts': `import type Database from 'better-sqlite3'\n${SOUND}` }],
  ['another package', { '001_a.ts': `import { nanoid } from 'nanoid'\n${SOUND}` }],
  [
    'a client with effects',
    {
      '001_a.ts': `import Client from 'better-sqlite3'\n${SOUND.replace('down:', "effects: 'it keeps an archive',\n  down:")}`,
    },
  ],
])('valid: %s', async (_, folder) => expect(await placesIn(folder)).toEqual([]))

test.each([
  ['a file', outside("ATTACH 'x.db' AS a"), '001_a.sql:2:1'],
  ['an expression', outside("attach database 'x' || '.db' as a"), '001_a.sql:2:1'],
  ['a client', { '001_a.ts': `import Client from 'better-sqlite3'\n${SOUND}` }, '001_a.ts:1:20'],
  [
    'a client in a helper',
    { '001_a.ts': SOUND, '_keep.ts': "export { default } from 'libsql'\n" },
    '_keep.ts:1:25',
  ],
])('invalid: %s', async (_, folder, place) => {
  expect(await placesIn(folder)).toEqual([`${place} info OTHER_DATABASE`])
})

test.each([
  ['better-sqlite3', 'gives it empty ones'],
  ['node:sqlite', 'gives it empty ones'],
  ['libsql', 'does not let it open any'],
  ['sql.js', 'WebAssembly, which a replay cannot keep away from files'],
  ['node-sqlite3-wasm', 'WebAssembly, which a replay cannot keep away from files'],
])('says what a replay does about %s', async (client, said) => {
  const [found] = await checkFolder({ '001_a.ts': `import Client from '${client}'\n${SOUND}` })
  expect(found?.message).toContain(said)
})
