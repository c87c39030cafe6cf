// The page for authors of drivers: what stands there compiles, and its driver passes its test under node:test.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, expect, test } from 'vitest'
import { driverCases } from 'lockstep/testing/driver'
import { blocksOf, fileOf } from '../package/readme-blocks.js'
import { projectRoot } from '../support/project-root.js'
import { run, runTool } from '../support/run-program.js'
import { later } from './support/subjects.js'

const page = readFileSync(join(projectRoot, 'docs/drivers.md'), 'utf8')
// Below node_modules, where the installed packages are found.
const cache = join(projectRoot, 'node_modules', '.cache')
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'lockstep-driver-page-'))
afterAll(() => rmSync(folder, { recursive: true }))

const files = ['The driver', 'The test']
  .flatMap((title) => blocksOf(page, title))
  .map(({ text }) => fileOf(text))
for (const { file, text } of files) writeFileSync(join(folder, file), text)
writeFileSync(
  join(folder, 'client.ts'),
  readFileSync(join(projectRoot, 'test/testing/example/client.ts'), 'utf8').replace(
    '../../../src/index.js',
    'lockstep',
  ),
)

test('the page has the driver and its test', () => {
  expect(files.map(({ file }) => file)).toEqual(['my-driver.ts', 'my-driver.test.ts'])
})

test('the page compiles', async () => {
  const config = {
    extends: join(projectRoot, 'tsconfig.json'),
    files: ['my-driver.test.ts'],
    include: [],
    exclude: [],
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { stdout, code } = await runTool('typescript/bin/tsc', '-p', folder)
  expect({ stdout, code }).toEqual({ stdout: '', code: 0 })
})

test("the page's driver passes the page's test", async () => {
  const outfile = join(folder, 'my-driver.test.mjs')
  await build({
    entryPoints: [join(folder, 'my-driver.test.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['better-sqlite3'],
    alias: {
      lockstep: join(projectRoot, 'src/index.ts'),
      'lockstep/testing/driver': join(projectRoot, 'src/testing/driver.ts'),
    },
    logLevel: 'silent',
  })
  const env = { TMPDIR: folder }
  const { stdout, code } = await run(process.execPath, ['--test', '--test-reporter=tap', outfile], {
    env,
  })
  const applying = driverCases({ ...later, bigIntegers: undefined as never })
  const skipped = applying.filter(({ skip }) => skip !== undefined).length
  expect(stdout).toContain(`# skipped ${skipped}`)
  expect(stdout).toContain(`# pass ${applying.length - skipped}`)
  expect(stdout).toContain('# fail 0')
  expect(code).toBe(0)
})
