// The family of rules: one file, one entry of the list, a proof that it finds something and a whole documentation each.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readExample } from '../../../.ci/pages/rule-examples.js'
import { describedRules as rules } from '../../support/described-rules.js'
import { projectRoot } from '../../support/project-root.js'

const namesIn = (folder: string, ending: string): string[] =>
  readdirSync(new URL(folder, import.meta.url))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))

const fileName = (code: string): string => code.toLowerCase().replaceAll('_', '-')

test('every file is in the list, in order of code, and every test is of a rule', () => {
  const listed = rules.map(({ code }) => fileName(code))
  expect(listed).toEqual(namesIn('../../../codegen/check/rules/', '.ts').sort())
  expect(namesIn('rules/', '.test.ts').filter((name) => !listed.includes(name))).toEqual([])
})

describe.each(rules.map((rule) => [rule.code, rule] as const))('%s', (code, rule) => {
  test('has a permanent code and a documentation in full sentences', () => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+$/)
    expect(rule.meaning, `docs/rules/${code}.md: write a sentence below its comment`).toMatch(
      /^.{20,}\.$/,
    )
    for (const text of [rule.problem, rule.solution]) expect(text).toMatch(/^.{20,}\.$/s)
  })

  test('stands in its own file, and is asserted in the corpus or in its test', () => {
    const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
    expect(read(`../../../codegen/check/rules/${fileName(code)}.ts`)).toContain(`code: '${code}'`)
    const findings = readExample(projectRoot, code)?.findings
    expect(findings ?? read(`rules/${fileName(code)}.test.ts`)).toContain(code)
  })
})
