// Loading files of a project: what becomes part of the bundle, what is loaded from the project, and how failures read.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, it } from 'vitest'
import { packageFile } from '../../../codegen/project/lockstep-package.js'
import { readMemory, writeMemory } from '../../../codegen/project/memory-file.js'
import { loadLent, loadModule } from '../../../codegen/bundle/load-module.js'
import { LockstepError } from '../../../src/errors/lockstep-error.js'
import { failureOf } from '../../support/error-of.js'
import { addFiles, temporaryProject, type Files } from '../../support/project.js'

const { exports: all } = JSON.parse(readFileSync(packageFile(), 'utf8')) as { exports: object }
const doors = Object.keys(all).filter((door) => !door.endsWith('.json'))

let root = ''
beforeEach(() => {
  root = temporaryProject()
})

const write = (files: Files): void => addFiles(root, files)

const failureToLoad = (file: string): Promise<LockstepError> =>
  failureOf(() => loadModule(join(root, file), root))

/** The test runner formats stacks by itself, which would keep Node from mapping them. */
function stackOf(fail: () => void): string {
  const { prepareStackTrace } = Error
  delete (Error as Partial<ErrorConstructor>).prepareStackTrace
  try {
    fail()
  } catch (error) {
    return (error as Error).stack ?? ''
  } finally {
    Error.prepareStackTrace = prepareStackTrace
  }
  return expect.unreachable('Nothing was thrown.')
}

/** What only the job at hand refers to is not collected. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let round = 0; round < 3; round++) {
    await new Promise(setImmediate)
    collect()
  }
}

describe('what a loaded file is made of', () => {
  it('takes in the TypeScript files that it imports, by any ending, and leaves nothing on disk', async () => {
    write({
      'main.ts': `import { one } from './one.js'\nimport { two } from './two'\nexport const sum: number = one + two`,
      'one.ts': 'export const one: number = 1',
      'two.ts': 'export const two = 2 as const',
    })
    expect((await loadModule(join(root, 'main.ts'), root))['sum']).toBe(3)
    expect(readdirSync(root).sort()).toEqual(['main.ts', 'one.ts', 'two.ts'])
  })

  it.each(['config.ts', 'config.mts', 'config.js', 'config.mjs'])('loads %s', async (name) => {
    write({ [name]: `export default { name: '${name}' }` })
    expect((await loadModule(join(root, name), root))['default']).toEqual({ name })
  })

  it('may stand in a folder with any name', async () => {
    const folder = join(root, 's*r [a]{b}?')
    write({
      's*r [a]{b}?/main.ts': `export { a } from './_a.js'`,
      's*r [a]{b}?/_a.ts': 'export const a = 1',
    })
    expect(await loadModule(join(folder, 'main.ts'), folder)).toMatchObject({ a: 1 })
  })

  it('loads CommonJS', async () => {
    write({ 'config.cjs': `module.exports = { database: 'a.db' }` })
    expect(await loadModule(join(root, 'config.cjs'), root)).toMatchObject({ database: 'a.db' })
  })

  it('answers `lockstep` with the copy that is running, installed or not', async () => {
    write({
      'main.ts': `import { defineConfig } from 'lockstep'\nexport default defineConfig({ database: 'x.db' })`,
    })
    expect((await loadModule(join(root, 'main.ts'), root))['default']).toEqual({ database: 'x.db' })
  })

  it('lends its doors to what has much of Lockstep, and takes the others in', async () => {
    const all = doors.map((door) => door.replace(/^\./, 'lockstep'))
    const exported = all.map((door, index) => `export * as d${index} from '${door}'`)
    write({ 'node_modules/.keep': '', 'main.ts': exported.join('\n') })
    const loaded = await loadLent(join(root, 'main.ts'), root)
    expect(Object.keys(loaded)).toHaveLength(doors.length)
    write({ 'main.ts': "export { LockstepError } from 'lockstep'" })
    expect(await loadLent(join(root, 'main.ts'), root)).toMatchObject({ LockstepError })
    const [memory = ''] = readdirSync(join(root, 'node_modules/.cache/lockstep'))
    const path = join(root, 'node_modules/.cache/lockstep', memory)
    expect((readMemory(path) as { code: string }).code.length).toBeLessThan(5000)
  })

  it('loads installed packages from the project, CommonJS and ES modules alike', async () => {
    write({
      'node_modules/old/package.json': '{"name":"old","main":"index.js"}',
      'node_modules/old/index.js': 'exports.here = __filename',
      'node_modules/new/package.json': '{"name":"new","type":"module","exports":"./index.js"}',
      'node_modules/new/index.js': 'export const here = import.meta.url',
      'main.ts': `import { here as old } from 'old'\nimport { here } from 'new'\nexport const found = [old, here]`,
    })
    const { found } = await loadModule(join(root, 'main.ts'), root)
    expect(found).toEqual([
      join(root, 'node_modules/old/index.js'),
      pathToFileURL(join(root, 'node_modules/new/index.js')).href,
    ])
  })

  it('takes in aliases of the tsconfig', async () => {
    write({
      'tsconfig.json': '{"compilerOptions":{"paths":{"@app/*":["./source/*"]}}}',
      'source/name.ts': `export const name: string = 'app'`,
      'main.ts': `import { name } from '@app/name'\nexport const result = name`,
    })
    expect((await loadModule(join(root, 'main.ts'), root))['result']).toBe('app')
  })

  it('gives import.meta its values in every file that uses it', async () => {
    write({
      'main.ts': `#!/usr/bin/env node\nimport { below } from './deep/below.js'\nexport const places = [import.meta.dirname, import.meta.filename, import.meta.url, below]`,
      'deep/below.ts': `export const below: string = import.meta.dirname`,
    })
    const main = join(root, 'main.ts')
    expect((await loadModule(main, root))['places']).toEqual([
      root,
      main,
      pathToFileURL(main).href,
      join(root, 'deep'),
    ])
  })
})

describe('how failures read', () => {
  it('names every place that does not build', async () => {
    write({
      'main.ts': `import './broken.js'\nimport './missing.js'`,
      'broken.ts': `export const a = 1\nexport const b = = 2`,
    })
    const error = await failureToLoad('main.ts')
    expect(error.code).toBe('MODULE_BROKEN')
    expect(error.message).toContain('broken.ts:2:18: Unexpected "="')
    expect(error.message).toContain('main.ts:2:8: Could not resolve "./missing.js"')
  })

  it('says that a top-level await cannot be loaded', async () => {
    write({ 'main.ts': 'export default await Promise.resolve({})' })
    const error = await failureToLoad('main.ts')
    expect(error.code).toBe('MODULE_BROKEN')
    expect(error.message).toContain('main.ts:1:16')
    expect(error.fix).toContain('top-level await')
  })

  it.each(doors)('has the door %s of the package', async (door) => {
    write({
      'main.ts': `import * as door from 'lockstep${door.slice(1)}'\nexport default { ...door }`,
    })
    const { default: names } = await loadModule(join(root, 'main.ts'), root)
    expect(Object.keys(names as object)).not.toEqual([])
  })

  it('names a door that Lockstep does not have', async () => {
    write({ 'main.ts': `import 'lockstep/mongodb'` })
    const error = await failureToLoad('main.ts')
    expect(error.message).toContain('main.ts:1:8')
    expect(error.message).toContain('no door "lockstep/mongodb"')
  })

  it('names a package that is not installed', async () => {
    write({ 'main.ts': `import { x } from 'nowhere-to-be-found'\nexport default x` })
    const error = await failureToLoad('main.ts')
    expect(error.code).toBe('MODULE_FAILED')
    expect(error.message).toContain(`Cannot find module 'nowhere-to-be-found'`)
    expect(error.message).not.toContain('Require stack')
  })

  it('points the stack of what a loaded file throws at the TypeScript source', async () => {
    write({
      'main.ts': `import { fail } from './deep/fail.js'\ninterface Erased { a: 1 }\n\nexport const up = () => fail()`,
      'deep/fail.ts': `type Erased = string\n\nexport function fail(): never {\n  throw new TypeError('deep down')\n}`,
    })
    const up = (await loadModule(join(root, 'main.ts'), root))['up'] as () => void
    const stack = stackOf(up)
    expect(stack).toContain(`${join(root, 'deep', 'fail.ts')}:4:9`)
    expect(stack).toContain(`${join(root, 'main.ts')}:4:`)
  })

  it('points there however long ago it was loaded', async () => {
    write({ 'main.ts': `interface Erased { a: 1 }\nexport const up = () => { throw new Error() }` })
    const up = (await loadModule(join(root, 'main.ts'), root))['up'] as () => void
    await collectGarbage()
    expect(stackOf(up)).toContain(`${join(root, 'main.ts')}:2:`)
  })

  it('keeps what a file threw while it was loaded as the cause', async () => {
    write({ 'main.ts': `throw new RangeError('not today')` })
    const error = await failureToLoad('main.ts')
    expect(error.code).toBe('MODULE_FAILED')
    expect(error.message).toContain('not today')
    expect(error.cause).toBeInstanceOf(RangeError)
  })
})

describe('what is remembered', () => {
  const cached = (): string[] =>
    readdirSync(join(root, 'node_modules', '.cache', 'lockstep')).filter((name) =>
      name.startsWith('bundle-'),
    )
  const load = async (): Promise<unknown> =>
    (await loadModule(join(root, 'main.ts'), root))['value']

  it('is used again, and forgotten as soon as any file of the bundle changes', async () => {
    write({
      'node_modules/.keep': '',
      'main.ts': `export { value } from './value.js'`,
      'value.ts': 'export const value: number = 1',
    })
    expect(await load()).toBe(1)
    const [memory = ''] = cached()
    const path = join(root, 'node_modules', '.cache', 'lockstep', memory)
    const stored = readMemory(path) as { code: string }
    writeMemory(path, { ...stored, code: stored.code.replace('value = 1', 'value = 7') })
    expect(await load()).toBe(7)
    write({ 'value.ts': 'export const value: number = 2' })
    expect(await load()).toBe(2)
    write({ 'tsconfig.json': '{}' })
    expect(await load()).toBe(2)
  })

  it('is built again when the memory is damaged', async () => {
    write({ 'node_modules/.keep': '', 'main.ts': 'export const value = 1' })
    await load()
    const [memory = ''] = cached()
    write({ [`node_modules/.cache/lockstep/${memory}`]: '{"build":' })
    expect(await load()).toBe(1)
  })

  it('is nothing where there is no node_modules folder', async () => {
    write({ 'main.ts': 'export const value = 1' })
    await load()
    expect(readdirSync(root)).toEqual(['main.ts'])
  })
})
