// One folder per case in test/fixtures/codegen: what the generator makes of `migrations/` is what stands in `expected/`.
// `UPDATE_GOLDEN=1 npx vitest run test/codegen/generate` writes `expected/` anew; read the difference before committing.
import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { generate } from '../../../codegen/generate.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import { projectRoot } from '../../support/project-root.js'
import { settingsFor, temporaryProject } from '../../support/project.js'

const fixtures = join(projectRoot, 'test/fixtures/codegen')
const names = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

/** File name → text, of the files that stand directly in a folder; nothing for a folder that is missing. */
type Texts = Record<string, string>

function readTexts(folder: string): Texts {
  if (!existsSync(folder)) return {}
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    files.map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')]),
  )
}

/** A copy of the case outside the repository, whose own settings must not shine through. */
function copyCase(name: string): GenerateSettings {
  const root = temporaryProject()
  cpSync(join(fixtures, name), root, { recursive: true })
  rmSync(join(root, 'expected'), { recursive: true, force: true })
  const stated = JSON.parse(readTexts(root)['settings.json'] ?? '{}') as Partial<GenerateSettings>
  const { migrations = 'migrations', out = 'generated', ...others } = stated
  return settingsFor(root, { ...others, migrations: join(root, migrations), out: join(root, out) })
}

const describeDiagnostic = (found: Diagnostic): string =>
  `${found.file}:${found.line}:${found.column} ${found.severity} ${found.code}\n` +
  `  ${found.message}\n  fix: ${found.fix}\n`

const describeDiagnostics = (found: readonly Diagnostic[]): Texts =>
  found.length === 0 ? {} : { 'diagnostics.txt': found.map(describeDiagnostic).join('\n') }

function update(name: string, texts: Texts): void {
  const folder = join(fixtures, name, 'expected')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const [file, text] of Object.entries(texts)) writeFileSync(join(folder, file), text)
}

const times = (folder: string): number[] =>
  Object.keys(readTexts(folder)).map((name) => statSync(join(folder, name)).mtimeMs)

describe.each(names)('%s', (name) => {
  const settings = copyCase(name)

  test('gives what is expected', async () => {
    const { ok, diagnostics } = await generate(settings, { write: true })
    const texts = { ...readTexts(settings.out), ...describeDiagnostics(diagnostics) }
    expect(diagnostics.filter(({ message, file }) => !message.includes(file))).toEqual([])
    if (process.env['UPDATE_GOLDEN']) update(name, texts)
    expect(texts).toEqual(readTexts(join(fixtures, name, 'expected')))
    expect(ok).toBe(Object.keys(texts).some((file) => file.startsWith('registry.')))
  })

  test('is unchanged the second time, for writing and for checking', async () => {
    const before = { texts: readTexts(settings.out), times: times(settings.out) }
    const again = await generate(settings, { write: true })
    const checked = await generate(settings, { write: false })
    expect(again.files.every(({ state }) => state === 'unchanged')).toBe(true)
    expect(checked).toEqual(again)
    expect({ texts: readTexts(settings.out), times: times(settings.out) }).toEqual(before)
  })
})

test('there are cases, and each expects something', () => {
  const empty = names.filter(
    (name) => Object.keys(readTexts(join(fixtures, name, 'expected'))).length === 0,
  )
  expect(names.length).toBeGreaterThanOrEqual(25)
  expect(empty).toEqual([])
})

/** What the compiler says about all expected registries at once, a line for each error or file. */
function compile(...flags: string[]): Promise<string[]> {
  const tsc = join(projectRoot, 'node_modules/typescript/bin/tsc')
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '-p', fixtures, ...flags], (_, stdout) =>
      resolve(stdout.split('\n').filter((line) => line.includes('fixtures/codegen/'))),
    )
  })
}

test('every expected registry compiles', async () => {
  const registries = names.flatMap((name) =>
    Object.keys(readTexts(join(fixtures, name, 'expected'))).filter((file) =>
      file.startsWith('registry.'),
    ),
  )
  const [listed, errors] = await Promise.all([compile('--listFilesOnly'), compile()])
  expect(listed.filter((file) => file.includes('/expected/'))).toHaveLength(registries.length)
  expect(errors).toEqual([])
})
