// What is put together from formatted pieces is what comes out when the whole is formatted, in any style.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { discover } from '../../../codegen/discover/discover.js'
import { textOf, type Parts } from '../../../codegen/model/generated-file.js'
import type { RegistryItem } from '../../../codegen/model/registry-item.js'
import { readMigrations } from '../../../codegen/parse/read-migrations.js'
import { registryItems } from '../../../codegen/render/registry/registry-items.js'
import { registryParts } from '../../../codegen/render/registry/render-registry.js'
import { schemaFiles } from '../../../codegen/render/schema/schema-files.js'
import { formatGenerated } from '../../../codegen/write/format-generated.js'
import { formatPieces } from '../../../codegen/write/format-pieces.js'
import { settingsFor, temporaryProject } from '../../support/project.js'
import { projectRoot } from '../../support/project-root.js'
import { proveScripts } from '../render/schema/prove-scripts.js'

const fixtures = join(projectRoot, 'test/fixtures')

/** The same file after fewer and after all of its migrations. */
type Grown = readonly [before: Parts, after: Parts]

async function registries(name: string): Promise<Record<string, Grown>> {
  const root = join(fixtures, 'codegen', name)
  const items = registryItems(readMigrations(await discover(root, join(root, 'migrations'))))
  const grown = (language: 'ts' | 'js', modules: 'esm' | 'commonjs'): Grown => {
    const path = join(root, `generated/registry.${language}`)
    const layout = { path, migrations: 'migrations', driver: 'better-sqlite3', language, modules }
    const parts = (some: readonly RegistryItem[]): Parts =>
      registryParts(some, { ...layout, extension: 'js' })
    return [parts(items.slice(0, 3)), parts(items)]
  }
  return { [`${name}.ts`]: grown('ts', 'esm'), [`${name}.js`]: grown('js', 'commonjs') }
}

function schemas(): Record<string, Grown> {
  const odd = readFileSync(join(fixtures, 'schema-files/odd-names/001_tables.sql'), 'utf8')
  const more = 'CREATE TABLE more (id INTEGER PRIMARY KEY, "odd name" TEXT, note TEXT NOT NULL)'
  const views =
    'CREATE VIEW seen AS SELECT id FROM more; CREATE VIEW notes AS SELECT note FROM more'
  const settings = settingsFor(fixtures, { schemaPage: true })
  const parts = (...scripts: readonly string[]): Parts[] =>
    schemaFiles(proveScripts(...scripts).proof, [], settings).map((file) => file.parts ?? [])
  const [before, after] = [parts(odd), parts(odd, more, views)]
  return { 'schema.ts': [before[1]!, after[1]!], 'SCHEMA.md': [before[2]!, after[2]!] }
}

const styles: Record<string, object> = {
  'wide and plain': { semi: false, singleQuote: true, printWidth: 200, proseWrap: 'always' },
  'tabs, no commas': { useTabs: true, trailingComma: 'none', quoteProps: 'consistent' },
  'narrow and collapsed': { printWidth: 40, objectWrap: 'collapse', bracketSpacing: false },
  'line ends of Windows': { endOfLine: 'crlf', objectWrap: 'collapse', quoteProps: 'preserve' },
}

let files: Record<string, Grown>
beforeAll(async () => {
  const [forms, hostile] = [await registries('all-forms'), await registries('hostile-sql')]
  files = { ...forms, ...hostile, ...schemas() }
})

test.each(Object.entries(styles))('%s', async (_, style) => {
  const root = temporaryProject({ '.prettierrc': JSON.stringify(style) })
  for (const [name, [before, after]] of Object.entries(files)) {
    const place = { path: join(root, name), root, memory: join(root, `${name}.json`) }
    const whole = await formatGenerated(after, { ...place, memory: null }, null)
    await formatGenerated(before, place, null)
    expect(await formatGenerated(after, place, null), `${name}, grown`).toEqual(whole)
    expect(await formatGenerated(after, place, null), `${name}, again`).toEqual(whole)
  }
})

describe('what is asked of the formatter', () => {
  const parts = [
    '// First\n',
    { piece: 'const a = 1\n' },
    { piece: 'const b = 2\n' },
    'let c = 3\n',
  ]
  const memory = (): string => join(temporaryProject(), 'memory.json')

  /** Answers like a formatter that adds a semicolon to each line of code. */
  function formatter(key = 'a style') {
    const asked: string[] = []
    const format = (text: string): string => {
      asked.push(text)
      return text.replace(/^[^/\n].*$/gm, '$&;')
    }
    return { asked, style: { format, key, language: 'code' } as const }
  }

  test('is only what it was not asked before, in the same style', async () => {
    const file = memory()
    await formatPieces(parts, formatter().style, file)
    const { asked, style } = formatter()
    const grown = [...parts.slice(0, -1), { piece: 'const d = 4\n' }, 'let c = 5\n']
    const text = '// First\nconst a = 1;\nconst b = 2;\nconst d = 4;\nlet c = 5;\n'
    expect(await formatPieces(grown, style, file)).toBe(text)
    expect(asked.join('')).toMatch(/d = 4[^]*c = 5/)
    expect(asked.join('')).not.toMatch(/[ab] =/)
    const other = formatter('another style')
    await formatPieces(grown, other.style, file)
    expect(other.asked.join('')).toMatch(/a = 1[^]*b = 2/)
  })

  test('comes out whole or not at all', async () => {
    const { style } = formatter()
    const lost = { ...style, format: (text: string) => text.replace(/^\/\/.*\n/gm, '') }
    expect(await formatPieces(parts, lost, memory())).toBeNull()
    expect(await formatPieces(parts.slice(0, -1), style, memory())).toBeNull()
    const marked = [...parts.slice(0, -1), `let c = '@lockstep-piece@'\n`]
    expect(await formatPieces(marked, style, memory())).toBeNull()
  })

  test.each([
    ['a plugin', { plugins: [join(projectRoot, 'node_modules/@prettier/plugin-oxc/index.mjs')] }],
    ['a reader of its own', { parser: 'typescript' }],
  ])('is the whole where %s is configured', async (_, style) => {
    const root = temporaryProject({ '.prettierrc': JSON.stringify(style) })
    const place = { path: join(root, 'registry.ts'), root, memory: join(root, 'memory.json') }
    const { text, failure } = await formatGenerated(parts, place, null)
    expect([text, failure]).toEqual([textOf(parts).replace(/(?<=\d)$/gm, ';'), null])
    expect(readdirSync(root)).not.toContain('memory.json')
  })
})
