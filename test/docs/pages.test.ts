// The generated pages of the documentation: up to date, complete, and telling the truth about odd sources.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Project } from 'ts-morph'
import { describe, expect, test } from 'vitest'
import { runtimeErrors } from '../../.ci/pages/catalogue.js'
import { pages } from '../../.ci/pages/pages.js'
import { projectRoot } from '../support/project-root.js'

const made = await pages(projectRoot)

test.each(made)('$path is up to date', ({ path, text }) => {
  const onDisk = readFileSync(join(projectRoot, path), 'utf8')
  expect(onDisk, `${path} is stale: run \`npm run docs\` and commit the result.`).toBe(text)
})

test('every file of the catalogue has a title on the page of errors', () => {
  expect(made[0]?.text).toMatch(/^### Running migrations$/m)
  expect(made[0]?.text.match(/^### [a-z-]+$/gm)).toBeNull()
})

test('every option and every event has its place', () => {
  const [, options, events] = made
  const named = (text = ''): string[] =>
    [...text.matchAll(/`([\w-]+)`/g)].map(([, name]) => name ?? '')
  expect(named(options?.text)).toEqual(
    expect.arrayContaining(['lockTimeoutMs', 'irreversible', 'importExtension', 'create', 'size']),
  )
  expect(named(events?.text)).toEqual(
    expect.arrayContaining(['plan', 'waiting', 'step-start', 'step-end', 'step-failed', 'end']),
  )
})

describe('an error in the catalogue is read', () => {
  const entry = (text: string) => {
    const project = new Project({ useInMemoryFileSystem: true })
    project.createSourceFile('/src/errors/a.ts', text)
    return runtimeErrors(project)[0]
  }

  test('from an object, with what is filled in', () => {
    const text = `
      /** It is
       * gone. */
      export const gone = (file: string, n: number) => ({
        code: 'FILE_GONE',
        message: \`\${file} is gone\${n > 1 ? \` \${n} times\` : ''}.\`,
        fix: 'Look ' + 'for it.',
      })`
    expect(entry(text)).toEqual({
      area: 'a',
      code: 'FILE_GONE',
      factory: 'gone',
      fix: 'Look for it.',
      meaning: 'It is gone.',
      message: '‹file› is gone[ ‹n› times].',
    })
  })
  test("from the file's own shorthand, whatever the order of its parameters", () => {
    const text = `
      const LOOK = 'Look for it.'
      const problem = (at: string, fix: string, code: string, message: string) => ({ at, fix, code, message })
      /** It is gone. */
      export const gone = (files: string[]) => problem('x', LOOK, 'FILE_GONE', \`Gone: \${files.join(', ')}.\`)`
    expect(entry(text)).toMatchObject({ message: 'Gone: ‹files›.', fix: 'Look for it.' })
  })
})
