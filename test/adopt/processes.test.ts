// Taking a database over by its schema when a process dies in the middle, and when several do it at once.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { beforeAll, describe, expect, test } from 'vitest'
import { databases, ledgerIds } from '../support/databases.js'
import { projectRoot } from '../support/project-root.js'
import { randomFrom } from '../support/random.js'
import { tried } from '../support/some-of.js'

const VERSIONS = 100
const files = databases()
const folder = mkdtempSync(join(tmpdir(), 'lockstep-adopters-'))
const adopter = join(folder, 'adopter.mjs')

beforeAll(async () => {
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
  await build({
    entryPoints: [join(projectRoot, 'test/adopt/adopter.ts')],
    outfile: adopter,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['better-sqlite3'],
  })
})

/** A database whose tables are those of the last version, known by its schema alone or by the rows of a tool as well. */
function unmanaged(mode: string, known: string): string {
  const path = files.path()
  const db = files.open(path)
  db.pragma(`journal_mode = ${mode}`)
  for (let at = 0; at < VERSIONS; at += 20) {
    const columns = Array.from({ length: 19 }, (_, index) => `, c${at + index + 1}`)
    db.exec(`CREATE TABLE t${at} (id${columns.join('')}); INSERT INTO t${at} (id) VALUES (${at})`)
  }
  if (known === 'rows') {
    db.exec('CREATE TABLE knex_migrations (id INTEGER PRIMARY KEY, name, batch, migration_time)')
    const insert = db.prepare('INSERT INTO knex_migrations (name) VALUES (?)')
    for (let at = 1; at <= VERSIONS; at++) insert.run(`step_${at}`)
  }
  return path
}

interface Adopter {
  readonly child: ChildProcess
  readonly ended: Promise<string>
}

/** A process that is loaded and waits for `go`. */
async function prepared(path: string): Promise<Adopter> {
  const child = spawn(process.execPath, [adopter, path, String(VERSIONS)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  const ended = new Promise<string>((resolve) => {
    child.once('close', () => resolve(text.replace('ready\n', '')))
  })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return { child, ended }
}

/** The rows of the ledger, and the action in its log. */
function recorded(path: string): { readonly ids: number; readonly actions: unknown[] } {
  const db = files.open(path)
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  const ids = ledgerIds(db).length
  const actions = ids === 0 ? [] : db.prepare('SELECT action FROM _migrations_log').pluck().all()
  return { ids, actions }
}

const KINDS = [
  ['wal', 'schema'],
  ['delete', 'rows'],
] as const

describe.each(tried(KINDS, 2))('with journal_mode %s, known by its %s', (mode, known) => {
  test('one of two succeeds, and the other is told that it is done', async () => {
    const path = unmanaged(mode, known)
    const adopters = await Promise.all(Array.from({ length: 2 }, () => prepared(path)))
    for (const { child } of adopters) child.stdin?.end('go')
    const answers = await Promise.all(adopters.map(({ ended }) => ended))
    expect(answers.toSorted()).toEqual(['{"code":"ADOPT_MANAGED"}', `{"version":${VERSIONS}}`])
    expect(recorded(path)).toEqual({ ids: VERSIONS, actions: ['adopt'] })
  })

  test('after a kill at any moment all is recorded or nothing', async () => {
    const random = randomFrom(1)
    {
      const path = unmanaged(mode, known)
      const { child, ended } = await prepared(path)
      child.stdin?.end('go')
      await new Promise((resolve) => setTimeout(resolve, random() * 15))
      child.kill('SIGKILL')
      await ended
      const { ids } = recorded(path)
      expect([0, VERSIONS]).toContain(ids)
      const again = await prepared(path)
      again.child.stdin?.end('go')
      const answer = ids === 0 ? `{"version":${VERSIONS}}` : '{"code":"ADOPT_MANAGED"}'
      expect(await again.ended).toBe(answer)
      expect(recorded(path)).toEqual({ ids: VERSIONS, actions: ['adopt'] })
    }
  })
})
