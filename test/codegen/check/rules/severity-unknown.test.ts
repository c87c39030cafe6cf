// SEVERITY_UNKNOWN
import { expect, test } from 'vitest'
import { buildProblems } from '../../../../.ci/pages/catalogue.js'
import { catalogueSources } from '../../../../.ci/pages/catalogue-sources.js'
import { rules } from '../../../../codegen/check/rules.js'
import { projectRoot } from '../../../support/project-root.js'
import { checkFolder, SOUND } from '../check-folder.js'

test('valid: every code that there is', async () => {
  const all = [...rules, ...buildProblems(catalogueSources(projectRoot))].map(({ code }) => code)
  const settings = { rules: Object.fromEntries(all.map((code) => [code, 'error' as const])) }
  expect(all.length).toBeGreaterThan(100)
  expect(await checkFolder({ '001_a.ts': SOUND }, settings)).toEqual([])
})

test.each([
  ['NOPE', 'there is no such code.', 'Remove NOPE from `rules`.'],
  ['DOWN_MISING', 'there is no such code, only DOWN_MISSING.', 'Write DOWN_MISSING in `rules`.'],
  ['down_missing', 'there is no such code, only DOWN_MISSING.', 'Write DOWN_MISSING in `rules`.'],
  ['VERSION_GAPS', 'there is no such code, only VERSION_GAP.', 'Write VERSION_GAP in `rules`.'],
])('invalid: %s', async (code, says, fix) => {
  const [found, ...others] = await checkFolder({ '001_a.ts': SOUND }, { rules: { [code]: 'off' } })
  expect(others).toEqual([])
  expect(found).toMatchObject({
    code: 'SEVERITY_UNKNOWN',
    severity: 'warning',
    file: 'migrations',
    line: 1,
    fix,
  })
  expect(found!.message).toBe(
    `The setting \`rules\` gives a severity to ${code} for migrations, but ${says}`,
  )
})
