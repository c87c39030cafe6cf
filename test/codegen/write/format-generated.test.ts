// Formatting with the project's own Prettier and with its configuration, and with nobody else's.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { format } from 'prettier'
import { describe, expect, test } from 'vitest'
import { formatGenerated } from '../../../codegen/write/format-generated.js'
import { projectRoot } from '../../support/project-root.js'
import { temporaryProject } from '../../support/project.js'

const TEXT = "export const head = '000';\nexport const object = {\n  a: '`' }\n"

async function formatIn(files: Record<string, string>, project = '.') {
  const root = join(temporaryProject({ [`${project}/package.json`]: '{}', ...files }), project)
  return formatGenerated(
    [TEXT],
    { path: join(root, 'generated/registry.ts'), root, memory: null },
    null,
  )
}

const DEFAULT = 'export const head = "000";\nexport const object = {\n  a: "`",\n};\n'
const PLAIN = "export const head = '000'\nexport const object = {\n  a: '`',\n}\n"
const PLAIN_STYLE = '{ "semi": false, "singleQuote": true }'

describe('the configuration', () => {
  const cases: Record<string, [Record<string, string>, string]> = {
    'none at all': [{}, DEFAULT],
    '.prettierrc': [{ '.prettierrc': PLAIN_STYLE }, PLAIN],
    'package.json': [{ 'package.json': `{ "prettier": ${PLAIN_STYLE} }` }, PLAIN],
    'a module': [{ 'prettier.config.mjs': `export default ${PLAIN_STYLE}` }, PLAIN],
    'beside the generated file': [
      { '.prettierrc': '{ "semi": true }', 'generated/.prettierrc': PLAIN_STYLE },
      PLAIN,
    ],
    'an override': [
      {
        '.prettierrc': `{ "overrides": [{ "files": "generated/**", "options": ${PLAIN_STYLE} }] }`,
      },
      PLAIN,
    ],
    '.editorconfig': [
      { '.editorconfig': '[*]\nindent_style = tab\n' },
      DEFAULT.replace('  a', '\ta'),
    ],
    '.editorconfig and .prettierrc': [
      { '.editorconfig': '[*]\nindent_size = 4\n', '.prettierrc': PLAIN_STYLE },
      PLAIN.replace('  a', '    a'),
    ],
    'a pragma that is required': [{ '.prettierrc': '{ "requirePragma": true }' }, DEFAULT],
    'an entry in .prettierignore': [
      { '.prettierignore': 'generated', '.prettierrc': PLAIN_STYLE },
      PLAIN,
    ],
    'line ends': [{ '.prettierrc': '{ "endOfLine": "crlf" }' }, DEFAULT.replaceAll('\n', '\r\n')],
  }
  test.each(Object.entries(cases))('%s', async (_, [files, text]) => {
    expect(await formatIn(files)).toEqual({ text, failure: null })
  })
})

describe('the border of the repository', () => {
  test.each([
    ['.prettierrc', PLAIN_STYLE],
    ['.editorconfig', '[*]\nindent_size = 8\n'],
  ])('%s above it does not count', async (name, text) => {
    expect(await formatIn({ [name]: text }, 'repository')).toEqual({ text: DEFAULT, failure: null })
  })

  test('a .prettierrc above it does not count when an .editorconfig below it does', async () => {
    const files = { '.prettierrc': PLAIN_STYLE, 'repository/.editorconfig': '[*]\nindent_size = 4' }
    const text = DEFAULT.replace('  a', '    a')
    expect(await formatIn(files, 'repository')).toEqual({ text, failure: null })
  })

  test('what stands between the project and the root of its repository counts', async () => {
    const files = { '.git/HEAD': '', '.prettierrc': PLAIN_STYLE }
    expect(await formatIn(files, 'packages/app')).toEqual({ text: PLAIN, failure: null })
  })
})

describe('the formatter', () => {
  const installed = (version: string, code: string): Record<string, string> => ({
    'node_modules/prettier/package.json': `{ "name": "prettier", "version": "${version}", "main": "index.cjs" }`,
    'node_modules/prettier/index.cjs': code,
  })
  const style = (format: string): string =>
    `exports.format = ${format}\nexports.resolveConfigFile = exports.resolveConfig = async () => null`

  test('is the one that the project has installed', async () => {
    const { text } = await formatIn(
      installed('3.0.0', style('async (text) => `// mine\\n${text}`')),
    )
    expect(text).toBe(`// mine\n${TEXT}`)
  })

  test('may answer at once, as version 2 does', async () => {
    const { text } = await formatIn(
      installed(
        '2.8.8',
        `module.exports = { format: () => 'old',
      resolveConfigFile: async () => null, resolveConfig: async () => null }`,
      ),
    )
    expect(text).toBe('old')
  })

  test("is Lockstep's where the project's cannot be loaded", async () => {
    expect(await formatIn(installed('3.0.0', 'throw new Error("broken")'))).toEqual({
      text: DEFAULT,
      failure: null,
    })
  })
})

test('a formatter that always fails gives the default style and the reason', async () => {
  const failing = `exports.resolveConfigFile = async () => null
    exports.format = () => { throw new TypeError('too old\\nfor this') }`
  const files = {
    'node_modules/prettier/package.json': '{ "name": "prettier", "main": "index.cjs" }',
    'node_modules/prettier/index.cjs': failing,
  }
  expect(await formatIn(files)).toEqual({ text: DEFAULT, failure: 'too old' })
})

test.each([
  ['a configuration that cannot be read', { '.prettierrc': '{ "semi": ' }],
  ['a plugin that is not installed', { '.prettierrc': '{ "plugins": ["prettier-plugin-gone"] }' }],
  ['an option with a wrong value', { '.prettierrc': '{ "tabWidth": "wide" }' }],
])('%s gives the default style and the reason', async (_, files) => {
  const { text, failure } = await formatIn(files)
  expect(text).toBe(DEFAULT)
  expect(failure).toMatch(/\S/)
  expect(failure).not.toContain('\n')
})

test.each([
  ['lf', DEFAULT],
  ['crlf', DEFAULT.replaceAll('\n', '\r\n')],
] as const)('given line ends win over the configuration: %s', async (lineEnd, text) => {
  const root = temporaryProject({ '.prettierrc': '{ "endOfLine": "cr" }' })
  const place = { path: join(root, 'generated/registry.ts'), root, memory: null }
  expect(await formatGenerated([TEXT], place, lineEnd)).toEqual({ text, failure: null })
})

test('everything a registry may hold is printed as the default reader of Prettier has it', async () => {
  const fixtures = join(projectRoot, 'test/fixtures/codegen')
  const registries = readdirSync(fixtures).flatMap((name) =>
    ['registry.ts', 'registry.js']
      .map((file) => join(fixtures, name, 'expected', file))
      .filter((path) => existsSync(path)),
  )
  const root = temporaryProject()
  for (const registry of registries) {
    const text = readFileSync(registry, 'utf8')
    const path = join(root, basename(registry))
    const formatted = await formatGenerated([text], { path, root, memory: null }, null)
    expect(formatted.text).toBe(await format(text, { filepath: path }))
  }
  expect(registries.length).toBeGreaterThan(20)
})

test('pieces formatted for a new file are those of the same file once it exists', async () => {
  const root = temporaryProject({ 'package.json': '{}' })
  const place = { path: join(root, 'generated/registry.ts'), root, memory: join(root, 'memory') }
  const parts = [{ piece: TEXT }, 'export {}\n']
  await formatGenerated(parts, place, null)
  const stored = readFileSync(place.memory, 'utf8')
  await formatGenerated(parts, place, 'lf')
  expect(readFileSync(place.memory, 'utf8')).toBe(stored)
})
