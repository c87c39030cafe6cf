// SUPPRESSION_OF_ERROR
import { expect, test } from 'vitest'
import { checkFolder, placesIn, SOUND } from '../check-folder.js'

const ERROR = `// lockstep-ignore MODULE_SIDE_EFFECT: harmless\nconsole.log(1)\n${SOUND}`
const WARNING = `// lockstep-ignore IMPORT_BUILTIN: only ever runs on Node\nimport os from 'node:os'\n${SOUND}`

test('valid: a warning', async () => expect(await placesIn({ '001_a.ts': WARNING })).toEqual([]))

test('invalid: an error stays', async () => {
  expect(await placesIn({ '001_a.ts': ERROR })).toEqual([
    '001_a.ts:1:1 warning SUPPRESSION_OF_ERROR',
    '001_a.ts:2:1 error MODULE_SIDE_EFFECT',
  ])
  const [found] = await checkFolder({ '001_a.ts': ERROR })
  expect(found!.fix).toContain(
    `set \`rules: { MODULE_SIDE_EFFECT: 'warning' }\` in the configuration`,
  )
})

test('invalid: a warning that the settings made an error stays', async () => {
  expect(await placesIn({ '001_a.ts': WARNING }, { rules: { IMPORT_BUILTIN: 'error' } })).toEqual([
    '001_a.ts:1:1 warning SUPPRESSION_OF_ERROR',
    '001_a.ts:2:16 error IMPORT_BUILTIN',
  ])
})

test('invalid: what no setting can lower is not said to be lowered by one', async () => {
  const [found] = await checkFolder({
    '002_a.ts': `// lockstep-ignore VERSION_GAP: we began at two\n${SOUND}`,
  })
  expect(found).toMatchObject({ code: 'SUPPRESSION_OF_ERROR' })
  expect(found!.fix).not.toContain('configuration')
})
