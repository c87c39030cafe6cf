// The histories of the corpus that need the processes in which a build replays.
import { expect, test } from 'vitest'
import type { Files } from '../../.ci/pages/rule-examples.js'
import type { Diagnostic } from '../../codegen/model/diagnostic.js'
import type { GenerateSettings } from '../../codegen/model/settings.js'
import { defects, findingsIn, good } from './corpus.js'
import { findings, replayed } from './replay/project.js'

function proveInProcesses(project: Files): Promise<readonly Diagnostic[]> {
  const { 'settings.json': settings = '{}', ...files } = project
  return findings(replayed(files, JSON.parse(settings) as Partial<GenerateSettings>))
}

const here = defects.filter(({ ownProcess }) => ownProcess)

test('there are some', () => expect(here.length).toBeGreaterThan(2))

test.each(here)('found: $name', async (one) => {
  await expect(await findingsIn(one, proveInProcesses)).toMatchFileSnapshot(one.expected)
})

test.each(good.filter(({ ownProcess }) => ownProcess))('good: $name', async ({ project }) => {
  const found = await proveInProcesses(project)
  expect(found.filter(({ severity }) => severity !== 'info')).toEqual([])
})
