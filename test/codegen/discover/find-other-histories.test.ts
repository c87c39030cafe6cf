// Where other tools keep their migrations, and what only looks like it.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findOtherHistories } from '../../../codegen/discover/find-other-histories.js'
import { temporaryProject, type Files } from '../../support/project.js'

const found = async (files: Files): Promise<string[]> => {
  const root = temporaryProject(files)
  const histories = await findOtherHistories(root, [join(root, 'migrations')])
  return histories.map(({ folder, tool, migrations }) => `${folder} ${tool} ${migrations}`)
}
const journal = (dialect: string): string =>
  `{ "version": "7", "dialect": "${dialect}", "entries": [] }`

it.each<[string, Files, string[]]>([
  [
    'drizzle',
    {
      'drizzle/0000_a.sql': '',
      'drizzle/0001_b.sql': '',
      'drizzle/meta/_journal.json': journal('sqlite'),
    },
    ['drizzle drizzle 2'],
  ],
  ['drizzle, a folder for each', { 'drizzle/20240101_a/migration.sql': '' }, ['drizzle drizzle 1']],
  [
    'drizzle, where its configuration says',
    {
      'drizzle.config.ts': "export default { out: './src/sql', schema: 'x' }",
      'src/sql/0000_a.sql': '',
    },
    ['src/sql drizzle 1'],
  ],
  [
    'prisma',
    {
      'prisma/schema.prisma': '',
      'prisma/migrations/20240101000000_init/migration.sql': '',
      'prisma/migrations/migration_lock.toml': '# Please do not edit\nprovider = "sqlite"\n',
    },
    ['prisma/migrations prisma 1'],
  ],
  [
    'knex',
    {
      'knexfile.js': "module.exports = { migrations: { directory: './server/steps' } }",
      'server/steps/20240101000000_a.js': '',
    },
    ['server/steps knex 1'],
  ],
  ['rails', { 'db/migrate/20240101000000_create_a.rb': '' }, ['db/migrate null 1']],
  ['typeorm', { 'src/migration/1690000000000-AddUsers.ts': '' }, ['src/migration null 1']],
  ['mikro-orm', { 'src/migrations/Migration20240101000000.ts': '' }, ['src/migrations null 1']],
  ['umzug', { 'db/migrations/2024.01.01T00.00.00.users.ts': '' }, ['db/migrations null 1']],
  ['kysely', { 'src/db/migrations/2024-01-01_users.ts': '' }, ['src/db/migrations null 1']],
])('finds the history of %s', async (_, files, folders) => {
  expect(await found(files)).toEqual(folders)
})

it.each<[string, Files]>([
  ['nothing at all', {}],
  ['the folder of Lockstep', { 'migrations/001_a.sql': '' }],
  ['a journal without migrations', { 'drizzle/meta/_journal.json': journal('sqlite') }],
  ['a folder that is called so', { 'drizzle/schema.ts': '', 'drizzle/index.ts': '' }],
  ['tests and types', { 'src/migrations/001_a.test.ts': '', 'src/migrations/001_a.d.ts': '' }],
  ['a schema', { 'prisma/schema.prisma': '' }],
  [
    'a folder for another database',
    { 'drizzle/0000_a.sql': '', 'drizzle/meta/_journal.json': journal('postgresql') },
  ],
  [
    'and another',
    {
      'prisma/migrations/20240101000000_init/migration.sql': '',
      'prisma/migrations/migration_lock.toml': 'provider = "mysql"\n',
    },
  ],
  [
    'a configuration that names no folder in the project',
    { 'drizzle.config.ts': "out: '../x', out: '/', out: '.', out: `${y}`" },
  ],
  ['a file in place of a folder', { drizzle: '', db: '' }],
])('is silent about %s', async (_, files) => {
  expect(await found(files)).toEqual([])
})
