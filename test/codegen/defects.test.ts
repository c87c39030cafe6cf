// In each history of the corpus exactly its defect is found, and nothing in the clean ones, which are written as real
// projects write them, or with awkward SQL.
import { describe, expect, test } from 'vitest'
import { projectIn } from '../../.ci/pages/rule-examples.js'
import { acknowledged, clean, defects, findingsIn, good } from './corpus.js'
import { proveFiles } from './proven/prove-project.js'
import { testSome, tried } from '../support/some-of.js'

test('there are enough of all kinds', () => {
  expect(clean.length).toBeGreaterThanOrEqual(40)
  expect(defects.length).toBeGreaterThanOrEqual(120)
  expect(good.length).toBeGreaterThan(55)
})

describe('exactly what was planted is found:', () => {
  const here = defects.filter(({ ownProcess }) => !ownProcess)
  const isExample = ({ name }: (typeof here)[number]): boolean => name.endsWith('/example')
  const others = here.filter((one) => !isExample(one))
  test.each([...here.filter(isExample), ...tried(others, 2)])('$name', async (one) => {
    await expect(await findingsIn(one, proveFiles)).toMatchFileSnapshot(one.expected)
  })
})

testSome(acknowledged)(
  'the comment that a finding asks for switches it off, and is of use:: $code',
  async ({ code, file, comment, project }) => {
    const left = await proveFiles({ ...project, [file]: `${comment}\n${project[file]}` })
    const codes = left.map((one) => one.code)
    expect(codes.filter((one) => one === code || one.startsWith('SUPPRESSION'))).toEqual([])
  },
)

testSome(clean)('nothing is found:: $name', async ({ folder }) => {
  expect(await proveFiles(projectIn(folder))).toEqual([])
})

describe('what the page of a rule shows as good is found to be good:', () => {
  const here = good.filter(({ ownProcess }) => !ownProcess)
  testSome(here)('$name', async ({ name, project }) => {
    const found = (await proveFiles(project)).filter(
      ({ code, severity }) => code === name || severity !== 'info',
    )
    expect(found).toEqual([])
  })
})
