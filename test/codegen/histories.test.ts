// Histories with one defect each, and clean ones with awkward SQL: what is found is exactly what was planted.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import type * as runner from '../../codegen/replay/run-line.js'
import type { GenerateSettings } from '../../codegen/model/settings.js'
import { findings, replayed } from './replay/project.js'

const processes = vi.hoisted(() => ({ real: false }))

// Everything is real. Only where no code throws, which is the one thing that a process of its own makes a difference
// for (it maps lines back to the source), is the work done in this one, which takes a tenth of the time.
vi.mock('../../codegen/replay/run-line.js', async (original) => {
  const { runLine, startLine } = await original<typeof runner>()
  const { answerLine } = await import('../../codegen/replay/answer-line.js')
  const { Wall } = await import('../../codegen/wall/wall.js')
  const UNUSED: runner.LineProcess = { prove: () => Promise.reject(new TypeError()), kill() {} }
  return {
    startLine: () => (processes.real ? startLine() : UNUSED),
    async runLine(...[job, limits]: Parameters<typeof runLine>) {
      if (processes.real) return runLine(job, limits)
      const message = await answerLine(job, new Wall(), () => {})
      const end = message.type === 'done' ? { kind: 'done', result: message.result } : message
      return JSON.parse(JSON.stringify(end)) as unknown
    },
  }
})

const folder = fileURLToPath(new URL('../fixtures/histories/', import.meta.url))
const names = readdirSync(folder).sort()

/** Where code throws, or something needs the wall that only a process of its own has. */
const IN_PROCESSES = new Set([
  'other-database',
  'replay-code-fails-on-rows',
  'replay-up-failed-code',
])

/** `severity CODE file:line:column` of everything that is found, line by line. */
async function findingsIn(name: string): Promise<string> {
  const found = await findings(replayed(migrationsOf(name), statedFor(name)))
  return found
    .map((one) => `${one.severity} ${one.code} ${one.file}:${one.line}:${one.column}\n`)
    .join('')
}

/** They are copied out of the repository, so that nothing is remembered from one run to the next. */
function migrationsOf(name: string): Record<string, string> {
  const files = readdirSync(join(folder, name, 'migrations'))
  return Object.fromEntries(
    files.map((file) => {
      const path = `migrations/${file}`
      return [path, readFileSync(join(folder, name, path), 'utf8')]
    }),
  )
}

function statedFor(name: string): Partial<GenerateSettings> {
  const file = join(folder, name, 'settings.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

test('there are enough of both kinds', () => {
  const clean = names.filter((name) => name.startsWith('clean-'))
  expect(clean.length).toBeGreaterThanOrEqual(10)
  expect(names.length - clean.length).toBeGreaterThanOrEqual(40)
})

describe('exactly what was planted is found', () => {
  test.each(names)('%s', { timeout: 60_000 }, async (name) => {
    processes.real = IN_PROCESSES.has(name)
    await expect(await findingsIn(name)).toMatchFileSnapshot(join(folder, name, 'expected.txt'))
  })
})
