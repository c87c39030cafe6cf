// The page about testing migrations: what stands there compiles, and passes under every kind of framework.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Metafile } from 'esbuild'
import { afterAll, describe, expect, test } from 'vitest'
import { blocksOf, fileOf } from '../../package/readme-blocks.js'
import { projectRoot } from '../../support/project-root.js'
import { runNode, runTool, run } from '../../support/run-program.js'

const page = readFileSync(join(projectRoot, 'docs/testing.md'), 'utf8')
const FUNCTIONS = [
  'migrateTo',
  'expectReversible',
  'expectDataSurvives',
  'upgradeMatrix',
  'expectUpgrades',
]
const TESTS = 8
const VITEST = "import { test } from 'vitest'\n"

/** The doors that the page imports, as the sources have them. */
const doors: Readonly<Record<string, string>> = {
  lockstep: join(projectRoot, 'src/index.ts'),
  'lockstep/better-sqlite3': join(projectRoot, 'src/drivers/better-sqlite3.ts'),
  'lockstep/testing': join(projectRoot, 'src/testing/migrations.ts'),
}

// Below node_modules, where the installed packages are found.
const cache = join(projectRoot, 'node_modules', '.cache')
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'lockstep-testing-page-'))
afterAll(() => rmSync(folder, { recursive: true }))

const files = ['The kit', ...FUNCTIONS]
  .flatMap((title) => blocksOf(page, title))
  .map(({ text }) => fileOf(text))

/** Writes the page's files, with the import of `test` that a framework wants, and one that imports all tests. */
function projectFor(framework: string, importOfTest: string): string {
  const root = join(folder, framework)
  mkdirSync(join(root, 'generated'), { recursive: true })
  // Without it, the manifest above would say that imports have no side effects.
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  const example = JSON.stringify(join(projectRoot, 'generated/registry.js'))
  writeFileSync(join(root, 'generated/registry.ts'), `export * from ${example}\n`)
  for (const { file, text } of files)
    writeFileSync(join(root, file), text.replace(VITEST, importOfTest))
  const tests = files.filter(({ file }) => file.endsWith('.test.ts'))
  const all = tests.map(({ file }) => `import './${file.replace(/ts$/, 'js')}'\n`)
  writeFileSync(join(root, 'all.ts'), all.join(''))
  return root
}

async function bundled(root: string): Promise<{ readonly file: string; readonly meta: Metafile }> {
  const file = join(root, 'all.mjs')
  const { metafile } = await build({
    entryPoints: [join(root, 'all.ts')],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['better-sqlite3', 'vitest'],
    alias: { ...doors },
    absWorkingDir: projectRoot,
    metafile: true,
    logLevel: 'silent',
  })
  return { file, meta: metafile }
}

const underVitest = await bundled(projectFor('vitest', VITEST))

describe('under vitest', async () => {
  await import(pathToFileURL(underVitest.file).href)
})

test('the page has the kit and an example of each function', () => {
  const names = FUNCTIONS.map((name) =>
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  )
  expect(files.map(({ file }) => file)).toEqual([
    'kit.ts',
    ...names.map((name) => `${name}.test.ts`),
  ])
  for (const [at, { text }] of files.slice(1).entries())
    expect(text).toContain(`kit.${FUNCTIONS[at]}(`)
})

test('the page compiles', async () => {
  const root = projectFor('compiled', VITEST)
  const paths = Object.fromEntries(Object.entries(doors).map(([name, file]) => [name, [file]]))
  const config = {
    extends: join(projectRoot, 'tsconfig.json'),
    compilerOptions: { paths },
    files: ['all.ts'],
    include: [],
    exclude: [],
  }
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify(config))
  const { stdout, code } = await runTool('typescript/bin/tsc', '-p', root)
  expect({ stdout, code }).toEqual({ stdout: '', code: 0 })
})

test('passes under node:test', async () => {
  const { file } = await bundled(projectFor('node', "import { test } from 'node:test'\n"))
  const ended = await run(process.execPath, ['--test', '--test-reporter=tap', file])
  expect(ended.stdout).toContain(`# pass ${TESTS}\n`)
  expect(ended.stdout).toContain('# fail 0\n')
  expect(ended.code).toBe(0)
})

test('passes under a framework that only has a global function, and none of its own', async () => {
  const root = projectFor('globals', '')
  const { file } = await bundled(root)
  const runner = join(root, 'runner.mjs')
  writeFileSync(
    runner,
    `let passed = 0
globalThis.test = (title, body) => { body(); passed += 1 }
await import(${JSON.stringify(pathToFileURL(file).href)})
console.log(passed)
`,
  )
  expect(await runNode(runner)).toEqual({ code: 0, stdout: `${TESTS}\n`, stderr: '' })
})

test('the door brings no package with it', () => {
  const imports = Object.entries(underVitest.meta.inputs)
    .filter(([file]) => file.startsWith('src/'))
    .flatMap(([, { imports: all }]) => all)
  expect(imports.length).toBeGreaterThan(0)
  expect(imports.filter(({ external }) => external)).toEqual([])
})
