// The application bundles into one file, which runs from an empty folder that has nothing but the database client.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type Metafile, build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.js'
import { runNode } from '../support/run-program.js'

const folder = mkdtempSync(join(tmpdir(), 'lockstep-app-'))

interface Bundled {
  readonly home: string
  readonly bundle: string
  readonly metafile: Metafile
}

/** Bundles the application into a folder of its own, where only better-sqlite3 is installed. */
async function bundle(name: string, options: { readonly minify: boolean }): Promise<Bundled> {
  const home = join(folder, name)
  const outfile = join(home, 'app.mjs')
  const { metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: [join(projectRoot, 'test/example/app/main.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['better-sqlite3'],
    metafile: true,
    ...options,
  })
  mkdirSync(join(home, 'node_modules'))
  const client = join('node_modules', 'better-sqlite3')
  symlinkSync(join(projectRoot, client), join(home, client))
  return { home, bundle: readFileSync(outfile, 'utf8'), metafile }
}

describe.each([
  ['as written', { minify: false }],
  ['minified', { minify: true }],
] as const)('the application, %s', async (name, options) => {
  const { home, bundle: text, metafile } = await bundle(name, options)

  test('imports the database client and nothing else', () => {
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
    expect(imports).toEqual([{ path: 'better-sqlite3', kind: 'import-statement', external: true }])
    expect(text).not.toMatch(/\bimport\(|\brequire\(|["']node:/)
  })
  test('holds the runtime, but neither the command line nor the build steps', () => {
    const inputs = Object.keys(metafile.inputs)
    expect(inputs).toContain('src/drivers/better-sqlite3.ts')
    expect(inputs.filter((path) => /^(?:src\/cli|codegen|node_modules)\//.test(path))).toEqual([])
  })
  test('leaves out what the registry file has for gates and tools', () => {
    expect(text).toContain('lineage')
    expect(text).not.toMatch(/schemaDigest: ?["']|table contacts/)
  })
  test('migrates at its first start, and only then', async () => {
    const app = join(home, 'app.mjs')
    const first = await runNode(app, [], { cwd: home })
    expect(first).toEqual({
      code: 0,
      stdout: 'applied 9, at version 9\nContact 1: 1\n',
      stderr: '',
    })
    const second = await runNode(app, [], { cwd: home })
    expect(second).toEqual({
      code: 0,
      stdout: 'applied 0, at version 9\nContact 1: 1\nContact 2: 1\n',
      stderr: '',
    })
  })
  test('is told by name what stops it', async () => {
    const db = new Database(join(home, 'contacts.db'))
    db.exec("INSERT INTO _migrations (version, name) VALUES ('010', 'newer')")
    db.close()
    const { code, stderr } = await runNode(join(home, 'app.mjs'), [], { cwd: home })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^LockstepError: .*010/m)
  })
  test('leaves nothing beside its database', () => {
    expect(existsSync(join(home, 'migrations'))).toBe(false)
    expect(readdirSync(home).toSorted()).toEqual(['app.mjs', 'contacts.db', 'node_modules'])
  })
})
