// Every code of the catalogue is made somewhere, expected by a test, and documented; and each of these would be noticed.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describedRules as rules } from '../support/described-rules.js'
import { buildProblems, factoriesOf, runtimeErrors } from '../../.ci/pages/catalogue.js'
import { catalogueSources } from '../../.ci/pages/catalogue-sources.js'
import { projectRoot } from '../support/project-root.js'
import * as judge from './catalogue-rules.js'
import { sourcesIn } from './source-files.js'

const project = catalogueSources(projectRoot)
const codes: readonly judge.Code[] = [
  ...runtimeErrors(project),
  ...buildProblems(project),
  ...rules.map(({ code, meaning, problem, solution }) => {
    return { code, factory: null, meaning, message: problem, fix: solution }
  }),
]

/** All tests and what they expect, without the tests about the project itself, which name codes for other reasons. */
const tests = readdirSync(join(projectRoot, 'test'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(?:ts|txt|json)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((path) => !path.includes('architecture'))
  .map((path) => readFileSync(path, 'utf8'))

describe('the catalogue', () => {
  test('is read whole: the errors, the diagnostics and the rules', () => {
    expect(codes.length).toBeGreaterThan(100)
    const expected = [
      'HISTORY_EDITED',
      'USAGE_INVALID',
      'GENERATED_STALE',
      'READ_SYNTAX',
      'VERSION_GAP',
    ]
    expect(codes.map(({ code }) => code)).toEqual(expect.arrayContaining(expected))
  })
  test('has a code in each of its functions', () => {
    const functions = project
      .getSourceFiles()
      .filter((file) => /\/(?:src\/errors\/.+|.+-problems\.ts)$/.test(file.getFilePath()))
      .flatMap((file) => file.getVariableDeclarations().filter((one) => one.isExported()))
    const factories = new Set(project.getSourceFiles().flatMap(factoriesOf))
    expect(functions.filter((one) => !factories.has(one)).map((one) => one.getName())).toEqual([])
  })
  test('has every function that makes a diagnostic', () => {
    const makers = [...sourcesIn('codegen')].filter(([, text]) =>
      /import \{[^}]*\bproblem(?:In)?\b[^}]*\} from '[^']*diagnostics\/problem\.js'/.test(text),
    )
    const read = new Set(
      project.getSourceFiles().map((file) => relative(projectRoot, file.getFilePath())),
    )
    expect(makers.map(([path]) => path).filter((path) => !read.has(path))).toEqual([])
    expect(makers.length).toBeGreaterThan(5)
  })
  test('names an area and a condition in each code', () => {
    expect(judge.misshapen(codes)).toEqual([])
  })
  test('has each code once', () => expect(judge.doubled(codes)).toEqual([]))
  test('says what each code means and what to do', () => {
    expect(judge.incomplete(codes)).toEqual([])
  })
  test('has no code that nothing makes', () => {
    expect(judge.unused(codes, sourcesIn('src', 'codegen'))).toEqual([])
  })
  test('has no code that no test expects', () => expect(judge.unasserted(codes, tests)).toEqual([]))
  test('is documented', () => {
    const page = readFileSync(join(projectRoot, 'docs/errors.md'), 'utf8')
    const [ruled, others] = [true, false].map((rule) =>
      codes.filter(({ factory }) => (factory === null) === rule),
    )
    expect(judge.undocumented(others!, page)).toEqual([])
    const pages = ruled!.map(({ code }) => `docs/rules/${code}.md`)
    expect(pages.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([])
  })
})

describe('planted', () => {
  const right: judge.Code = { code: 'A_B', factory: 'aB', meaning: 'm', message: 't', fix: 'f' }
  const own = ['src/errors/a.ts', "export const aB = () => ({ code: 'A_B' })"] as const

  test('a code of one word is found', () => {
    expect(judge.misshapen([{ ...right, code: 'ALONE' }])).toHaveLength(1)
    expect(judge.misshapen([right])).toEqual([])
  })
  test('a second use of a code is found', () => {
    expect(judge.doubled([right, { ...right, factory: 'other' }])).toHaveLength(1)
    expect(judge.doubled([right, { ...right, code: 'A_C' }])).toEqual([])
  })
  test.each(['meaning', 'message', 'fix'])('a code without %s is found', (part) => {
    expect(judge.incomplete([{ ...right, [part]: '' }])).toHaveLength(1)
    expect(judge.incomplete([right])).toEqual([])
  })
  test('a factory that nothing calls is found', () => {
    expect(judge.unused([right], new Map([own, ['src/b.ts', 'aBc()']]))).toHaveLength(1)
    expect(judge.unused([right], new Map([own, ['src/b.ts', 'throw aB()']]))).toEqual([])
  })
  test('a code that no test expects is found', () => {
    expect(judge.unasserted([right], ['expect(code).toBe("A_B_C")'])).toHaveLength(1)
    expect(judge.unasserted([right], ['expect(code).toBe("A_B")'])).toEqual([])
  })
  test('a code without a section is found', () => {
    expect(judge.undocumented([right], '# Errors\n\nA_B\n')).toHaveLength(1)
    expect(judge.undocumented([right], '# Errors\n\n#### A_B\n\nm\n')).toEqual([])
  })
})
