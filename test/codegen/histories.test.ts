// Histories with one defect each, and clean ones with awkward SQL: what is found is exactly what was planted.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { mended, projectIn, readExample, type Files } from '../../.ci/pages/rule-examples.js'
import { rules } from '../../codegen/check/rules.js'
import type * as runner from '../../codegen/replay/process/run-line.js'
import type { GenerateSettings } from '../../codegen/model/settings.js'
import { projectRoot } from '../support/project-root.js'
import { findings, replayed } from './replay/project.js'

const processes = vi.hoisted(() => ({ real: false }))

// Everything is real. Only where no code throws, which is the one thing that a process of its own makes a difference
// for (it maps lines back to the source), is the work done in this one, which takes a tenth of the time.
vi.mock('../../codegen/replay/process/run-line.js', async (original) => {
  const { runLine, startLine } = await original<typeof runner>()
  const { runJob } = await import('../../codegen/replay/process/run-job.js')
  const { Wall } = await import('../../codegen/wall/wall.js')
  const UNUSED: runner.LineProcess = {
    prove: () => Promise.reject(new TypeError()),
    standing: () => null,
    kill() {},
  }
  return {
    startLine: () => (processes.real ? startLine() : UNUSED),
    async runLine(...[job, limits]: Parameters<typeof runLine>) {
      if (processes.real) return runLine(job, limits)
      const message = await runJob(job, new Wall(), () => {})
      const end = message.type === 'done' ? { ...message, kind: 'done' } : message
      return JSON.parse(JSON.stringify(end)) as unknown
    },
  }
})

// It stands before `fs` and the variables for good, and there is one job after the other here.
vi.mock('../../codegen/replay/process/note-reads.js', () => ({
  noteReads: () => ({ during: <T>(work: () => T) => work(), all: () => [] }),
}))

const folder = join(projectRoot, 'test/fixtures/histories')
const names = readdirSync(folder).sort()

/** Where code throws, or something needs the wall that only a process of its own has. */
const IN_PROCESSES = new Set([
  'other-database',
  'replay-code-fails-on-rows',
  'replay-up-failed-code',
  'sql-nul',
])

/** `severity CODE file:line:column` of everything that is found, each with its text on the lines below. */
async function findingsIn(project: Files): Promise<string> {
  const { 'settings.json': settings = '{}', ...files } = project
  // They are copied out of the repository, so that nothing is remembered from one run to the next.
  const found = await findings(replayed(files, JSON.parse(settings) as Partial<GenerateSettings>))
  return found
    .map(
      ({ severity, code, file, line, column, message, fix }) =>
        `${severity} ${code} ${file}:${line}:${column}\n  ${message}\n  fix: ${fix}\n`,
    )
    .join('')
}

test('there are enough of both kinds', () => {
  const clean = names.filter((name) => name.startsWith('clean-'))
  expect(clean.length).toBeGreaterThanOrEqual(10)
  expect(names.length - clean.length).toBeGreaterThanOrEqual(40)
})

describe('exactly what was planted is found', () => {
  test.each(names)('%s', { timeout: 60_000 }, async (name) => {
    processes.real = IN_PROCESSES.has(name)
    const found = await findingsIn(projectIn(join(folder, name)))
    await expect(found).toMatchFileSnapshot(join(folder, name, 'expected.txt'))
  })
})

describe('what the page of a rule shows as good is found to be good', () => {
  const examples = rules
    .map(({ code }) => ({ code, example: readExample(projectRoot, code) }))
    .filter(({ example }) => Object.keys(example?.good ?? {}).length > 0)

  test('there is enough of it', () => expect(examples.length).toBeGreaterThan(55))

  test.each(examples)('$code', { timeout: 60_000 }, async ({ code, example }) => {
    processes.real = IN_PROCESSES.has(code.toLowerCase().replaceAll('_', '-'))
    const found = await findingsIn(mended(example!))
    expect(found).not.toContain(code)
    expect(found).not.toMatch(/^(?:error|warning) /m)
  })
})
