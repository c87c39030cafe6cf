// The files on the pages of the documentation, in a project that has the packed package installed: they compile, and do what
// the pages say.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from '../cli/support/command-line.js'
import { projectRoot } from '../support/project-root.js'
import { runTool } from '../support/run-program.js'
import { processesHere } from '../support/processes-here.js'
import { type InstalledProject, installedProject } from './installed-project.js'
import { allBlocksOf, fileOf } from './readme-blocks.js'

processesHere()

const blocksOn = (page: string) =>
  allBlocksOf(readFileSync(join(projectRoot, 'docs', page), 'utf8'))

const filesOn = (page: string) =>
  blocksOn(page)
    .filter(({ language }) => language === 'ts' || language === 'sql')
    .map(({ text }) => fileOf(text))

let project: InstalledProject
beforeAll(async () => {
  project = await installedProject()
  for (const { file, text } of filesOn('writing-migrations.md')) project.write(file, text)
})

async function done(line: string): Promise<string> {
  const { exitCode, stdout, stderr } = await project.lockstep(line)
  expect(exitCode, `${line}\n${stdout}${stderr}`).toBe(0)
  return stdout
}

describe('writing-migrations.md', () => {
  test('is one history, without an error or a warning', async () => {
    const { stdout, stderr } = await project.lockstep('gen')
    expect(stdout + stderr).not.toMatch(/ (?:error|warning) /)
    expect(stdout).toMatch(/registry\.ts {2}written {2}13 migrations/)
  })
  test('is applied, and rolled back to where it is irreversible', async () => {
    expect(await done('migrate --db forms.db')).toMatch(/from 000 to 013/)
    expect(await done('rollback --to 12 --db forms.db')).toMatch(/from 013 to 012/)
    expect(await done('migrate --to 10 --db older.db')).toMatch(/from 000 to 010/)
    expect(await done('rollback --to 3 --db older.db')).toMatch(/from 010 to 003/)
    for (const [file, reason] of [
      ['forms.db', 'nothing tells where spaces and capitals were'],
      ['older.db', 'the spaces are gone'],
    ]) {
      const { exitCode, stderr } = await project.lockstep(`rollback --db ${file}`)
      expect(exitCode).toBe(1)
      expect(stderr).toContain(reason)
    }
  })
})

test('proof.md: tells of each statement on a copy of a database', async () => {
  const line = blocksOn('commands.md').flatMap(
    ({ text }) => /lockstep (migrate --dry-run --profile)/.exec(text)?.[1] ?? [],
  )
  expect(await done(`${line[0]} --db profiled.db`)).toMatch(/The slowest \d+ of \d+ statements/)
})

describe('in-code.md', () => {
  beforeAll(() => {
    for (const { file, text } of filesOn('in-code.md')) project.write(file, text)
  })
  const bundled = (name: string): string =>
    `esbuild src/${name}.ts --bundle --platform=node --format=esm --external:better-sqlite3 --outfile=dist/${name}.mjs --log-level=error`

  test('migrates in a worker, and shows how far that is', async () => {
    const build = blocksOn('in-code.md').find(({ language }) => language === 'sh')
    const { stdout } = await project.shell(
      `${build?.text.replace('npx ', '')} --log-level=error && rm -rf data && mkdir data && node dist/start.mjs && node dist/start.mjs`,
    )
    expect(stdout).toMatch(/^Updating the database: 1 of 13, contacts\n/)
    expect(stdout).toMatch(/13 of 13, \w+\nThe window can open\.\nThe window can open\.\n$/)
  })
  test('runs and says what it says', async () => {
    const { stdout } = await project.shell(
      `${bundled('inspect')} && ${bundled('older')} && rm -rf data && mkdir data && node dist/inspect.mjs && node dist/older.mjs`,
    )
    expect(stdout).toMatch(
      /^001 contacts: \d+ ms\n002 message_status: \d+ ms\npending 2 11\n002 message_status: \d+ ms\nat 13\n$/,
    )
  })
})

test('seeds.md: writes its rows as often as one likes', async () => {
  for (const { file, text } of filesOn('seeds.md')) project.write(file, text)
  await done('migrate --db seeded.db')
  for (const rows of [4, 2])
    expect(await done('seed --db seeded.db')).toContain(`2 seeds written: ${rows} rows.`)
})

describe('configuration.md', () => {
  const files = filesOn('configuration.md')

  test('has the configurations', () => {
    expect(new Set(files.map(({ file }) => file))).toEqual(new Set(['lockstep.config.ts']))
    expect(files.length).toBeGreaterThan(4)
  })
  test('all of them compile, and so do the files of all pages before', async () => {
    for (const [index, { text }] of files.entries()) project.write(`pages/config-${index}.ts`, text)
    expect((await runTool('typescript/bin/tsc', '-p', project.root)).stdout).toBe('')
  })
  test.each(files.map(({ text }, index) => ({ text, index })))(
    'number $index is understood',
    async ({ text }) => {
      project.write('lockstep.config.ts', text)
      const name = text.includes('databases:') ? ['--name', 'cache'] : []
      const lockstep = (...argv: readonly string[]) => runProgram(project.root, [...argv, ...name])
      if (name.length > 0) await lockstep('create', 'add entries table')
      const { stdout } = await lockstep('status', '--json')
      const { error, database } = JSON.parse(stdout) as { error?: unknown; database?: string }
      expect(error).toBeUndefined()
      expect(database).toContain(name.length === 0 ? 'app.db' : 'cache.db')
    },
  )
})

test('histories.md: what another history needs is applied before it, and stays', async () => {
  const files = filesOn('histories.md')
  const moved = (file: string): string =>
    files
      .find((one) => one.file === file)!
      .text.replaceAll("'migrations'", "'core/migrations'")
      .replaceAll("'generated'", "'core/generated'")
      .replace('../generated', '../core/generated')
      .replace('data/app.db', 'several.db')
  const notes = 'plugins/notes/migrations/001_notes.sql'
  project.write('lockstep.config.ts', moved('lockstep.config.ts'))
  project.write('src/several.ts', moved('src/database.ts'))
  project.write(notes, moved(notes))
  for (const [id, table] of [
    ['001', 'settings'],
    ['002', 'teams'],
    ['003', 'users'],
  ])
    project.write(
      `core/migrations/${id}_${table}.sql`,
      `-- migrate:up\nCREATE TABLE ${table} (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE ${table};\n`,
    )
  await done('gen')
  await project.shell(
    'esbuild src/several.ts --bundle --platform=node --format=esm --external:better-sqlite3 --outfile=dist/several.mjs --log-level=error && node dist/several.mjs',
  )
  expect(await done('status')).toMatch(/core[^]*003[^]*notes[^]*001/)
  const { exitCode, stderr } = await project.lockstep('rollback --to core:2 --yes')
  expect(exitCode).toBe(1)
  expect(stderr).toContain('lockstep rollback --to notes:000')
  await done('rollback --to notes:0 --yes')
  await done('rollback --to core:2 --yes')
})
