// Generated files that the settings no longer ask for: told by a check, removed by generating, and never what others wrote.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import { projectRoot } from '../../support/project-root.js'
import { replayed, table } from '../replay/project.js'
import { generateHere } from '../proven/prove-project.js'
import { addFiles } from '../../support/project.js'
import { processesHere } from '../../support/processes-here.js'

processesHere()

const JS = ['SCHEMA.md', 'registry.js', 'schema.d.ts', 'schema.sql']
const TS = ['SCHEMA.md', 'registry.ts', 'schema.sql', 'schema.ts']

const write = (settings: GenerateSettings) => generateHere(settings, { write: true })
const judge = (settings: GenerateSettings) => generateHere(settings, { write: false })
const filesIn = ({ out }: GenerateSettings): string[] => readdirSync(out).sort()

async function generated(stated: Partial<GenerateSettings>): Promise<GenerateSettings> {
  const settings = replayed({ 'migrations/001_a.sql': table('a') }, { schemaPage: true, ...stated })
  expect((await write(settings)).ok).toBe(true)
  return settings
}

describe.each([
  { from: 'js', to: 'ts', before: JS, after: TS, old: ['registry.js', 'schema.d.ts'] },
  { from: 'ts', to: 'js', before: TS, after: JS, old: ['registry.ts', 'schema.ts'] },
] as const)('from $from to $to', ({ from, to, before, after, old }) => {
  test('the files of the other language are removed, and only told of by a check', async () => {
    const settings = { ...(await generated({ language: from })), language: to }
    expect(filesIn(settings)).toEqual(before)
    const { files } = await write({ ...settings, replay: false })
    expect(files.filter(({ state }) => state === 'removed')).toEqual([
      { file: `generated/${old[0]}`, state: 'removed' },
    ])
    await write(settings)
    expect(filesIn(settings)).toEqual(after)
    expect(await judge(settings)).toMatchObject({ ok: true, diagnostics: [] })
  })

  test('a check that remembers that all is well sees an old file come back', async () => {
    const settings = { ...(await generated({ language: from })), language: to }
    addFiles(settings.root, { 'node_modules/.keep': '' })
    await write(settings)
    expect((await write(settings)).ok).toBe(true)
    await write({ ...settings, language: from, out: join(settings.root, 'other') })
    for (const name of old)
      copyFileSync(join(settings.root, 'other', name), join(settings.out, name))
    const { ok, diagnostics, files } = await judge(settings)
    expect(ok).toBe(false)
    expect(diagnostics).toMatchObject(
      old.map((name) => ({ code: 'GENERATED_STALE', file: `generated/${name}`, line: 1 })),
    )
    expect(diagnostics[0]?.message).toContain(
      `was in ${from === 'js' ? 'JavaScript' : 'TypeScript'}: registry.${to} is written now`,
    )
    expect(diagnostics[0]?.fix).toContain(`\`language: '${from}'\``)
    expect(files.filter(({ state }) => state === 'stale')).toHaveLength(2)
    expect(filesIn(settings)).toEqual([...after, ...old].sort())
  })
})

test('a page that is no longer wanted is removed', async () => {
  const settings = { ...(await generated({})), schemaPage: false }
  const { diagnostics } = await judge(settings)
  expect(diagnostics).toMatchObject([{ code: 'GENERATED_STALE', file: 'generated/SCHEMA.md' }])
  expect(diagnostics[0]?.message).toContain('`schemaPage`')
  await write(settings)
  expect(filesIn(settings)).toEqual(['registry.ts', 'schema.sql', 'schema.ts'])
})

test('is nothing where errors keep from knowing what is wanted', async () => {
  const settings = await generated({})
  addFiles(settings.root, { 'migrations/003_c.sql': table('c') })
  for (const run of [judge, write])
    expect((await run(settings)).diagnostics).toMatchObject([{ code: 'VERSION_GAP' }])
  expect(filesIn(settings)).toEqual(TS)
})

test('what somebody else wrote stays', async () => {
  const settings = await generated({ schemaPage: false })
  const others = { 'registry.js': 'export const registry = []\n', 'SCHEMA.md': '# Ours\n' }
  for (const [name, text] of Object.entries(others)) writeFileSync(join(settings.out, name), text)
  expect(await write(settings)).toMatchObject({ ok: true, diagnostics: [] })
  for (const name of Object.keys(others)) expect(existsSync(join(settings.out, name))).toBe(true)
})

test('what a compiler made of the generated files stays', async () => {
  const settings = await generated({})
  const tsc = join(projectRoot, 'node_modules/typescript/bin/tsc')
  const flags = [
    '--declaration',
    '--noCheck',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--ignoreConfig',
  ]
  const names = ['registry.ts', 'schema.ts'].map((name) => join(settings.out, name))
  execFileSync(process.execPath, [tsc, ...flags, ...names])
  const compiled = ['registry.d.ts', 'registry.js', 'schema.d.ts', 'schema.js']
  expect(filesIn(settings)).toEqual([...TS, ...compiled].sort())
  expect(await judge(settings)).toMatchObject({ ok: true, diagnostics: [] })
  await write(settings)
  expect(filesIn(settings)).toEqual([...TS, ...compiled].sort())
})
