import { expect, it, vi } from 'vitest'
import { readAndProve } from '../../../codegen/pipeline.js'
import { readyPasses } from '../../../codegen/replay/process/ready-passes.js'
import { startBuiltProcesses } from '../../support/built-processes.js'
import { replayed } from './project.js'

// The sources would need a loader, without which they end at once.
startBuiltProcesses()

const running = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length

it('starts one process for each line, and ends those that nobody took', async () => {
  const ready = readyPasses()
  expect(running()).toBe(2)
  const taken = ready.take()
  ready.end()
  await vi.waitFor(() => expect(running()).toBe(1), 10_000)
  taken.kill()
  await vi.waitFor(() => expect(running()).toBe(0), 10_000)
})

it('starts another when all are taken, even after the end', async () => {
  const ready = readyPasses()
  const taken = [ready.take(), ready.take(), ready.take()]
  expect(running()).toBe(3)
  ready.end()
  taken.push(ready.take())
  expect(running()).toBe(4)
  for (const { kill } of taken) kill()
  await vi.waitFor(() => expect(running()).toBe(0), 10_000)
})

it('leaves no process behind when there is nothing to replay', async () => {
  const settings = replayed({ 'migrations/002_gap.sql': 'CREATE TABLE a (id INTEGER);' })
  const { proof } = await readAndProve(settings)
  expect(proof).toBeNull()
  await vi.waitFor(() => expect(running()).toBe(0), 10_000)
})
