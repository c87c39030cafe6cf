// `gen` and `lint`: findings, formats, freshness, several databases, watching.
import { readFileSync, renameSync, rmSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { testSome } from '../support/some-of.js'
import { runProcess, runProgram, startProgram } from './support/command-line.js'
import { watchPlaces } from '../../src/cli/watch/watch-places.js'
import { errorOf } from '../support/error-of.js'
import { addFiles, filesIn, temporaryProject } from '../support/project.js'
import { migrationProject } from './support/project.js'
import { processesHere } from '../support/processes-here.js'

processesHere()

const table = (name: string): string =>
  `-- migrate:up\nCREATE TABLE ${name} (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE ${name};\n`
/** What `gen` says about all files that it generates. */
const all = (folder: string, state: string, migrations: string): string =>
  ['registry.ts', 'schema.sql', 'schema.ts', 'SCHEMA.md']
    .map((name) => `${folder}/${name}  ${state}  ${migrations}\n`)
    .join('')
const THREE = { '001_a.sql': table('a'), '002_b.sql': table('b'), '003_c.sql': table('c') }

/** Prints on both streams, and leaves the number of its process behind. */
const CHATTY = `// lockstep-ignore IMPORT_BUILTIN: a test
import { writeFileSync } from 'node:fs'
export const irreversible = 'a test'
export function up(db) {
  console.log('to be heard nowhere')
  console.error('nor this')
  // lockstep-ignore NOT_DETERMINISTIC: a test
  writeFileSync('pid', String(process.pid))
  db.exec('CREATE TABLE a (id INTEGER PRIMARY KEY)')
}
`

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('gen', () => {
  it('writes the registry, and says when there is nothing to write', async () => {
    const root = migrationProject(THREE)
    expect(await runProgram(root, ['gen'])).toEqual({
      exitCode: 0,
      stdout: all('generated', 'written', '3 migrations'),
      stderr: '',
    })
    const { mtimeMs } = statSync(join(root, 'generated/registry.ts'))
    expect((await runProgram(root, ['generate'])).stdout).toBe(
      all('generated', 'up to date', '3 migrations'),
    )
    expect(statSync(join(root, 'generated/registry.ts')).mtimeMs).toBe(mtimeMs)
  })

  it('names a missing version, and leaves the registry as it was', async () => {
    const root = migrationProject(THREE)
    await runProgram(root, ['gen'])
    const before = readFileSync(join(root, 'generated/registry.ts'), 'utf8')
    rmSync(join(root, 'migrations/002_b.sql'))
    const { exitCode, stdout, stderr } = await runProgram(root, ['gen'])
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toContain('VERSION_GAP')
    expect(stderr).toContain('002')
    expect(stderr).toContain('the generated files are unchanged')
    expect(readFileSync(join(root, 'generated/registry.ts'), 'utf8')).toBe(before)
  })

  it('--check writes nothing and exits with 1 when something is stale', async () => {
    const root = migrationProject(THREE)
    const missing = await runProgram(root, ['gen', '--check'])
    expect(missing.exitCode).toBe(1)
    expect(missing.stdout).toContain('GENERATED_MISSING')
    expect(filesIn(root)).not.toContain('generated')
    await runProgram(root, ['gen'])
    expect((await runProgram(root, ['gen', '--check'])).exitCode).toBe(0)
    addFiles(root, { 'migrations/004_d.sql': table('d') })
    const stale = await runProgram(root, ['gen', '--check', '--json'])
    expect(stale).toMatchObject({ exitCode: 1, stderr: '' })
    expect(JSON.parse(stale.stdout)).toMatchObject({
      ok: false,
      diagnostics: expect.arrayContaining([
        {
          code: 'GENERATED_STALE',
          severity: 'error',
          message: expect.any(String),
          fix: expect.any(String),
          file: 'generated/registry.ts',
          line: expect.any(Number),
          column: expect.any(Number),
          page: 'node_modules/lockstep/docs/errors.md#generated_stale',
        },
      ]),
    })
  })

  it('--no-replay writes the registry alone, and runs no migration', async () => {
    const root = migrationProject({
      '001_a.ts': CHATTY.replace('db.exec', 'process.exit(9)\n  db.exec'),
    })
    const { exitCode, stdout } = await runProgram(root, ['gen', '--no-replay'])
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout:
        'generated/registry.ts  written  1 migration\n' +
        'Without replay, nothing is proven, and the schema files are neither written nor checked; generated/schema.sql and generated/schema.ts are missing until `lockstep gen` has run without `--no-replay`.\n',
    })
    expect((await runProcess(root, ['gen'])).stderr).toContain('REPLAY_PROCESS_DIED')
  })

  it('--no-replay where the proof is still known says nothing about its absence', async () => {
    const root = migrationProject({ '001_a.sql': table('a') })
    await runProgram(root, ['gen'])
    const { stdout } = await runProgram(root, ['gen', '--no-replay'])
    expect(stdout).toBe(all('generated', 'up to date', '1 migration'))
  })

  it('--json stays one document whatever migrations print', async () => {
    const root = migrationProject({ '001_a.ts': CHATTY })
    const { exitCode, stdout, stderr } = await runProcess(root, ['gen', '--json'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, migrations: 1 })
  })

  it('ends with a signal in the middle of a migration, and so does what it started', async () => {
    const root = migrationProject({ '001_a.ts': CHATTY.replace('db.exec', 'for (;;);\n  db.exec') })
    const running = await startProgram(root, ['gen'])
    while (!filesIn(root).includes('pid')) await sleep(20)
    running.child.kill('SIGTERM')
    expect((await running.finished).exitCode).not.toBe(0)
    const pid = Number(readFileSync(join(root, 'pid'), 'utf8'))
    while (isRunning(pid)) await sleep(20)
    expect(filesIn(root)).not.toContain('generated')
  })

  it('generates for every database, or for the one that is named', async () => {
    const root = temporaryProject({
      'package.json': '{}',
      'lockstep.config.json': JSON.stringify({
        language: 'ts',
        databases: {
          main: { migrations: 'db/main', out: 'made/main' },
          cache: { migrations: 'db/cache', out: 'made/cache' },
        },
      }),
      'db/main/001_a.sql': table('a'),
      'db/cache/001_b.sql': table('b'),
    })
    const one = await runProgram(root, ['gen', '--name', 'cache'])
    expect(one.stdout).toBe(all('made/cache', 'written', '1 migration'))
    const both = await runProgram(root, ['gen'])
    expect(both.stdout).toBe(
      all('made/main', 'written', '1 migration') + all('made/cache', 'up to date', '1 migration'),
    )
  })

  it('says for which database nothing was generated, and counts no files that nobody knows', async () => {
    const root = temporaryProject({
      'package.json': '{}',
      'lockstep.config.json': JSON.stringify({
        language: 'ts',
        databases: {
          main: { migrations: 'db/main', out: 'made/main' },
          cache: { migrations: 'db/cache', out: 'made/cache' },
        },
      }),
      'db/main/002_a.sql': table('a'),
      'db/cache/001_b.sql': table('b'),
    })
    const { exitCode, stderr } = await runProgram(root, ['gen'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('made/cache/registry.ts  written\n')
    expect(stderr).toContain(
      '\nNothing was generated in made/main; the generated files there are unchanged.\n',
    )
    const checked = await runProgram(root, ['check'])
    expect(checked.stdout).toContain(
      '✗ 2 migrations checked, 1 version replayed (all now), ' +
        'beyond that the replay was skipped until VERSION_GAP is fixed.\n',
    )
  })
})

describe('lint', () => {
  const BROKEN = { '001_a.sql': table('a'), '001_b.sql': table('b') }

  it('is content with good migrations', async () => {
    expect(await runProgram(migrationProject(THREE), ['lint'])).toEqual({
      exitCode: 0,
      stdout: '3 migrations, nothing to complain about.\n',
      stderr: '',
    })
  })

  it('shows findings with their line, and writes nothing', async () => {
    const root = migrationProject(BROKEN)
    const { exitCode, stdout, stderr } = await runProgram(root, ['lint'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
    expect(stdout).toContain('VERSION_DUPLICATE')
    expect(stdout).toContain('migrations/001_a.sql')
    expect(stdout).toContain('migrations/001_b.sql')
    expect(filesIn(root)).not.toContain('generated')
  })

  testSome([
    ['json', /^\{\n {2}"ok": false,\n {2}"diagnostics": \[/],
    ['github', /^::error file=migrations\/001_\w\.sql,line=1,col=1,title=VERSION_DUPLICATE::/],
    ['sarif', /"version": "2\.1\.0"/],
  ])('prints %s', async (format, expected) => {
    const { exitCode, stdout } = await runProgram(migrationProject(BROKEN), [
      'lint',
      '--format',
      format,
    ])
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(expected)
  })

  it('answers --json like --format json', async () => {
    const root = migrationProject(BROKEN)
    const json = await runProgram(root, ['lint', '--json'])
    const format = await runProgram(root, ['lint', '--format', 'json'])
    expect(JSON.parse(json.stdout)).toEqual(JSON.parse(format.stdout))
  })

  testSome(['text', 'json', 'sarif', 'github'])(
    'advises commands that name the configuration with --format %s',
    async (format) => {
      const argv = ['lint', '--config', 'lockstep.config.ts', '--format', format]
      const { stdout } = await runProgram(migrationProject(BROKEN), argv)
      expect(stdout).toContain('`lockstep renumber --base <branch> --config lockstep.config.ts`')
    },
  )

  it('names a folder that is not there', async () => {
    const { exitCode, stdout } = await runProgram(migrationProject({}), ['lint'])
    expect(exitCode).toBe(1)
    expect(stdout).toContain('FOLDER_MISSING')
  })
})

describe('gen --watch', () => {
  it('generates again on every change, and ends on a signal', async () => {
    const root = migrationProject(THREE)
    const running = await startProgram(root, ['gen', '--watch'])
    await running.until('3 migrations')
    addFiles(root, { 'migrations/004_d.sql': table('d') })
    await running.until('4 migrations')
    addFiles(root, { 'migrations/006_f.sql': table('f') })
    await running.until('VERSION_GAP')
    addFiles(root, { 'migrations/005_e.sql': table('e') })
    await running.until('6 migrations')
    running.child.kill('SIGINT')
    expect(await running.finished).toMatchObject({ exitCode: 130, stdout: '' })
    expect(readFileSync(join(root, 'generated/registry.ts'), 'utf8')).toContain('006_f.sql')
  })

  it('ends without a word on a signal while it replays', async () => {
    const endless =
      'WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) INSERT INTO a SELECT count(*) FROM n;'
    const root = migrationProject({
      ...THREE,
      '004_endless.sql': `-- irreversible: never ends\n${endless}\n`,
    })
    const running = await startProgram(root, ['gen', '--watch'])
    await running.until('Watching')
    // The replay does not end by itself, and begins at some time before this.
    await new Promise((resolve) => setTimeout(resolve, 2000))
    running.child.kill('SIGINT')
    expect(await running.finished).toEqual({
      exitCode: 130,
      stdout: '',
      stderr: expect.stringMatching(
        /^\d\d:\d\d:\d\d {2}Watching for changes\. Press Ctrl\+C to stop\.\n$/,
      ),
    })
  })

  it('sees another configuration, a deleted registry, and a folder that comes back', async () => {
    const root = migrationProject({ '001_a.sql': table('a') })
    const running = await startProgram(root, ['gen', '--watch', '--no-replay'])
    await running.until('generated/registry.ts  written')
    rmSync(join(root, 'generated'), { recursive: true })
    await running.until('Gone: generated')
    await running.until('registry.ts  written')
    addFiles(root, {
      'settings.ts': "export const out = 'made'\n",
      'lockstep.config.ts': "import { out } from './settings.js'\nexport default { out }\n",
    })
    await running.until('made/registry.ts  written')
    addFiles(root, { 'settings.ts': "export const out = 'other'\n" })
    await running.until('other/registry.ts  written')
    renameSync(join(root, 'migrations'), join(root, 'moved'))
    await running.until('Gone: migrations')
    addFiles(root, { 'moved/002_b.sql': table('b') })
    renameSync(join(root, 'moved'), join(root, 'migrations'))
    await running.until('other/registry.ts  written  2 migrations')
    running.child.kill('SIGTERM')
    expect((await running.finished).exitCode).toBe(130)
  })

  it('watches what is above a folder that goes away while it begins', () => {
    const root = temporaryProject({ 'migrations/helpers/_a.ts': '' })
    const folder = join(root, 'migrations')
    const watched: string[] = []
    const places = watchPlaces(
      () => {},
      (path, hear) => {
        if (path === folder) rmSync(folder, { recursive: true })
        const watcher = watch(path, hear)
        watched.push(path)
        return watcher
      },
    )
    places.watch({ folders: [folder], files: [] })
    places.close()
    expect(watched).toEqual([root])
  })

  it('says where it cannot watch', async () => {
    const full = Object.assign(new Error('ENOSPC: too many'), { code: 'ENOSPC' })
    const places = watchPlaces(
      () => {},
      () => {
        throw full
      },
    )
    const watch = () => places.watch({ folders: [temporaryProject()], files: [] })
    expect(errorOf(watch)).toMatchObject({ code: 'WATCH_LOST', cause: full })
  })
})
