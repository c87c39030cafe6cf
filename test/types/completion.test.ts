// What an editor offers inside a migration, asked of the TypeScript language service.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ts } from 'ts-morph'
import { describe, expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.js'

const file = join(projectRoot, 'migrations', '999_completion.ts')
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(projectRoot, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  projectRoot,
)

let text = ''
let version = 0
const service = ts.createLanguageService({
  getCompilationSettings: () => options,
  getScriptFileNames: () => [file],
  getScriptVersion: (name) => (name === file ? String(version) : '0'),
  getScriptSnapshot: (name) =>
    name === file
      ? ts.ScriptSnapshot.fromString(text)
      : ts.sys.fileExists(name)
        ? ts.ScriptSnapshot.fromString(readFileSync(name, 'utf8'))
        : undefined,
  getCurrentDirectory: () => projectRoot,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (name) => name === file || ts.sys.fileExists(name),
  readFile: ts.sys.readFile,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
})

/** The names offered at `▮` in a source. */
function offered(source: string): string[] {
  const at = source.indexOf('▮')
  text = source.slice(0, at) + source.slice(at + 1)
  version += 1
  const found = service.getCompletionsAtPosition(file, at, {})
  return (found?.entries ?? []).map(({ name }) => name)
}

const door = "from 'lockstep/better-sqlite3'\n"

describe('an editor offers', () => {
  test.each([
    [
      'an object',
      `import { defineMigration } ${door}export default defineMigration({ up(db) { db.▮ }, down: '' })`,
    ],
    [
      'an arrow function',
      `import { defineMigration } ${door}export default defineMigration({ up: (db) => db.▮, down: '' })`,
    ],
    [
      'a class',
      `import { Migration, type Handle } ${door}export default class A extends Migration { up(db: Handle) { db.▮ } }`,
    ],
    ['named exports', `import type { Handle } ${door}export function up(db: Handle) { db.▮ }`],
  ])("the handle's methods in %s", (_, source) => {
    expect(offered(source)).toEqual(
      expect.arrayContaining(['exec', 'prepare', 'transaction', 'pragma']),
    )
  })
  test("the toolkit's methods", () => {
    const source = `import { defineMigration } ${door}export default defineMigration({ up(db, ctx) { ctx.▮ }, down: '' })`
    expect(offered(source).toSorted()).toEqual([
      'batches',
      'columns',
      'direction',
      'env',
      'hasColumn',
      'hasIndex',
      'hasTable',
      'log',
      'name',
      'progress',
      'rebuild',
      'signal',
      'version',
    ])
  })
  test('the columns of a row that was typed', () => {
    const source = `import { defineMigration } ${door}export default defineMigration({ up(db) { db.prepare<[number], { id: number; name: string }>('').get(1)?.▮ }, down: '' })`
    expect(offered(source)).toEqual(['id', 'name'])
  })
  test('the options of a migration', () => {
    const source = `import { defineMigration } ${door}export default defineMigration({ ▮ })`
    expect(offered(source)).toEqual(
      expect.arrayContaining([
        'description',
        'down',
        'effects',
        'foreignKeys',
        'irreversible',
        'transaction',
        'up',
      ]),
    )
  })
  test('the versions of this build as a target', () => {
    const source = `import { MigrationManager, type Driver, type Registry } from 'lockstep'\ndeclare const driver: Driver<unknown, 'sync'>, registry: Registry<unknown, 1 | 2>\nnew MigrationManager(driver, registry).migrate({ to: ▮ })`
    expect(offered(source)).toEqual(expect.arrayContaining(['1', '2']))
  })
})
