// A defect of one rule is told with its name, and hides nothing of what the others find.
import { afterEach, expect, test, vi } from 'vitest'
import { ifNotExists } from '../../../codegen/check/rules/if-not-exists.js'
import { moduleSideEffect } from '../../../codegen/check/rules/module-side-effect.js'
import type { Rule } from '../../../codegen/check/subject/rule.js'
import { checkFolder, placesOf } from './check-folder.js'

const FOLDER = {
  '001_a.sql': '-- migrate:up\nCREATE TABLE IF NOT EXISTS a (b INT);\n',
  '003_c.sql': '-- irreversible: no\n-- migrate:up\nDROP TABLE a;\n',
}

afterEach(() => void vi.restoreAllMocks())

/** Fails after what it finds. */
function breakRule(rule: Rule): void {
  const { check } = rule
  vi.spyOn(rule, 'check').mockImplementation(function* (subject) {
    yield* check(subject)
    throw new TypeError('no\nkind')
  })
}

test.each([
  ['of another stage', ifNotExists],
  ['that keeps migrations from being replayed', moduleSideEffect],
])('a rule %s', async (_what, rule) => {
  const before = placesOf(await checkFolder(FOLDER))
  breakRule(rule)
  const found = await checkFolder(FOLDER)
  const failed = `migrations:1:1 error ${rule.code}`
  expect(before.length).toBeGreaterThan(2)
  expect(placesOf(found)).toEqual([failed, ...before])
  expect(found[0]?.message).toContain(`${rule.code} could not look at all of migrations`)
  expect(found[0]?.message).toContain('TypeError: no')
  expect(found[0]?.fix).toContain(`rules: { ${rule.code}: 'off' }`)
})

test('is switched off like what it finds', async () => {
  breakRule(ifNotExists)
  const found = await checkFolder(FOLDER, { rules: { IF_NOT_EXISTS: 'off' } })
  expect(found.map(({ code }) => code)).not.toContain('IF_NOT_EXISTS')
})
