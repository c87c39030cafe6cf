// Projects keep their database with rows beside what is remembered of their proof, unless only they know how it is opened.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findings, replayed, table } from '../project.js'

const USERS = 'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE);'
const MAIL =
  '-- migrate:up\nCREATE UNIQUE INDEX users_mail ON users (lower(email));\n-- migrate:down\nDROP INDEX users_mail;\n'
const FILES = {
  'migrations/001_users.sql': `-- migrate:up\n${USERS}\n-- migrate:down\nDROP TABLE users;\n`,
  'migrations/002_notes.sql': table('notes'),
}

const imagesIn = (root: string): string[] =>
  readdirSync(join(root, 'node_modules', '.cache', 'lockstep')).filter((name) =>
    name.startsWith('rows-'),
  )

it('a new migration is judged on the rows that were kept as on new ones', async () => {
  const settings = replayed(FILES)
  expect(await findings(settings)).toEqual([])
  const before = imagesIn(settings.root)
  expect(before).toHaveLength(2)
  writeFileSync(join(settings.root, 'migrations', '003_mail.sql'), MAIL)
  const found = await findings(settings)
  expect(found.map(({ code }) => code)).toEqual(['REPLAY_FAILS_ON_ROWS'])
  expect(imagesIn(settings.root).filter((name) => before.includes(name))).toHaveLength(1)
  const anew = await findings(
    replayed({
      ...FILES,
      'migrations/003_mail.sql': MAIL,
    }),
  )
  expect(found.map(({ message }) => message)).toEqual(anew.map(({ message }) => message))
})

it('nothing is kept where the project opens its databases itself', async () => {
  const config = `import { createRequire } from 'node:module'
const Database = createRequire(import.meta.url)('better-sqlite3')
export default { open: (path) => new Database(path) }
`
  const made = replayed({ ...FILES, 'lockstep.config.mjs': config })
  const file = join(made.root, 'lockstep.config.mjs')
  const settings = { ...made, config: { file, database: null } }
  expect(await findings(settings)).toEqual([])
  expect(imagesIn(settings.root)).toEqual([])
})
