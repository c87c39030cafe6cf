// SARIF against its JSON schema, and what code scanning services need besides.
import Ajv from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { renderSarif } from '../../../codegen/diagnostics/render-sarif.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { describedRules as rules } from '../../support/described-rules.js'
import { projectRoot } from '../../support/project-root.js'

const schemaFile = 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'
const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false })
addFormats.default(ajv)
const validate = ajv.compile(JSON.parse(readFileSync(join(projectRoot, schemaFile), 'utf8')))

const one: Diagnostic = {
  file: 'migrations/003_x.ts',
  line: 2,
  column: 3,
  code: 'BASE_EDITED',
  severity: 'error',
  message: 'It was edited.',
  fix: 'Put it back.',
}
const odd = { ...one, file: '../my db/a:b/ä#?%.sql', code: 'UP_ASYNC', severity: 'info' as const }

describe('is valid', () => {
  test.each([
    ['without findings', []],
    ['with every rule', rules.map(({ code, severity }) => ({ ...one, code, severity }))],
    ['with a path that must be encoded, and a code that is no rule', [odd, one, one]],
  ])('%s', (_, diagnostics) => {
    const log: unknown = JSON.parse(renderSarif(diagnostics, rules))
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true)
  })

  test('and the schema would notice', () => {
    const log = JSON.parse(renderSarif([one], rules))
    log.runs[0].results[0].level = 'fatal'
    expect(validate(log)).toBe(false)
    delete log.runs[0].tool
    expect(validate(log)).toBe(false)
  })
})

interface Result {
  readonly partialFingerprints: Readonly<Record<string, string>>
}

const fingerprintsOf = (...diagnostics: readonly Diagnostic[]): string[] =>
  (JSON.parse(renderSarif(diagnostics, rules)).runs[0].results as Result[]).map(
    ({ partialFingerprints }) => partialFingerprints['lockstep/v1']!,
  )

test('a finding is recognised after its line has moved, and each of several has a fingerprint of its own', () => {
  const [before] = fingerprintsOf(one)
  expect(fingerprintsOf({ ...one, line: 99 })).toEqual([before])
  expect(fingerprintsOf({ ...one, file: 'migrations/004_y.ts' })).not.toEqual([before])
  expect(new Set(fingerprintsOf(one, one, odd)).size).toBe(3)
})

test('what is no rule has a name and a help as well', () => {
  const log = JSON.parse(renderSarif([one, odd], rules))
  expect(log.runs[0].tool.driver.rules).toMatchObject([
    {
      id: 'BASE_EDITED',
      name: 'BaseEdited',
      shortDescription: { text: 'Base edited.' },
      help: { text: 'Put it back.' },
    },
    { id: 'UP_ASYNC', name: 'UpAsync', fullDescription: { text: expect.any(String) } },
  ])
  expect(JSON.stringify(log)).not.toContain('file://')
})
