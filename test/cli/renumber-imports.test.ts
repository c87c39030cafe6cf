// `renumber` and what imports a migration that it moves: rewritten in the migrations folder, named elsewhere.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository, table, type TestRepository } from '../codegen/base-branch/repository.js'
import { temporaryProject, type Files } from '../support/project.js'
import { runProcess, runProgram } from './support/command-line.js'
import { linkClient } from './support/project.js'
import { processesHere } from '../support/processes-here.js'

processesHere()

const script = (name: string, head = ''): string => `${head}export interface Row { id: number }
export const up = 'CREATE TABLE ${name} (id INTEGER PRIMARY KEY)'
export const down = 'DROP TABLE ${name}'
`
const PROJECT = {
  'package.json': '{ "type": "module" }\n',
  '.gitignore': 'node_modules\ndist\n',
  'migrations/001_a.sql': table('a'),
}

/** A folder in which the files that are not committed must move. */
function collided(committed: Files, fresh: Files): TestRepository {
  const repo = repository({ ...PROJECT, 'migrations/002_old.sql': table('old'), ...committed })
  repo.write(fresh)
  linkClient(repo.root)
  return repo
}

const MINE = {
  'migrations/002_new.ts': script('new'),
  'migrations/003_next.ts': script('next', "import type { Row as Other } from './002_new.js'\n"),
}
const STAYING = {
  'migrations/_rows.ts':
    "export type { Row } from './002_new.js'\nexport const NAME = '002_new.ts'\n",
  'migrations/_deep/rows.ts': "export type { Row } from '../002_new.js'\n",
  'migrations/002_new.test.ts': "import * as step from './002_new.js'\nexport default step\n",
  'migrations/001_a.test.ts': "import './001_a.js'\n",
  'src/app.ts': "// 002_new is the one\nimport { up } from '../migrations/002_new.js'\nup\n",
  'src/other/002_new.ts': "import './002_new.js'\n",
  'src/names.ts': "export const names = ['002_new', '2_002_new.ts', 'other/002_new.ts']\n",
  'src/App.vue': "<script>\nimport x from '@/migrations/002_new'\n</script>\n",
  'package.json': '{ "type": "module", "scripts": { "x": "node migrations/002_new.ts" } }\n',
  'src/list.ts': 'export const list = [\n' + "  '002_new.ts',\n".repeat(8) + ']\n',
  'dist/app.js': "import '../migrations/002_new.js'\n",
}

test('imports follow in the folder, and the rest is named with its lines', async () => {
  const repo = collided({}, { ...MINE, ...STAYING })
  const read = (file: string): string => readFileSync(join(repo.root, 'migrations', file), 'utf8')
  const dry = await runProgram(repo.root, ['renumber', '--dry-run', '--json'])
  const edits = ['migrations/002_new.test.ts', 'migrations/_rows.ts']
  const mentions = [
    ['migrations/_deep/rows.ts', 1, '../002_new.js'],
    ['migrations/_rows.ts', 2, '002_new.ts'],
    ['package.json', 1, 'migrations/002_new.ts'],
    ['src/App.vue', 2, '@/migrations/002_new'],
    ['src/app.ts', 2, '../migrations/002_new.js'],
    ...Array.from({ length: 8 }, (_, index) => ['src/list.ts', index + 2, '002_new.ts']),
  ].map(([file, line, written]) => ({ file, line, written }))
  const found = JSON.parse(dry.stdout) as Record<string, unknown>
  expect(found).toMatchObject({ edits, dryRun: true })
  expect(found['moves']).toHaveLength(2)
  expect(found['mentions']).toHaveLength(mentions.length)
  expect(found['mentions']).toEqual(expect.arrayContaining(mentions))
  expect(read('_rows.ts')).toBe(STAYING['migrations/_rows.ts'])
  const { stdout } = await runProgram(repo.root, ['renumber', '--yes'])
  expect(stdout).toContain('migrations/_rows.ts  whose imports follow\n')
  expect(stdout).toContain('\n  src/app.ts:2  ../migrations/002_new.js\n')
  expect(stdout).toContain('\n  src/list.ts:4  002_new.ts\n  src/list.ts  5 more lines\n')
  expect(read('_rows.ts')).toBe(
    "export type { Row } from './003_new.js'\nexport const NAME = '002_new.ts'\n",
  )
  expect(read('002_new.test.ts')).toContain("from './003_new.js'")
  expect(read('004_next.ts')).toContain("from './003_new.js'")
  expect(read('_deep/rows.ts')).toBe(STAYING['migrations/_deep/rows.ts'])
})

test('what nothing imports moves without a word more', async () => {
  const repo = collided({}, { 'migrations/002_new.ts': script('new') })
  const { exitCode, stdout } = await runProgram(repo.root, ['renumber', '--yes'])
  expect(exitCode).toBe(0)
  expect(stdout).not.toMatch(/imports follow|written elsewhere/)
})

test('both orders are tried with imports that follow', async () => {
  const exec = (sql: string): string => `(db) { db.exec(${sql}) }`
  const known = '// lockstep-ignore IMPORT_MIGRATION: a test\n'
  const repo = collided(
    {},
    {
      'migrations/_names.js': "export { NAME } from './002_new.js'\n",
      'migrations/002_new.js': `export const NAME = 't'
export function up${exec('`CREATE TABLE ${NAME} (id INTEGER PRIMARY KEY)`')}
export function down${exec('`DROP TABLE ${NAME}`')}
`,
      'migrations/003_next.js': `${known}import { NAME } from './_names.js'
import './002_new.js'
export function up${exec('`ALTER TABLE ${NAME} ADD COLUMN x`')}
export function down${exec('`ALTER TABLE ${NAME} DROP COLUMN x`')}
`,
    },
  )
  const { stdout, stderr } = await runProgram(repo.root, ['renumber', '--dry-run'])
  expect(stdout + stderr).toContain('The two branches commute')
})

test('a folder that is numbered anew takes its imports along', async () => {
  const repo = repository({
    'package.json': '{ "type": "module" }\n',
    'migrations/20240101000000_a.ts': script('a'),
    'migrations/20240201000000_b.ts': script(
      'b',
      "import type { Row as A } from './20240101000000_a.js'\n",
    ),
    'src/app.ts': "import { up } from '../migrations/20240101000000_a.js'\nup\n",
  })
  const { stdout } = await runProgram(repo.root, ['renumber', '--yes'])
  expect(readFileSync(join(repo.root, 'migrations/002_b.ts'), 'utf8')).toContain("'./001_a.js'")
  expect(stdout).toContain('  src/app.ts:1  ../migrations/20240101000000_a.js\n')
})

test('where git cannot look for the names, it says so', async () => {
  const root = temporaryProject({
    'package.json': '{ "type": "module" }\n',
    'migrations/20240101000000_a.sql': table('a'),
    'src/app.ts': "import '../migrations/20240101000000_a.sql'\n",
  })
  const asked = ['renumber', '--dry-run']
  const without = { PATH: root }
  const { stdout } = await runProcess(root, asked, without)
  expect(stdout).toContain('Git could not look for the old names elsewhere')
  const document = await runProcess(root, [...asked, '--json'], without)
  expect(JSON.parse(document.stdout)).toMatchObject({ mentions: [], mentionsSought: false })
  const sought = JSON.parse((await runProcess(root, [...asked, '--json'])).stdout) as object
  expect(sought).toMatchObject({ mentions: [{ file: 'src/app.ts', line: 1 }] })
  expect(sought).not.toHaveProperty('mentionsSought')
})

test('names the needs of other histories, but not those that the base branch has', async () => {
  const entry = (name: string): string =>
    `${name}: { history: '${name}', migrations: '${name}', out: 'generated/${name}' }`
  const needing = (need: string, name: string): string => `-- needs: ${need}\n${table(name)}`
  const repo = repository({
    'package.json': '{ "type": "module" }\n',
    '.gitignore': 'node_modules\n',
    'lockstep.config.js': `export default { databases: { ${['core', 'notes', 'tags'].map(entry).join(', ')} } }\n`,
    'core/001_a.sql': table('a'),
    'tags/001_t.sql': needing('core:001', 't'),
  })
  repo.git('checkout', '-q', 'main')
  repo.commit({
    'core/002_theirs.sql': table('theirs'),
    'tags/002_on_theirs.sql': needing('core:002', 'on_theirs'),
  })
  repo.git('checkout', '-q', 'work')
  repo.commit({
    'core/002_mine.sql': table('mine'),
    'notes/001_first.sql': needing('core:001, core:002', 'first'),
    'notes/002_code.js': `export const needs = [\n  'core:002',\n]\nexport const up = 'SELECT 1'\nexport const irreversible = 'no'\n`,
  })
  linkClient(repo.root)
  repo.git('merge', '-q', 'main')
  const argv = ['renumber', '--base', 'main', '--name', 'core', '--yes']
  const planned = await runProgram(repo.root, [...argv, '--dry-run', '--json'])
  const need = { written: 'core:002', becomes: 'core:003' }
  expect(JSON.parse(planned.stdout)).toMatchObject({
    mentions: [
      { file: 'notes/001_first.sql', line: 1, ...need },
      { file: 'notes/002_code.js', line: 2, ...need },
    ],
  })
  const { exitCode, stdout } = await runProgram(repo.root, argv)
  expect(exitCode).toBe(0)
  expect(stdout).toContain(`The old numbers also occur elsewhere, where you have to change them:
  notes/001_first.sql:1  core:002, which is core:003 now
`)
})
