// The process that replays: what may go wrong in it is a finding at its place, and nothing of it survives.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import { projectRoot } from '../../support/project-root.js'
import { addFiles, settingsFor, temporaryProject } from '../../support/project.js'
import { proveFiles, readAndProveHere } from '../proven/prove-project.js'
import { code, findings, replayed, table } from './project.js'

const FIRST = { 'migrations/001_a.sql': table('a') }

/** What is found about a history whose second migration runs this. */
const foundAbout = (
  text: string,
  others: Record<string, string> = {},
): Promise<readonly Diagnostic[]> =>
  findings(
    replayed({ ...FIRST, 'migrations/002_b.ts': text, ...others }, { replayTimeoutMs: 30_000 }),
  )

/** The same without a process, where none is needed to tell. */
const foundHere = (text: string, others: Record<string, string> = {}) =>
  proveFiles({ ...FIRST, 'migrations/002_b.ts': text, ...others })

const provenHere = async (settings: GenerateSettings): Promise<readonly Diagnostic[]> =>
  (await readAndProveHere(settings)).diagnostics

/** For a process to start and to get where it hangs, on a machine that has much else to do. */
const LONG_ENOUGH = 8000

const CONFIG = 'lockstep.config.mjs'
const CLIENT = "import Database from 'better-sqlite3'\n"

/** Takes its time without keeping a processor busy. */
const SLEEP = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)'

const ABOUT_UP = { file: 'migrations/002_b.ts', line: 3, column: 1, severity: 'error' }

test('nothing is told of what prints more than a pipe holds, leaves a timer running, or handles its rejections', async () => {
  const prints =
    "for (let n = 0; n < 2000; n++) console.log('x'.repeat(100)), console.error('y'.repeat(100))"
  const others = {
    'migrations/003_c.ts': code(`db.exec('SELECT 1'); ${prints}`),
    'migrations/004_d.ts': code("db.exec('SELECT 1'); setInterval(() => {}, 1000)"),
    'migrations/005_e.ts': code("db.exec('SELECT 1'); Promise.reject('none').catch(() => {})"),
  }
  const up = "db.exec('CREATE TABLE b (id INTEGER PRIMARY KEY)')"
  expect(await foundAbout(code(up), others)).toEqual([])
})

describe('a migration that', () => {
  test.concurrent('never ends is named when the time is over', async () => {
    const files = {
      ...FIRST,
      'migrations/002_b.ts': code(`for (;;) ${SLEEP}`),
      'migrations/003_c.ts': code("db.exec('CREATE TABLE c (x)')"),
    }
    const found = await findings(replayed(files, { replayTimeoutMs: LONG_ENOUGH }))
    expect(found).toMatchObject([{ ...ABOUT_UP, code: 'REPLAY_TIMED_OUT' }])
    expect(found[0]!.message).toContain('after 8000 ms during `up` of version 002')
    expect(found[0]!.message).toContain('nothing is proven about version 003 yet')
  })

  test.concurrent('has a query that never ends is named with its statement', async () => {
    const endless = 'WITH c (x) AS (SELECT 1 UNION ALL SELECT x + pause() FROM c) SELECT x FROM c'
    const up = `CREATE TABLE b (x);\nINSERT INTO b ${endless} WHERE x < 0;`
    const settings = replayed(
      {
        ...FIRST,
        'migrations/002_b.sql': `-- migrate:up\n${up}\n-- irreversible: no\n`,
        [CONFIG]: `${CLIENT}export default {
          open(path) {
            return new Database(path).function('pause', () => (${SLEEP}, 1))
          },
        }`,
      },
      { replayTimeoutMs: LONG_ENOUGH },
    )
    const config = { file: join(settings.root, CONFIG), database: null }
    expect(await findings({ ...settings, config })).toMatchObject([
      { code: 'REPLAY_TIMED_OUT', file: 'migrations/002_b.sql', line: 3, column: 1 },
    ])
  })

  test.concurrent('counts to a number in a column is tried with a moderate one', async () => {
    const files = {
      'migrations/001_a.sql':
        '-- migrate:up\nCREATE TABLE s (id INTEGER PRIMARY KEY, n INTEGER);\n-- migrate:down\nDROP TABLE s;\n',
      'migrations/002_b.ts': code(
        `const { most } = db.prepare('SELECT max(n) AS most FROM s').get()\n  for (let n = 0; n < most; n++) most > 5000 ? ${SLEEP} : db.prepare('SELECT 1').get()`,
      ),
    }
    const settings = replayed(files, { replayTimeoutMs: 40_000 })
    const first = await findings(settings)
    expect(first).toMatchObject([
      { code: 'REPLAY_UNPROVEN', severity: 'info', file: 'migrations/002_b.ts', line: 3 },
    ])
    expect(first[0]!.message).toContain('it was tried with numbers up to 5000 instead')
    // Remembered, and told again.
    expect(await findings(settings)).toEqual(first)
  })

  test('ends the process is named with its exit code, and with what it said', async () => {
    const found = await foundAbout(
      code("process.stderr.write('TypeError: out of cheese\\n'); process.exit(7)"),
    )
    expect(found).toMatchObject([{ ...ABOUT_UP, code: 'REPLAY_PROCESS_DIED' }])
    expect(found[0]!.message).toContain('during `up` of version 002')
    expect(found[0]!.message).toContain('exit code 7')
    expect(found[0]!.message).toContain('TypeError: out of cheese')
  })

  test('has the process killed is named with the signal', async () => {
    const found = await foundAbout(code("process.kill(process.pid, 'SIGKILL'); for (;;);"))
    expect(found).toMatchObject([
      { ...ABOUT_UP, code: 'REPLAY_PROCESS_DIED' },
      { code: 'NOT_DETERMINISTIC' },
    ])
    expect(found[0]!.message).toContain('SIGKILL')
  })

  test('crashes, and is named beside what is wrong with others', async () => {
    const files = {
      ...FIRST,
      'migrations/002_b.sql':
        '-- migrate:up\nCREATE TABLE b (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE a;\n',
      'migrations/003_c.ts': code("process.kill(process.pid, 'SIGSEGV'); for (;;);"),
      'migrations/004_d.sql': table('d'),
    }
    const found = await findings(replayed(files, { replayTimeoutMs: 30_000 }))
    const [other, died] = ['DOWN_NOT_INVERSE', 'REPLAY_PROCESS_DIED'].map((name) =>
      found.find((one) => one.code === name),
    )
    expect(other).toMatchObject({ file: 'migrations/002_b.sql' })
    expect(died).toMatchObject({ file: 'migrations/003_c.ts', line: 3 })
    expect(died!.message).toContain('during `up` of version 003')
    expect(died!.message).toContain('it was ended by SIGSEGV')
    expect(died!.fix).toContain('`.node`')
  })

  test('ends the process when there are rows leaves what is known without them', async () => {
    const files = {
      ...FIRST,
      'migrations/002_b.ts': code("if (db.prepare('SELECT 1 FROM a').get()) process.exit(3)"),
      'migrations/003_c.sql': '-- migrate:up\nCREATE TABLE c (x);\n-- migrate:down\nSELECT 1;\n',
      'migrations/004_d.sql':
        '-- migrate:up\nDROP TABLE c;\n-- migrate:down\nCREATE TABLE c (x);\n',
    }
    const found = await findings(replayed(files, { replayTimeoutMs: 30_000 }))
    expect(found).toMatchObject([
      { code: 'REPLAY_PROCESS_DIED', file: 'migrations/002_b.ts' },
      { code: 'DOWN_NOT_INVERSE', file: 'migrations/003_c.sql' },
    ])
    expect(found[0]!.message).toContain('with generated rows in the tables')
  })

  test('ends the process in its down is named with that', async () => {
    const text =
      'export const up = (db) => db.exec("SELECT 1")\nexport function down() {\n  process.exit(0)\n}\n'
    const found = await foundAbout(text)
    expect(found).toMatchObject([{ code: 'REPLAY_PROCESS_DIED', line: 2 }])
    expect(found[0]!.message).toContain('during `down` of version 002')
  })

  test.concurrent('never ends when there are rows is tried without them', async () => {
    const up = `while (db.prepare('SELECT 1 FROM a').get()) ${SLEEP}`
    const files = { ...FIRST, 'migrations/002_b.ts': code(up) }
    const found = await findings(replayed(files, { replayTimeoutMs: 40_000 }))
    expect(found).toMatchObject([{ ...ABOUT_UP, code: 'REPLAY_UNPROVEN', severity: 'warning' }])
    expect(found[0]!.message).toContain('it was tried without rows')
  })

  test('leaves a rejected promise behind is named with the line that made it', async () => {
    const found = await foundAbout(code("void Promise.reject(new TypeError('too late'))"), {
      'migrations/003_c.sql': table('c'),
    })
    expect(found).toMatchObject([
      { code: 'REPLAY_REJECTION_UNHANDLED', file: 'migrations/002_b.ts', line: 4 },
    ])
    expect(found[0]!.message).toContain(
      '`up` of version 002 in migrations/002_b.ts leaves a failing promise behind',
    )
    expect(found[0]!.message).toContain('catches its error: too late.')
  })

  test('leaves one behind in its down that is no error, before others, is named all the same', async () => {
    const down =
      "export const up = (db) => db.exec('SELECT 1')\nexport function down() {\n  void Promise.reject('no error')\n}\n"
    const found = await foundAbout(down, { 'migrations/003_c.sql': table('c') })
    expect(found).toMatchObject([{ code: 'REPLAY_REJECTION_UNHANDLED', line: 2 }])
    expect(found[0]!.message).toContain('`down` of version 002 in migrations/002_b.ts')
    expect(found[0]!.message).toContain('no error')
  })

  test('returns false is refused in the words of the runtime', async () => {
    const found = await foundAbout(code('return false'))
    expect(found).toMatchObject([{ ...ABOUT_UP, code: 'REPLAY_UP_FAILED' }])
    expect(found[0]!.message).toContain('Lockstep refuses it with "Migration 002 (b)')
    expect(found[0]!.message).not.toContain('throws')
    expect(found[0]!.fix).toBe('Check what it logged, and fix it.')
  })

  test('throws while it is loaded is found with its line', async () => {
    const text = code('db.exec(TEXT)', "\nconst TEXT = JSON.parse('nonsense')")
    const found = await foundHere(text)
    expect(found.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'REPLAY_LOAD_FAILED', file: 'migrations/002_b.ts', line: 2 },
    ])
  })
})

describe('what is imported', () => {
  test('must be there', async () => {
    const found = await foundHere(code('void name', "import { name } from './_gone.js'"))
    expect(found.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'REPLAY_BUNDLE_FAILED', file: 'migrations/002_b.ts', line: 1, column: 22 },
    ])
  })

  test('from a package must be installed', async () => {
    const found = await foundHere(code('void gone', "import gone from 'no-such-package'"))
    expect(found).toMatchObject([
      { code: 'REPLAY_LOAD_FAILED', file: 'migrations/002_b.ts', line: 1 },
    ])
    expect(found[0]!.message).toContain("002_b.ts: Cannot find module 'no-such-package'. An app")
    expect(found[0]!.fix).toContain('Install the package')
  })

  test('must have what is taken from it', async () => {
    const found = await foundHere(code('void name', "import name from './_names.js'"), {
      'migrations/_names.ts': "export const other = 'b'\n",
    })
    expect(found).toMatchObject([{ code: 'REPLAY_BUNDLE_FAILED', file: 'migrations/002_b.ts' }])
    expect(found[0]!.message).toContain('default')
  })

  test('leads to a module of Node: told with the way to it', async () => {
    const found = await foundHere(code('void name()', "import { name } from '../src/name.js'"), {
      'src/name.ts': "import { host } from './host.js'\nexport const name = () => host()\n",
      'src/host.ts': "import { hostname } from 'node:os'\nexport const host = () => hostname()\n",
    })
    const leaks = found.filter(({ code: name }) => name === 'REPLAY_BUNDLE_LEAKS')
    expect(leaks).toMatchObject([{ severity: 'warning', file: 'migrations/002_b.ts' }])
    expect(leaks[0]!.message).toContain("imports src/name.ts, which leads to 'node:os'")
  })

  test('directly from Node is left to the rule that is about it', async () => {
    const found = await foundHere(
      code('db.exec("SELECT 1"); void basename("a")', "import { basename } from 'node:path'"),
    )
    expect(found.map(({ code: name }) => name)).toEqual(['IMPORT_BUILTIN'])
  })

  test('when it runs is an error before anything is replayed', async () => {
    const found = await foundHere(code("void import('./_names.js'); process.exit(1)"), {
      'migrations/_names.ts': '',
    })
    expect(found.map(({ code: name }) => name)).toContain('IMPORT_DYNAMIC')
    expect(found.map(({ code: name }) => name)).not.toContain('REPLAY_PROCESS_DIED')
  })
})

describe('the database', () => {
  const opened = (
    config: string,
    up = "db.exec('SELECT twice(2)')",
  ): Promise<readonly Diagnostic[]> => {
    const files = { ...FIRST, 'migrations/002_b.ts': code(up), [CONFIG]: config }
    const settings = replayed(files)
    const file = join(settings.root, CONFIG)
    return provenHere({ ...settings, config: { file, database: null } })
  }
  test('is opened the way the configuration says', async () => {
    const open = "const db = new Database(path); db.function('twice', (n) => n * 2); return db"
    expect(await opened(`${CLIENT}export default { open(path) { ${open} } }`)).toEqual([])
  })

  test('without it has no functions of the application', async () => {
    const found = await opened('export default {}')
    expect(found.map(({ severity }) => severity)).toContain('error')
    expect(found.map(({ message }) => message).join()).toContain('no such function: twice')
  })

  test.each([
    ['a file', "return new Database(import.meta.dirname + '/app.db')", 'a file'],
    ['nothing', '', 'no open handle'],
    ['an error', "throw new TypeError('no key')", 'no key'],
  ])('is refused when open answers with %s', async (_what, open, reason) => {
    const found = await opened(`${CLIENT}export default { open(path) { ${open} } }`)
    expect(found).toMatchObject([{ code: 'REPLAY_OPEN_FAILED', file: CONFIG, severity: 'error' }])
    expect(found[0]!.message).toContain(reason)
  })

  test('of a named one is opened in its own way', async () => {
    const own = "const db = new Database(path); db.function('twice', (n) => n * 2); return db"
    const config = `${CLIENT}export default { databases: { main: {}, other: { open(path) { ${own} } } } }`
    const settings = replayed({
      ...FIRST,
      'migrations/002_b.ts': code("db.exec('SELECT twice(2)')"),
      [CONFIG]: config,
    })
    const file = join(settings.root, CONFIG)
    expect(await provenHere({ ...settings, config: { file, database: 'other' } })).toEqual([])
  })

  test('needs a client that loads', async () => {
    const broken = 'throw new Error("was compiled against another Node")'
    const root = temporaryProject({
      'package.json': '{}',
      ...FIRST,
      'node_modules/better-sqlite3/package.json': '{ "main": "index.js" }',
      'node_modules/better-sqlite3/index.js': broken,
    })
    const found = await findings(settingsFor(root, { replay: true }))
    expect(found).toMatchObject([{ code: 'REPLAY_CLIENT_MISSING', file: 'package.json' }])
    expect(found[0]!.fix).toContain('npm install better-sqlite3')
    expect(found[0]!.fix).toContain('--no-replay')
  })
})

test('a process in a loop without end does not survive the one that wants its answer', async () => {
  const root = temporaryProject()
  const marker = join(root, 'pid')
  const up = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, String(process.pid)); for (;;);`
  const job = {
    line: 'schema',
    ...settingsFor(projectRoot),
    provenTo: 0,
    path: join(root, 'registry.ts'),
    code: `exports.registry = [{ version: 1, name: 'a', file: 'a.ts', checksum: '1:1', lineage: '1:1',
      reversible: false, source: { up() { ${up} } } }]`,
  }
  const entry = join(projectRoot, 'codegen/replay/process/worker.ts')
  const starter = join(root, 'starter.mjs')
  addFiles(root, {
    'starter.mjs': `import { fork } from 'node:child_process'
      fork(${JSON.stringify(entry)}, [String(process.pid)]).send(${JSON.stringify(job)})`,
  })
  const parent = spawn(process.execPath, [starter], { stdio: 'ignore' })
  while (!existsSync(marker) || readFileSync(marker, 'utf8') === '') await sleep(50)
  const pid = Number(readFileSync(marker, 'utf8'))
  expect(isRunning(pid)).toBe(true)
  parent.kill('SIGKILL')
  while (isRunning(pid)) await sleep(50)
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
