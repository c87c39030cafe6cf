// Names, reasons and texts from outside can hold anything; what is printed obeys none of it, whatever the command.
import Database from 'better-sqlite3'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.js'
import { runProgram, type Finished } from './support/command-line.js'
import { addFiles } from '../support/project.js'
import { copyOf, migrationProject } from './support/project.js'
import { inProcesses, processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

/** Colours, a link, an end of a line, commands to CI services, marks that turn or hide text. */
const HOSTILE =
  'x\x1b[35m\x1b]8;;a:b\x07y\rz\nFORGED\n  ::error::FORGED\u2028::error::FORGED##[error]a##vso[b]\u202ec\u200b\x9b1m\x7f\ufdd0'
const DATABASE = `data/${HOSTILE}.db`
const TABLE = `"t${HOSTILE}"`
const literal = JSON.stringify(HOSTILE)
/** What a step prints may have several lines; all else holds for it as well. */
const printed = JSON.stringify(HOSTILE.replaceAll('FORGED', 'printed'))

const code = (up: string, more = ''): string =>
  `import { defineMigration } from 'lockstep/better-sqlite3'

export default defineMigration({
  description: ${literal},
  up(db, ctx) {
    ctx.log(${literal})
    console.log(${printed})
    console.error(${printed})
    ${up}
  },${more}
})
`
const exec = (sql: string): string => `db.exec(${JSON.stringify(sql)})`

const MIGRATIONS = {
  '001_users.ts': code(
    exec(`CREATE TABLE ${TABLE} (id INTEGER PRIMARY KEY, "c${HOSTILE}" TEXT NOT NULL DEFAULT 'a')`),
    `\n  down: ${JSON.stringify(`DROP TABLE ${TABLE}`)},`,
  ),
  '002_view.sql': `-- migrate:up\nCREATE VIEW "v${HOSTILE}" AS SELECT * FROM ${TABLE};\n-- migrate:down\nDROP VIEW "v${HOSTILE}";\n`,
}
const FAILING = code(`throw new TypeError(${literal})`, `\n  down: 'SELECT 1',`)

let applied = ''
let broken = ''

const git = (cwd: string, ...argv: readonly string[]): void =>
  void execFileSync(
    'git',
    [
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@example.org',
      '-c',
      'init.defaultBranch=main',
      ...argv,
    ],
    { cwd, stdio: 'ignore' },
  )

beforeAll(async () => {
  applied = migrationProject(MIGRATIONS)
  addFiles(applied, {
    'lockstep.config.json': JSON.stringify({ database: DATABASE, schemaPage: true }),
    [`seeds/${HOSTILE}.sql`]: `SELECT '${HOSTILE}' FROM "nowhere${HOSTILE}"`,
  })
  execFileSync('rm', [join(applied, 'lockstep.config.ts')])
  const generated = await runProgram(applied, ['gen'])
  expect(generated).toMatchObject({ exitCode: 0, stderr: '' })
  git(applied, 'init')
  git(applied, 'add', 'migrations')
  git(applied, 'commit', '-m', 'begin')
  git(applied, 'branch', 'other\u202e\u200b')
  expect(await runProgram(applied, ['migrate'])).toMatchObject({ exitCode: 0 })
  for (const as of ['--pending', '--applied']) {
    expect((await runProgram(applied, ['mark', '2', as, '--reason', HOSTILE])).exitCode).toBe(0)
  }
  const db = new Database(join(applied, DATABASE))
  db.prepare('UPDATE _migrations SET name = ? WHERE version = ?').run(HOSTILE, '002')
  const logged =
    'INSERT INTO _migrations_log (at, action, version, name, detail) VALUES (?, ?, ?, ?, ?)'
  db.prepare(logged).run(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
  db.exec(`DROP VIEW "v${HOSTILE}"; CREATE TABLE "other${HOSTILE}" (a REFERENCES ${TABLE} (id))`)
  db.pragma('foreign_keys = OFF')
  db.exec(`INSERT INTO "other${HOSTILE}" VALUES (7)`)
  db.close()
  broken = copyOf(applied)
  addFiles(broken, {
    [`migrations/${HOSTILE}.ts`]: 'export {}',
    'migrations/003_wrong.sql': `-- migrate:up\nCREATE TABLE "w${HOSTILE}" (id INTEGER REFERENCES ${TABLE});\nINSERT INTO "nowhere${HOSTILE}" VALUES ('${HOSTILE}')\n`,
  })
}, 120_000)

/** Every command, called so that it shows something from outside. */
const CALLS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  init: [['init']],
  create: [['create', HOSTILE]],
  gen: [
    ['gen', '--verbose'],
    ['gen', '--check', '--out', HOSTILE],
  ],
  // What it says of migrations is what `gen` says of them.
  dev: [
    ['dev', '--name', HOSTILE],
    ['dev', '--db', `n${HOSTILE}/a.db`],
  ],
  lint: [
    ['lint'],
    ['lint', '--base', 'other\u202e\u200b'],
    ['lint', '--base', HOSTILE],
    ...['github', 'sarif', 'json'].map((format) => ['lint', '--format', format]),
  ],
  check: [['check'], ['check', '--format', 'github'], ['check', '--json']],
  explain: [
    ['explain', 'ROWS_LOST'],
    ['explain', HOSTILE],
  ],
  renumber: [
    ['renumber', '--base', HOSTILE],
    ['renumber', '--base', 'other\u202e\u200b'],
  ],
  status: [['status'], ['status', '--verbose'], ['status', '--json'], ['status', '--db', HOSTILE]],
  plan: [['plan'], ['plan', '--to', '0']],
  migrate: [
    ['migrate', '--verbose'],
    ['migrate', '--dry-run', '--verbose', '--db', `fresh${HOSTILE}.db`],
    ['migrate', '--db', `${HOSTILE}.db`],
    ['migrate', '--backup', `b${HOSTILE}`, '--db', `n${HOSTILE}/a.db`],
  ],
  load: [['load'], ['load', '--db', `${HOSTILE}.db`], ['load', '--db', `n${HOSTILE}/a.db`]],
  rollback: [
    ['rollback', '--verbose'],
    ['rollback', '--to', '0', '--dry-run'],
  ],
  redo: [
    ['redo', '--verbose'],
    ['redo', '2', '--yes', '--db', `${HOSTILE}.db`],
  ],
  seed: [['seed'], ['seed', '--json'], ['seed', HOSTILE], ['seed', '--db', `${HOSTILE}.db`]],
  reset: [['reset'], ['reset', '--yes', '--db', `${HOSTILE}.db`]],
  backup: [['backup'], ['backup', `copy${HOSTILE}`]],
  restore: [
    ['restore', HOSTILE, '--yes'],
    ['restore', `copy${HOSTILE}`, '--yes'],
  ],
  adopt: [
    ['adopt', '--from-table', HOSTILE],
    ['adopt', '--at', '1', '--yes', '--db', 'theirs.db'],
  ],
  mark: [
    ['mark', '2', '--pending', '--reason', HOSTILE],
    ['mark', HOSTILE, '--applied'],
  ],
  repair: [['repair', '--yes', '--reason', HOSTILE]],
  info: [['info'], ['info', '--json']],
  version: [['version']],
  verify: [['verify'], ['verify', '--json']],
  history: [['history'], ['history', '--json']],
}

processesHere()

/** Those whose steps print; the other commands that run steps start the same process. */
const PRINTING = /^(?:gen|migrate)$/

/** What a step prints past the command line comes from a process of its own. */
const run = async (
  ...[root, argv, environment]: Parameters<typeof runProgram>
): Promise<Finished> => {
  const answer = () => runProgram(root, argv, environment)
  return argv.includes('--verbose') && PRINTING.test(argv[0]!) ? inProcesses(answer)() : answer()
}

const OURS = /\x1b\[(?:1|2|22|31|32|33|36|39)m/g
/** What a terminal obeys or does not show, but for the end of a line. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{DI}\p{Bidi_C}\p{NChar}]/u

function expectHarmless({ stdout, stderr }: Finished, colors: 'on' | 'off', own = /^$/): void {
  for (const printed of [stdout, stderr]) {
    const text = colors === 'on' ? printed.replace(OURS, '') : printed
    expect(UNSEEN.exec(text)).toBeNull()
    for (const line of text.split('\n').filter((one) => !own.test(one))) {
      expect(line).not.toMatch(/^\s*(?:::|FORGED)|##\w*\[/)
    }
  }
}

test('all commands are called', () => {
  expect(Object.keys(CALLS).sort()).toEqual(COMMANDS.map(({ name }) => name).sort())
})

const COLORS = { on: { FORCE_COLOR: '1', NO_COLOR: '' }, off: { NO_COLOR: '1' } }

describe.each([
  ['a database that differs', 'with', 'on', () => applied],
  ['migrations with errors', 'without', 'off', () => broken],
] as const)('on %s, %s colours', (_situation, _with, colors, rootOf) => {
  testSome(Object.entries(CALLS))(
    '%s obeys nothing',
    async (_command, calls) => {
      const root = copyOf(rootOf())
      const texts: string[] = []
      for (const argv of calls) {
        const finished = await run(root, argv, COLORS[colors])
        const own = argv.includes('github') ? /^::(?:error|warning|notice) file=/ : /^$/
        expectHarmless(finished, colors, own)
        texts.push(finished.stdout, finished.stderr)
      }
      expect(texts.join('')).not.toBe('')
    },
    120_000,
  )

  test('what a step throws is shown, not obeyed', async () => {
    const root = copyOf(applied)
    addFiles(root, { 'migrations/003_fails.ts': FAILING })
    await runProgram(root, ['gen', '--no-replay'])
    const argv = ['migrate', '--verbose', '--db', 'new.db']
    const finished = await run(root, argv, COLORS[colors])
    expect(finished.exitCode).toBe(1)
    expectHarmless(finished, colors)
    expect(finished.stderr).toContain(String.raw`FORGED\n  ::error::FORGED`)
  })
})

testSome(['status', 'history', 'verify', 'info'])(
  '%s shows what it does not obey',
  async (command) => {
    const { stdout } = await runProgram(copyOf(applied), [command])
    expect(stdout).toContain(String.raw`x\x1b[35m\x1b]8;;a:b\x07y\x0dz\nFORGED\n  ::error::FORGED`)
  },
)

test('no generated file hides anything', () => {
  for (const file of ['registry.ts', 'schema.ts', 'SCHEMA.md']) {
    const text = readFileSync(join(applied, 'generated', file), 'utf8')
    expect(UNSEEN.exec(text)).toBeNull()
    expect(text).toContain('FORGED')
  }
})

test('names of all scripts and emoji are printed as they are', async () => {
  const names = ['Übersicht', '用户', 'گیتی‌نگار', '👩‍👩‍👧', '❤️', 'नमस्ते']
  const root = migrationProject({
    '001_a.sql': '-- migrate:up\nCREATE TABLE a (id);\n-- migrate:down\nDROP TABLE a;\n',
  })
  mkdirSync(join(root, 'data'))
  await runProgram(root, ['gen', '-q'])
  for (const name of names) {
    const { stdout } = await runProgram(root, ['status', '--db', `data/${name}.db`])
    expect(stdout).toContain(`data/${name}.db  `)
  }
})
